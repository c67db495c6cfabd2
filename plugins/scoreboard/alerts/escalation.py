"""When a step of the predetermined procedure is told: its clock, and its distance from the step before."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from scoreboard.alerts.facts import Alert, Step, reopened
from scoreboard.alerts.hours import Hours
from scoreboard.alerts.outbox import NOTICE
from scoreboard.settings import Settings

_BETWEEN_RUNS = timedelta(hours=1)  # a step is told by the first run after it fell due, and so up to this late


def stage_of(step_number: int) -> str:
    """The stage of a delivery that tells of an escalation's step."""
    return f"step {step_number}"


def step_of(stage: str) -> int | None:
    """The number of the step a stage stands for; None for the notice."""
    return None if stage == NOTICE else int(stage.removeprefix("step "))


def clock_starts(settings: Settings, connection: sqlite3.Connection) -> dict[str, datetime]:
    """alert_id -> when the clock of its steps began, of alerts that were told: first seen by the outbox, or opened again since."""
    again = reopened(settings)
    seen = connection.execute("select alert_id, noticed_at from alerts where verdict = 'new'")
    starts = {row[0]: datetime.fromisoformat(row[1]) for row in seen}
    return {alert_id: max(start, again.get(alert_id, start)) for alert_id, start in starts.items()}


def told_steps(connection: sqlite3.Connection, alert_ids: Collection[str]) -> dict[str, dict[str, datetime]]:
    """alert_id -> stage -> when it was queued, of the steps that were."""
    found: dict[str, dict[str, datetime]] = {}
    for alert_id, stage, at in connection.execute(
        "select alert_id, stage, min(queued_at) from deliveries where stage <> ? and is_needed group by alert_id, stage",
        (NOTICE,),
    ):
        if alert_id in alert_ids:
            found.setdefault(alert_id, {})[stage] = datetime.fromisoformat(at)
    return found


def due_at(alert: Alert, step: Step, since: datetime, hours: Hours) -> datetime | None:
    """When a step is due for an alert whose clock began at an instant; None where it is never open."""
    if step.due_at is None or since <= alert.opened_at:
        return step.due_at
    return hours.after(since, hours.open_time(alert.opened_at, step.due_at))


def due_steps(
    alert: Alert, steps: Iterable[Step], since: datetime, told: Mapping[str, datetime], moment: datetime, hours: Hours
) -> Iterator[Step]:
    """The steps to tell by now, those told before among them.

    A step that comes late, after an outage, moves those behind it: each role gets the time the procedure gives it.
    """
    before: list[tuple[datetime, datetime]] = []  # of each step told: when it was due, when it was told
    for step in steps:
        due = due_at(alert, step, since, hours)
        if due is None or due > moment:
            continue
        at = told.get(stage_of(step.step_number))
        if at is None and not _keeps_distance(due, before, moment, hours):
            continue
        before.append((due, moment if at is None else at))
        yield step


def _keeps_distance(due: datetime, before: Sequence[tuple[datetime, datetime]], moment: datetime, hours: Hours) -> bool:
    if not before:
        return True
    due_before, told_before = before[-1]
    if told_before > moment:  # an as-of in the past, or a clock put back: nothing can be said of it
        return True
    ready = hours.after(told_before, max(hours.open_time(due_before, due) - _BETWEEN_RUNS, timedelta()))
    # no wait at all means at once, also where it is closed
    return ready is None or ready <= moment or hours.open_time(due_before, due) <= _BETWEEN_RUNS
