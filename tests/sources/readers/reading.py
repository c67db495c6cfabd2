"""Read a file the way landing does, all of it."""

from __future__ import annotations

from pathlib import Path

from scoreboard.sources.readers import open_table
from scoreboard.sources.readers.base import Kinds


def rows_of(path: Path, kinds: Kinds | None = None) -> list[dict[str, str | None]]:
    """Every row as {column: text}, with its number under '#'."""
    table = open_table(path, kinds or {})
    found = []
    for chunk in table.chunks():
        columns = {name: cells.to_pylist() for name, cells in chunk.cells.items()}
        found += [
            {"#": number, **{name: cells[place] for name, cells in columns.items()}}
            for place, number in enumerate(chunk.row_numbers)
        ]
    return found


def column_of(path: Path, name: str, kinds: Kinds | None = None) -> list[str | None]:
    """One column's texts."""
    return [row[name] for row in rows_of(path, kinds)]
