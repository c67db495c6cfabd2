"""Which rows of a closed period are official: a ledger of what was published and restated, read as of a day.

Nothing here touches a disk or a database: `ledger` keeps the events, dbt's macro `keep_closed` puts their rows in place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from scoreboard.quarter import Quarter

# a reporting quarter by its first day, or an award year
Period = date | int
Kind = Literal["published", "restated"]


@dataclass(frozen=True)
class Event:
    """Rows of closed periods that became official at one moment.

    `sequence` orders events, `as_of` and `settings` are those of the version the rows were taken from. `periods`: table ->
    the periods whose rows (or lack of rows) it holds; `columns`: table -> the columns those rows have. `at`: when that
    version was published, or when the restatement was asked for (ISO, UTC). Only restatements have `reason` and `approved_by`.
    """

    sequence: int
    kind: Kind
    version: str
    as_of: date
    settings: Mapping[str, Any]
    periods: Mapping[str, Collection[Period]]
    columns: Mapping[str, Collection[str]]
    at: str
    run_id: str
    reason: str | None = None
    approved_by: str | None = None
    files: Mapping[str, str] = field(default_factory=dict, compare=False)  # table -> sha256 of its rows


@dataclass(frozen=True)
class Standing:
    """What holds for one table and closed period: the event that published it first, and the one that is official."""

    first: Event
    official: Event


def period_column(period: Period) -> str:
    """The column that holds such a period."""
    return "award_year" if isinstance(period, int) else "quarter_start_date"


def award_year_of(quarter: Quarter) -> int | None:
    """The award year that closes together with a quarter: the one whose 31 December lies in it, whatever the fiscal calendar."""
    year = quarter.end.year if quarter.end.month == 12 else quarter.start.year
    return year if quarter.start <= date(year, 12, 31) <= quarter.end else None


def due(
    events: Iterable[Event], settings: Mapping[str, Any], closed: Collection[Period], tables: Mapping[str, str]
) -> dict[str, list[Period]]:
    """Table -> closed periods of a version that no event holds yet under the same settings; `tables`: table -> period column.

    Asked table by table: a table that is new begins its own history with the version that brings it.
    """
    held = {
        (table, period)
        for event in events
        if event.settings == settings
        for table, periods in event.periods.items()
        for period in periods
    }
    found = {
        table: sorted(p for p in closed if period_column(p) == column and (table, p) not in held)
        for table, column in tables.items()
    }
    return {table: periods for table, periods in found.items() if periods}


def standings(events: Iterable[Event], settings: Mapping[str, Any], as_of: date) -> dict[tuple[str, Period], Standing]:
    """(table, period) -> what holds in a run as of a day.

    Events of a later as-of do not count (a look back shows nothing of its future), nor those of other settings (their
    quarters are not the same quarters). Where none is left a period is as computed now.
    """
    found: dict[tuple[str, Period], Standing] = {}
    for event in sorted(events, key=lambda event: event.sequence):
        if event.as_of > as_of or event.settings != settings:
            continue
        for table, periods in event.periods.items():
            for period in periods:
                # closed when it was frozen, so closed on any later day
                before = found.get((table, period))
                found[table, period] = Standing(before.first if before else event, event)
    return found
