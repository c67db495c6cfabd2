"""What would have to happen in the rest of an open year for a project to earn the award, and by when."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from scoreboard.reports import wording
from scoreboard.reports.award.reasons import is_high
from scoreboard.reports.award.years import AwardYear, rows_of
from scoreboard.warehouse.reader import Published, Row

WORST_SCORE = 1.0


def outlooks(published: Published, year: AwardYear) -> list[dict[str, Any]]:
    """A line per project of an open year, in the order of its projects."""
    as_of = date.fromisoformat(published.record["as_of"])
    rows = rows_of(
        published,
        "rpt_award_running",
        "select project_id from marts.rpt_award_running where award_year = ? and calendar_quarter = ?"
        " and category = 'overall' and quarter_response_count > 0",
        [year.year, (as_of.month - 1) // 3 + 1],
    )
    voted = {row["project_id"] for row in rows}
    return [outlook(row, as_of, row["project_id"] in voted) for row in year.projects]


def outlook(row: Row, as_of: date, has_vote_this_quarter: bool) -> dict[str, Any]:
    """A project's line: the mean it needs, the waves it misses, and the days by which they must have been measured.

    Without named waves a calendar quarter is one, so with m missing the first must come in the m-th quarter from the year's end.
    """
    year = row["award_year"]
    left = sum(1 for quarter in (1, 2, 3, 4) if date(year, 3 * quarter - 2, 1) > as_of)
    left += as_of.year == year and not has_vote_this_quarter
    missing = max(0, row["min_waves"] - row["waves"])
    is_reachable = missing <= left
    first_due = quarter_end(year, 5 - missing) if missing and is_reachable else None
    last_due = quarter_end(year, 4) if missing and is_reachable else None
    is_over = as_of > date(year, 12, 31)
    late = _late(row) if is_over else ""
    return {
        **row,
        "missing_waves": missing,
        "quarters_left": left,
        "first_wave_due": first_due,
        "last_wave_due": last_due,
        "to_do": late or f"{_mean(row)} {_waves(missing, left, first_due)}",
        "in_short": late or _in_short(row, missing, first_due),
    }


def _late(row: Row) -> str:
    """Of a year that is over and not closed yet: nothing can be measured any more."""
    held = "No response counted"
    if row["mean_score"] is not None:
        mean = wording.mean_text(row["mean_score"], row["threshold"])
        held = f"Mean {mean}, {row['waves']} of {wording.count(row['min_waves'], 'wave')}"
    return f"{held}: only answers given in {row['award_year']} that still arrive can change it."


def _in_short(row: Row, missing: int, first_due: date | None) -> str:
    """The same in one line."""
    needed, said = row["needed_mean_rest_of_year"], []
    if row["status"] == "no_data":
        said.append("No response counted yet")
    elif not is_high(row):
        said.append(
            f"Below {wording.number(row['threshold'])} by {wording.plain(row['threshold'] - row['mean_score'])}"
        )
    if needed is None and row["status"] != "no_data":
        said.append(_still(row))
    elif needed is not None and needed <= WORST_SCORE:
        said.append("the mean holds whatever the rest of the year brings")
    elif needed is not None:
        said.append(f"the rest of the year must average {wording.needed_text(needed)}")
    if missing:
        waves = wording.count(missing, "more wave")
        said.append(
            f"{waves}, {'the first by ' if missing > 1 else 'by '}{first_due}"
            if first_due
            else f"{waves}, too few quarters left"
        )
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def quarter_end(year: int, quarter: int) -> date:
    """Last day of a calendar quarter."""
    return date(year, 3 * quarter, monthrange(year, 3 * quarter)[1])


def _mean(row: Row) -> str:
    needed, threshold = row["needed_mean_rest_of_year"], wording.number(row["threshold"])
    if row["status"] == "no_data":
        return f"Nothing counts yet: the responses to come must average {threshold} or more."
    if needed is None:
        return f"{_still(row)}."
    text = wording.needed_text(needed)
    if needed > wording.BEST_SCORE + wording.TOLERANCE:
        return f"At the pace so far the rest of the year would have to average {text}: more than the scale has."
    if needed <= WORST_SCORE:
        return "The mean holds whatever the rest of the year brings, at the pace so far."
    return f"The rest of the year must average {text} or more, at the pace so far."


def _still(row: Row) -> str:
    """In the year's last quarter, for which the pace so far tells nothing."""
    return f"Answers up to {quarter_end(row['award_year'], 4)} can still move the mean"


def _waves(missing: int, left: int, first_due: date | None) -> str:
    if not missing:
        return "The waves are complete."
    waves = wording.count(missing, "more wave")
    if first_due is None:
        quarters = wording.count(left, "quarter")
        return f"{waves} must be measured, and {quarters} can still bring one each: only surveys that name several waves in a quarter could."
    if missing == 1:
        return f"1 more wave must be measured by {first_due}."
    return f"{waves} must be measured: the first by {first_due}, then one in each quarter."
