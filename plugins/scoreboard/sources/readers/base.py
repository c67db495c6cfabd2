"""What every reader gives: the file's column names, then its rows as text, chunk by chunk, or where it breaks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa

from scoreboard.entities import Entity, Kind
from scoreboard.errors import ScoreboardError

# A chunk is what is held in memory at once.
CHUNK_ROWS = 50_000
CHUNK_CHARACTERS = 32 * 2**20

# Far above any honest file; they stop decompression bombs and endless rows before memory or disk give in.
MAX_ROWS = 50_000_000
MAX_COLUMNS = 1_000
MAX_RECORD_CHARACTERS = 64 * 2**20
MAX_TEXT_BYTES = 32 * 2**30


class Unreadable(ScoreboardError):
    """A file is broken; the message says where and why, without the file's name."""


@dataclass(frozen=True)
class Chunk:
    """Some rows of one file: `cells[name]` is a string array as long as `row_numbers` (null = absent cell)."""

    row_numbers: Sequence[int]
    cells: Mapping[str, pa.Array]

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(self.row_numbers)


class TableFile(Protocol):
    """An opened file whose header is known to be sound."""

    @property
    def columns(self) -> Sequence[str]:
        """Column names as the file has them, in its order."""

    def chunks(self) -> Iterator[Chunk]:
        """All rows in order; raises Unreadable where the file breaks."""


Kinds = Mapping[str, Kind]


def kind_in(kinds: Kinds, column: str) -> Kind:
    """Type of a column of this entity; columns the contract does not know are text."""
    return kinds.get(column, "text")


def open_regular(path: Path) -> BinaryIO:
    """Open for reading, never through a symbolic link."""

    def no_link(name: str, flags: int) -> int:
        return os.open(name, flags | os.O_NOFOLLOW)

    return open(path, "rb", opener=no_link)


def texts(cells: Iterable[str | None]) -> pa.Array:
    """A column of text."""
    return pa.array(cells, pa.string())


def check_header(names: Sequence[str]) -> None:
    """Raise Unreadable for a doubled, an empty or too many column names."""
    if len(names) > MAX_COLUMNS:
        raise Unreadable(f"it has {len(names)} columns; at most {MAX_COLUMNS} are read")
    blank = [str(place) for place, name in enumerate(names, start=1) if not name.strip()]
    if blank:
        raise Unreadable(f"the header has no name for column {', '.join(blank)}")
    doubled = [name for name, times in Counter(names).items() if times > 1]
    if doubled:
        raise Unreadable(f"the header has {_quoted(doubled)} more than once")


def check_required(names: Sequence[str], entity: Entity) -> None:
    """Raise Unreadable naming every required column that the file lacks, and near misses by case or blanks."""
    missing = [column for column in entity.columns if column in entity.required.difference(names)]
    if not missing:
        return
    near = [name for name in names if name.strip().lower() in missing]
    hint = f" (it has {_quoted(near)}; names must match exactly)" if near else ""
    raise Unreadable(f"required {'column' if len(missing) == 1 else 'columns'} {_quoted(missing)} missing{hint}")


def check_row_count(rows: int) -> None:
    """Raise Unreadable past `MAX_ROWS`."""
    if rows > MAX_ROWS:
        raise Unreadable(f"it has more than {MAX_ROWS:,} rows; cut it into several files")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name[:80]}'" for name in names)
