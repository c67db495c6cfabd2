"""Land one stream of an API: read from the cursor on, drop what has landed before, commit rows and cursor as one.

Rows first, each file flushed and renamed into place, then the manifest, which holds the new cursor: a run that dies anywhere
leaves either the whole batch or none, and the next one reads from where the last committed batch ended.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from scoreboard.landing.cursor import (
    FULL_REFRESH,
    CursorRefused,
    advanced,
    cursor_json,
    stored_cursor,
    stored_tokens,
)
from scoreboard.landing.dedup import Known
from scoreboard.landing.drop import LandingFailed
from scoreboard.landing.lock import stream_lock
from scoreboard.landing.raw_batch import RawBatch, stamp
from scoreboard.landing.raw_parts import raw_row, tombstone
from scoreboard.landing.raw_store import checked_name, checked_run_id, raw_batches, source_folder
from scoreboard.landing.store import Batch, remove_uncommitted, stream_folder
from scoreboard.landing.vanished import Listing, refuse_collapse
from scoreboard.progress import step
from scoreboard.settings import Settings
from scoreboard.sources.api.base import ApiSource, Continues, Page, Stream

PIECE_ROWS = 500_000
ASKED_AT_ONCE = 50_000  # keys that a source is asked for by name

Window = tuple[datetime, datetime]


def last_cursor(settings: Settings, adapter_at_connection: str, stream: str) -> datetime | None:
    """Up to where a stream has been read, None if never; raises CursorRefused for one that cannot be trusted."""
    return stored_cursor(raw_batches(settings, adapter_at_connection, stream))


def land_stream(
    settings: Settings,
    adapter: str,
    source: ApiSource,
    stream: Stream,
    run_id: str,
    *,
    window: Window | None = None,
    full_refresh: bool = False,
    accept_vanished: bool = False,
    piece_rows: int = PIECE_ROWS,
) -> dict[str, Any]:
    """Land what is new in one stream below landing/<adapter>@<connection>/<stream>/.

    An incremental stream is read from its cursor less its lookback, or whole the first time and with `full_refresh`; with
    `window` (both ends inclusive) only that stretch is, and the cursor stays where it is. A full stream is listed whole, and
    what is neither listed nor given by name gets a tombstone (`accept_vanished`: even if half of it is gone); it has no past to read, so a
    window reads nothing of it. An ordered stream is committed in pieces of about `piece_rows` rows.

    Gives {"adapter", "connection", "stream", "run_id", "mode", "batch" (the last number, None if nothing was committed),
    "batches" (their run ids), "pages", "served", "rows" (landed), "dropped" (landed before), "tombstones", "living"
    (records of a full stream before this read), "cursor_in", "cursor_out", "window"}; instants are ISO text.

    Raises SourceError and its kinds as the source does, CursorRefused, TooManyVanished, LandingBusy, LandingFailed or
    ManifestDamaged. Pieces committed before stay landed with their cursor; of the rest nothing is, and the next run reads it.
    """
    folder = source_folder(adapter, source.connection)
    checked_name("stream", stream.name)
    order = _Order(settings, folder, source, stream, checked_run_id(run_id), window, full_refresh, accept_vanished)
    try:
        with stream_lock(stream_folder(settings, folder, stream.name)):
            remove_uncommitted(settings, folder, stream.name)
            reading = _Reading(order, piece_rows)
            if stream.mode == "full":
                reading.list_whole()
            else:
                reading.read_on()
    except OSError as error:
        raise LandingFailed(
            f"landing {stream.name} of {folder} stopped: {error.strerror or error} at {error.filename or settings.home}. Rows "
            "land whole or not at all and the cursor moves only with them. Mend the disk or its permissions and run again."
        ) from error
    return {"adapter": adapter, "connection": source.connection, "stream": stream.name, "run_id": run_id} | (
        reading.report()
    )


@dataclass(frozen=True)
class _Order:
    """What is to be read, and where it lands."""

    settings: Settings
    folder: str
    source: ApiSource
    stream: Stream
    run_id: str
    window: Window | None
    full_refresh: bool
    accept_vanished: bool

    @property
    def mode(self) -> str:
        """How the stream is read, as the manifest says it."""
        if self.stream.mode == "full":
            return "full"
        if self.window:
            return "window"
        return FULL_REFRESH if self.full_refresh else "incremental"

    @property
    def window_json(self) -> list[str] | None:
        """The window as the manifest keeps it."""
        return [end.isoformat() for end in self.window] if self.window else None


class _Reading:
    """One read of one stream, under its lock."""

    def __init__(self, order: _Order, piece_rows: int) -> None:
        self._order = order
        self._piece_rows = piece_rows
        self._what = f"{order.stream.name} of {order.folder}"
        self._landed = raw_batches(order.settings, order.folder, order.stream.name)
        self._known = Known(self._landed)
        self._has_cursor = order.mode in ("incremental", FULL_REFRESH)
        self._is_refused = False
        self._cursor_in = self._cursor = self._stored() if self._has_cursor else None
        self._tokens_in = stored_tokens(self._landed) if order.mode == "incremental" else {}
        self._tokens = dict(self._tokens_in)
        self._newest: datetime | None = None
        self._is_rising = order.stream.is_ordered
        self._trusted_until: datetime | None = None
        self._batches: list[Batch] = []
        self._pages = self._served = self._tombstones = self._living = 0

    def read_on(self) -> None:
        """Read from the cursor, or through the window, to the end, committing as it goes."""
        order = self._order
        since, until = order.window or (self._since(), None)
        if isinstance(order.source, Continues):
            order.source.continue_from(self._tokens_in)
        started = time.monotonic()
        pages = iter(order.source.read(order.stream, since, until))
        is_more = True
        while is_more:
            with self._batch() as batch:
                is_more = False
                for page in pages:
                    self._trust_until(started)
                    self._take(page, batch)
                    if batch.rows >= self._piece_rows and self._may_commit_pieces():
                        is_more = True
                        break
                self._commit(batch)

    def list_whole(self) -> None:
        """List a full stream, and bury what is no longer listed."""
        order = self._order
        if order.window:
            return
        with self._batch() as batch, Listing(batch.folder) as listing:
            for page in order.source.read(order.stream, None):
                listing.add((key, None) for key in self._take(page, batch))
            self._living, gone, vanished = listing.vanished(self._landed)
            what = f"{order.stream.name} of {order.folder}"
            refuse_collapse(what, self._living, gone, is_accepted=order.accept_vanished)
            self._bury(batch, vanished)
            self._commit(batch)

    def _bury(self, batch: RawBatch, vanished: Iterator[tuple[str, datetime | None]]) -> None:
        """Tombstones for what is no longer listed, unless the source gives it by name: a listing may shift while it is read."""
        source, stream = self._order.source, self._order.stream
        while some := dict(islice(vanished, ASKED_AT_ONCE)):
            given = {key for page in source.fetch(stream, list(some)) for key in self._take(page, batch)}
            for key in sorted(some.keys() - given):
                batch.add(tombstone(key, some[key], f"no longer listed by {source.vendor}"))
                self._tombstones += 1

    def report(self) -> dict[str, Any]:
        """The second half of what `land_stream` gives."""
        rows = sum(int(batch.manifest["rows"]) for batch in self._batches)
        return {
            "mode": self._order.mode,
            "batch": self._batches[-1].number if self._batches else None,
            "batches": [batch.run_id for batch in self._batches],
            "pages": self._pages,
            "served": self._served,
            "rows": rows,
            "dropped": self._served + self._tombstones - rows,
            "tombstones": self._tombstones,
            "living": self._living,
            "cursor_in": stamp(self._cursor_in),
            "cursor_out": stamp(self._cursor),
            "window": self._order.window_json,
        }

    def _stored(self) -> datetime | None:
        try:
            return stored_cursor(self._landed)
        except CursorRefused:
            if not self._order.full_refresh:
                raise
            self._is_refused = True  # everything is read anyway, and a new cursor takes its place
            return None

    def _since(self) -> datetime | None:
        if self._cursor is None or self._order.full_refresh:
            return None
        return self._cursor - self._order.stream.lookback

    def _batch(self) -> RawBatch:
        order = self._order
        return RawBatch(
            order.settings,
            order.folder,
            order.stream.name,
            order.stream.domains,
            order.run_id,
            self._landed,
            self._known,
        )

    def _take(self, page: Page, batch: RawBatch) -> list[str]:
        """Put a page's records into the batch; gives their keys."""
        self._pages += 1
        keys = []
        for number, record in enumerate(page.records, 1):
            row = raw_row(record, page.where, number)
            self._saw(row.version)
            batch.add(row)
            keys.append(row.key)
        self._served += len(keys)
        step(self._what, self._pages, None, f"pages, {self._served:,} records")
        self._tokens.update(page.tokens)
        return keys

    def _saw(self, version: datetime | None) -> None:
        if version is None or (self._newest is not None and version < self._newest):
            self._is_rising = False
        else:
            self._newest = version

    def _trust_until(self, started: float) -> None:
        """Fix, at the first answer, up to which stamp the cursor may go: the source's time when it was asked, less the horizon."""
        if self._trusted_until is None:
            waited = timedelta(seconds=int(time.monotonic() - started))
            self._trusted_until = self._order.source.now() - waited - self._order.stream.horizon

    def _may_commit_pieces(self) -> bool:
        """Only where all that is still to come has a later version, so that a cursor half-way skips nothing."""
        return self._is_rising and not self._order.full_refresh

    def _commit(self, batch: RawBatch) -> None:
        """Commit rows and cursor, if there is anything to commit."""
        cursor = self._cursor
        if self._has_cursor and self._trusted_until is not None:
            cursor = advanced(self._cursor, self._newest, self._trusted_until)
        is_where_it_was = cursor == self._cursor and self._tokens == self._tokens_in and not self._is_refused
        if not batch.settle() and is_where_it_was:
            return
        committed = batch.commit(
            {
                "mode": self._order.mode,
                "pages": self._pages - sum(int(done.manifest["pages"]) for done in self._batches),
                "window": self._order.window_json,
                "cursor_in": cursor_json(self._cursor),
                "cursor_out": cursor_json(cursor) if self._has_cursor else None,
                **({"continuation": dict(self._tokens)} if self._has_cursor and self._tokens else {}),
            }
        )
        self._cursor, self._tokens_in = cursor, dict(self._tokens)
        self._batches.append(committed)
        self._landed = [*self._landed, committed]
