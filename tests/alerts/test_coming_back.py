"""Alerts that vanish and come back, are opened again, or whose steps were late: who hears what, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from scoreboard.alerts import claims
from scoreboard.alerts.outbox import Store, deliveries
from scoreboard.alerts.queueing import queue_due, queue_new
from scoreboard.alerts.states import append_state
from scoreboard.settings import Settings
from tests.alerts.company import ALWAYS, AS_OF, NOW, OFFICE, Rows, alert_row, step_row
from tests.alerts.test_deliver import MAIL, Office

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    settings = Settings(home=tmp_path, as_of=AS_OF + timedelta(days=60))
    with closing(Store(settings)) as store:
        yield Office(settings, store)


def stages(office: Office, rows: Rows, now=None) -> list[str]:
    """The steps queued by a look at a moment."""
    before = _queued(office, rows)
    queue_due(office.settings, office.store, rows, MAIL, ALWAYS, now or office.now)
    return sorted(_queued(office, rows) - before)


def _queued(office: Office, rows: Rows) -> set[str]:
    found = deliveries(office.settings, [row["alert_id"] for row in rows.alerts])
    return {each.stage for of_alert in found.values() for each in of_alert}


def test_what_an_older_version_does_not_have_is_told_when_the_newer_one_is_back(office: Office) -> None:
    rows = Rows([alert_row("R-1"), alert_row("R-2")])
    office.now = NOW + timedelta(hours=10)  # at night
    office.run(rows)
    older = Rows([rows.alerts[0]])
    office.now = NOW + timedelta(hours=22)
    assert office.run(older) == {("email", "sent"): 1}
    office.now += HOUR
    assert office.run(rows) == {("email", "sent"): 1}
    assert office.run(rows) == office.run(older) == {}
    assert [[line.alert_id for line in digest.lines] for _, _, digest in office.arrived] == [
        [row["alert_id"]] for row in rows.alerts
    ]


def test_what_was_taken_up_before_it_was_told_is_told_when_it_is_opened_again(office: Office) -> None:
    rows = Rows([alert_row("R-1")])
    office.now = NOW + timedelta(hours=10)
    office.run(rows)
    taken = rows.alerts[0]["alert_id"]
    append_state(office.settings, taken, "acknowledged", "Ann", office.now)
    office.now = NOW + DAY
    assert office.run(rows) == {("email", "not_needed"): 1}
    append_state(office.settings, taken, "open", "Ann", office.now)
    assert office.run(rows) == {("email", "sent"): 1}
    append_state(office.settings, taken, "acknowledged", "Ann", office.now)
    append_state(office.settings, taken, "open", "Ann", office.now)
    assert office.run(rows) == {}


def test_a_step_that_vanished_before_it_was_told_comes_back_too(office: Office) -> None:
    alert = alert_row("R-1", opened_at=NOW)
    rows = Rows([alert], [step_row(alert, 1, 1)])
    office.run(rows, hours=ALWAYS)
    office.now += HOUR
    assert stages(office, rows) == ["step 1"]
    assert office.run(Rows([]), hours=ALWAYS) == {("email", "not_needed"): 1}
    stages(office, rows)
    assert office.run(rows, hours=ALWAYS) == {("email", "sent"): 1}


def test_whoever_still_holds_what_was_not_needed_cannot_send_it(office: Office) -> None:
    rows = Rows([alert_row("R-1")])
    queue_new(office.settings, office.store, rows, MAIL, NOW)
    claims.form_messages(office.store, NOW, lambda severity, rule: True)
    held = claims.claim(office.store, NOW)
    claims.not_needed(office.store, held, NOW)
    queue_new(office.settings, office.store, rows, MAIL, NOW)
    for tell in (claims.begin, claims.sent):
        with pytest.raises(claims.ClaimLost):
            tell(office.store, held, NOW)
    assert office.run(rows) == {("email", "sent"): 1}


def test_the_clock_of_steps_begins_anew_where_an_alert_is_opened_again(office: Office) -> None:
    """Taken up in time and opened again after weeks: nobody is passed over for what was long ago."""
    alert = alert_row("R-1", opened_at=NOW)
    rows = Rows([alert], [step_row(alert, number, number, "team_lead") for number in (1, 2, 3)])
    office.run(rows)
    assert stages(office, rows, NOW + HOUR) == ["step 1"]
    append_state(office.settings, alert["alert_id"], "acknowledged", "Ann", NOW + HOUR)
    append_state(office.settings, alert["alert_id"], "open", "Ann", NOW + 20 * DAY)
    assert stages(office, rows, NOW + 20 * DAY) == []
    assert stages(office, rows, NOW + 20 * DAY + 2 * HOUR - timedelta(minutes=1)) == []
    assert stages(office, rows, NOW + 20 * DAY + 2 * HOUR) == ["step 2"]
    assert stages(office, rows, NOW + 20 * DAY + 3 * HOUR) == ["step 3"]


def test_after_days_of_downtime_no_step_is_left_out_and_they_keep_their_distance(office: Office) -> None:
    """Or the managing director hears of it in the same minute as the team lead, who was to clear it away."""
    alert = alert_row("R-1", opened_at=NOW)
    hours = {1: 0, 2: 2, 3: 4, 4: 8}
    rows = Rows([alert], [step_row(alert, number, hour, "team_lead") for number, hour in hours.items()])
    office.run(rows)
    assert stages(office, rows, NOW) == ["step 1"]
    back = NOW + 9 * DAY
    told = {hour: found for hour in range(12) if (found := stages(office, rows, back + hour * HOUR))}
    # as far apart as the procedure says, less the hour that lies between two runs
    assert told == {0: ["step 2"], 1: ["step 3"], 4: ["step 4"]}


def test_steps_that_are_told_in_time_are_told_when_the_published_table_says(office: Office) -> None:
    alert = alert_row("R-1", opened_at=NOW)
    hours = {1: 0, 2: 2, 3: 4, 4: 8}
    rows = Rows([alert], [step_row(alert, number, hour, "team_lead") for number, hour in hours.items()])
    office.run(rows)
    runs = [NOW + timedelta(minutes=50) + hour * HOUR for hour in range(-1, 10)]
    told = {run: found for run in runs if (found := stages(office, rows, run))}
    # each by the first run after it fell due, although that run is up to an hour late
    assert [stage for found in told.values() for stage in found] == ["step 1", "step 2", "step 3", "step 4"]
    for (run, _), hour in zip(told.items(), hours.values(), strict=True):
        assert timedelta() <= run - (NOW + hour * HOUR) < HOUR


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=2000)])
def test_a_clock_that_was_ahead_holds_nothing_up_once_it_is_put_right(office: Office, ahead: timedelta) -> None:
    alert = alert_row("R-1", opened_at=NOW)
    rows = Rows([alert], [step_row(alert, 1, 1)])
    ahead_of_it = Settings(home=office.settings.home, as_of=(NOW + ahead).date())
    queue_new(ahead_of_it, office.store, rows, MAIL, NOW)
    claims.form_messages(office.store, NOW + ahead, lambda severity, rule: True)
    held = claims.claim(office.store, NOW + ahead)
    claims.refused(office.store, held, NOW + ahead, "busy")
    office.store.connection.execute("update alerts set noticed_at = ?", [(NOW + ahead).isoformat()])
    assert office.run(rows, hours=OFFICE) == {("email", "sent"): 1}
    assert stages(office, rows, NOW) == []
    assert stages(office, rows, NOW + HOUR) == ["step 1"]
