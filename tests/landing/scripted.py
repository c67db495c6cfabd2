"""A source without a network: what it serves is a list that the test writes, newest state per key, by version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scoreboard.landing.raw_store import raw_batches
from scoreboard.settings import Settings
from scoreboard.sources.api.base import Listed, Page, Record, Stream

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
TICKETS = Stream("tickets", frozenset({"support"}), lookback=timedelta(minutes=10), horizon=timedelta(minutes=1))
GROUPS = Stream("groups", frozenset({"support"}), mode="full")
PLACE = "zendesk@main"


def at(minutes: float) -> datetime:
    """An instant some minutes after noon."""
    return NOON + timedelta(minutes=minutes)


class Scripted:
    """`records` is what it holds; a page never ends within `page_size` of anything but its end."""

    vendor = "zendesk"

    def __init__(self, connection: str = "main", page_size: int = 2) -> None:
        self.connection = connection
        self.records: dict[str, Record] = {}
        self.hidden: set[str] = set()  # gone without a trace
        self.unlisted: set[str] = set()  # there, but a list leaves it out
        self.time = at(60)
        self.asked: list[tuple[datetime | None, datetime | None]] = []
        self.before_page: Callable[[int], None] = lambda number: None
        self.page_size = page_size

    def put(self, key: str, version: datetime | None, body: Any = None, *, is_deleted: bool = False) -> None:
        """A new state of a record; with the same body it only moves its stamp."""
        self.records[key] = Record(key, version, {"id": key, "value": body}, is_deleted)

    def now(self) -> datetime:
        return self.time

    def read(self, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        self.asked.append((since, until))
        gone = self.hidden | self.unlisted if stream.mode == "full" else self.hidden
        rows = [row for key, row in self.records.items() if key not in gone]
        if stream.mode == "incremental":
            rows = sorted(
                (
                    row
                    for row in rows
                    if (since is None or row.version >= since) and (until is None or row.version <= until)
                ),
                key=lambda row: row.version,
            )
        for number, start in enumerate(range(0, max(len(rows), 1), self.page_size), 1):
            self.before_page(number)
            yield Page(rows[start : start + self.page_size], f"{stream.name}?page={number}")

    def listed(self, stream: Stream) -> Iterator[list[Listed]]:
        gone = self.hidden | self.unlisted
        living = [row for key, row in self.records.items() if not row.is_deleted and key not in gone]
        for start in range(0, len(living), self.page_size):
            yield [Listed(row.key, row.version) for row in living[start : start + self.page_size]]

    def fetch(self, stream: Stream, keys: list[str]) -> Iterator[Page]:
        yield Page(
            [self.records[key] for key in keys if key in self.records.keys() - self.hidden],
            f"{stream.name}?ids={len(keys)}",
        )


def raw_rows(settings: Settings, stream: str = "tickets", place: str = PLACE) -> list[dict[str, Any]]:
    """Every landed row of a stream in landing order, its batches verified."""
    rows: list[dict[str, Any]] = []
    for batch in raw_batches(settings, place, stream):
        batch.verify()
        rows += pa.concat_tables([pq.ParquetFile(path).read() for path in batch.part_paths] or [_NONE]).to_pylist()
    return rows


def keys(settings: Settings, stream: str = "tickets") -> list[str]:
    """The keys of every landed row in landing order, tombstones with a dagger."""
    return [row["_key"] + ("†" if row["_is_tombstone"] else "") for row in raw_rows(settings, stream)]


_NONE = pa.table({})
