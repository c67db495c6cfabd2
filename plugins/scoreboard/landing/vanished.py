"""What a source no longer lists: tombstones for it, unless so much vanished at once that the listing is not to be believed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from scoreboard.landing.dedup import SMALL_ROWS, duckdb_for
from scoreboard.landing.disk import make_folder
from scoreboard.landing.raw_store import living_keys, part_paths, rows_of
from scoreboard.landing.store import Batch
from scoreboard.sources.api.base import SourceError

FEWEST_VANISHED = 20
SHARE_VANISHED = 0.5


class TooManyVanished(SourceError):
    """So many known records vanished at once that it is more likely a wrong permission or filter than a deletion."""


def refuse_collapse(what: str, known: int, vanished: int, *, is_accepted: bool = False) -> None:
    """Raise TooManyVanished if at least half of the known records, and at least 20, are gone at once."""
    if not is_accepted and vanished >= FEWEST_VANISHED and vanished >= SHARE_VANISHED * known:
        raise TooManyVanished(
            f"{what}: {vanished:,} of {known:,} known records are no longer listed. That looks like a lost permission or a "
            "filter rather than deletions, so nothing was landed and all of them still count. Check what the connection may "
            "see; if they really are gone, run once with accept_vanished."
        )


class Lacking(NamedTuple):
    """A listed record that landing lacks, or (`is_outdated`) holds only in an older version."""

    key: str
    version: datetime | None
    is_outdated: bool


class Listing:
    """The keys and versions that a source lists, held against what is landed; a long listing goes to a file in `folder`."""

    def __init__(self, folder: Path, limit: int = SMALL_ROWS) -> None:
        self._folder = folder
        self._compared_count = 0
        self._limit = limit
        self._held: dict[str, datetime | None] = {}
        self._writer: pq.ParquetWriter | None = None
        self._path = folder / "listed.parquet.tmp"

    def __enter__(self) -> Listing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        self._path.unlink(missing_ok=True)
        shutil.rmtree(self._folder / ".spill", ignore_errors=True)

    def add(self, listed: Iterable[tuple[str, datetime | None]]) -> None:
        """Take some listed keys, with their versions where the listing tells them; one that comes twice counts once.

        Of two versions the newer counts: a listing in two parts may name the older one last.
        """
        for key, version in listed:
            known = self._held.get(key)
            self._held[key] = known if version is None or (known is not None and known > version) else version
        if len(self._held) > self._limit:
            self._spill()

    @property
    def count(self) -> int:
        """How many records are listed; of a long listing only known once it was compared."""
        return self._compared_count if self._writer is not None else len(self._held) or self._compared_count

    def vanished(self, landed: Sequence[Batch]) -> tuple[int, int, Iterator[tuple[str, datetime | None]]]:
        """How many records are landed and living, how many of them are not listed, and those with their last version."""
        if self._is_small(landed):
            living = living_keys(landed)
            gone = sorted(key for key in living if key not in self._held)
            return len(living), len(gone), ((key, living[key]) for key in gone)
        living_count, gone_count, rows = self._compared(landed, _VANISHED)
        return living_count, gone_count, ((row.key, row.version) for row in rows)

    def lacking(self, landed: Sequence[Batch]) -> Iterator[Lacking]:
        """Listed records that are not landed as living ones, or are landed in an older version only."""
        if not self._is_small(landed):
            return self._compared(landed, _LACKING)[2]
        living = living_keys(landed)
        found = (Lacking(key, self._held[key], key in living) for key in sorted(self._held))
        return (one for one in found if not one.is_outdated or _is_newer(one.version, living[one.key]))

    def _is_small(self, landed: Sequence[Batch]) -> bool:
        return self._writer is None and rows_of(landed) <= self._limit

    def _spill(self) -> None:
        if not self._held:
            return
        if self._writer is None:
            make_folder(self._folder)
            self._writer = pq.ParquetWriter(self._path, _LISTED, compression="zstd")
        columns = [list(self._held), list(self._held.values())]
        arrays = [pa.array(column, kind) for column, kind in zip(columns, _LISTED.types, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=_LISTED))
        self._held = {}

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _compared(self, landed: Sequence[Batch], query: str) -> tuple[int, int, Iterator[Lacking]]:
        """Living records, rows of the query, and those rows; the listing takes nothing more."""
        self._spill()
        self._close()
        result = self._folder / "compared.parquet.tmp"
        make_folder(self._folder)
        with duckdb_for(self._folder) as connection:
            paths = [str(path) for path in part_paths(landed)]
            connection.execute(_LIVING if paths else _NONE_LIVING, {"landed": paths} if paths else {})
            if self._writer is None:
                connection.execute("create temp table listed (_key varchar, _version timestamptz)")
            else:
                connection.execute(_LISTED_ONCE, {"listed": str(self._path)})
            living = connection.execute("select count(*) from living").fetchall()[0][0]
            self._compared_count = connection.execute("select count(*) from listed").fetchall()[0][0]
            with pq.ParquetWriter(result, _RESULT, compression="zstd") as writer:
                for chunk in connection.sql(query).to_arrow_reader(SMALL_ROWS):
                    writer.write_table(pa.Table.from_batches([chunk]).cast(_RESULT))
        return living, pq.read_metadata(result).num_rows, _rows_of_file(result)


def _rows_of_file(path: Path) -> Iterator[Lacking]:
    with pq.ParquetFile(path) as file:
        for chunk in file.iter_batches(SMALL_ROWS):
            yield from map(Lacking, *(column.to_pylist() for column in chunk.columns))
    path.unlink()


def _is_newer(listed: datetime | None, landed: datetime | None) -> bool:
    return listed is not None and landed is not None and listed > landed


_LISTED = pa.schema([("_key", pa.string()), ("_version", pa.timestamp("us", tz="UTC"))])
_RESULT = pa.schema([*_LISTED, ("is_outdated", pa.bool_())])

_LISTED_ONCE = """
create temp table listed as
select _key, max(_version) as _version from read_parquet($listed) group by _key
"""
_LIVING = """
create temp table living as
with newest as (
    select
        _key,
        max(_version) as _version,
        arg_max(
            _is_deleted or _is_tombstone,
            {'has_version': _version is not null, 'version': coalesce(_version, timestamptz '0001-01-01'),
            'batch': _batch, 'ordinal': _ordinal}
        ) as is_gone
    from read_parquet($landed)
    group by _key
)
select _key, _version from newest where not is_gone
"""
_NONE_LIVING = "create temp table living (_key varchar, _version timestamptz)"
_VANISHED = """
select _key, _version, false as is_outdated from living where _key not in (select _key from listed) order by _key
"""
_LACKING = """
select listed._key, listed._version, living._key is not null as is_outdated
from listed
left join living on listed._key = living._key
where living._key is null or listed._version > living._version
order by listed._key
"""
