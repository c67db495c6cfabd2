"""Long lists, one page at a time: the database counts, sorts and cuts, so that a page costs the same with 100,000 accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scoreboard.warehouse.quoting import Quoted

Row = dict[str, Any]

PAGE_SIZE = 50


class Tables(Protocol):
    """What questions are asked of: a version that is open for reading."""

    def rows(self, statement: str, parameters: Sequence[Any] = ..., /) -> list[Row]:
        """The statement's rows as column -> value."""


@dataclass(frozen=True)
class Listing:
    """One page of a list: its rows, and how many there are in all."""

    rows: list[Row]
    total: int
    page: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Number of the first row shown, counted from 1; 0 in an empty list."""
        return (self.page - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return min(self.page * self.size, self.total)


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
        """The column has this value; nothing to ask where the value is None."""
        if value is not None:
            self.add(f"{column} = ?", value)

    @property
    def sql(self) -> Quoted:
        """The text after `where`."""
        return Quoted(" and ".join(self._parts) or "true")


def page_within(page: int, total: int, size: int = PAGE_SIZE) -> int:
    """A page number that exists: the last one for whoever asks beyond it."""
    return min(max(page, 1), max(1, -(-total // size)))


def offset_of(page: int, size: int = PAGE_SIZE) -> int:
    """Rows before a page."""
    return (page - 1) * size
