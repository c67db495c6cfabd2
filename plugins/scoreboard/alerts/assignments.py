"""The log of who takes an alert on: SCOREBOARD_HOME/alerts/assignments.jsonl, one line per step, only ever appended to.

A line is `{"alert_id", "to", "by", "note", "at"}`, `at` in ISO 8601 with its offset; of an alert the last line counts. No figure is
made of it: it says whom reminders go to (`to` an employee_id) and what the page shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scoreboard.alerts.log import LogBroken, append_line, instant, locked, read_lines
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings, utc_now

_FIELDS = ("alert_id", "to", "by", "at")
_LONGEST_NOTE = 2000


class AssignmentRefused(ScoreboardError):
    """It does not say which alert goes to whom, and by whom; the log stays as it was."""


class AssignmentLogBroken(LogBroken):
    """A line of the log cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Assignment:
    """One line of the log; `at` is in UTC, `line` counts from 1."""

    alert_id: str
    to: str
    by: str
    note: str
    at: datetime
    line: int


def log_path(settings: Settings) -> Path:
    """Where the log lies, whether it exists or not."""
    return settings.home / "alerts" / "assignments.jsonl"


def read_assignments(settings: Settings) -> list[Assignment]:
    """Every assignment in the order written; none without a log. Raises AssignmentLogBroken."""
    return read_lines(log_path(settings), _assignment, _FIELDS, AssignmentLogBroken)


def assigned_to(settings: Settings) -> dict[str, Assignment]:
    """The assignment in force of every alert that has one. Raises AssignmentLogBroken."""
    return {each.alert_id: each for each in read_assignments(settings)}


def assign(
    settings: Settings, alert_id: str, to: str, by: str, note: str = "", at: datetime | None = None
) -> Assignment:
    """Write down that `by` gave an alert to `to` at an instant (now, unless given); it is on the disk when this returns.

    Raises AssignmentRefused (the log stays as it was) and AssignmentLogBroken.
    """
    if not (alert_id.strip() and to.strip() and by.strip()):
        raise AssignmentRefused("an assignment needs the alert, who takes it on and who said so. Nothing was written.")
    if len(note) > _LONGEST_NOTE:
        raise AssignmentRefused(f"the note has {len(note)} characters, it takes {_LONGEST_NOTE}. Nothing was written.")
    moment = utc_now() if at is None else at
    if moment.tzinfo is None:
        raise AssignmentRefused(f"{moment.isoformat()} names no zone, so it is no instant. Nothing was written.")
    moment = moment.astimezone(UTC)
    path = log_path(settings)
    with locked(path) as descriptor:
        read_assignments(settings)  # a broken log is mended before it grows
        entry = {"alert_id": alert_id, "to": to, "by": by, "note": note, "at": moment.isoformat()}
        append_line(path, descriptor, entry)
        return read_assignments(settings)[-1]


def _assignment(number: int, told: Mapping[str, Any]) -> Assignment:
    note = told.get("note", "")
    if not isinstance(note, str):
        raise ValueError("a note is a text")
    return Assignment(
        alert_id=told["alert_id"], to=told["to"], by=told["by"], note=note, at=instant(told["at"]), line=number
    )
