"""From the published version into the outbox: alerts that are new, and steps of their escalation that fell due."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scoreboard.alerts.assignments import assigned_to
from scoreboard.alerts.config import AlertConfig
from scoreboard.alerts.facts import (
    Alert,
    Employee,
    Step,
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

    The first run takes what was opened more than `new_within` ago for history; every run what was opened more than `max_age` ago.
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
        for alert in found:
            if alert.alert_id in seen:
                continue
            is_new = alert.alert_id not in done and not (is_first and alert.opened_at < moment - config.new_within)
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

    The business-hours clock of a step runs from when the alert was opened, or from when this outbox first saw it: nobody is passed over
    because the alert was found late.
    """
    moment, stamp = alert_clock(settings, now), as_text(now)
    told = {row[0]: datetime.fromisoformat(row[1]) for row in store.connection.execute(_TOLD)}
    open_ones = alerts_by_id(published, sorted(told.keys() - settled(settings)))
    people = _People(settings, published, open_ones.values())
    queued = 0
    with store.writing() as connection:
        for alert_id, steps in steps_of(published, sorted(open_ones)).items():
            alert = open_ones[alert_id]
            for step in steps:
                due = due_at(alert, step, told[alert_id], hours)
                if due is not None and due <= moment:
                    channels = config.channels_for(step.to_role, alert.rule_id, alert.severity, ESCALATION)
                    owner = people.owner(alert, step.to_role)
                    queued += bool(_insert(connection, alert, channels, stage_of(step.step_number), owner, stamp))
    return queued


_TOLD = "select alert_id, noticed_at from alerts where verdict = 'new'"


def due_at(alert: Alert, step: Step, noticed_at: datetime, hours: Hours) -> datetime | None:
    """When a step is due for an alert first seen at an instant; None where it is never open."""
    if step.due_at is None or noticed_at <= alert.opened_at:
        return step.due_at
    return hours.after(noticed_at, hours.open_time(alert.opened_at, step.due_at))


def stage_of(step_number: int) -> str:
    """The stage of a delivery that tells of an escalation's step."""
    return f"step {step_number}"


def step_of(stage: str) -> int | None:
    """The number of the step a stage stands for; None for the notice."""
    return None if stage == NOTICE else int(stage.removeprefix("step "))


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
    """One delivery per channel, unless there is one of this key."""
    return sum(
        connection.execute(
            "insert into deliveries (rule_id, subject_id, period, channel, stage, alert_id, severity, owner, queued_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            (*_key(alert), channel, stage, alert.alert_id, alert.severity, owner, stamp),
        ).rowcount
        for channel in channels
    )


def _key(alert: Alert) -> tuple[str, str, str]:
    return alert.rule_id, alert.subject_id, alert.period
