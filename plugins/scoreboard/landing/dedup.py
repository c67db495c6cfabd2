"""Which served rows have landed before: in memory while they are few, in DuckDB (which spills to disk) when they are many.

A row of a stream with versions has landed before if the same key, hash and version did, not before a later tombstone of
that key. Where a stream has no versions, a row brings nothing new if the last one landed of its key has the same hash:
a record that went from A to B and back to A is landed three times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from scoreboard.landing.raw_parts import RawRow
from scoreboard.landing.raw_store import part_paths, rows_of
from scoreboard.landing.store import Batch

SMALL_ROWS = 50_000  # identities held in memory at most, some 400 bytes each
MEMORY = "512MB"

_COLUMNS = ["_key", "_version", "_is_tombstone", "_hash"]


class Known:
    """What has landed of a stream, while it is little enough to hold; then `is_complete` is False and DuckDB judges."""

    def __init__(self, landed: Sequence[Batch], limit: int = SMALL_ROWS) -> None:
        self.is_complete = rows_of(landed) <= limit
        self._limit = limit
        self._held = 0
        self._last: dict[str, str] = {}
        self._versions: dict[str, set[tuple[str, datetime]]] = {}
        if self.is_complete:
            for path in part_paths(landed):
                with pq.ParquetFile(path) as file:
                    columns = file.read(columns=_COLUMNS, use_threads=False).to_pydict()
                for key, version, is_tombstone, hashed in zip(*(columns[name] for name in _COLUMNS), strict=True):
                    self._remember(key, version, is_tombstone, hashed)

    def take(self, row: RawRow) -> bool:
        """Whether the row is new as far as is known here; it is known from now on."""
        if not self.is_complete:
            return True
        if row.version is None:
            is_new = self._last.get(row.key) != row.hash
        else:
            is_new = (row.hash, row.version) not in self._versions.get(row.key, ())
        if is_new:
            self._remember(row.key, row.version, row.is_tombstone, row.hash)
        return is_new

    def _remember(self, key: str, version: datetime | None, is_tombstone: bool, hashed: str) -> None:
        self._held += 1
        if self._held > self._limit:
            self.is_complete = False
            self._last, self._versions = {}, {}
            return
        self._last[key] = hashed
        if is_tombstone:
            self._versions.pop(key, None)
        elif version is not None:
            self._versions.setdefault(key, set()).add((hashed, version))


@contextmanager
def duckdb_for(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills below `folder` instead of growing."""
    spill = folder / ".spill"
    with duckdb.connect(
        config={"memory_limit": MEMORY, "temp_directory": str(spill), "threads": 2, "preserve_insertion_order": False}
    ) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def doubled(folder: Path, landed: Sequence[Batch], fresh: Sequence[Path]) -> set[int]:
    """Ordinals of the rows in the files `fresh` (one batch, later than `landed`) that have landed before or stand twice."""
    with duckdb_for(folder) as connection:
        connection.execute(_FRESH, {"fresh": [str(path) for path in fresh]})
        connection.execute(_NOTHING_LANDED if not part_paths(landed) else _LANDED, _bound(landed))
        return {ordinal for (ordinal,) in connection.execute(_DOUBLED).fetchall()}


def _bound(landed: Sequence[Batch]) -> dict[str, list[str]]:
    paths = [str(path) for path in part_paths(landed)]
    return {"landed": paths} if paths else {}


_FRESH = """
create temp table fresh as
select _key, _version, _hash, _is_tombstone, _batch, _ordinal from read_parquet($fresh)
"""
_LANDED = """
create temp table landed as
select _key, _version, _hash, _is_tombstone, _batch, _ordinal from read_parquet($landed)
where _key in (select _key from fresh)
"""
_NOTHING_LANDED = "create temp table landed as select * from fresh where false"
_DOUBLED = """
with all_rows as (
    select *, false as is_fresh from landed
    union all
    -- a key that stands alone cannot be doubled
    select *, true as is_fresh from fresh
    where _key in (select _key from landed) or _key in (select _key from fresh group by _key having count(*) > 1)
),
lives as (
    select
        *,
        count(*) filter (where _is_tombstone) over (partition by _key order by _batch, _ordinal) as life,
        lag(_hash) over (partition by _key order by _batch, _ordinal) as hash_before
    from all_rows
),
numbered as (
    select
        *,
        row_number() over (partition by _key, life, _hash, _version order by _batch, _ordinal) as time_landed
    from lives
)
select _ordinal from numbered
where is_fresh and case when _version is null then _hash = hash_before else time_landed > 1 end
"""
