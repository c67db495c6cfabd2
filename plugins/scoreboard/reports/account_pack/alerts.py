"""The alerts of one account: what is open, what was raised last time and what became of it, what was never settled."""

from __future__ import annotations

from typing import Any

from scoreboard.reports.account_pack import words
from scoreboard.reports.account_pack.facts import Facts
from scoreboard.reports.charts import figures
from scoreboard.warehouse.reader import Row

SETTLED = ("resolved", "verified")
_WORST_FIRST = ("critical", "high", "medium", "low")


def open_now(facts: Facts) -> list[Row]:
    """Not settled, of the pack's quarter or later, the gravest first, then the newest."""
    found = [
        row for row in facts.alerts if row["state"] not in SETTLED and row["quarter_start_date"] >= facts.quarter.start
    ]
    return sorted(found, key=lambda row: _WORST_FIRST.index(row["severity"]) if row["severity"] in _WORST_FIRST else 9)


def by_rule(facts: Facts) -> list[dict[str, Any]]:
    """Open alerts of one kind together: what to do and who does it is said once."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in open_now(facts):
        key = (
            words.code_words(row["rule_id"]),
            words.code_words(row["severity"]),
            words.sentence(row["action"]),
            _owner(row),
        )
        groups.setdefault(key, []).append(row)
    return [
        {
            "rule": rule.capitalize(),
            "severity": severity,
            "action": action,
            "owner": owner,
            "lines": [
                [words.sentence(row["description"]), _state(row), _step(facts.steps.get(row["alert_id"], []))]
                for row in rows
            ],
        }
        for (rule, severity, action, owner), rows in groups.items()
    ]


def last_time(facts: Facts) -> list[list[str]]:
    """Alerts of the quarter before, each with what became of it."""
    before = facts.quarter.previous.start
    return [_outcome(row, facts) for row in facts.alerts if row["quarter_start_date"] == before]


def older(facts: Facts) -> str:
    """One sentence about what was raised earlier still and never settled; nothing where there is none."""
    before = facts.quarter.previous.start
    found = [row for row in facts.alerts if row["state"] not in SETTLED and row["quarter_start_date"] < before]
    if not found:
        return ""
    kinds = figures.listing(sorted({words.code_words(row["rule_id"]) for row in found}))
    first = words.day(found[-1]["opened_at"].date())
    return f"{figures.count(len(found), 'older alert')} never settled, the first of {first}: {kinds}."


def _owner(row: Row) -> str:
    return words.name(row["owner_name"], words.code_words(row["owner_role"]))


def _state(row: Row) -> str:
    since = (row["state_changed_at"] or row["opened_at"]).date()
    state = words.STATES.get(row["state"], words.code_words(row["state"]))
    if row["is_provisional"]:
        return f"{state}, provisional: its quarter is still running"
    return f"{state} since {words.day(since)}"


def _step(steps: list[Row]) -> str:
    """Where the escalation stands: the last step that is overdue, else the next one."""
    if not steps:
        return words.NOTHING
    overdue = [step for step in steps if step["is_overdue"]]
    step = overdue[-1] if overdue else steps[0]
    return f"{words.code_words(step['to_role'])} {'was due' if overdue else 'due'} {words.day(step['due_at'].date())}"


def _outcome(row: Row, facts: Facts) -> list[str]:
    again = any(
        other["rule_id"] == row["rule_id"] and other["quarter_start_date"] == facts.quarter.start
        for other in facts.alerts
    )
    became = words.STATES.get(row["state"], words.code_words(row["state"]))
    if row["state_changed_at"] is not None:
        became += f" since {words.day(row['state_changed_at'].date())}"
    became += "; the same kind was raised again" if again else "; not raised again"
    return [words.day(row["opened_at"].date()), words.sentence(row["description"]), became]
