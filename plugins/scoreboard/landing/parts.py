"""Rows of one batch as Parquet parts: contract columns, unknown columns, lineage, all text but the lineage."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scoreboard.atomic import sha256_of, sync_file, sync_folder
from scoreboard.landing.disk import make_folder
from scoreboard.sources.readers.base import CHUNK_CHARACTERS, CHUNK_ROWS, Chunk

MAX_PART_ROWS = 1_000_000
LINEAGE = {
    "_row_id": pa.string(),
    "_batch": pa.int64(),
    "_ordinal": pa.int64(),
    "_run_id": pa.string(),
    "_file": pa.string(),
    "_row_number": pa.int64(),
    "_landed_at": pa.timestamp("us", tz="UTC"),
}
_UNFINISHED = ".tmp"


@dataclass(frozen=True)
class BatchIdentity:
    """What every row of a batch carries."""

    entity: str
    number: int
    run_id: str
    landed_at: datetime


def landed_names(contract: Sequence[str], found: Iterable[str]) -> dict[str, str]:
    """Name in a file -> name in landing, contract columns first, then unknown ones as they were met.

    A column called like one of the lineage's (somebody dropped an export of landing) is kept under another name.
    """
    names = {name: name for name in contract}
    taken = {*names, *LINEAGE}
    for name in found:
        if name in names:
            continue
        landed = name
        while landed in taken or landed.lower() in LINEAGE:
            landed += "_as_dropped"
        names[name] = landed
        taken.add(landed)
    return names


class PartWriter:
    """Writes a batch's rows into `folder`, as unfinished files until `finish`.

    `names` maps the files' column names to the landed ones; a column that a file lacks is null in its rows.
    """

    def __init__(self, folder: Path, identity: BatchIdentity, names: dict[str, str]) -> None:
        self.rows = 0
        self._folder = folder
        self._identity = identity
        self._names = names
        self._schema = pa.schema([(landed, pa.string()) for landed in names.values()] + list(LINEAGE.items()))
        self._writer: pq.ParquetWriter | None = None
        self._parts: list[tuple[str, int]] = []
        self._held: list[pa.Table] = []
        self._held_bytes = self._written = 0

    def __enter__(self) -> PartWriter:
        make_folder(self._folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def add(self, file: str, chunk: Chunk) -> None:
        """Append rows of one file, in landing order."""
        table = self._table(file, chunk)
        self._held.append(table)
        self._held_bytes += table.nbytes
        self.rows += chunk.rows
        if self.rows - self._written >= CHUNK_ROWS or self._held_bytes >= CHUNK_CHARACTERS:
            self._write()

    def finish(self) -> list[dict[str, Any]]:
        """Put all parts on disk under their names; gives the manifest's list of them."""
        self._write()
        self._close()
        parts = []
        for name, rows in self._parts:
            unfinished = self._folder / (name + _UNFINISHED)
            sync_file(unfinished)
            os.replace(unfinished, self._folder / name)  # noqa: PTH105
            parts.append({"name": name, "sha256": sha256_of(self._folder / name), "rows": rows})
        sync_folder(self._folder)
        return parts

    def _write(self) -> None:
        """Write what is held as one row group: many small files do not make many small groups."""
        if not self._held:
            return
        if self._writer is None or self._parts[-1][1] >= MAX_PART_ROWS:
            self._close()
            name = f"part-{len(self._parts) + 1:05d}.parquet"
            self._writer = pq.ParquetWriter(self._folder / (name + _UNFINISHED), self._schema, compression="zstd")
            self._parts.append((name, 0))
        table = pa.concat_tables(self._held)
        self._held, self._held_bytes, self._written = [], 0, self.rows
        self._writer.write_table(table)
        name, rows = self._parts[-1]
        self._parts[-1] = (name, rows + table.num_rows)

    def _close(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()

    def _table(self, file: str, chunk: Chunk) -> pa.Table:
        count, batch = chunk.rows, self._identity
        ordinals = range(self.rows + 1, self.rows + count + 1)
        absent = pa.nulls(count, pa.string())
        cells = [chunk.cells.get(name, absent) for name in self._names]
        lineage = [
            pa.array([f"{batch.entity}/{batch.number:06d}/{ordinal:08d}" for ordinal in ordinals], pa.string()),
            pa.repeat(pa.scalar(batch.number, pa.int64()), count),
            pa.array(ordinals, pa.int64()),
            pa.repeat(pa.scalar(batch.run_id, pa.string()), count),
            pa.repeat(pa.scalar(file, pa.string()), count),
            pa.array(chunk.row_numbers, pa.int64()),
            pa.repeat(pa.scalar(batch.landed_at, LINEAGE["_landed_at"]), count),
        ]
        return pa.Table.from_arrays(cells + lineage, schema=self._schema)
