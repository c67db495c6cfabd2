"""Which rows of a long list a page shows; the database cuts them, never the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

PER_PAGE = 50
_AROUND = 2

# far beyond any list there is: a larger number is a slip or an attack
AskedPage = Annotated[int, Query(alias="page", ge=1, le=1_000_000, description="a page, from 1")]


@dataclass(frozen=True)
class Pages:
    """A list of `total` rows cut into pages, and the page asked for."""

    page: int
    total: int
    per_page: int = PER_PAGE

    @property
    def count(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.per_page

    @property
    def first(self) -> int:
        """The number of the page's first row, from 1."""
        return self.offset + 1

    @property
    def last(self) -> int:
        """The number of the page's last row."""
        return min(self.offset + self.per_page, self.total)

    @property
    def shown(self) -> list[int | None]:
        """Page numbers for the pager: the ends and those around; None is a gap."""
        near = range(self.page - _AROUND, self.page + _AROUND + 1)
        numbers = sorted({1, self.count, *(number for number in near if 1 <= number <= self.count)})
        found: list[int | None] = []
        for number in numbers:
            if found and found[-1] is not None and number - found[-1] > 1:
                found.append(None)
            found.append(number)
        return found
