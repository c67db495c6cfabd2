"""A published version of a few alerts, made of rows instead of a warehouse, and what a courier needs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import md5
from typing import Any
from zoneinfo import ZoneInfo

from scoreboard.alerts.hours import Hours
from scoreboard.warehouse.reader import Published, Row

AS_OF = date(2026, 4, 20)
NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
ALWAYS = Hours(week=dict.fromkeys(range(1, 8), (0, 1440)), holidays=frozenset(), zone=ZoneInfo("UTC"))
OFFICE = Hours(week=dict.fromkeys(range(1, 6), (540, 1020)), holidays=frozenset(), zone=ZoneInfo("UTC"))


def alert_id(rule: str, subject: str, period: str) -> str:
    """As the warehouse makes it."""
    return md5(f"{rule}|{subject}|{period}".encode(), usedforsecurity=False).hexdigest()


def alert_row(subject: str, owner: str | None = "E-1", rule: str = "low_score", **changes: Any) -> Row:
    """A row of the alerts query: a row rule's, opened a day before NOW, unless changed."""
    return {
        "alert_id": alert_id(rule, subject, subject),
        "rule_id": rule,
        "subject_id": subject,
        "quarter_start_date": date(2026, 4, 1),
        "severity": "medium",
        "account_id": "A-1",
        "account_name": "Acme plc",
        "account_tier": "key",
        "opened_at": NOW - timedelta(days=1),
        "is_provisional": False,
        "description": "Acme plc gave us 2.00 of 5.",
        "action": "Call the person",
        "owner_role": "account_manager",
        "owner_id": owner,
        "account_manager_id": owner,
        "executive_sponsor_id": None,
    } | changes


def step_row(of: Row, number: int = 1, hours: float = 1, to_role: str = "account_manager") -> Row:
    """A step that is due so many hours after its alert was opened."""
    return {
        "alert_id": of["alert_id"],
        "step_number": number,
        "due_at": of["opened_at"] + timedelta(hours=hours),
        "to_role": to_role,
        "action": f"Step {number}",
    }


class Rows(Published):
    """Answers the queries of scoreboard.alerts.facts out of lists."""

    def __init__(self, alerts: Sequence[Row], steps: Sequence[Row] = (), people: Sequence[Row] | None = None) -> None:
        self.record = {"version": "v1"}
        self.alerts, self.steps = list(alerts), list(steps)
        self.people = [person(f"E-{number}") for number in (1, 2, 3)] if people is None else list(people)

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """By the table that is asked."""
        [asked] = parameters
        if "rpt_alert_escalations" in statement:
            return [row for row in self.steps if row["alert_id"] in asked]
        if "dim_employees" in statement:
            return [row for row in self.people if row["employee_id"] in asked]
        assert "fct_action_alerts" in statement
        if isinstance(asked, datetime):
            return [row for row in self.alerts if row["opened_at"] >= asked]
        return [row for row in self.alerts if row["alert_id"] in asked]


def person(employee_id: str, **changes: Any) -> Row:
    """Somebody with an address."""
    email = f"{employee_id.lower()}@ourco.example"
    return {
        "employee_id": employee_id,
        "full_name": f"Person {employee_id}",
        "email": email,
        "is_active": True,
    } | changes
