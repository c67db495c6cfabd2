"""Hold what is landed of a stream against what its source lists: what vanished is buried, what is missing is fetched.

This finds what no cursor can: records deleted without a trace, records that became visible later than the stream's lookback, and
mistakes of our own.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from scoreboard.atomic import write_json
from scoreboard.landing.dedup import Known
from scoreboard.landing.drop import LandingFailed
from scoreboard.landing.lock import stream_lock
from scoreboard.landing.pages import land_stream, last_cursor
from scoreboard.landing.raw_batch import RawBatch
from scoreboard.landing.raw_parts import raw_row, tombstone
from scoreboard.landing.raw_store import checked_name, checked_run_id, raw_batches, source_folder
from scoreboard.landing.store import Batch, remove_uncommitted, stream_folder
from scoreboard.landing.vanished import Lacking, Listing, refuse_collapse
from scoreboard.settings import Settings
from scoreboard.sources.api.base import ApiSource, Record, Stream

FETCHED_AT_ONCE = 50_000
Report = dict[str, Any]

_NEVER_LANDED = "nothing has landed yet; the next extract reads it from the beginning."
_COUNTS = ("vanished", "kept", "missing", "outdated", "fetched", "recent")


def reconcile_stream(
    settings: Settings,
    adapter: str,
    source: ApiSource,
    stream: Stream,
    run_id: str,
    *,
    accept_vanished: bool = False,
) -> Report:
    """Compare the landed living records of a stream with `source.listed`, and mend the difference in one batch without a cursor.

    A record that is landed but not listed is asked for by name, and gets a tombstone unless the source still gives it. One that is
    listed but not landed, or landed in an older version, is fetched and landed; those newer than the cursor come with the
    next read and are only counted. A full stream is simply landed, which does the same; one that never landed is left to its
    first read.

    Gives {"adapter", "connection", "stream", "listed", "landed", "vanished", "kept" (not listed, yet given by name), "missing",
    "outdated", "fetched" (of those two), "recent", "rows" (landed now), "batch", "is_whole", "sentence"}, and keeps it in
    runs/<run_id>/reconciliation.json. Raises as `land_stream` does.
    """
    folder = source_folder(adapter, source.connection)
    checked_name("stream", stream.name)
    checked_run_id(run_id)
    try:
        return _reconciled(settings, adapter, source, stream, run_id, folder, accept_vanished=accept_vanished)
    except OSError as error:
        raise LandingFailed(
            f"reconciling {stream.name} of {folder} stopped: {error.strerror or error} at {error.filename or settings.home}. What "
            "was to be mended lands whole or not at all. Mend the disk or its permissions and run again."
        ) from error


def _reconciled(
    settings: Settings,
    adapter: str,
    source: ApiSource,
    stream: Stream,
    run_id: str,
    folder: str,
    *,
    accept_vanished: bool,
) -> Report:
    report: Report = {"adapter": adapter, "connection": source.connection, "stream": stream.name}
    is_landed = bool(raw_batches(settings, folder, stream.name))
    if not is_landed:
        report |= dict.fromkeys(("listed", "landed", *_COUNTS, "rows"), 0) | {"batch": None}
    elif stream.mode == "full":
        report |= _landed_whole(settings, adapter, source, stream, run_id, accept_vanished=accept_vanished)
    else:
        report |= _compared(settings, folder, source, stream, run_id, accept_vanished=accept_vanished)
    report["is_whole"] = not (report["vanished"] or report["missing"] or report["outdated"])
    report["sentence"] = f"{stream.name} of {folder}: {_sentence(report) if is_landed else _NEVER_LANDED}"
    _keep(settings, run_id, report)
    return report


def _landed_whole(
    settings: Settings, adapter: str, source: ApiSource, stream: Stream, run_id: str, *, accept_vanished: bool
) -> Report:
    """A stream that every run lists whole has nothing that a run could have missed."""
    landed = land_stream(settings, adapter, source, stream, run_id, accept_vanished=accept_vanished)
    return {
        "listed": landed["served"],
        "landed": landed["living"],
        **dict.fromkeys(_COUNTS, 0),
        "vanished": landed["tombstones"],
        "rows": landed["rows"],
        "batch": landed["batch"],
    }


def _compared(
    settings: Settings, folder: str, source: ApiSource, stream: Stream, run_id: str, *, accept_vanished: bool
) -> Report:
    # listing may take long: the hourly runs go on meanwhile, so only what the cursor had passed before counts as missing
    cursor = last_cursor(settings, folder, stream.name)
    with tempfile.TemporaryDirectory(prefix="scoreboard-listing-") as aside, Listing(Path(aside)) as listing:
        for page in source.listed(stream):
            listing.add((one.key, one.version) for one in page)
        with stream_lock(stream_folder(settings, folder, stream.name)):
            remove_uncommitted(settings, folder, stream.name)
            landed = raw_batches(settings, folder, stream.name)
            known, gone, vanished = listing.vanished(landed)
            refuse_collapse(f"{stream.name} of {folder}", known, gone, is_accepted=accept_vanished)
            mending = _Mending(source, stream, cursor)
            with RawBatch(settings, folder, stream.name, stream.domains, run_id, landed, Known(landed)) as batch:
                mending.bury(batch, vanished)
                mending.fetch(batch, listing.lacking(landed))
                committed = _commit(batch)
    return {
        "listed": listing.count,
        "landed": known,
        **mending.counts,
        "rows": int(committed.manifest["rows"]) if committed else 0,
        "batch": committed.number if committed else None,
    }


class _Mending:
    """What is done about the difference, and how often."""

    def __init__(self, source: ApiSource, stream: Stream, cursor: datetime | None) -> None:
        self.counts = dict.fromkeys(_COUNTS, 0)
        self._source = source
        self._stream = stream
        self._cursor = cursor

    def bury(self, batch: RawBatch, vanished: Iterator[tuple[str, datetime | None]]) -> None:
        """Give a tombstone to every record that the source does not give by name either."""
        while some := dict(islice(vanished, FETCHED_AT_ONCE)):
            given = self._given(batch, list(some))
            for key, version in some.items():
                if key in given and not given[key].is_deleted:
                    self.counts["kept"] += 1
                    continue
                self.counts["vanished"] += 1
                if key not in given or not _is_as_new(given[key].version, version):
                    batch.add(tombstone(key, version, f"no longer listed by {self._source.vendor}"))

    def fetch(self, batch: RawBatch, lacking: Iterator[Lacking]) -> None:
        """Fetch what landing lacks and the cursor had passed."""
        due = (one for one in lacking if self._is_due(one))
        while some := [one.key for one in islice(due, FETCHED_AT_ONCE)]:
            self.counts["fetched"] += sum(not record.is_deleted for record in self._given(batch, some).values())

    def _is_due(self, one: Lacking) -> bool:
        is_recent = self._cursor is None or (one.version is not None and one.version > self._cursor)
        self.counts["recent" if is_recent else "outdated" if one.is_outdated else "missing"] += 1
        return not is_recent

    def _given(self, batch: RawBatch, keys: Sequence[str]) -> dict[str, Record]:
        """Fetch records into the batch; gives them by key, deleted ones too: what says so itself needs no tombstone."""
        given = {}
        for page in self._source.fetch(self._stream, list(keys)):
            for number, record in enumerate(page.records, 1):
                batch.add(raw_row(record, page.where, number))
                given[record.key] = record
        return given


def _is_as_new(one: datetime | None, other: datetime | None) -> bool:
    """Whether a version takes the place of another that landed before it."""
    return other is None or (one is not None and one >= other)


def _commit(batch: RawBatch) -> Batch | None:
    return batch.commit({"mode": "reconciliation"}) if batch.settle() else None


def _sentence(report: Report) -> str:
    """What was found, for a person."""
    found = [
        f"{report[name]:,} {what}"
        for name, what in (
            ("vanished", "vanished and buried"),
            ("missing", "missing"),
            ("outdated", "landed in an older version only"),
        )
        if report[name]
    ]
    if not found:
        return f"{report['listed']:,} records listed, and what is landed agrees."
    asked = report["missing"] + report["outdated"]
    fetched = f" Of the {asked:,} asked for again, {report['fetched']:,} came." if asked else ""
    return f"{report['listed']:,} records listed; {', '.join(found)}.{fetched}"


def _keep(settings: Settings, run_id: str, report: Report) -> None:
    """Write the report beside those of the run's other streams, and all of them into one file."""
    folder = settings.runs / run_id / "reconciliation"
    with stream_lock(folder):
        write_json(folder / f"{report['adapter']}@{report['connection']}.{report['stream']}.json", report)
        reports = [_read(path) for path in sorted(folder.glob("*.json"))]
        is_whole = all(one["is_whole"] for one in reports)
        write_json(folder.with_suffix(".json"), {"run_id": run_id, "is_whole": is_whole, "streams": reports})


def _read(path: Path) -> Report:
    content: Report = json.loads(path.read_bytes())
    return content
