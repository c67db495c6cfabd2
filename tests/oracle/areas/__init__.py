"""The tables beyond the eight binding ones, computed again in plain Python from docs/figures.md; one module per area.

A module gives `COLUMNS`, table -> columns as in tests/oracle/compare.py, and `rows(known)`, table -> rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.oracle.areas import (
    alerts,
    award,
    certification,
    gaps,
    integrity,
    journeys,
    listings,
    loyalty,
    people,
    performance,
    programme,
    reviews,
    rulebook,
    satisfaction,
    service,
)
from tests.oracle.calendar import Calendar
from tests.oracle.company import Tables, _plain, parts, tables_of
from tests.oracle.compare import compare_file, declare
from tests.oracle.judging import Judged, judge
from tests.oracle.rules import Rules
from tests.oracle.scores import Invited, Response

AREAS: list[ModuleType] = [
    *(award, certification, integrity, satisfaction, people, gaps, service),
    *(journeys, performance, programme, loyalty, alerts, reviews, rulebook, listings),
]

for _area in AREAS:
    declare(_area.COLUMNS)


@dataclass(frozen=True)
class Known:
    """What the binding figures are made of, and those figures themselves (`tables`, numbers as floats)."""

    home: Path
    judged: Judged
    rules: Rules
    calendar: Calendar
    responses: list[Response]
    invited: Invited
    tiers: Any
    groups: Any
    tables: Tables


def know(home: Path, inboxes: list[Path], rules: Rules, calendar_settings: tuple[date, str, int]) -> Known:
    """Everything the areas are computed from; `calendar_settings` are as-of, timezone and fiscal start month."""
    judged = judge(inboxes, rules)
    made = parts(judged, rules, *calendar_settings)
    return Known(home, judged, rules, *made, tables_of(judged, rules, made))


def area_tables(known: Known, areas: list[ModuleType] = AREAS) -> Tables:
    """Table name -> rows of every area."""
    return {
        table: [{column: _plain(cell) for column, cell in row.items()} for row in rows]
        for area in areas
        for table, rows in area.rows(known).items()
    }


def compute_areas(
    home: Path,
    as_of: date,
    timezone: str = "UTC",
    fiscal_start_month: int = 1,
    currency: str = "USD",
    inboxes: list[Path] | None = None,
) -> Tables:
    """The areas of a home; arguments as of tests.oracle.company.compute."""
    rules = Rules(home / "seeds", currency)
    return area_tables(know(home, inboxes or [home / "inbox"], rules, (as_of, timezone, fiscal_start_month)))


def compare_areas(tables: Tables, folder: Path) -> list[str]:
    """Differences of every computed area table to the Parquet files of a folder."""
    return [line for table, rows in tables.items() for line in compare_file(table, rows, folder)]
