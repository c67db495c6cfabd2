"""A courier's run: who gets what by which address, quiet hours, dead channels, and what is said of it afterwards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scoreboard.alerts import command
from scoreboard.alerts.by_hand import NoSuchMessage
from scoreboard.alerts.channels.base import NotSetUp, Refused, Unsure
from scoreboard.alerts.config import AlertConfig, ChannelConfig
from scoreboard.alerts.deliver import NO_ADDRESS, Courier
from scoreboard.alerts.digest import Digest
from scoreboard.alerts.hours import Hours
from scoreboard.alerts.outbox import Store, deliveries, outbox_path
from scoreboard.alerts.queueing import queue_new
from scoreboard.alerts.report import messages, run_report
from scoreboard.alerts.states import append_state
from scoreboard.settings import Settings
from scoreboard.summary import add_alerts, plain_text
from tests.alerts.company import ALWAYS, AS_OF, NOW, OFFICE, Rows, alert_row, person

MAIL = AlertConfig({"email": ChannelConfig("email", "email", "smtp_default")})
BOTH = AlertConfig({name: ChannelConfig(name, name, "x") for name in ("email", "slack")})
QUEUED = {"new_alerts": 2, "history": 0, "steps_due": 0}


@dataclass
class Office:
    """A home, its courier and what arrived."""

    settings: Settings
    store: Store
    now: datetime = NOW
    failing: dict[str, Exception] = field(default_factory=dict)
    arrived: list[tuple[str, str, Digest]] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)
    make: Callable[[ChannelConfig], Any] | None = None

    def channel(self, config: ChannelConfig) -> _Sink:
        return _Sink(self, config.name)

    def run(self, rows: Rows, config: AlertConfig = MAIL, hours: Hours = OFFICE) -> dict[tuple[str, str], int]:
        queue_new(self.settings, self.store, rows, config, self.now)
        courier = Courier(
            self.settings,
            self.store,
            rows,
            config,
            hours,
            "http://localhost",
            make_channel=self.make or self.channel,
            now=lambda: self.now,
        )
        return dict(courier.deliver())


@dataclass
class _Sink:
    office: Office
    channel: str

    def send(self, digest: Digest, address: str) -> None:
        self.office.tried[self.channel] += 1
        if self.channel in self.office.failing:
            raise self.office.failing[self.channel]
        self.office.arrived.append((self.channel, address, digest))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    settings = Settings(home=tmp_path, as_of=AS_OF)
    with closing(Store(settings)) as store:
        yield Office(settings, store)


def states(office: Office, rows: Rows) -> set[tuple[str, str]]:
    found = deliveries(office.settings, [row["alert_id"] for row in rows.alerts])
    return {(each.state, each.reason) for of_alert in found.values() for each in of_alert}


def test_each_owner_gets_one_message_with_all_of_theirs(office: Office) -> None:
    rows = Rows([alert_row("R-1", "E-1"), alert_row("R-2", "E-1"), alert_row("R-3", "E-2")])
    assert office.run(rows) == {("email", "sent"): 2}
    assert sorted((address, len(digest.lines)) for _, address, digest in office.arrived) == [
        ("e-1@ourco.example", 2),
        ("e-2@ourco.example", 1),
    ]
    assert office.run(rows) == {}


@pytest.mark.parametrize(
    ("owner", "people", "addresses", "fallback", "address"),
    [
        ("E-1", [person("E-1")], {"account_manager": "am@ourco.example"}, "", "e-1@ourco.example"),
        ("E-1", [person("E-1", email="")], {"account_manager": "am@ourco.example"}, "", "am@ourco.example"),
        ("E-1", [person("E-1", email="x\r\ny@z")], {}, "office@ourco.example", "office@ourco.example"),
        (None, [], {"account_manager": "am@ourco.example"}, "office@ourco.example", "am@ourco.example"),
        (None, [], {}, "office@ourco.example", "office@ourco.example"),
        (None, [], {}, "", None),
    ],
)
def test_the_address_is_the_persons_else_the_roles_else_the_fallback(
    office: Office, owner: str | None, people: list[Any], addresses: dict[str, str], fallback: str, address: str | None
) -> None:
    rows = Rows([alert_row("R-1", owner)], people=people)
    office.run(rows, replace(MAIL, addresses=addresses, fallback=fallback))
    assert [each[1] for each in office.arrived] == ([address] if address else [])
    if address is None:
        assert states(office, rows) == {("failed", NO_ADDRESS)}


def test_at_night_and_on_holidays_only_what_is_urgent_goes(office: Office) -> None:
    office.now = NOW + timedelta(hours=10)  # 22:00 on a Monday
    rows = Rows([alert_row("R-1", severity="critical"), alert_row("R-2", severity="high")])
    assert office.run(rows) == {("email", "sent"): 1}
    assert {each[0] for each in states(office, rows)} == {"sent", "waiting"}
    office.now = NOW + timedelta(hours=20, minutes=59)
    holiday = replace(OFFICE, holidays=frozenset({office.now.date()}))
    assert office.run(rows) == {}
    office.now += timedelta(minutes=1)
    assert office.run(rows, hours=holiday) == {}
    assert office.run(rows) == {("email", "sent"): 1}


def test_what_was_taken_up_or_vanished_before_it_was_sent_is_left_out(office: Office) -> None:
    office.now = NOW + timedelta(hours=10)
    rows = Rows([alert_row(f"R-{number}") for number in range(3)])
    office.run(rows)
    append_state(office.settings, rows.alerts[0]["alert_id"], "acknowledged", "Ann", NOW)
    gone = rows.alerts.pop()
    office.now = NOW + timedelta(days=1)
    assert office.run(rows) == {("email", "sent"): 1}
    [(_, _, digest)] = office.arrived
    assert [line.alert_id for line in digest.lines] == [rows.alerts[1]["alert_id"]]
    [of_gone] = deliveries(office.settings, [gone["alert_id"]])[gone["alert_id"]]
    assert of_gone.state == "not_needed"


def test_a_dead_channel_holds_nobody_up_and_is_given_up_one_day_with_its_reason(office: Office) -> None:
    rows = Rows([alert_row("R-1", "E-1"), alert_row("R-2", "E-2")])
    office.failing["slack"] = Refused("Slack cannot be reached", is_dead=True)
    assert office.run(rows, BOTH) == {("email", "sent"): 2, ("slack", "waits"): 2}
    office.now += BOTH.max_age + timedelta(days=1)
    office.run(rows, BOTH)
    assert states(office, rows) == {("sent", ""), ("failed", "Slack cannot be reached")}
    report = run_report(office.settings, QUEUED, {("email", "sent"): 2})
    assert report["sentences"] == [
        "2 new, 0 escalations due; 2 messages sent (2 by email)",
        "2 messages need a person (2 failed): make alerts lists them",
    ]
    assert len(report["for_a_person"]) == 2


def test_a_channel_that_is_not_set_up_waits_without_a_try_and_is_given_up_one_day(office: Office) -> None:
    rows = Rows([alert_row("R-1")])
    office.failing["email"] = NotSetUp("there is no Airflow Connection 'smtp_default'")
    for _ in range(20):
        assert office.run(rows) == {("email", "waits"): 1}
        office.now += timedelta(days=1)
    [waiting] = messages(office.settings, ("queued",))
    assert waiting.attempts == 0
    said = run_report(office.settings, QUEUED, {})["sentences"]
    assert "1 message by email waits: there is no Airflow Connection 'smtp_default'" in said
    office.now += timedelta(days=60)
    assert office.run(rows) == {("email", "failed"): 1}


@pytest.mark.parametrize("error", [Unsure("the answer was lost"), ZeroDivisionError("secret-in-an-address")])
def test_what_nobody_can_know_is_unknown_and_a_person_is_told_without_secrets(office: Office, error: Exception) -> None:
    rows = Rows([alert_row("R-1")])
    office.failing["email"] = error
    assert office.run(rows) == {("email", "unknown"): 1}
    del office.failing["email"]
    office.now += timedelta(days=9)
    assert office.run(rows) == {} and office.arrived == []
    office.store.connection.execute("pragma wal_checkpoint(truncate)")
    assert b"secret" not in outbox_path(office.settings).read_bytes()
    shown = show(office.settings)
    assert "1 alert: unknown" in shown and "AGAIN" in shown
    [lost] = messages(office.settings, ("unknown",))
    assert "goes out with the next run" in show(office.settings, again=lost.message_id[:6])
    office.now = datetime.now(tz=UTC) + timedelta(days=1)  # the person's own clock is the real one
    assert office.run(rows, hours=ALWAYS) == {("email", "sent"): 1}


def test_what_waits_for_business_hours_is_said(office: Office) -> None:
    rows = Rows([alert_row("R-1"), alert_row("R-2", "E-2"), alert_row("R-3", severity="critical")])
    office.now = NOW + timedelta(hours=10)
    office.run(rows)
    assert "2 alerts by email wait for business hours" in run_report(office.settings, QUEUED, {})["sentences"]
    shown = show(office.settings)
    assert "2 alerts by email wait for business hours" in shown and "Nothing needs a person" in shown
    office.now += timedelta(hours=12)
    office.run(rows)
    assert "business hours" not in show(office.settings)


def test_the_command_says_what_waits_and_why_and_what_was_told_last(office: Office) -> None:
    rows = Rows([alert_row("R-1"), alert_row("R-2", "E-2"), alert_row("R-3", "E-1")])
    office.failing["slack"] = Refused("Slack cannot be reached", is_dead=True)
    office.run(rows, BOTH)
    shown = show(office.settings)
    assert "2 messages by slack wait: Slack cannot be reached" in shown
    assert "email to E-1, 2 alerts: sent since 2026-04-20 12:00 UTC" in shown


def test_all_that_failed_can_be_sent_again_at_once_and_nothing_that_is_unknown(office: Office) -> None:
    rows = Rows([alert_row("R-1"), alert_row("R-2", "E-2"), alert_row("R-3", "E-3")])
    office.failing["email"] = Refused("mailbox unknown", is_final=True)
    office.run(Rows(rows.alerts[:2]))
    office.failing["email"] = Unsure("no answer")
    office.run(rows)
    del office.failing["email"]
    assert "2 messages go out with the next run" in show(office.settings, again="failed")
    office.now = datetime.now(tz=UTC) + timedelta(days=1)
    assert office.run(rows, hours=ALWAYS) == {("email", "sent"): 2}
    assert [each.state for each in messages(office.settings, ("failed", "unknown"))] == ["unknown"]
    with pytest.raises(NoSuchMessage, match="no message is failed"):
        show(office.settings, again="failed")


def show(settings: Settings, again: str | None = None) -> str:
    terminal = StringIO()
    command.run(settings, Console(file=terminal, width=200), again=again, settled=None)
    return terminal.getvalue()


def test_without_an_outbox_the_command_says_so(tmp_path: Path) -> None:
    assert "action_alerts has not run" in show(Settings(home=tmp_path, as_of=AS_OF))


def test_no_text_address_or_secret_stands_in_the_outbox(office: Office) -> None:
    rows = Rows([alert_row("R-1", description="Victor said something personal")])
    office.run(rows)
    office.store.connection.execute("pragma wal_checkpoint(truncate)")
    content = outbox_path(office.settings).read_bytes()
    assert office.arrived
    assert not [text for text in (b"Victor", b"ourco.example", b"Acme", b"Person") if text in content]


def test_the_runs_summary_says_what_became_of_them(office: Office) -> None:
    folder = office.settings.runs / "r1"
    folder.mkdir(parents=True)
    add_alerts(office.settings, "r1", {"sentences": ["2 new"]})
    assert json.loads((folder / "alerts.json").read_text()) == {"sentences": ["2 new"]}
    assert not (folder / "summary.json").exists()
    (folder / "summary.json").write_text('{"run_id": "r1"}')
    add_alerts(office.settings, "r1", {"sentences": ["2 new"]})
    summary = json.loads((folder / "summary.json").read_text())
    assert summary == {"run_id": "r1", "alerts": ["2 new"]}
    empty = {"published": {"by_this_run": True, "version": "v1"}, "as_of": "2026-04-20", "problems": [], "rows": []}
    empty |= {"tests": None, "quarantine": {"open": 0, "by_rule": {}}, "headline": None}
    assert "2 new" in plain_text(empty | summary | {"paths": {"reports": [], "data_docs": []}})
