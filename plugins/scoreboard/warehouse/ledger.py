"""The ledger of closed periods on disk: what was published of them, and what was restated since (DESIGN decision 9).

published/closed/<nnnn>-<version>/<table>.parquet           rows of periods frozen as that version published them
published/closed/<nnnn>-restated-<period>/<table>.parquet   rows a restatement put in their place
published/closed/<the same>.json                            the event's record, written last: without it the folder does not exist

Events are only ever added. One that a rollback takes back keeps its rows; its record is set aside as `.json.withdrawn`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from scoreboard import atomic
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.warehouse.official import Event, Period

WITHDRAWN = ".withdrawn"
_WRITING = ".writing-"
_EVENT = re.compile(r"(\d{4,})-(?:v\d{6,}-|restated-)[A-Za-z0-9_.-]*")
_READ_ONLY = 0o444

# writes one table's rows of these periods to a file
WriteRows = Callable[[str, Collection[Period], Path], None]


class LedgerError(ScoreboardError):
    """The ledger of closed periods cannot be read, or holds something else than what was frozen."""


def folder_of(settings: Settings) -> Path:
    """Where the events are."""
    return settings.published / "closed"


def names(settings: Settings) -> list[str]:
    """Names of the events that stand, in their order."""
    return [path.name.removesuffix(".json") for path in _records(settings)]


def events(settings: Settings) -> list[Event]:
    """The events that stand, in their order. Raises LedgerError naming a record that cannot be read."""
    return [_event(path) for path in _records(settings)]


def record_of(settings: Settings, sequence: int) -> dict[str, Any]:
    """One event's record as it was written."""
    for path in _records(settings):
        if _sequence(path.name) == sequence:
            return _read(path)
    raise LedgerError(f"{folder_of(settings)} has no event number {sequence}")


def rows_path(settings: Settings, event: Event, table: str) -> Path:
    """The file with an event's rows of one table."""
    for path in _records(settings):
        if _sequence(path.name) == event.sequence:
            return path.with_name(path.name.removesuffix(".json")) / f"{table}.parquet"
    raise LedgerError(f"{folder_of(settings)} has no event number {event.sequence}")


def require_whole(settings: Settings, event: Event, table: str) -> Path:
    """As `rows_path`; raises LedgerError if the file is not the one that was frozen."""
    path = rows_path(settings, event, table)
    if not path.is_file() or atomic.sha256_of(path) != event.files[table]:
        state = "is not the file that was frozen (its sha256 differs)" if path.is_file() else "is missing"
        raise LedgerError(
            f"{path} {state}: closed figures of {table} cannot be shown as they were published."
            " Nothing was built; restore the file from a backup"
        )
    return path


def append(
    settings: Settings,
    *,
    kind: str,
    label: str,
    taken_from: Mapping[str, Any],
    periods: Mapping[str, Collection[Period]],
    columns: Mapping[str, list[str]],
    about: Mapping[str, Any],
    write_rows: WriteRows,
) -> dict[str, Any]:
    """Add an event and return its record. Only under the lock of `versions`.

    `taken_from`: version, as_of and settings of the version that the rows come from; `periods`: table -> its periods;
    `about`: at, frozen_at, run_id, and for restatements reason and approved_by. Raises OSError with nothing added.
    """
    closed = folder_of(settings)
    sequence = 1 + max((_sequence(path.name) for path in closed.glob("[0-9]*-*")), default=0)
    name = f"{sequence:04d}-{label}"
    aside, folder = closed / f"{_WRITING}{name}", closed / name
    sweep(settings)
    aside.mkdir(parents=True)
    tables = {}
    for table, wanted in periods.items():
        path = aside / f"{table}.parquet"
        write_rows(table, wanted, path)
        path.chmod(_READ_ONLY)
        atomic.sync_file(path)
        tables[table] = {
            "periods": [_spelled(period) for period in wanted],
            "columns": list(columns[table]),
            "sha256": atomic.sha256_of(path),
        }
    atomic.sync_folder(aside)
    os.rename(aside, folder)  # noqa: PTH104 - os.* is one place to cut in the crash tests
    atomic.sync_folder(closed)
    record = {"format": 2, "sequence": sequence, "kind": kind, **taken_from, **about, "tables": tables}
    atomic.write_json(closed / f"{name}.json", record)
    return record


def withdraw(settings: Settings, version: str) -> list[str]:
    """Set aside the events with which a version was frozen; restatements stay. Returns their names. Only under the lock."""
    gone = []
    for path in _records(settings):
        record = _read(path)
        if record["kind"] == "published" and record["version"] == version:
            os.rename(path, path.with_name(path.name + WITHDRAWN))  # noqa: PTH104 - as above
            gone.append(path.name.removesuffix(".json"))
    if gone:
        atomic.sync_folder(folder_of(settings))
    return gone


def reinstate(settings: Settings, names_withdrawn: list[str]) -> None:
    """Undo `withdraw`, for a rollback that did not happen after all."""
    for name in names_withdrawn:
        record = folder_of(settings) / f"{name}.json"
        os.rename(record.with_name(record.name + WITHDRAWN), record)  # noqa: PTH104 - as above


def sweep(settings: Settings) -> None:
    """Remove rows whose record was never written. Only under the lock."""
    closed = folder_of(settings)
    for path in [*closed.glob(f"{_WRITING}*"), *closed.glob("[0-9]*-*")]:
        record = path.with_name(f"{path.name}.json")
        is_event = record.exists() or record.with_name(record.name + WITHDRAWN).exists()
        if path.is_dir() and not is_event and (path.name.startswith(_WRITING) or _EVENT.fullmatch(path.name)):
            shutil.rmtree(path)
    for path in closed.glob(".*.tmp"):
        path.unlink()


def _records(settings: Settings) -> list[Path]:
    closed = folder_of(settings)
    found = [path for path in closed.glob("*.json") if _EVENT.fullmatch(path.stem)] if closed.is_dir() else []
    return sorted(found, key=lambda path: _sequence(path.name))


def _sequence(name: str) -> int:
    match = _EVENT.match(name)
    return int(match[1]) if match else 0


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _event(path: Path) -> Event:
    record = _read(path)
    try:
        return Event(
            sequence=int(record["sequence"]),
            kind=record["kind"],
            version=record["version"],
            as_of=date.fromisoformat(record["as_of"]),
            settings=record["settings"],
            periods={
                table: tuple(_period(text) for text in about["periods"]) for table, about in record["tables"].items()
            },
            columns={table: tuple(about["columns"]) for table, about in record["tables"].items()},
            at=record["at"],
            run_id=record["run_id"],
            reason=record.get("reason"),
            approved_by=record.get("approved_by"),
            files={table: about["sha256"] for table, about in record["tables"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> LedgerError:
    return LedgerError(
        f"{path} cannot be read ({error}); restore it from a backup, the frozen rows beside it are untouched"
    )


def _spelled(period: Period) -> str | int:
    return period if isinstance(period, int) else period.isoformat()


def _period(told: str | int) -> Period:
    return told if isinstance(told, int) else date.fromisoformat(told)
