"""What people did about alerts up to this second: the logs, read when they grew, laid over what the published tables know."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from scoreboard.alerts import assignments, states
from scoreboard.alerts.assignments import Assignment
from scoreboard.alerts.log import LogBroken
from scoreboard.alerts.states import StateEntry
from scoreboard.settings import Settings

_SCHEMA = pa.schema(
    [
        ("alert_id", pa.string()),
        ("state", pa.string()),
        ("changed_at", pa.timestamp("us", tz="UTC")),
        ("changed_by", pa.string()),
        ("assigned_to", pa.string()),
    ]
)

_Entry = TypeVar("_Entry", StateEntry, Assignment)
_Signature = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True)
class LiveAlerts:
    """Both logs at one moment: per alert what was written, oldest first, and a table of where each one stands."""

    states: dict[str, tuple[StateEntry, ...]]
    assignments: dict[str, tuple[Assignment, ...]]
    table: pa.Table

    def revision(self, alert_id: str) -> str:
        """Changes with every entry of this alert; a form carries it, to tell whether somebody was faster."""
        return f"{len(self.states.get(alert_id, ()))}.{len(self.assignments.get(alert_id, ()))}"


_NOTHING_DONE = LiveAlerts({}, {}, pa.Table.from_pylist([], schema=_SCHEMA))


class LiveLog:
    """The logs of one home; read again only when a file has changed. For many threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._read: tuple[_Signature, LiveAlerts] | None = None

    def now(self) -> LiveAlerts:
        """What is written now. Raises StateLogBroken and AssignmentLogBroken."""
        with self._lock:
            # taken before reading: a line that comes in between is read now, and read again next time
            signature = (_signature(states.log_path(self._settings)), _signature(assignments.log_path(self._settings)))
            if self._read is None or self._read[0] != signature:
                self._read = (signature, read_live(self._settings))
            return self._read[1]

    def or_none(self) -> tuple[LiveAlerts, str]:
        """As `now`; where a log cannot be read, nothing done and why: for pages that show much besides alerts."""
        try:
            return self.now(), ""
        except LogBroken as error:
            return _NOTHING_DONE, str(error)


def read_live(settings: Settings) -> LiveAlerts:
    """Both logs, whole."""
    by_state = _by_alert(states.read_states(settings), lambda entry: (entry.at, entry.line))
    by_assignment = _by_alert(assignments.read_assignments(settings), lambda entry: entry.line)
    rows = [_row(alert_id, by_state, by_assignment) for alert_id in dict.fromkeys([*by_state, *by_assignment])]
    return LiveAlerts(by_state, by_assignment, pa.Table.from_pylist(rows, schema=_SCHEMA))


def _row(
    alert_id: str, by_state: dict[str, tuple[StateEntry, ...]], by_assignment: dict[str, tuple[Assignment, ...]]
) -> dict[str, Any]:
    last = by_state[alert_id][-1] if alert_id in by_state else None
    given = by_assignment[alert_id][-1] if alert_id in by_assignment else None
    return {
        "alert_id": alert_id,
        "state": last.state if last else None,
        "changed_at": last.at if last else None,
        "changed_by": last.by if last else None,
        "assigned_to": given.to if given else None,
    }


def _by_alert(entries: Iterable[_Entry], order: Callable[[_Entry], Any]) -> dict[str, tuple[_Entry, ...]]:
    """Entries of each alert in the order in which the warehouse sees them."""
    found: dict[str, list[_Entry]] = {}
    for entry in entries:
        found.setdefault(entry.alert_id, []).append(entry)
    return {alert_id: tuple(sorted(each, key=order)) for alert_id, each in found.items()}


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
