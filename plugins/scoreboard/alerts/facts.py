"""What the published version knows of alerts and of who owns them, read when something is queued or sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import md5
from zoneinfo import ZoneInfo

from scoreboard.alerts.states import OPEN, read_states
from scoreboard.settings import Settings
from scoreboard.warehouse.reader import Published

# who is in a role for an account, where accounts name somebody
_NAMED_BY_ACCOUNT = {"account_manager": "account_manager_id", "executive_sponsor": "executive_sponsor_id"}


@dataclass(frozen=True)
class Alert:
    """One row of fct_action_alerts with its account's name and tier."""

    alert_id: str
    rule_id: str
    subject_id: str
    quarter_start_date: date
    severity: str
    account_id: str
    account_name: str
    account_tier: str
    opened_at: datetime
    is_provisional: bool
    description: str
    action: str
    owner_role: str
    owner_id: str | None
    account_manager_id: str | None
    executive_sponsor_id: str | None

    @property
    def period(self) -> str:
        """What its id was made of: the first day of the quarter, or the row's own key."""
        of_row = md5(f"{self.rule_id}|{self.subject_id}|{self.subject_id}".encode(), usedforsecurity=False)
        return self.subject_id if of_row.hexdigest() == self.alert_id else self.quarter_start_date.isoformat()

    def person_in(self, role: str) -> str | None:
        """employee_id of whoever is in a role for this account; None where nobody is named."""
        if role == self.owner_role and self.owner_id:
            return self.owner_id
        named: str | None = getattr(self, _NAMED_BY_ACCOUNT[role]) if role in _NAMED_BY_ACCOUNT else None
        return named


@dataclass(frozen=True)
class Step:
    """One row of rpt_alert_escalations; the due instant is that of the published table."""

    alert_id: str
    step_number: int
    due_at: datetime | None
    to_role: str
    action: str


@dataclass(frozen=True)
class Employee:
    """Somebody who can be told."""

    employee_id: str
    full_name: str
    email: str
    is_active: bool


_ALERTS = """
select alerts.alert_id, alerts.rule_id, alerts.subject_id, alerts.quarter_start_date, alerts.severity, alerts.account_id,
    coalesce(accounts.account_name, alerts.account_id) as account_name, coalesce(accounts.account_tier, '') as account_tier,
    alerts.opened_at, coalesce(alerts.is_provisional, false) as is_provisional,
    coalesce(alerts.description, '') as description, coalesce(alerts.action, '') as action,
    coalesce(alerts.owner_role, '') as owner_role, alerts.owner_id,
    accounts.account_manager_id, accounts.executive_sponsor_id
from marts.fct_action_alerts as alerts
left join marts.dim_accounts as accounts on alerts.account_id = accounts.account_id
"""


def recent_alerts(published: Published, since: datetime) -> list[Alert]:
    """Alerts opened at or after an instant, oldest first."""
    rows = published.rows(f"{_ALERTS} where alerts.opened_at >= ? order by alerts.opened_at, alerts.alert_id", [since])
    return [Alert(**row) for row in rows]


def alerts_by_id(published: Published, alert_ids: Collection[str]) -> dict[str, Alert]:
    """Those of the alerts that the version still has."""
    rows = published.rows(f"{_ALERTS} where alerts.alert_id in (select unnest(?))", [list(alert_ids)])
    return {row["alert_id"]: Alert(**row) for row in rows}


def steps_of(published: Published, alert_ids: Collection[str]) -> dict[str, list[Step]]:
    """alert_id -> the steps of its escalation, in order."""
    found: dict[str, list[Step]] = {}
    for row in published.rows(
        "select alert_id, step_number, due_at, to_role, action from marts.rpt_alert_escalations"
        " where alert_id in (select unnest(?)) order by alert_id, step_number",
        [list(alert_ids)],
    ):
        found.setdefault(row["alert_id"], []).append(Step(**row))
    return found


def employees(published: Published, employee_ids: Collection[str]) -> dict[str, Employee]:
    """Those of the employees that the version knows."""
    rows = published.rows(
        "select employee_id, coalesce(full_name, employee_id) as full_name, coalesce(trim(email), '') as email,"
        " coalesce(is_active, true) as is_active from marts.dim_employees where employee_id in (select unnest(?))",
        [list(employee_ids)],
    )
    return {row["employee_id"]: Employee(**row) for row in rows}


def settled(settings: Settings) -> set[str]:
    """Alerts that somebody has taken up, by the log of states: nobody is told of them any more."""
    standing = {each.alert_id: each.state for each in read_states(settings)}
    return {alert_id for alert_id, state in standing.items() if state != OPEN}


def reopened(settings: Settings) -> dict[str, datetime]:
    """alert_id -> since when it is open again, of alerts that had been taken up."""
    standing = {each.alert_id: each for each in read_states(settings)}
    return {alert_id: each.at for alert_id, each in standing.items() if each.state == OPEN}


def alert_clock(settings: Settings, now: datetime) -> datetime:
    """The instant that counts for alerts: now, but not after the end of the as-of day where that lies in the past."""
    midnight = datetime.combine(settings.as_of + timedelta(days=1), time(), ZoneInfo(settings.timezone))
    return min(now, midnight.astimezone(UTC))
