"""What goes into the outbox: open alerts that are new, once; due steps of those nobody has taken up, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from scoreboard.alerts.assignments import assign
from scoreboard.alerts.config import AlertConfig, ChannelConfig, Route
from scoreboard.alerts.hours import Hours
from scoreboard.alerts.outbox import Store, deliveries
from scoreboard.alerts.queueing import Queued, queue_due, queue_new
from scoreboard.alerts.states import append_state
from scoreboard.settings import Settings
from tests.alerts.company import ALWAYS, AS_OF, NOW, OFFICE, Rows, alert_id, alert_row, person, step_row

CONFIG = AlertConfig({name: ChannelConfig(name, name, f"{name}_default") for name in ("email", "slack")})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, as_of=AS_OF)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(Store(settings)) as store:
        yield store


def stages(settings: Settings, rows: Rows) -> list[tuple[str, str, str]]:
    found = deliveries(settings, [row["alert_id"] for row in rows.alerts])
    return sorted((each.stage, each.channel, each.owner) for of_alert in found.values() for each in of_alert)


def test_a_new_alert_is_queued_once_for_every_channel(settings: Settings, store: Store) -> None:
    rows = Rows([alert_row("R-1")])
    assert queue_new(settings, store, rows, CONFIG, NOW) == Queued(new_alerts=1, history=0, deliveries=2)
    assert queue_new(settings, store, rows, CONFIG, NOW + timedelta(hours=1)) == Queued()
    assert stages(settings, rows) == [("notice", "email", "E-1"), ("notice", "slack", "E-1")]


def test_the_first_run_takes_what_is_older_for_history_and_later_ones_what_is_very_old(
    settings: Settings, store: Store
) -> None:
    days = {"R-1": 1, "R-2": 13, "R-3": 15, "R-4": 44, "R-5": 46}
    rows = Rows([alert_row(name, opened_at=NOW - timedelta(days=age)) for name, age in days.items()])
    assert queue_new(settings, store, rows, CONFIG, NOW) == Queued(2, 2, 4)
    assert {each[0] for each in store.connection.execute("select subject_id from alerts where verdict = 'new'")} == {
        "R-1",
        "R-2",
    }
    # a backfilled quarter: late, and told all the same; too late, and not
    late = {"R-6": 20, "R-7": 44, "R-8": 100}
    rows.alerts += [alert_row(name, opened_at=NOW - timedelta(days=age)) for name, age in late.items()]
    assert queue_new(settings, store, rows, CONFIG, NOW).new_alerts == 2


def test_a_new_channel_tells_new_alerts_only(settings: Settings, store: Store) -> None:
    alert = alert_row("R-1", opened_at=NOW)
    rows = Rows([alert], [step_row(alert, 1, 0), step_row(alert, 2, 1)])
    queue_new(settings, store, rows, CONFIG, NOW)
    assert queue_due(settings, store, rows, CONFIG, ALWAYS, NOW) == 1
    more = replace(CONFIG, channels={**CONFIG.channels, "hook": ChannelConfig("hook", "webhook", "x")})
    rows.alerts.append(alert_row("R-2"))
    assert queue_new(settings, store, rows, more, NOW) == Queued(1, 0, 3)
    # of what was told before, it tells the steps that fall due from now on
    assert queue_due(settings, store, rows, more, ALWAYS, NOW) == 0
    assert queue_due(settings, store, rows, more, ALWAYS, NOW + timedelta(hours=1)) == 1


def test_what_somebody_took_up_is_not_told(settings: Settings, store: Store) -> None:
    rows = Rows([alert_row("R-1")], [step_row(alert_row("R-1"))])
    append_state(settings, rows.alerts[0]["alert_id"], "acknowledged", "Ann", NOW)
    assert queue_new(settings, store, rows, CONFIG, NOW) == Queued()
    assert queue_due(settings, store, rows, CONFIG, ALWAYS, NOW + timedelta(days=3)) == 0
    append_state(settings, rows.alerts[0]["alert_id"], "open", "Ann", NOW + timedelta(days=3))
    assert queue_new(settings, store, rows, CONFIG, NOW + timedelta(days=3)) == Queued(1, 0, 2)


def test_a_quarter_that_still_runs_is_told_of_where_the_end_would_be_too_late(settings: Settings, store: Store) -> None:
    def provisional(rule: str) -> dict[str, object]:
        known = {"quarter_start_date": date(2026, 4, 1), "alert_id": alert_id(rule, "A-1", "2026-04-01")}
        return alert_row("A-1", rule=rule, is_provisional=True, **known)

    rows = Rows([provisional("silent_key_account"), provisional("moved_to_risky_business")])
    assert queue_new(settings, store, rows, CONFIG, NOW).new_alerts == 1
    rows.alerts[1]["is_provisional"] = False
    assert queue_new(settings, store, rows, CONFIG, NOW).new_alerts == 1
    assert {row[0] for row in store.connection.execute("select period from alerts")} == {"2026-04-01"}


def test_routes_choose_channels_by_role_rule_severity_and_stage() -> None:
    routes = (
        Route(("email",)),
        Route(("slack",), severities=frozenset({"critical"}), stages=frozenset({"notice"})),
        Route(("slack",), roles=frozenset({"support_manager"})),
    )
    config = replace(CONFIG, routes=routes)
    assert config.channels_for("account_manager", "low_score", "high", "notice") == ["email"]
    assert config.channels_for("account_manager", "low_score", "critical", "notice") == ["email", "slack"]
    assert config.channels_for("account_manager", "low_score", "critical", "escalation") == ["email"]
    assert config.channels_for("support_manager", "ticket_reopened", "low", "escalation") == ["email", "slack"]


def test_a_due_step_goes_to_its_role_once_until_the_alert_is_taken_up(settings: Settings, store: Store) -> None:
    alert = alert_row("R-1", opened_at=NOW, executive_sponsor_id="E-2")
    due = [(1, 1, "account_manager"), (2, 2, "team_lead"), (3, 3, "executive_sponsor"), (4, 9, "managing_director")]
    rows = Rows([alert], [step_row(alert, number, hours, role) for number, hours, role in due])
    one = replace(CONFIG, channels={"email": CONFIG.channels["email"]})
    queue_new(settings, store, rows, one, NOW)
    queued = [queue_due(settings, store, rows, one, ALWAYS, NOW + timedelta(hours=hour)) for hour in (0, 1, 2, 2, 3)]
    assert queued == [0, 1, 1, 0, 1]
    assert [(stage, owner) for stage, _, owner in stages(settings, rows)] == [
        ("notice", "E-1"),
        ("step 1", "E-1"),
        ("step 2", "role:team_lead"),
        ("step 3", "E-2"),
    ]
    append_state(settings, alert["alert_id"], "in_progress", "Ann", NOW)
    assert queue_due(settings, store, rows, one, ALWAYS, NOW + timedelta(hours=11)) == 0


def test_nobody_is_passed_over_because_an_alert_was_found_late(settings: Settings, store: Store) -> None:
    """Friday noon it happened, Monday noon we knew: the four opening hours of the step begin on Monday."""
    friday = NOW - timedelta(days=3)
    alert = alert_row("R-1", opened_at=friday)
    rows = Rows([alert], [step_row(alert, hours=4)])
    queue_new(settings, store, rows, CONFIG, NOW)
    assert queue_due(settings, store, rows, CONFIG, OFFICE, NOW + timedelta(hours=3, minutes=59)) == 0
    assert queue_due(settings, store, rows, CONFIG, OFFICE, NOW + timedelta(hours=4)) == 1


def test_an_as_of_in_the_past_stops_the_clock_of_escalations(settings: Settings, store: Store) -> None:
    alert = alert_row("R-1", opened_at=NOW)
    rows = Rows([alert], [step_row(alert, hours=13)])  # an hour after the as-of day
    queue_new(settings, store, rows, CONFIG, NOW)
    assert queue_due(settings, store, rows, CONFIG, ALWAYS, NOW + timedelta(days=99)) == 0
    later = replace(settings, as_of=AS_OF + timedelta(days=1))
    assert queue_due(later, store, rows, CONFIG, ALWAYS, NOW + timedelta(days=99)) == 1


@pytest.mark.parametrize(
    ("assigned", "changes", "owner"),
    [
        (None, {}, "E-1"),
        ("E-2", {}, "E-2"),
        ("E-3", {}, "E-1"),  # who left gets nothing
        ("somebody@elsewhere.example", {}, "E-1"),
        (None, {"owner_id": None, "account_manager_id": None}, "role:account_manager"),
        (None, {"owner_id": "E-3", "account_manager_id": "E-3"}, "role:account_manager"),
        (None, {"owner_role": "executive_sponsor", "owner_id": None, "executive_sponsor_id": "E-2"}, "E-2"),
        (None, {"owner_role": "support_manager", "owner_id": None}, "role:support_manager"),
    ],
)
def test_the_owner_is_who_was_given_it_else_who_is_in_the_role_else_the_role(
    settings: Settings, store: Store, assigned: str | None, changes: dict[str, str | None], owner: str
) -> None:
    people = [person("E-1"), person("E-2"), person("E-3", is_active=False)]
    rows = Rows([alert_row("R-1", **changes)], people=people)
    if assigned:
        assign(settings, rows.alerts[0]["alert_id"], assigned, "Ann")
    queue_new(settings, store, rows, CONFIG, NOW)
    assert {each[2] for each in stages(settings, rows)} == {owner}


def test_a_step_is_never_due_where_it_is_never_open(settings: Settings, store: Store) -> None:
    alert = alert_row("R-1")
    rows = Rows([alert], [step_row(alert) | {"due_at": None}])
    queue_new(settings, store, rows, CONFIG, NOW)
    never = Hours({}, frozenset(), ALWAYS.zone)
    assert queue_due(settings, store, rows, CONFIG, never, NOW + timedelta(days=9)) == 0
