"""The official tables over several runs: what was closed and published stays as it was."""

from __future__ import annotations

from tests.oracle.company import Tables
from tests.oracle.compare import GRAINS

_PERIODS = ("quarter_start_date", "award_year")
_CALENDAR = "dim_quarters"  # tells which periods there are: nothing to keep


def period_of(table: str) -> str | None:
    """The column of a table's grain that names its period; None for tables that are not official."""
    if table == _CALENDAR:
        return None
    return next((column for column in _PERIODS if column in GRAINS.get(table, ())), None)


def keep_closed(before: Tables, now: Tables) -> Tables:
    """`now`, but with the rows (or the lack of rows) of periods that were closed when `before` was published.

    Rows of open periods are as computed now, their previous_* columns too.
    """
    out = dict(now)
    closed = {row["period"] for row in before["periods"] if row["is_closed"]}
    for table in now:
        column = period_of(table)
        if column is not None:
            kept = [row for row in before[table] if row[column] in closed]
            out[table] = kept + [row for row in now[table] if row[column] not in closed]
    closed_now = {row["period"] for row in now["periods"] if row["is_closed"]} | closed
    out["periods"] = [
        {"period": period, "is_closed": period in closed_now}
        for period in sorted({row["period"] for table in (before, now) for row in table["periods"]}, key=str)
    ]
    return out
