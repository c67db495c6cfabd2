"""Settings come from SCOREBOARD_* variables with the contract's defaults; what cannot be meant is refused by name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scoreboard import settings as settings_module
from scoreboard.entities import DOMAINS
from scoreboard.settings import PROJECT_ROOT, Settings, SettingsError, utc_now
from scoreboard.sources.adapters import ADAPTERS


def read(**variables: str) -> Settings:
    return Settings.from_environment({f"SCOREBOARD_{name}": value for name, value in variables.items()})


def test_the_defaults_are_those_of_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "utc_now", lambda: datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
    settings = read()
    assert settings == Settings(
        home=PROJECT_ROOT / "var",
        as_of=date(2026, 3, 31),
        timezone="UTC",
        fiscal_start_month=1,
        currency="USD",
        adapters=(("crm", "files"), ("support", "files"), ("survey", "files")),
        target="duckdb",
        settle_seconds=2.0,
    )


def test_today_is_the_date_in_the_configured_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "utc_now", lambda: datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
    assert read(TIMEZONE="Asia/Tokyo").as_of == date(2026, 4, 1)
    assert read(TIMEZONE="America/New_York").as_of == date(2026, 3, 31)


def test_the_clock_tells_utc() -> None:
    assert utc_now().utcoffset() == UTC.utcoffset(None)


def test_an_empty_or_blank_variable_is_as_good_as_none() -> None:
    assert read(CURRENCY="", TIMEZONE="  ", FISCAL_START_MONTH="").currency == "USD"


def test_every_variable_is_taken(tmp_path: Path) -> None:
    settings = read(
        HOME=str(tmp_path / "home"),
        AS_OF="2026-02-28",
        TIMEZONE="Europe/Berlin",
        FISCAL_START_MONTH="04",
        CURRENCY="EUR",
        SUPPORT=" files ",
        SETTLE_SECONDS="0.5",
    )
    assert settings.home == tmp_path / "home"
    assert settings.as_of == date(2026, 2, 28)
    assert (settings.timezone, settings.fiscal_start_month, settings.currency) == ("Europe/Berlin", 4, "EUR")
    assert settings.adapters_of("support") == ["files"]
    assert settings.settle_seconds == 0.5


def test_home_is_absolute_also_where_it_was_given_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read(HOME="here").home == tmp_path / "here"
    assert read(HOME="~/scoreboard").home == Path.home() / "scoreboard"


def test_everything_the_pipeline_writes_lies_below_home(tmp_path: Path) -> None:
    settings = read(HOME=str(tmp_path))
    folders = [
        settings.inbox,
        settings.archive,
        settings.landing,
        settings.valid,
        settings.quarantine,
        settings.build,
        settings.published,
        settings.reports,
        settings.runs,
        settings.seeds,
        settings.sources,
        settings.airflow_home,
    ]
    assert {folder.parent for folder in folders} == {tmp_path}
    assert len(set(folders)) == len(folders)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AS_OF", "2026-3-1"),
        ("AS_OF", "2026-02-29"),
        ("AS_OF", "2026-03-01T00:00:00"),
        ("AS_OF", "yesterday"),
        ("TIMEZONE", "Berlin"),
        ("TIMEZONE", "Europe"),
        ("TIMEZONE", "../etc/passwd"),
        ("FISCAL_START_MONTH", "0"),
        ("FISCAL_START_MONTH", "13"),
        ("FISCAL_START_MONTH", "April"),
        ("FISCAL_START_MONTH", "1.0"),
        ("CURRENCY", "usd"),
        ("CURRENCY", "US$"),
        ("CURRENCY", "EURO"),
        ("CRM", "files,fax"),
        ("SURVEY", "Files"),
        ("SUPPORT", "files,files"),
        ("SUPPORT", ","),
        ("SUPPORT", "zendesk,salesforce"),
        ("CRM", "zendesk"),
        ("CRM", "zendesk_airbyte"),
        ("SURVEY", "salesforce_fivetran"),
        ("TARGET", "sqlite"),
        ("SETTLE_SECONDS", "-1"),
        ("SETTLE_SECONDS", "nan"),
        ("SETTLE_SECONDS", "soon"),
        ("PUBLISH_TO_POSTGRES", "postgres://me:secret@host/db"),
        ("TARGET_CONNECTION", "a b"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"SCOREBOARD_{name}"):
        read(**{name: value})


def test_every_adapter_is_taken_where_it_can_feed() -> None:
    for adapter in ADAPTERS.values():
        for domain in DOMAINS:
            if domain in adapter.domains:
                assert read(**{domain.upper(): adapter.name}).adapters_of(domain) == [adapter.name]


def test_an_adapter_in_the_wrong_place_is_told_where_it_belongs_and_what_fits() -> None:
    with pytest.raises(SettingsError) as refusal:
        read(SUPPORT="salesforce")
    assert "salesforce, which feeds crm and not support" in str(refusal.value)
    assert "files, zendesk, hubspot, zendesk_fivetran, zendesk_airbyte, hubspot_fivetran" in str(refusal.value)


def test_a_feed_is_named_once_however_many_adapters_it_has() -> None:
    settings = read(SUPPORT="zendesk_airbyte, files, hubspot, zendesk", CRM="salesforce_fivetran,salesforce")
    assert settings.adapters_of("support") == ["zendesk_airbyte", "files", "hubspot", "zendesk"]
    assert settings.feeds_of("support") == ["zendesk", "files", "hubspot"]
    assert settings.feeds_of("crm") == ["salesforce"]
    assert settings.feeds_of("survey") == ["files"]


def test_the_environment_is_read_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCOREBOARD_CURRENCY", "GBP")
    assert Settings.from_environment().currency == "GBP"
    assert read().currency == "USD"


def test_who_is_told_and_how_fresh_things_are_expected() -> None:
    settings = read(
        NOTIFY="mailto:ops@example.com, slack:ops.slack,http:hook",
        OWNER_LINK="https://wiki.example.com/cx",
        FRESH_HOURS="3",
    )
    assert settings.notify == ("mailto:ops@example.com", "slack:ops.slack", "http:hook")
    assert (settings.owner_link, settings.fresh_hours) == ("https://wiki.example.com/cx", 3.0)
    assert read().notify == ()
    assert read(NOTIFY=" , ").notify == ()


@pytest.mark.parametrize(
    "variables",
    [
        {"NOTIFY": "ops@example.com"},
        {"NOTIFY": "mailto:a@b\r\nBcc:c@d"},
        {"NOTIFY": "http://10.0.0.1/x"},
        {"OWNER_LINK": "javascript:alert(1)"},
        {"OWNER_LINK": "nobody"},
        {"FRESH_HOURS": "0"},
        {"FRESH_HOURS": "nan"},
        {"REPORT_DUE_HOURS": "soon"},
    ],
)
def test_what_cannot_be_a_channel_a_link_or_hours_is_refused_by_name(variables: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=f"SCOREBOARD_{next(iter(variables))}"):
        read(**variables)
