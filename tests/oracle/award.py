"""rpt_award_eligibility: each project, category and calendar year against the published rule."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.calendar import Calendar, calendar_quarter
from tests.oracle.judging import Judged
from tests.oracle.reading import Row
from tests.oracle.rules import Rules
from tests.oracle.schema import CATEGORIES, OVERALL
from tests.oracle.scores import Response, response_score
from tests.oracle.stats import at_least, mean

_AWARD = "nfsb"


def award_rows(responses: list[Response], judged: Judged, rules: Rules, calendar: Calendar) -> list[Row]:
    """Every valid project x five categories x award year."""
    rows = []
    for project in judged.rows("projects"):
        own = [
            response
            for response in responses
            if response.is_counted and response.survey["project_id"] == project["project_id"]
        ]
        won: set[int] = set()
        for year in calendar.award_years:
            members = [response for response in own if response.day.year == year]
            found = [_row(project, category, year, members, rules, calendar) for category in (OVERALL, *CATEGORIES)]
            if found[0]["status"] == "eligible":
                won.add(year)
            times = _times_received(project["project_id"], year, won, rules)
            rows += [row | {"times_received": times} for row in found]
    return rows


def _row(project: Row, category: str, year: int, members: list[Response], rules: Rules, calendar: Calendar) -> Row:
    rule = rules.on("award_rules", date(year, 12, 31))
    threshold, min_waves = rule["threshold"], int(rule["min_waves"])
    scored = [
        (member, score)
        for member in members
        if (score := response_score(member.answers, category, award_only=True)) is not None
    ]
    ratios = [
        response_score(member.answers, category, award_only=True, ratio=True) or Fraction(0) for member, _ in scored
    ]
    scores = [score for _, score in scored]
    waves = len({member.wave for member, _ in scored})
    average = mean(scores) if scores else None
    good = average is not None and at_least(average, threshold)
    passes = good and waves >= min_waves
    ratio_passes = bool(ratios) and at_least(mean(ratios), threshold) and waves >= min_waves
    if average is None:
        status = "no_data"
    elif calendar.is_year_closed(year):
        status = "eligible" if passes else "not_eligible"
    else:
        to_come = _quarters_to_come(year, [member.day for member, _ in scored], calendar.as_of)
        status = "on_track" if good and waves + to_come >= min_waves else "at_risk"
    return {
        "project_id": project["project_id"],
        "project_name": project["project_name"],
        "company_name": project["company_name"],
        "category": category,
        "award_year": year,
        "response_count": len(scores),
        "mean_score": average,
        "waves": waves,
        "threshold": threshold,
        "min_waves": min_waves,
        "rule_pass": passes,
        "status": status,
        "needed_mean_rest_of_year": _needed_mean(scores, threshold, year, calendar.as_of),
        "decision_depends_on_conversion": ratio_passes != passes,
    }


def _starts(year: int) -> list[date]:
    return [date(year, month, 1) for month in (1, 4, 7, 10)]


def _quarters_to_come(year: int, days: list[date], as_of: date) -> int:
    later = sum(start > as_of for start in _starts(year))
    current_heard = any((day.year, calendar_quarter(day)) == (as_of.year, calendar_quarter(as_of)) for day in days)
    return later + (as_of.year == year and not current_heard)


def _needed_mean(scores: list[Fraction], threshold: Fraction, year: int, as_of: date) -> Fraction | None:
    elapsed = sum(start <= as_of for start in _starts(year))
    to_come = Fraction(len(scores), elapsed) * (4 - elapsed)
    return (threshold * (len(scores) + to_come) - sum(scores, Fraction(0))) / to_come if to_come else None


def _times_received(project: str, year: int, won: set[int], rules: Rules) -> int:
    """The latest announced count plus the distinct later years, by history or by the company's own closed years."""
    history: list[dict[str, Any]] = [
        row
        for row in rules.award_history
        if row["project_id"] == project and row["award"] == _AWARD and row["award_year"] <= year
    ]
    announced = [(row["award_year"], row["times_announced"]) for row in history if row["times_announced"] is not None]
    since, count = max(announced) if announced else (0, 0)
    return int(count + len({y for y in won | {int(row["award_year"]) for row in history} if since < y <= year}))
