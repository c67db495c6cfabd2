"""Records of a source as rows of Parquet: key, version, hash and the record itself as JSON text, then the lineage."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scoreboard.atomic import sha256_of, sync_file, sync_folder
from scoreboard.landing.disk import make_folder
from scoreboard.landing.parts import LINEAGE, MAX_PART_ROWS, BatchIdentity
from scoreboard.sources.api.base import Record, SourceError
from scoreboard.sources.exact_json import dumps

RAW_COLUMNS = {
    "_key": pa.string(),
    "_version": pa.timestamp("us", tz="UTC"),
    "_is_deleted": pa.bool_(),
    "_is_tombstone": pa.bool_(),
    "_hash": pa.string(),
    "_record": pa.string(),
}
SCHEMA = pa.schema([*RAW_COLUMNS.items(), *LINEAGE.items()])
UNFINISHED = ".tmp"

# What is held in memory before it becomes one row group.
GROUP_ROWS = 20_000
GROUP_CHARACTERS = 16 * 2**20


class RawRow(NamedTuple):
    """One version of one record, ready to be written."""

    key: str
    version: datetime | None
    is_deleted: bool
    is_tombstone: bool
    hash: str
    record: str
    where: str
    row_number: int


def raw_row(record: Record, where: str, row_number: int) -> RawRow:
    """What lands of one record: the same key, body and deletion give the same hash, however the fields were ordered.

    Raises SourceError for a record without key or with a version without zone: it could not be told from others.
    """
    version = record.version
    if not record.key or (version is not None and version.tzinfo is None):
        what = "has no key" if not record.key else f"has the version {version} without a zone"
        raise SourceError(f"record {row_number} of {where} {what}. Nothing of this page was landed, the cursor stands.")
    try:
        text, hashed = _texts(record.key, record.body, record.is_deleted)
    except (UnicodeEncodeError, ValueError):  # half a surrogate pair, NaN: legal in what Python reads, not in JSON
        record = Record(_sound(record.key), version, _sound(record.body), record.is_deleted)
        text, hashed = _texts(record.key, record.body, record.is_deleted)
    return RawRow(
        record.key,
        None if version is None else version.astimezone(UTC),
        record.is_deleted,
        False,
        hashed,
        text,
        where,
        row_number,
    )


def table_row(record: str, table: str, row_number: int) -> RawRow:
    """What lands of one row of a loader's table, given as JSON text; its key is its place, shapes know the real one."""
    return RawRow(str(row_number), None, False, False, sha256(record.encode()).hexdigest(), record, table, row_number)


def tombstone(key: str, version: datetime | None, why: str) -> RawRow:
    """The row that says a record has vanished from its source; `why` becomes its `_file`."""
    hashed = sha256(dumps({"key": key, "tombstone": True}).encode()).hexdigest()
    return RawRow(key, version, True, True, hashed, "{}", why, 0)


class RawPartWriter:
    """Writes the rows of one batch into `folder`, as unfinished files until `finish`; memory does not grow with them."""

    def __init__(self, folder: Path, identity: BatchIdentity) -> None:
        self.rows = 0
        self.newest_version: datetime | None = None
        self._folder = folder
        self._identity = identity
        self._writer: pq.ParquetWriter | None = None
        self._parts: list[tuple[str, int]] = []
        self._held: list[RawRow] = []
        self._held_characters = 0

    def __enter__(self) -> RawPartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def add(self, row: RawRow) -> None:
        """Append one row, in landing order."""
        self._held.append(row)
        self._held_characters += len(row.record)
        self.rows += 1
        if len(self._held) >= GROUP_ROWS or self._held_characters >= GROUP_CHARACTERS:
            self._write()

    def drop_doubled(self, find: Callable[[list[Path]], set[int]]) -> None:
        """Take out the rows whose ordinals `find` names, given the unfinished files; the others keep their ordinals."""
        self._write()
        self._close()
        paths = [self._folder / (name + UNFINISHED) for name, _ in self._parts]
        dropped = find(paths) if paths else set()
        if not dropped:
            return
        unwanted = pa.array(sorted(dropped), pa.int64())
        for number, path in enumerate(paths):
            rows = 0
            aside = path.with_suffix(".kept")
            with pq.ParquetFile(path) as file, pq.ParquetWriter(aside, SCHEMA, compression="zstd") as writer:
                for group in range(file.num_row_groups):
                    table = file.read_row_group(group)
                    kept = table.filter(pc.invert(pc.is_in(table["_ordinal"], value_set=unwanted)))
                    writer.write_table(kept)
                    rows += kept.num_rows
            os.replace(aside, path)  # noqa: PTH105 - os.* is one place to cut in the crash tests
            self._parts[number] = (self._parts[number][0], rows)
            if not rows:
                path.unlink()
        self._parts = [(name, rows) for name, rows in self._parts if rows]
        self.rows = sum(rows for _, rows in self._parts)

    def finish(self) -> list[dict[str, Any]]:
        """Put all parts on disk under their names; gives the manifest's list of them."""
        self._write()
        self._close()
        make_folder(self._folder)
        parts = []
        for name, rows in self._parts:
            unfinished = self._folder / (name + UNFINISHED)
            sync_file(unfinished)
            os.replace(unfinished, self._folder / name)  # noqa: PTH105
            parts.append({"name": name, "sha256": sha256_of(self._folder / name), "rows": rows})
        sync_folder(self._folder)
        return parts

    def _write(self) -> None:
        if not self._held:
            return
        if self._writer is None or self._parts[-1][1] >= MAX_PART_ROWS:
            self._close()
            make_folder(self._folder)
            name = f"part-{len(self._parts) + 1:05d}.parquet"
            self._writer = pq.ParquetWriter(self._folder / (name + UNFINISHED), SCHEMA, compression="zstd")
            self._parts.append((name, 0))
        first = self.rows - len(self._held) + 1
        self._writer.write_table(raw_table(self._held, self._identity, first))
        newest = max((row.version for row in self._held if row.version is not None), default=None)
        if newest is not None and (self.newest_version is None or newest > self.newest_version):
            self.newest_version = newest
        name, rows = self._parts[-1]
        self._parts[-1] = (name, rows + len(self._held))
        self._held, self._held_characters = [], 0

    def _close(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()


def raw_table(rows: list[RawRow], identity: BatchIdentity, first_ordinal: int) -> pa.Table:
    """Rows as they lie in a part; `first_ordinal` is the place of the first in its batch, from 1 on."""
    keys, versions, deleted, tombstones, hashes, records, wheres, numbers = zip(*rows, strict=True)
    count = len(rows)
    ordinals = pa.array(range(first_ordinal, first_ordinal + count), pa.int64())
    padded = pc.utf8_lpad(pc.cast(ordinals, pa.string()), 8, "0")
    columns: Iterable[pa.Array] = (
        pa.array(keys, pa.string()),
        pa.array(versions, RAW_COLUMNS["_version"]),
        pa.array(deleted, pa.bool_()),
        pa.array(tombstones, pa.bool_()),
        pa.array(hashes, pa.string()),
        pa.array(records, pa.string()),
        pc.binary_join_element_wise(f"{identity.entity}/{identity.number:06d}/", padded, ""),
        pa.repeat(pa.scalar(identity.number, pa.int64()), count),
        ordinals,
        pa.repeat(pa.scalar(identity.run_id, pa.string()), count),
        pa.array(wheres, pa.string()),
        pa.array(numbers, pa.int64()),
        pa.repeat(pa.scalar(identity.landed_at, LINEAGE["_landed_at"]), count),
    )
    return pa.Table.from_arrays(list(columns), schema=SCHEMA)


def _texts(key: str, body: dict[str, Any], is_deleted: bool) -> tuple[str, str]:
    """The record as JSON text, and the hash of key, body and deletion."""
    text = dumps(body, is_sorted=True)
    whole = f'{{"body":{text},"deleted":{"true" if is_deleted else "false"},"key":{dumps(key)}}}'
    return text, sha256(whole.encode()).hexdigest()


def _sound(value: Any) -> Any:
    """The value with every half surrogate pair as U+FFFD and every NaN or infinity as text, which the door refuses."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {_sound(name): _sound(content) for name, content in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sound(content) for content in value]
    return value
