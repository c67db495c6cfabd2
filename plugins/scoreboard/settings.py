"""What a run is told from outside: where it works, which day it is, in which zone and currency (CONTRACT section 1).

The only module that reads the environment or the clock. Everything else is given a `Settings`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scoreboard.entities import DOMAINS, Domain
from scoreboard.sources.adapters import ADAPTERS, adapters_for

PROJECT_ROOT = Path(__file__).resolve().parents[2]
KNOWN_ADAPTERS = ("files", *ADAPTERS)
KNOWN_TARGETS = ("duckdb", "postgres", "spark")


class SettingsError(ValueError):
    """An environment variable holds something the pipeline cannot work with; the message names it."""


def utc_now() -> datetime:
    """The wall clock, in UTC: names runs and stamps landings; no figure is computed from it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Settings:
    """One run's settings, read once from the environment."""

    home: Path
    as_of: date
    timezone: str = "UTC"
    fiscal_start_month: int = 1
    currency: str = "USD"
    adapters: tuple[tuple[str, str], ...] = (("crm", "files"), ("support", "files"), ("survey", "files"))
    target: str = "duckdb"
    settle_seconds: float = 2.0
    fresh_hours: float = 26.0
    report_due_hours: float = 12.0
    notify: tuple[str, ...] = ()
    owner_link: str = "mailto:customer-experience-data@localhost"
    publish_to_postgres: str = ""
    postgres_readers: tuple[str, ...] = ()
    postgres_personal_readers: tuple[str, ...] = ()
    target_connection: str = "scoreboard_target"
    spark_venv: Path = PROJECT_ROOT / ".venv-spark"

    @property
    def inbox(self) -> Path:
        """Where files are dropped: inbox/<domain>/<entity>/<file>."""
        return self.home / "inbox"

    @property
    def archive(self) -> Path:
        """Originals of landed files, as dropped."""
        return self.home / "archive"

    @property
    def landing(self) -> Path:
        """Immutable batches of raw rows: <adapter>/<stream>/run=<id>/."""
        return self.home / "landing"

    @property
    def valid(self) -> Path:
        """Typed rows that passed the door, batch by batch."""
        return self.home / "valid"

    @property
    def quarantine(self) -> Path:
        """Rows refused at the door, batch by batch, with rule and reason."""
        return self.home / "quarantine"

    @property
    def build(self) -> Path:
        """The private warehouse file under construction; nobody but a run opens it."""
        return self.home / "build"

    @property
    def published(self) -> Path:
        """What BI reads."""
        return self.home / "published"

    @property
    def reports(self) -> Path:
        """Award reports and Data Docs."""
        return self.home / "reports"

    @property
    def runs(self) -> Path:
        """One folder per run: summary, logs, failures."""
        return self.home / "runs"

    @property
    def seeds(self) -> Path:
        """The user's own rule seeds, replacing the shipped ones of the same name."""
        return self.home / "seeds"

    @property
    def sources(self) -> Path:
        """The user's own mappings: <vendor>.yaml, laid over the shipped ones."""
        return self.home / "sources"

    @property
    def airflow_home(self) -> Path:
        """Airflow's own home."""
        return self.home / "airflow"

    def adapters_of(self, domain: str) -> list[str]:
        """The adapters that feed one domain."""
        return [adapter for known, adapter in self.adapters if known == domain]

    def feeds_of(self, domain: str) -> list[str]:
        """What feeds one domain, each once, in the order configured: `files` or a vendor, however many adapters it has."""
        names = [adapter if adapter == "files" else ADAPTERS[adapter].vendor for adapter in self.adapters_of(domain)]
        return list(dict.fromkeys(names))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read SCOREBOARD_* variables; raises SettingsError naming the variable and what it accepts."""
        env = os.environ if environment is None else environment

        def read(name: str, default: str) -> str:
            return env.get(f"SCOREBOARD_{name}", "").strip() or default

        zone = _zone(read("TIMEZONE", "UTC"))
        return cls(
            home=Path(read("HOME", str(PROJECT_ROOT / "var"))).expanduser().resolve(),
            as_of=_as_of(read("AS_OF", ""), zone),
            timezone=zone,
            fiscal_start_month=_fiscal_start(read("FISCAL_START_MONTH", "1")),
            currency=_currency(read("CURRENCY", "USD")),
            adapters=tuple(
                (domain, adapter) for domain in DOMAINS for adapter in _adapters(domain, read(domain.upper(), "files"))
            ),
            target=_one_of("TARGET", read("TARGET", "duckdb"), KNOWN_TARGETS),
            settle_seconds=_seconds(read("SETTLE_SECONDS", "2")),
            fresh_hours=_hours("FRESH_HOURS", read("FRESH_HOURS", "26")),
            report_due_hours=_hours("REPORT_DUE_HOURS", read("REPORT_DUE_HOURS", "12")),
            notify=_channels(read("NOTIFY", "")),
            owner_link=_link(read("OWNER_LINK", cls.owner_link)),
            publish_to_postgres=_connection("PUBLISH_TO_POSTGRES", read("PUBLISH_TO_POSTGRES", "")),
            postgres_readers=_names(read("POSTGRES_READERS", "")),
            postgres_personal_readers=_names(read("POSTGRES_PERSONAL_READERS", "")),
            target_connection=_connection("TARGET_CONNECTION", read("TARGET_CONNECTION", "scoreboard_target")),
            spark_venv=Path(read("SPARK_VENV", str(cls.spark_venv))).expanduser().resolve(),
        )


def _as_of(text: str, zone: str) -> date:
    if not text:
        return utc_now().astimezone(ZoneInfo(zone)).date()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise SettingsError(f"SCOREBOARD_AS_OF is {text!r}; it takes a date as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"SCOREBOARD_AS_OF is {text!r}: {error}") from error


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError) as error:
        raise SettingsError(f"SCOREBOARD_TIMEZONE is {text!r}; it takes an IANA name such as Europe/Berlin") from error
    return text


def _fiscal_start(text: str) -> int:
    if not re.fullmatch(r"0?[1-9]|1[0-2]", text):
        raise SettingsError(f"SCOREBOARD_FISCAL_START_MONTH is {text!r}; it takes a month, 1 to 12")
    return int(text)


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise SettingsError(f"SCOREBOARD_CURRENCY is {text!r}; it takes three capital letters (ISO 4217), such as EUR")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise SettingsError(f"SCOREBOARD_SETTLE_SECONDS is {text!r}; it takes seconds, 0 to 3600")
    return seconds


def _hours(variable: str, text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = -1.0
    if not 0 < hours <= 8784:
        raise SettingsError(f"SCOREBOARD_{variable} is {text!r}; it takes hours, more than 0 and at most 8784 (a year)")
    return hours


def _channels(text: str) -> tuple[str, ...]:
    """`mailto:<address>`, `slack:<connection>` and `http:<connection>`, comma-separated, as written."""
    channels = tuple(dict.fromkeys(channel.strip() for channel in text.split(",") if channel.strip()))
    for channel in channels:
        if not re.fullmatch(r"mailto:[^\s@:]+@[^\s@:]+|(slack|http):[A-Za-z0-9_.-]+", channel):
            raise SettingsError(
                f"SCOREBOARD_NOTIFY names {channel!r}; it takes mailto:<address>, slack:<connection> and http:<connection>,"
                " separated by commas, such as mailto:ops@example.com,slack:slack_default"
            )
    return channels


def _link(text: str) -> str:
    if not re.fullmatch(r"mailto:[^\s@:]+@[^\s@:]+|https?://[^\s/]+\S*", text):
        raise SettingsError(f"SCOREBOARD_OWNER_LINK is {text!r}; it takes mailto:<address> or an http(s) address")
    return text


def _connection(variable: str, text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9_.\-]+", text):
        raise SettingsError(
            f"SCOREBOARD_{variable} is not the id of an Airflow Connection, such as bi_postgres; an address with a password"
            " belongs into the Connection of that id"
        )
    return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _adapters(domain: Domain, text: str) -> list[str]:
    variable = domain.upper()
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        _one_of(variable, name, KNOWN_ADAPTERS)
        if name not in adapters_for(domain):
            raise SettingsError(
                f"SCOREBOARD_{variable} names {name}, which feeds {' and '.join(ADAPTERS[name].domains)} and not {domain}; "
                f"{domain} can be fed by: {', '.join(adapters_for(domain))}"
            )
    if not names:
        raise SettingsError(f"SCOREBOARD_{variable} is {text!r}; it takes adapters: {', '.join(adapters_for(domain))}")
    if len(set(names)) != len(names):
        raise SettingsError(f"SCOREBOARD_{variable} names an adapter twice: {text!r}")
    return names


def _one_of(variable: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise SettingsError(f"SCOREBOARD_{variable} is {value!r}; this version knows: {', '.join(known)}")
    return value
