"""A run in trouble: channels that are dead, busy, hanging or not there, people who left, messages that cannot be worded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from scoreboard.alerts.channels.base import Refused, Unsure
from scoreboard.alerts.channels.making import InTime
from scoreboard.alerts.config import ChannelConfig
from scoreboard.alerts.deliver import MOST_UNSURE, RUN_LIMIT, Courier
from scoreboard.alerts.digest import Digest
from scoreboard.alerts.outbox import Store, deliveries
from scoreboard.alerts.queueing import queue_due, queue_new
from scoreboard.alerts.report import messages
from scoreboard.settings import Settings
from tests.alerts.company import ALWAYS, AS_OF, NOW, OFFICE, Rows, alert_row, person, step_row
from tests.alerts.test_deliver import BOTH, MAIL, Office, states
from tests.alerts.test_wording import digest_of

HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    settings = Settings(home=tmp_path, as_of=AS_OF)
    with closing(Store(settings)) as store:
        yield Office(settings, store)


def owners(number: int) -> Rows:
    """So many owners with one alert each."""
    names = [f"E-{each}" for each in range(number)]
    return Rows([alert_row(f"R-{name}", name) for name in names], people=[person(name) for name in names])


def test_an_outage_of_a_weekend_costs_no_message_a_try_and_asks_once_a_run(office: Office) -> None:
    rows = owners(3)
    office.failing["slack"] = Refused("Slack cannot be reached", is_dead=True)
    for _ in range(60):
        assert office.run(rows, BOTH, ALWAYS).get(("slack", "waits")) == 3
        office.now += HOUR
    assert {(each.state, each.attempts) for each in messages(office.settings, ("queued", "failed"))} == {("queued", 0)}
    assert office.tried["slack"] == 60
    del office.failing["slack"]
    assert office.run(rows, BOTH, ALWAYS) == {("slack", "sent"): 3}


def test_what_asked_to_be_left_alone_is_left_alone_for_so_long(office: Office) -> None:
    rows = owners(2)
    office.failing["email"] = Refused("not now", is_dead=True, wait=timedelta(hours=5))
    assert office.run(rows, hours=ALWAYS) == {("email", "waits"): 2}
    del office.failing["email"]
    office.now += timedelta(hours=5) - timedelta(minutes=1)
    assert office.run(rows, hours=ALWAYS) == {}
    office.now += timedelta(minutes=1)
    assert office.run(rows, hours=ALWAYS) == {("email", "sent"): 2}


def test_a_message_that_is_refused_again_and_again_keeps_to_the_wait_asked_for(office: Office) -> None:
    rows = owners(1)
    office.failing["email"] = Refused("not now", wait=timedelta(hours=20))
    office.run(rows, hours=ALWAYS)
    office.now += timedelta(hours=19)
    assert office.run(rows, hours=ALWAYS) == {}
    office.now += timedelta(hours=1)
    assert office.run(rows, hours=ALWAYS) == {("email", "waits"): 1}


def test_a_channel_that_only_swallows_is_left_alone_before_it_has_swallowed_everything(office: Office) -> None:
    rows = owners(10)
    office.failing["slack"] = Unsure("no answer")
    assert office.run(rows, BOTH) == {
        ("email", "sent"): 10,
        ("slack", "unknown"): MOST_UNSURE,
        ("slack", "waits"): 10 - MOST_UNSURE,
    }
    del office.failing["slack"]
    office.now += HOUR
    assert office.run(rows, BOTH) == {("slack", "sent"): 10 - MOST_UNSURE}


def test_a_run_ends_by_itself_before_it_is_ended(office: Office) -> None:
    rows = owners(10)
    passed = iter(range(100))
    queue_new(office.settings, office.store, rows, MAIL, NOW)
    courier = Courier(
        *(office.settings, office.store, rows, MAIL, OFFICE, "http://localhost"),
        make_channel=office.channel,
        now=lambda: NOW,
        seconds=lambda: next(passed) * RUN_LIMIT.total_seconds() / 4.5,
    )
    assert courier.deliver() == {("email", "sent"): 4}
    assert office.run(rows) == {("email", "sent"): 6}


def test_a_channel_that_cannot_be_made_waits_and_the_others_go(office: Office) -> None:
    rows = owners(2)

    def make(config: ChannelConfig) -> object:
        if config.name == "slack":
            raise ModuleNotFoundError("No module named 'airflow.providers.slack'")
        return office.channel(config)

    office.make = make
    assert office.run(rows, BOTH) == {("email", "sent"): 2, ("slack", "waits"): 2}
    [reason] = {each.reason for each in messages(office.settings, ("queued",))}
    assert "slack" in reason and "ModuleNotFoundError" in reason


def test_a_message_that_cannot_be_worded_holds_up_nobody_else(office: Office) -> None:
    rows = owners(2)
    rows.alerts[0]["severity"] = "apocalyptic"
    assert office.run(rows) == {("email", "waits"): 1, ("email", "sent"): 1}
    [(_, reason)] = [each for each in states(office, rows) if each[0] == "queued"]
    assert "could not be worded" in reason


class Hanging:
    """Answers one byte an hour, as it were."""

    def __init__(self) -> None:
        self.let_go, self.sent = Event(), Event()

    def send(self, digest: Digest, address: str) -> None:
        self.let_go.wait(30)
        self.sent.set()


def test_a_sending_that_does_not_end_is_given_up_and_unknown(office: Office) -> None:
    hanging = Hanging()
    with pytest.raises(Unsure, match="did not come to an end"):
        InTime(hanging, timedelta(milliseconds=20)).send(digest_of(alert_row("R-1")), "")
    hanging.let_go.set()
    assert hanging.sent.wait(30)


def test_an_escalation_to_somebody_who_left_goes_to_their_role_not_to_the_owners(office: Office) -> None:
    alert = alert_row("R-1", "E-1", executive_sponsor_id="E-2", opened_at=NOW)
    rows = Rows([alert], [step_row(alert, 3, 1, "executive_sponsor")])
    config = replace(MAIL, addresses={"account_manager": "am@ourco.example", "executive_sponsor": "es@ourco.example"})
    office.run(rows, config)
    queue_due(office.settings, office.store, rows, config, ALWAYS, NOW + HOUR)
    rows.people[1]["is_active"] = False
    office.now += HOUR
    office.run(rows, config)
    assert [address for _, address, _ in office.arrived] == ["e-1@ourco.example", "es@ourco.example"]


def test_thousands_of_alerts_of_one_owner_go_in_messages_that_a_receiver_can_take(office: Office) -> None:
    rows = Rows([alert_row(f"R-{number:04}") for number in range(1101)])
    office.run(rows)
    assert sorted(len(digest.lines) for _, _, digest in office.arrived) == [101, 500, 500]
    found = deliveries(office.settings, [row["alert_id"] for row in rows.alerts])
    assert {each.state for of_alert in found.values() for each in of_alert} == {"sent"}
