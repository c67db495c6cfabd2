"""What every place that a loader fills offers: its tables, and their rows in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from scoreboard.sources import exact_json

BATCH_ROWS = 5_000

Row = dict[str, Any]
"""One row as JSON knows it (exact_json writes it): decimals exact, an instant as ISO with its offset (UTC where the column has
none), a date as YYYY-MM-DD, bytes in hexadecimal, objects and lists as they are."""


class Loader(Protocol):
    """The tables of one schema of one place, as they were at one moment. To be used in a `with`.

    A table may be asked for by the exact name, else in lower case, else in any case that only one table has.
    """

    connection: str

    def __enter__(self) -> Loader: ...

    def __exit__(self, *error: object) -> None: ...

    def tables(self) -> list[str]:
        """The names of all tables, sorted."""

    def missing(self, tables: Iterable[str]) -> list[str]:
        """Those of the named tables that are not there."""

    def rows(self, table: str) -> Iterator[list[Row]]:
        """Every row, batch by batch, in the order the place gives them; none for a table that is not there."""

    def count(self, table: str) -> int:
        """How many rows a table has; 0 if it is not there."""


def spelled(table: str, existing: Iterable[str]) -> str | None:
    """The name of an asked table as the place spells it, None if it is not there."""
    names = list(existing)
    for name in (table, table.lower()):
        if name in names:
            return name
    alike = [name for name in names if name.lower() == table.lower()]
    return alike[0] if len(alike) == 1 else None


def missing_of(tables: Iterable[str], existing: Iterable[str]) -> list[str]:
    """Those of the asked tables that the place does not have under any spelling."""
    names = list(existing)
    return [table for table in tables if spelled(table, names) is None]


def nested(text: str) -> Any:
    """The value of a cell of JSON; what is no clean JSON stays the text it is."""
    try:
        return exact_json.loads(text)
    except ValueError:
        return text
