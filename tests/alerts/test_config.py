"""channels.yaml: read as written, and whatever is wrong with it is said with its place."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from scoreboard.alerts.config import SCHEMA, AlertConfig, ChannelsError, config_path, is_address, load_config
from scoreboard.alerts.outbox import STATES
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.alerts.company import AS_OF


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, as_of=AS_OF)


def write(settings: Settings, text: str) -> None:
    config_path(settings).parent.mkdir(parents=True)
    config_path(settings).write_text(text, encoding="utf-8")


def test_without_a_file_owners_get_mail_in_business_hours(settings: Settings) -> None:
    config = load_config(settings)
    assert [(each.name, each.kind, each.connection) for each in config.channels.values()] == [
        ("email", "email", "smtp_default")
    ]
    assert config.has_quiet_hours and config.is_urgent("critical", "low_score")
    assert not config.is_urgent("high", "low_score")


def test_a_file_says_everything(settings: Settings) -> None:
    write(
        settings,
        """
channels:
  mail: {kind: email, connection: office_mail}
  room: {kind: slack}
  crm: {kind: webhook, endpoint: /in/alerts}
routes:
  - {channels: [mail, crm]}
  - {channels: [room], severities: [critical], rules: [low_score], stages: [escalation], roles: [team_lead]}
addresses: {team_lead: leads@ourco.example}
fallback: office@ourco.example
quiet_hours: off
at_once: {severities: [], rules: [action_alert_answer]}
provisional: []
new_within_days: 3
max_age_days: 60
""",
    )
    config = load_config(settings)
    assert config.channels["crm"].endpoint == "/in/alerts" and config.channels["mail"].connection == "office_mail"
    assert config.channels_for("team_lead", "low_score", "critical", "escalation") == ["mail", "room", "crm"]
    assert config.channels_for("team_lead", "low_score", "critical", "notice") == ["mail", "crm"]
    assert (config.addresses, config.fallback) == ({"team_lead": "leads@ourco.example"}, "office@ourco.example")
    assert not config.has_quiet_hours and config.provisional == frozenset()
    assert config.is_urgent("low", "action_alert_answer") and not config.is_urgent("critical", "low_score")
    assert (config.new_within, config.max_age) == (timedelta(days=3), timedelta(days=60))


def test_the_example_of_the_documentation_is_one(settings: Settings) -> None:
    page = (PROJECT_ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    write(settings, example)
    config = load_config(settings)
    assert (config.new_within, config.max_age) == (AlertConfig({}).new_within, AlertConfig({}).max_age)
    assert config.has_quiet_hours and set(config.channels) == {"mail", "sales-room", "crm"}
    assert set(json.loads(SCHEMA.read_text())["properties"]) == set(yaml.safe_load(example))
    for state in STATES:
        assert f"`{state}`" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channels: {}", "channels: {} should be non-empty"),
        ("channels: {x: {kind: fax}}", "channels.x.kind: 'fax' is not one of"),
        ("channels: {x: {kind: email, password: y}}", "'password' was unexpected"),
        ("channels: {x: {kind: slack, endpoint: /y}}", "only a webhook has one"),
        ("channels: {x: {kind: webhook, endpoint: 'https://else.example'}}", "channels.x.endpoint"),
        ("routes: [{channels: [fax]}]", "routes.0.channels: there is no channel 'fax'; there are email"),
        ("routes: [{channels: [email], rules: [low]}]", "routes.0.rules: there is no rule 'low'"),
        ("provisional: [x]", "provisional: there is no rule 'x'"),
        ("fallback: nobody", "fallback: 'nobody' is no e-mail address"),
        ('addresses: {x: "a@b.example\\nBcc: c@d.example"}', "addresses.x"),
        ("quiet_hours: sometimes", "quiet_hours"),
        ("new_within_days: soon", "new_within_days"),
        ("- x", "must hold names with values"),
        ("fallback: [", "no YAML"),
        ("fallback: a@b.example\nfallback: c@d.example", "stands there twice"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_nothing_is_sent(settings: Settings, text: str, said: str) -> None:
    write(settings, text)
    with pytest.raises(ChannelsError) as wrong:
        load_config(settings)
    assert said in str(wrong.value) and "channels.yaml" in str(wrong.value) and "Nothing was sent" in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ann@ourco.example", True),
        ("ann+b@ourco.example", True),
        ("", False),
        ("ann", False),
        ("ann@", False),
        ("a@b@c.example", False),
        ("ann@ourco.example\r\nBcc: eve@evil.example", False),
        ("ann@ourco.example, eve@evil.example", False),
        ("Ann <ann@ourco.example>", False),
        ("ann@ourco.example\u2028", False),
        ("jörg@ourco.example", False),
    ],
)
def test_an_address_is_one_address_and_nothing_else(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one
