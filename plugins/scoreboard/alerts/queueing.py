"""From the published version into the outbox: alerts that are new, and steps of their escalation that fell due."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scoreboard.alerts.assignments import assigned_to
from scoreboard.alerts.config import AlertConfig
from scoreboard.alerts.escalation import clock_starts, due_steps, stage_of, told_steps
from scoreboard.alerts.facts import (
    Alert,
    Employee,
    alert_clock,
    alerts_by_id,
    employees,
    recent_alerts,
    settled,
    steps_of,
)
from scoreboard.alerts.hours import Hours
from scoreboard.alerts.outbox import NOTICE, Store, as_text
from scoreboard.settings import Settings
from scoreboard.warehouse.reader import Published

ESCALATION = "escalation"


@dataclass(frozen=True)
class Queued:
    """What one look at the published version put into the outbox."""

    new_alerts: int = 0
    history: int = 0
    deliveries: int = 0


def queue_new(settings: Settings, store: Store, published: Published, config: AlertConfig, now: datetime) -> Queued:
    """Queue a notice of every open alert not seen before; all in one transaction, so a rerun queues none twice.

    What was left out of its message, as it was taken up or not there just then, and is open again, is queued again. The first run takes what was opened more than `new_within` ago for history; every run what was opened more than `max_age` ago.
    """
    moment, stamp = alert_clock(settings, now), as_text(now)
    found = [
        alert
        for alert in recent_alerts(published, moment - config.max_age)
        if not alert.is_provisional or alert.rule_id in config.provisional
    ]
    done, people = settled(settings), _People(settings, published, found)
    new = history = queued = 0
    with store.writing() as connection:
        is_first = connection.execute("select 1 from alerts limit 1").fetchone() is None
        seen = {row[0] for row in connection.execute("select alert_id from alerts")}
        left_out = {row[0] for row in connection.execute(_LEFT_OUT, (NOTICE,))}
        for alert in found:
            if alert.alert_id in done:
                continue  # should it be opened again, it is new then
            if alert.alert_id in seen:
                if alert.alert_id in left_out:
                    connection.execute(_NEEDED_AGAIN, (stamp, alert.alert_id, NOTICE))
                continue
            is_new = not (is_first and alert.opened_at < moment - config.new_within)
            connection.execute(
                "insert into alerts values (?, ?, ?, ?, ?, ?, ?)",
                (
                    *_key(alert),
                    alert.alert_id,
                    "new" if is_new else "history",
                    as_text(moment),
                    published.version,
                ),
            )
            new, history = new + is_new, history + (not is_new)
            if is_new:
                channels = config.channels_for(alert.owner_role, alert.rule_id, alert.severity, NOTICE)
                owner = people.owner(alert, alert.owner_role)
                queued += _insert(connection, alert, channels, NOTICE, owner, stamp)
    return Queued(new, history, queued)


def queue_due(
    settings: Settings, store: Store, published: Published, config: AlertConfig, hours: Hours, now: datetime
) -> int:
    """Queue every step that fell due of alerts that were told and that nobody has taken up; gives how many steps.

    The business-hours clock of a step runs from when the alert was opened, this outbox first saw it, or somebody opened it again,
    whichever is the latest: nobody is passed over because something was late.
    """
    moment, stamp = alert_clock(settings, now), as_text(now)
    with store.writing() as connection:
        # seen by a clock that was ahead, or under a later as-of: then it was first seen now
        connection.execute("update alerts set noticed_at = ? where noticed_at > ?", (as_text(moment), as_text(moment)))
    starts = clock_starts(settings, store.connection)
    open_ones = alerts_by_id(published, sorted(starts.keys() - settled(settings)))
    people = _People(settings, published, open_ones.values())
    queued = 0
    with store.writing() as connection:
        told = told_steps(connection, open_ones.keys())
        for alert_id, steps in steps_of(published, sorted(open_ones)).items():
            alert = open_ones[alert_id]
            told_already = told.get(alert_id, {})
            for step in due_steps(alert, steps, starts[alert_id], told_already, moment, hours):
                stage = stage_of(step.step_number)
                if (
                    stage in told_already
                ):  # through the channels of that day; one that was added since has no part in it
                    queued += bool(connection.execute(_NEEDED_AGAIN, (stamp, alert_id, stage)).rowcount)
                    continue
                channels = config.channels_for(step.to_role, alert.rule_id, alert.severity, ESCALATION)
                owner = people.owner(alert, step.to_role)
                queued += bool(_insert(connection, alert, channels, stage, owner, stamp))
    return queued


_LEFT_OUT = "select alert_id from deliveries where not is_needed and stage = ?"
# what was left out of its message was never told
_NEEDED_AGAIN = "update deliveries set is_needed = 1, message_id = null, queued_at = ? where alert_id = ? and stage = ? and not is_needed"


class _People:
    """Who is told of an alert: the person it was given to, else whoever is in the role for the account, else the role."""

    def __init__(self, settings: Settings, published: Published, alerts: Iterable[Alert]) -> None:
        self._assigned = {alert_id: each.to for alert_id, each in assigned_to(settings).items()}
        asked = {*self._assigned.values()}
        for alert in alerts:
            asked |= {alert.owner_id, alert.account_manager_id, alert.executive_sponsor_id} - {None}  # type: ignore[arg-type]
        self._known: dict[str, Employee] = employees(published, sorted(asked))

    def owner(self, alert: Alert, role: str) -> str:
        """An employee_id, or `role:<role>` where nobody who works here is named."""
        candidates = [self._assigned.get(alert.alert_id)] if role == alert.owner_role else []
        for candidate in [*candidates, alert.person_in(role)]:
            known = self._known.get(candidate) if candidate else None
            if known and known.is_active:
                return known.employee_id
        return f"role:{role}"


def _insert(
    connection: sqlite3.Connection, alert: Alert, channels: Iterable[str], stage: str, owner: str, stamp: str
) -> int:
    """One delivery per channel, unless there is one of this key; one that was left out of its message is needed again."""
    return sum(
        connection.execute(
            "insert into deliveries (rule_id, subject_id, period, channel, stage, alert_id, severity, owner, queued_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (rule_id, subject_id, period, channel, stage) do update"
            " set is_needed = 1, message_id = null, owner = excluded.owner, queued_at = excluded.queued_at where not is_needed",
            (*_key(alert), channel, stage, alert.alert_id, alert.severity, owner, stamp),
        ).rowcount
        for channel in channels
    )


def _key(alert: Alert) -> tuple[str, str, str]:
    return alert.rule_id, alert.subject_id, alert.period
