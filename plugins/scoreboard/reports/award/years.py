"""The calendar years a report covers, each with its projects as the award judges them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scoreboard.quarter import SETTLE_DAYS, Quarter
from scoreboard.reports import wording
from scoreboard.reports.award import reasons
from scoreboard.reports.plain_text import one_line
from scoreboard.warehouse.reader import Published, Row

# a mean this near below the threshold is worth naming
_CLOSE = 0.05
_LONGEST_NAME = 400
_ORDER = {"eligible": 0, "on_track": 0, "at_risk": 1, "not_eligible": 1, "no_data": 2}
CLOSED, OPEN = ("eligible", "not_eligible", "no_data"), ("on_track", "at_risk", "no_data")


@dataclass(frozen=True)
class AwardYear:
    """One calendar year: its `overall` rows, those that pass first, and the rules of it (none in a version without them).

    `is_over`: its last day has passed; until it is closed, answers given in it may still arrive.
    """

    year: int
    is_closed: bool
    is_over: bool
    projects: tuple[Row, ...]
    categories: tuple[Row, ...]
    rules: tuple[Row, ...]

    @property
    def policy(self) -> dict[str, float]:
        """setting -> value of the rules in force on the year's 31 December."""
        return {row["setting"]: row["setting_value"] for row in self.rules if row["is_deciding"]}

    @property
    def closes_on(self) -> date:
        """The day on which its figures settle."""
        return date(self.year, 12, 31) + timedelta(days=SETTLE_DAYS)

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that can occur in such a year."""
        return CLOSED if self.is_closed else OPEN

    def named(self, status: str) -> list[str]:
        """The names of the projects of one status."""
        return [row["project_name"] for row in self.projects if row["status"] == status]


def years_of(published: Published, quarter: Quarter) -> list[int]:
    """The calendar years of the report, in order; one that is decided among them, where there is one. None that is still to begin."""
    latest = max(quarter.start.year, _as_of(published).year)
    touched = sorted({year for year in (quarter.start.year, quarter.end.year) if year <= latest})
    if any(_is_closed(published, year) for year in touched):
        return touched
    before = published.rows(
        "select distinct award_year from marts.rpt_award_eligibility where award_year = ?", [touched[0] - 1]
    )
    return [row["award_year"] for row in before] + touched


def read_year(published: Published, year: int, eligibility: list[Row]) -> AwardYear:
    """A year of the report; each row is given `why` and `doubts`, in words."""
    rows = [row for row in eligibility if row["award_year"] == year]
    for row in rows:
        row["project_name"] = one_line(row["project_name"], _LONGEST_NAME)
    rules = rows_of(
        published,
        "rpt_award_rules",
        "select * from marts.rpt_award_rules where award_year = ? order by rule_name, valid_from_date, setting",
        [year],
    )
    award_year = AwardYear(
        year=year,
        is_closed=_is_closed(published, year),
        is_over=_as_of(published) > date(year, 12, 31),
        projects=tuple(sorted((row for row in rows if row["category"] == "overall"), key=_place)),
        categories=tuple(row for row in rows if row["category"] != "overall" and row["response_count"]),
        rules=tuple(rules),
    )
    for row in rows:
        row["why"] = reasons.why(row, award_year.is_closed)
        row["doubts"] = reasons.doubts(row, award_year.policy)
    return award_year


def rows_of(published: Published, table: str, statement: str, parameters: list[Any]) -> list[Row]:
    """Rows of a table that a version published earlier may not have; none then."""
    return published.rows(statement, parameters) if published.has(table) else []


def sentence(year: AwardYear) -> str:
    """The year's result in words."""
    if not year.projects:
        return f"There are no projects to judge for {year.year}."
    good = year.named("eligible" if year.is_closed else "on_track")
    verb = "is" if len(good) <= 1 else "are"
    total = wording.count(len(year.projects), "project")
    if year.is_closed:
        head = f"{len(good) or 'None'} of {total} {verb} eligible for the {year.year} award"
    else:
        state = f"is over, but still open until {year.closes_on}" if year.is_over else "is still open"
        head = f"The year {year.year} {state}: {len(good) or 'none'} of {total} {verb} on track"
    text = f"{head}{': ' + wording.listing(good) if good else ''}."
    if year.is_closed:
        text += _near_misses(year)
    elif risky := year.named("at_risk"):
        text += f" At risk: {wording.listing(risky)}."
    silent = len(year.named("no_data"))
    if not silent:
        return text
    had = (
        "had no counted response" if year.is_over else f"{'has' if silent == 1 else 'have'} had no counted response yet"
    )
    return f"{text} {wording.count(silent, 'project')} {had}."


def _near_misses(year: AwardYear) -> str:
    """Who came close in a closed year, and what was missing."""
    judged = [row for row in year.projects if row["status"] == "not_eligible"]
    low = [row for row in judged if not reasons.is_high(row)]
    high = [row["project_name"] for row in judged if reasons.is_high(row) and _lacks_waves(row)]
    said = ""
    if low and low[0]["threshold"] - low[0]["mean_score"] < _CLOSE:
        nearest = low.pop(0)
        gap = wording.plain(nearest["threshold"] - nearest["mean_score"])
        said += f" {nearest['project_name']} missed the mean of {wording.number(nearest['threshold'])} by {gap}"
        said += " and had too few waves." if _lacks_waves(nearest) else "."
    if low:
        means = [
            f"{row['project_name']} ({wording.mean_text(row['mean_score'], row['threshold'])}"
            f"{', too few waves' if _lacks_waves(row) else ''})"
            for row in low
        ]
        said += f" Below {wording.number(low[0]['threshold'])}: {wording.listing(means)}."
    if high:
        said += f" {wording.listing(high)} had the mean, but too few waves."
    return said


def _lacks_waves(row: Row) -> bool:
    return bool(row["waves"] < row["min_waves"])


def _as_of(published: Published) -> date:
    return date.fromisoformat(published.record["as_of"])


def _is_closed(published: Published, year: int) -> bool:
    return Quarter(date(year, 10, 1)).is_closed(_as_of(published))


def _place(row: Row) -> tuple[int, float, str, str]:
    """Those that pass first, then by mean from the top, then by name."""
    return _ORDER.get(row["status"], 1), -(row["mean_score"] or 0.0), row["project_name"], row["project_id"]
