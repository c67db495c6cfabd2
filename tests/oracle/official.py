"""The official tables over several runs: what was closed and published stays as it was."""

from __future__ import annotations

from tests.oracle.company import Tables
from tests.oracle.reading import Row

PERIODS = {
    "fct_satisfaction_quarterly": "quarter_start_date",
    "fct_account_tiers": "quarter_start_date",
    "fct_account_quadrants": "quarter_start_date",
    "rpt_gaps": "quarter_start_date",
    "rpt_award_eligibility": "award_year",
}


def keep_closed(before: Tables, now: Tables) -> Tables:
    """`now`, but with the rows (or the lack of rows) of periods that were closed when `before` was published.

    Rows of open periods are as computed now, their previous_* columns too.
    """
    out = dict(now)
    closed = {row["period"] for row in before["periods"] if row["is_closed"]}
    for table, column in PERIODS.items():

        def is_kept(row: Row, column: str = column) -> bool:
            return row[column] in closed

        out[table] = [row for row in before[table] if is_kept(row)] + [row for row in now[table] if not is_kept(row)]
    closed_now = {row["period"] for row in now["periods"] if row["is_closed"]} | closed
    out["periods"] = [
        {"period": period, "is_closed": period in closed_now}
        for period in sorted({row["period"] for table in (before, now) for row in table["periods"]}, key=str)
    ]
    return out
