"""One vendor's stream between a world that knows every version and the landing that must have them all, once.

A `Trial` says what is particular to a vendor; a `Rig` puts rows into its world, lands them through its real adapter over an
in-process transport, and holds what landed against the world's ledger.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any, Literal

import httpx
import pyarrow.parquet as pq
import pytest

from demo.vendors.core import Clock, Fault, Request, Response, Vendor, Version, World, transport
from demo.vendors.faults import Only
from demo.vendors.paging import Asked
from scoreboard.landing.pages import land_stream
from scoreboard.landing.raw_store import raw_batches
from scoreboard.landing.reconcile import reconcile_stream
from scoreboard.settings import Settings
from scoreboard.sources.api.base import ApiSource, SourceError
from tests.faults.counted import Budget, LandedRow, Spent, Verdict

Body = dict[str, Any]
DELETED = "deleted"
SHM = Path("/dev/shm")  # noqa: S108 - a disk in memory, where there is one


@dataclass(frozen=True)
class Trial:
    """What is particular to one stream of one vendor; everything else is the same for all.

    `row(key, mark)` is a body that carries `mark` to where `mark_of` finds it in the landed record. `is_page` tells
    requests for pages of the stream from tokens and descriptions. `hidden`: the API does not show what is newer.
    `shows_deleted`: deletions come as records; else only a listing tells. `ties`: what becomes of a page full of one instant.
    """

    vendor: str
    adapter: str
    stream: str
    stand_in: Callable[[World, int], Vendor]
    source: Callable[[httpx.BaseTransport, Callable[[float], None]], ApiSource]
    row: Callable[[str, str], Body]
    mark_of: Callable[[Body], str | None]
    key: Callable[[int], str]
    unauthorized: Response
    next_page: Mapping[str, Asked]
    is_page: Only
    budget: Budget
    counted: str = ""  # the list in an answer that also says how many it holds
    prepare: Callable[[World], None] = lambda world: None
    page_size: int = 3
    page_size_of_histories: int | None = None
    hidden: timedelta = timedelta(0)
    shows_deleted: bool = True
    is_paged: bool = True  # comes in pages; else in one file per run
    requests_at_least: int = 3  # for ten rows
    is_full: bool = False  # is listed whole at every run
    serves_everything: bool = True  # else only the fields that were asked for
    renews: bool = True  # the connection can get new credentials by itself
    ties: Literal["land", "stuck"] = "land"
    has_tokens: bool = False  # goes on from tokens of the vendor too, which bring new rows whatever the cursor says
    variant: str = ""  # tells two rows of one stream apart
    tick: timedelta = timedelta(seconds=1)  # the finest step of the vendor's stamps

    mutants: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.vendor}-{self.label}"

    @property
    def label(self) -> str:
        """The stream, and which way of reading it is on trial."""
        return " ".join(filter(None, (self.stream, self.variant)))

    def rounded(self, stamp: datetime) -> datetime:
        """A stamp as the vendor can tell it, never earlier than given."""
        start = datetime(2000, 1, 1, tzinfo=UTC)
        return start - ((start - stamp) // self.tick) * self.tick


@dataclass
class Rig:
    """A world, its stand-in, the vendor's own adapter and a landing."""

    trial: Trial
    home: Path
    faults: Fault | None = None
    page_size: int | None = None
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        random.seed(2016)  # the jitter of retries: a history is the same at each run
        self.world = World(self.clock)
        self.trial.prepare(self.world)
        self.vendor = self.trial.stand_in(self.world, self.page_size or self.trial.page_size)
        self.settings = Settings(home=self.home, as_of=self.clock.now().date())
        self.waits: list[float] = []
        self.requests: list[Request] = []
        self.requests_made = 0
        self.spent = Spent(self.trial.budget, self.clock)
        self.served = 0
        self.marks = 0
        self.runs = 0
        self.owed: set[tuple[str, str]] = set()
        self.missed: set[tuple[str, str]] = set()
        self._read: dict[Path, list[LandedRow]] = {}
        self.source = self.trial.source(transport(self.vendor, self._asked), self._wait)
        self.stream = next(stream for stream in self.source.streams() if stream.name == self.trial.stream)

    def _wait(self, seconds: float) -> None:
        """Nobody sleeps: the vendor's clock moves on instead, in whole seconds."""
        self.waits.append(seconds)
        self.clock.advance(timedelta(seconds=ceil(seconds)))

    def _asked(self, request: Request, handle: Callable[[Request], Response]) -> Response:
        self.requests.append(request)
        self.requests_made += 1
        handle = self.spent.counting(handle)
        return self.faults(request, handle) if self.faults else handle(request)

    # ---- the world --------------------------------------------------------------------------------------------------

    def put(self, number: int, *, stamp: datetime | None = None, visible_from: datetime | None = None) -> Version:
        """A record, or a new version of it, under a mark of its own."""
        self.marks += 1
        key, mark = self.trial.key(number), f"mark {self.marks}"
        return self.world.put(self.trial.stream, key, self.trial.row(key, mark), stamp=stamp, visible_from=visible_from)

    def put_many(self, count: int, *, first: int = 1, apart: timedelta = timedelta(minutes=1)) -> None:
        """Records, one after the other, the last of them `apart` ago."""
        start = self.clock.now() - count * apart
        for place in range(count):
            self.put(first + place, stamp=start + place * apart)

    def delete(self, number: int, *, is_hard: bool = False) -> Version:
        """Take a record away."""
        return self.world.delete(self.trial.stream, self.trial.key(number), is_hard=is_hard)

    def pass_time(self, by: timedelta) -> None:
        """Let the vendor's clock run."""
        self.clock.advance(by)

    def visible(self) -> set[tuple[str, str]]:
        """(key, mark) of all that the API would show now: each record's newest version, as of a moment ago where it lags."""
        at = self.clock.now() - self.trial.hidden
        newest: dict[str, Version] = {}
        for version in self.world.ledger:
            if version.stream == self.trial.stream and version.visible_from <= at:
                newest[version.key] = version
        return {
            (version.key, self.mark(version))
            for version in newest.values()
            if version.body is not None or (self.trial.shows_deleted and not version.is_hard)
        }

    def mark(self, version: Version) -> str:
        """What names a version: the mark in its body, or that it says the record is gone."""
        if version.body is None:
            return DELETED
        return str(self.trial.mark_of(version.body))

    # ---- the landing ------------------------------------------------------------------------------------------------

    def land(self, **options: Any) -> dict[str, Any]:
        """Land the stream; what was visible all the while is owed at once, unless only a window was asked for."""
        self.runs += 1
        self.requests.clear()
        before = self.visible()
        report = land_stream(self.settings, self.trial.adapter, self.source, self.stream, f"run-{self.runs}", **options)
        self.served += report["served"]
        if "window" not in options:
            self.owed |= (owed := before & self.visible())
            # a run that is a success has it all: what only the next one's lookback brings, this one lost
            self.missed |= owed - {(row.key, str(row.mark)) for row in self.landed()}
        return report

    def reconcile(self, **options: Any) -> dict[str, Any]:
        """Compare ids with the source: what vanished gets a tombstone, what is missing is fetched."""
        self.runs += 1
        return reconcile_stream(
            self.settings, self.trial.adapter, self.source, self.stream, f"run-{self.runs}", **options
        )

    def endure(self, *, names_stream: bool = True, **options: Any) -> SourceError | None:
        """Land; a source that gives up does so in words, with nothing landed and the cursor where it was."""
        before = self.cursor(), len(self.landed())
        try:
            self.land(**options)
        except SourceError as error:
            assert (self.cursor(), len(self.landed())) == before
            assert not names_stream or self.trial.stream in str(error), f"the error does not name the stream: {error}"
            return error
        return None

    def pages_asked(self) -> int:
        """Requests of the last run for pages of the stream."""
        return sum(self.trial.is_page(request) for request in self.requests)

    def landed(self) -> list[LandedRow]:
        """Every landed row, in landing order."""
        return [row for batch in self.batches() for path in batch.part_paths for row in self._rows_in(Path(path))]

    def _rows_in(self, path: Path) -> list[LandedRow]:
        """A part's rows; no part is written twice."""
        if path not in self._read:
            columns = ["_key", "_version", "_is_deleted", "_is_tombstone", "_record"]
            with pq.ParquetFile(path) as file:
                table = file.read(columns=columns, use_threads=False).to_pydict()
            self._read[path] = [
                LandedRow(key, DELETED if is_deleted else self.trial.mark_of(json.loads(record)), version, is_tombstone)
                for key, version, is_deleted, is_tombstone, record in zip(*table.values(), strict=True)
            ]
        return self._read[path]

    def batches(self) -> list[Any]:
        """The stream's committed batches."""
        return raw_batches(self.settings, f"{self.trial.adapter}@{self.source.connection}", self.trial.stream)

    def cursor(self) -> datetime | None:
        """Where the next run reads from, less the lookback."""
        cursors = [batch.manifest["cursor_out"] for batch in self.batches() if batch.manifest["cursor_out"]]
        return datetime.fromisoformat(cursors[-1]["at"]).astimezone(UTC) if cursors else None

    # ---- one against the other --------------------------------------------------------------------------------------

    def verdict(self) -> Verdict:
        """Versions lost for good or by a run that called itself a success, landed twice, or never in the world.

        One that was taken for vanished and came back may land twice.
        """
        landed = self.landed()
        rows = [row for row in landed if not row.is_tombstone]
        buried = Counter(row.key for row in landed if row.is_tombstone)
        times = Counter((row.key, str(row.mark)) for row in rows)
        ledger = Counter(
            (version.key, self.mark(version)) for version in self.world.ledger if version.stream == self.trial.stream
        )
        return Verdict(
            served=self.served,
            landed=len(rows),
            lost=sorted((self.owed - times.keys()) | self.missed),
            doubled=sorted(name for name, count in times.items() if count > max(1, ledger[name]) + buried[name[0]]),
            invented=sorted(times.keys() - ledger.keys()),
        )

    def current(self) -> dict[str, str]:
        """key -> mark of every record that, as landed, exists."""
        newest: dict[str, LandedRow] = {}
        for row in self.landed():
            held = newest.get(row.key)
            if held is None or held.version is None or row.version is None or row.version >= held.version:
                newest[row.key] = row
        return {key: str(row.mark) for key, row in newest.items() if row.mark != DELETED}

    def truth(self) -> dict[str, str]:
        """key -> mark of every record that exists."""
        return {version.key: self.mark(version) for version in self.world.alive(self.trial.stream)}

    def assert_seen_at_last(self) -> None:
        """What exists is landed and nothing is doubled; versions that came and went between two pages are nobody's loss."""
        verdict = self.verdict()
        assert not verdict.doubled, verdict
        assert not verdict.invented, verdict
        assert self.current() == self.truth()

    def assert_whole(self) -> None:
        """Nothing lost, nothing doubled, and what is landed is what exists."""
        verdict = self.verdict()
        assert verdict.is_clean, verdict
        assert self.current() == self.truth()


@contextmanager
def rig(trial: Trial, faults: Fault | None = None, **options: Any) -> Iterator[Rig]:
    """A rig with a landing of its own, in memory where the machine has a disk there."""
    home = Path(tempfile.mkdtemp(prefix="faults-", dir=SHM if SHM.is_dir() else None))
    try:
        yield Rig(trial, home, faults, **options)
    finally:
        shutil.rmtree(home, ignore_errors=True)
