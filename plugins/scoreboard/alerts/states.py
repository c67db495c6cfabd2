"""The log of what became of each alert: SCOREBOARD_HOME/alerts/states.jsonl, one line per step, only ever appended to.

A line is `{"alert_id", "state", "at", "by"}`, `at` in ISO 8601 with its offset, and `note` where the person left one: what was
done, why it is open again. The warehouse reads it, without the notes, as `landed.alert_states`.
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

# in the order in which an alert goes through them (CONTRACT section 4)
STATES = ("open", "acknowledged", "in_progress", "resolved", "verified")
OPEN = STATES[0]
_FIELDS = ("alert_id", "state", "at", "by")
LONGEST_NOTE = 2000


class StateRefused(ScoreboardError):
    """The step is not one an alert can take; the log stays as it was."""


class StateLogBroken(LogBroken):
    """A line of the log cannot be read; the message names file and line."""


@dataclass(frozen=True)
class StateEntry:
    """One line of the log; `at` is in UTC, `line` counts from 1."""

    alert_id: str
    state: str
    at: datetime
    by: str
    line: int
    note: str = ""


def log_path(settings: Settings) -> Path:
    """Where the log lies, whether it exists or not."""
    return settings.home / "alerts" / "states.jsonl"


def read_states(settings: Settings) -> list[StateEntry]:
    """Every entry in the order written; none without a log. Raises StateLogBroken."""
    return read_lines(log_path(settings), _entry, _FIELDS, StateLogBroken)


def append_state(
    settings: Settings, alert_id: str, state: str, by: str, at: datetime | None = None, note: str = ""
) -> StateEntry:
    """Write down that `by` moved an alert to `state` at an instant (now, unless given); it is on the disk when this returns.

    An alert moves forward through STATES, steps may be left out, and `open` opens it again from anywhere.
    Raises StateRefused for any other step (the log stays as it was) and StateLogBroken.
    """
    if state not in STATES:
        raise StateRefused(f"{state!r} is no state of an alert; it takes {', '.join(STATES)}. Nothing was written.")
    if not alert_id.strip() or not by.strip():
        raise StateRefused("a state needs the alert it is of and the person who set it. Nothing was written.")
    if len(note) > LONGEST_NOTE:
        raise StateRefused(f"the note has {len(note)} characters, it takes {LONGEST_NOTE}. Nothing was written.")
    moment = utc_now() if at is None else at
    if moment.tzinfo is None:
        raise StateRefused(f"{moment.isoformat()} names no zone, so it is no instant. Nothing was written.")
    moment = moment.astimezone(UTC)
    path = log_path(settings)
    with locked(path) as descriptor:
        entries = read_states(settings)
        _check_step(entries, alert_id, state, moment)
        entry = dict(zip(_FIELDS, (alert_id, state, moment.isoformat(), by), strict=True))
        append_line(path, descriptor, entry | ({"note": note} if note else {}))
        return read_states(settings)[-1]


def _check_step(entries: list[StateEntry], alert_id: str, state: str, moment: datetime) -> None:
    """Raises StateRefused unless the alert may go from where it stands to `state` at that moment."""
    before = next((entry for entry in reversed(entries) if entry.alert_id == alert_id), None)
    stands = before.state if before else OPEN
    if state == stands:
        raise StateRefused(f"alert {alert_id} is already {state}{_since(before)}. Nothing was written.")
    if state != OPEN and STATES.index(state) < STATES.index(stands):
        raise StateRefused(
            f"alert {alert_id} is {stands}{_since(before)} and cannot go back to {state}; set it to {OPEN} to begin again."
            " Nothing was written."
        )
    if before and moment < before.at:
        raise StateRefused(
            f"alert {alert_id} is {stands}{_since(before)}; {moment.isoformat()} lies before that. Nothing was written."
        )


def _since(entry: StateEntry | None) -> str:
    return f" since {entry.at.isoformat()} (set by {entry.by})" if entry else ""


def _entry(number: int, told: Mapping[str, Any]) -> StateEntry:
    if told["state"] not in STATES:
        raise ValueError(f"{told['state']!r} is no state, it takes {', '.join(STATES)}")
    note = told.get("note", "")
    if not isinstance(note, str):
        raise ValueError("a note is a text")
    return StateEntry(
        alert_id=told["alert_id"], state=told["state"], at=instant(told["at"]), by=told["by"], line=number, note=note
    )
