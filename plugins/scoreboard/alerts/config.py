"""How alerts reach their owners: SCOREBOARD_HOME/alerts/channels.yaml, checked; without the file, e-mail to the owner.

`channels.schema.json` says its shape and what each part means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Any

from scoreboard.errors import ScoreboardError
from scoreboard.mapping.documents import MappingError, read_document
from scoreboard.settings import Settings
from scoreboard.warehouse.seeds import SHIPPED, declared_seeds, read_seed

SCHEMA = Path(__file__).with_name("channels.schema.json")
CONNECTIONS = {"email": "smtp_default", "slack": "slack_default", "webhook": "webhook_default"}
_DEFAULT_CHANNELS = {"email": {"kind": "email"}}


class ChannelsError(ScoreboardError):
    """channels.yaml cannot be used; the message names the place and what may stand there. Nothing was sent."""


@dataclass(frozen=True)
class ChannelConfig:
    """One named way to send."""

    name: str
    kind: str
    connection: str
    endpoint: str = "/"


@dataclass(frozen=True)
class Route:
    """What goes through some channels; an empty set takes everything."""

    channels: tuple[str, ...]
    roles: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()

    def fits(self, role: str, rule: str, severity: str, stage: str) -> bool:
        """`stage`: notice or escalation."""
        asked = ((self.roles, role), (self.rules, rule), (self.severities, severity), (self.stages, stage))
        return all(not wanted or value in wanted for wanted, value in asked)


@dataclass(frozen=True)
class AlertConfig:
    """The whole file, with what is not said filled in."""

    channels: Mapping[str, ChannelConfig]
    routes: tuple[Route, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    fallback: str = ""
    has_quiet_hours: bool = True
    urgent_severities: frozenset[str] = frozenset({"critical"})
    urgent_rules: frozenset[str] = frozenset()
    provisional: frozenset[str] = frozenset({"silent_key_account"})
    new_within: timedelta = timedelta(days=14)
    max_age: timedelta = timedelta(days=45)

    def channels_for(self, role: str, rule: str, severity: str, stage: str) -> list[str]:
        """Names of the channels one alert goes through, in the order of the file."""
        if not self.routes:
            return list(self.channels)
        chosen = {name for route in self.routes if route.fits(role, rule, severity, stage) for name in route.channels}
        return [name for name in self.channels if name in chosen]

    def is_urgent(self, severity: str, rule: str) -> bool:
        """Whether it goes at once, whatever the hour."""
        return severity in self.urgent_severities or rule in self.urgent_rules


def config_path(settings: Settings) -> Path:
    """Where the file lies, whether it exists or not."""
    return settings.home / "alerts" / "channels.yaml"


def load_config(settings: Settings) -> AlertConfig:
    """The file's content; without a file the defaults. Raises ChannelsError with everything that is wrong."""
    path = config_path(settings)
    try:
        document = read_document(path)
    except MappingError as error:
        raise ChannelsError(str(error).replace("Nothing was mapped", "Nothing was sent")) from error
    wrong = list(_against_schema(document)) or list(_names(settings, document))
    if wrong:
        raise ChannelsError("\n".join(f"{path}: {sentence}." for sentence in wrong) + "\nNothing was sent.")
    return _read(document)


def is_address(text: str) -> bool:
    """Whether a text is one plain e-mail address in ASCII, nothing that could end a header or name a second one."""
    if (
        not text.isascii()
        or any(not character.isprintable() or character.isspace() for character in text)
        or text.count("@") != 1
    ):
        return False
    try:
        parsed = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(parsed.username and parsed.domain and not set(text) & set(',;:<>()[]\\"'))


def _read(document: Mapping[str, Any]) -> AlertConfig:
    channels = {
        name: ChannelConfig(
            name, said["kind"], said.get("connection", CONNECTIONS[said["kind"]]), said.get("endpoint", "/")
        )
        for name, said in document.get("channels", _DEFAULT_CHANNELS).items()
    }
    routes = tuple(
        Route(
            channels=tuple(route["channels"]),
            **{part: frozenset(route[part]) for part in ("roles", "rules", "severities", "stages") if part in route},
        )
        for route in document.get("routes", [])
    )
    given: dict[str, Any] = {}
    if "provisional" in document:
        given["provisional"] = frozenset(document["provisional"])
    if "at_once" in document:
        given["urgent_severities"] = frozenset(document["at_once"].get("severities", []))
        given["urgent_rules"] = frozenset(document["at_once"].get("rules", []))
    for name, place in (("new_within", "new_within_days"), ("max_age", "max_age_days")):
        if place in document:
            given[name] = timedelta(days=int(document[place]))
    return AlertConfig(
        channels=channels,
        routes=routes,
        addresses=document.get("addresses", {}),
        fallback=document.get("fallback", ""),
        has_quiet_hours=document.get("quiet_hours", "on") == "on",
        **given,
    )


def _against_schema(document: Mapping[str, Any]) -> Iterator[str]:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for error in sorted(validator.iter_errors(document), key=lambda error: [str(step) for step in error.absolute_path]):
        yield f"{'.'.join(str(step) for step in error.absolute_path) or 'the file'}: {error.message}"


def _names(settings: Settings, document: Mapping[str, Any]) -> Iterator[str]:
    """What the schema cannot know: channels that are there, rules that exist, addresses that are ones."""
    channels, rules = document.get("channels", _DEFAULT_CHANNELS), _known_rules(settings)
    for name, said in channels.items():
        if "endpoint" in said and said["kind"] != "webhook":
            yield f"channels.{name}.endpoint: only a webhook has one"
    lists = {f"routes.{number}": route for number, route in enumerate(document.get("routes", []))}
    for place, route in lists.items():
        for name in route["channels"]:
            if name not in channels:
                yield f"{place}.channels: there is no channel {name!r}; there are {', '.join(channels)}"
    named = {f"{place}.rules": route.get("rules", []) for place, route in lists.items()}
    named |= {
        "at_once.rules": document.get("at_once", {}).get("rules", []),
        "provisional": document.get("provisional", []),
    }
    for place, names in named.items():
        for rule in names:
            if rule not in rules:
                yield f"{place}: there is no rule {rule!r}; alert_rules.csv knows {', '.join(rules)}"
    addresses = {f"addresses.{role}": text for role, text in document.get("addresses", {}).items()}
    if "fallback" in document:
        addresses["fallback"] = document["fallback"]
    for place, text in addresses.items():
        if not is_address(text):
            yield f"{place}: {text!r} is no e-mail address, such as office@example.com"


def _known_rules(settings: Settings) -> list[str]:
    own = settings.seeds / "alert_rules.csv"
    rows = read_seed(declared_seeds()["alert_rules"], own if own.exists() else SHIPPED / "alert_rules.csv")
    return list(dict.fromkeys(row["rule_id"] for row in rows))
