"""Asking for one page of a long list: the database counts, sorts and cuts, so that a page costs the same with 100,000 accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scoreboard.warehouse.quoting import Quoted
from scoreboard.web.paging import Pages

Row = dict[str, Any]


class Tables(Protocol):
    """What questions are asked of: a version that is open for reading."""

    def rows(self, statement: str, parameters: Sequence[Any] = ..., /) -> list[Row]:
        """The statement's rows as column -> value."""


class LendingTables(Tables, Protocol):
    """Tables that can be asked together with rows that are not published."""

    def lend(self, name: str, rows: Any, /) -> None:
        """Show an Arrow table under a name, to this reader alone."""


@dataclass(frozen=True)
class Listing:
    """One page of a list, and how all that match fall into groups."""

    rows: list[Row]
    pages: Pages
    counts: dict[str, int]


class Conditions:
    """Conditions of a `where` with the values they bind, in order; only the values come from outside."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.values: list[Any] = []

    def add(self, condition: str, *values: Any) -> None:
        """One more that must hold; one `?` per value."""
        self._parts.append(f"({condition})")
        self.values += values

    def equal(self, column: str, value: Any) -> None:
        """The column has this value; nothing to ask where the value is None or empty."""
        if value is not None and value != "":
            self.add(f"{column} = ?", value)

    @property
    def sql(self) -> Quoted:
        """The text after `where`."""
        return Quoted(" and ".join(self._parts) or "true")


def order_by(expression: str, is_descending: bool, ties: str) -> Quoted:
    """The text after `order by`: one of our own expressions, what is missing last, and an end to every tie."""
    return Quoted(f"{expression} {'desc' if is_descending else 'asc'} nulls last, {ties}")
