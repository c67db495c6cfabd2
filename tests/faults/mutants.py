"""Ways to break the reading and landing of a source, each of which the histories must notice.

Every mutant is put in place by replacing a named function; none changes a file. `mutants_of` says in words what was broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from scoreboard.landing import raw_batch
from scoreboard.landing.cursor import cursor_json
from scoreboard.landing.dedup import Known
from scoreboard.landing.raw_batch import RawBatch, stamp
from scoreboard.landing.raw_store import raw_batches
from scoreboard.landing.vanished import Listing
from scoreboard.settings import Settings
from scoreboard.sources.api.base import ApiSource, Page, SourceError, Stream
from tests.faults import rig as rigs
from tests.faults.rig import Rig, Trial

Mutate = Callable[[pytest.MonkeyPatch, Rig], None]
Read = Callable[[Any, Stream, datetime | None, datetime | None], Iterator[Page]]


def later_than(patch: pytest.MonkeyPatch, it: Rig) -> None:
    """The query asks for what is newer than the bound, where it should ask for what is not older."""
    read = type(it.source).read
    tick = it.trial.tick

    def exclusive(
        self: ApiSource, stream: Stream, since: datetime | None, until: datetime | None = None
    ) -> Iterator[Page]:
        return read(self, stream, since + tick if since else None, until)

    patch.setattr(type(it.source), "read", exclusive)


def no_lookback(patch: pytest.MonkeyPatch, it: Rig) -> None:
    """The next run reads on from the newest stamp, and what commits late is behind it."""
    _with_stream(patch, lambda stream: replace(stream, lookback=timedelta(0)))


def no_horizon(patch: pytest.MonkeyPatch, it: Rig) -> None:
    """The cursor is the newest stamp, however far in the future."""
    _with_stream(patch, lambda stream: replace(stream, horizon=timedelta(days=-20_000)))


def no_dedup(patch: pytest.MonkeyPatch, it: Rig) -> None:
    """What the lookback serves again lands again."""
    patch.setattr(Known, "take", lambda self, row: True)
    patch.setattr(raw_batch, "doubled", lambda *_: set())


def cursor_first(patch: pytest.MonkeyPatch, it: Rig) -> None:
    """The cursor is saved before the rows are; a run that fails in between has skipped them."""
    land = rigs.land_stream

    def saved_first(
        settings: Settings, adapter: str, source: ApiSource, stream: Stream, run_id: str, **options: Any
    ) -> Any:
        if "window" not in options and stream.mode == "incremental":
            folder = f"{adapter}@{source.connection}"
            at = it.clock.now() - stream.horizon
            landed = raw_batches(settings, folder, stream.name)
            batch = RawBatch(settings, folder, stream.name, stream.domains, run_id, landed, None)
            batch.commit({"cursor_out": cursor_json(at), "newest_version": stamp(at)})
        return land(settings, adapter, source, stream, run_id, **options)

    patch.setattr(rigs, "land_stream", saved_first)


def no_tombstones(patch: pytest.MonkeyPatch, it: Rig) -> None:
    """Deletions that the API tells, or a listing, are passed over."""
    read = type(it.source).read

    def alive(self: ApiSource, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        for page in read(self, stream, since, until):
            yield Page([record for record in page.records if not record.is_deleted], page.where)

    patch.setattr(type(it.source), "read", alive)
    patch.setattr(Listing, "vanished", lambda self, landed: (0, 0, iter(())))


def broken_is_the_end(patch: pytest.MonkeyPatch, it: Rig) -> None:
    """A page that cannot be read is taken for the last one."""
    read = type(it.source).read

    def gullible(
        self: ApiSource, stream: Stream, since: datetime | None, until: datetime | None = None
    ) -> Iterator[Page]:
        reading = iter(read(self, stream, since, until))
        while True:
            try:
                yield next(reading)
            except (StopIteration, SourceError):
                return

    patch.setattr(type(it.source), "read", gullible)


def _with_stream(patch: pytest.MonkeyPatch, change: Callable[[Stream], Stream]) -> None:
    land = rigs.land_stream

    def changed(
        settings: Settings, adapter: str, source: ApiSource, stream: Stream, run_id: str, **options: Any
    ) -> Any:
        return land(settings, adapter, source, change(stream), run_id, **options)

    patch.setattr(rigs, "land_stream", changed)


ANY: dict[str, Mutate] = {
    "dedup dropped": no_dedup,
    "tombstones dropped": no_tombstones,
    "a broken page is the last one": broken_is_the_end,
}
WITH_A_CURSOR: dict[str, Mutate] = {
    ">= made >": later_than,
    "lookback ignored": no_lookback,
    "horizon ignored": no_horizon,
    "cursor saved first": cursor_first,
}
POINTING = (">= made >", "lookback ignored", "horizon ignored")


def mutants_of(trial: Trial) -> dict[str, Mutate]:
    """What can be broken of a row of the table, and is noticed.

    Of a stream that is listed whole nothing that has to do with cursors; of one that goes on from tokens as well not where the
    cursor points, because the tokens make up for it: that is tried on the same stream without tokens.
    """
    if trial.is_full:
        return ANY
    return ANY | {
        name: mutate for name, mutate in WITH_A_CURSOR.items() if name not in POINTING or not trial.has_tokens
    }
