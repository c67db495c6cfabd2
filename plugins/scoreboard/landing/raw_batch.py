"""One batch of raw records in the making: rows go in, the manifest commits them, anything else leaves nothing behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from scoreboard import settings as clock
from scoreboard.landing.dedup import Known, doubled
from scoreboard.landing.manifest import FORMAT, write_manifest
from scoreboard.landing.parts import LINEAGE, BatchIdentity
from scoreboard.landing.raw_parts import RAW_COLUMNS, UNFINISHED, RawPartWriter, RawRow
from scoreboard.landing.raw_store import unused_run_id
from scoreboard.landing.store import Batch, discard_uncommitted, run_folder
from scoreboard.settings import Settings


class RawBatch:
    """A batch of a stream after those `landed`; a context manager that discards what was not committed.

    `known` None: nothing is compared, every row lands. Only under the stream's lock.
    """

    def __init__(
        self,
        settings: Settings,
        adapter_at_connection: str,
        stream: str,
        domains: Iterable[str],
        run_id: str,
        landed: Sequence[Batch],
        known: Known | None,
    ) -> None:
        self.served = 0
        self._landed = landed
        self._known = known
        self._stream = stream
        self._domain = ",".join(sorted(domains))
        self._adapter = adapter_at_connection
        number = 1 + max((batch.number for batch in landed), default=0)
        run_id = unused_run_id(run_id, landed)
        self.folder = run_folder(settings, adapter_at_connection, stream, run_id)
        self._identity = BatchIdentity(f"{adapter_at_connection}/{stream}", number, run_id, clock.utc_now())
        self._writer = RawPartWriter(self.folder, self._identity)

    def __enter__(self) -> RawBatch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.__exit__(kind, error, trace)
        with suppress(OSError):  # the next run removes what this one could not
            discard_uncommitted(self.folder)

    @property
    def rows(self) -> int:
        """Rows that will land, as far as is known before `settle`."""
        return self._writer.rows

    def add(self, row: RawRow) -> None:
        """Take one row, unless it is known to have landed."""
        self.served += 1
        if self._known is None or self._known.take(row):
            self._writer.add(row)

    def settle(self) -> int:
        """Drop what has landed before, where that could not be told row by row; gives the rows that will land."""
        if self._known is not None and not self._known.is_complete:
            self._writer.drop_doubled(lambda fresh: doubled(self.folder, self._landed, fresh))
        return self._writer.rows

    def commit(self, fields: Mapping[str, Any]) -> Batch:
        """Put the rows on disk, then the manifest with `fields` beside its own; gives the committed batch."""
        parts = self._writer.finish()
        _remove_scratch(self.folder)
        manifest = {
            "format": FORMAT,
            "kind": "raw",
            "adapter": self._adapter,
            "domain": self._domain,
            "entity": self._stream,
            "run_id": self._identity.run_id,
            "batch": self._identity.number,
            "landed_at": self._identity.landed_at.isoformat(),
            "rows": self._writer.rows,
            "files": [],
            "parts": parts,
            "columns": [*RAW_COLUMNS, *LINEAGE],
            "unknown_columns": [],
            "newest_version": stamp(self._writer.newest_version),
            "window": None,
            "cursor_in": None,
            "cursor_out": None,
            **fields,
        }
        write_manifest(self.folder, manifest)
        return Batch(
            self._adapter,
            self._domain,
            self._stream,
            self._identity.run_id,
            self._identity.number,
            self.folder,
            manifest,
        )


def stamp(instant: datetime | None) -> str | None:
    """An instant as the manifest keeps it."""
    return None if instant is None else instant.isoformat()


def _remove_scratch(folder: Path) -> None:
    """What comparing left in the folder, before the batch becomes immutable."""
    shutil.rmtree(folder / ".spill", ignore_errors=True)
    for path in folder.glob(f"*{UNFINISHED}"):
        path.unlink()
