"""Section 1, training certification of teams."""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.areas.seeds import Rule, Seeds
from tests.oracle.calendar import add_months
from tests.oracle.reading import Row
from tests.oracle.stats import at_least

if TYPE_CHECKING:
    from tests.oracle.areas import Known

COLUMNS = {
    "rpt_training_certification": ".team_id:s .program:s .award_year:i team_name:s member_count:i certified_count:i certified_share:f "
    "required_share:f is_requirement_met:b is_closed:b"
}
_FUNCTIONS = ("technical_support", "field_service", "customer_service", "account_management")


def rows(known: Known) -> dict[str, list[Row]]:
    seeds = Seeds(known.home / "seeds")
    found = []
    for year in known.calendar.award_years:
        day = min(date(year, 12, 31), known.calendar.as_of)
        rules = seeds.latest("certification_rules", date(year, 12, 31), "program")
        for team, members in team_members(known).items():
            for (program,), rule in rules.items():
                certified = sum(is_certified(known, member["employee_id"], rule, day) for member in members)
                share = Fraction(certified, len(members))
                names = [member["team_name"] for member in members if member["team_name"] is not None]
                found.append(
                    {
                        "team_id": team,
                        "program": program,
                        "award_year": year,
                        "team_name": min(names, key=str.encode, default=None),
                        "member_count": len(members),
                        "certified_count": certified,
                        "certified_share": share,
                        "required_share": rule["required_share"],
                        "is_requirement_met": at_least(share, rule["required_share"]),
                        "is_closed": known.calendar.is_year_closed(year),
                    }
                )
    return {"rpt_training_certification": found}


def team_members(known: Known) -> dict[str, list[Row]]:
    """Team -> its active members who face customers."""
    teams: dict[str, list[Row]] = defaultdict(list)
    for row in known.judged.rows("employees"):
        if row["is_active"] is True and row["team_id"] is not None and row["function"] in _FUNCTIONS:
            teams[row["team_id"]].append(row)
    return teams


def is_certified(known: Known, employee: str, rule: Rule, day: date) -> bool:
    """Whether an employee has passed enough distinct courses of a rule's program, valid on a day."""
    passed = {
        row["course_id"]
        for row in known.judged.rows("training")
        if row["employee_id"] == employee and row["program"] == rule["program"] and _is_passed(row, rule, day)
    }
    return bool(len(passed) >= rule["required_courses"])


def _is_passed(row: Row, rule: Rule, day: date) -> bool:
    if row["passed_on"] is None or row["passed_on"] > day:
        return False
    if rule["min_score"] is not None and (row["score"] is None or Fraction(row["score"]) < rule["min_score"]):
        return False
    expires = row["expires_on"] or months_later(row["passed_on"], int(rule["valid_months"]))
    return bool(expires >= day)


def months_later(day: date, months: int) -> date:
    """A date some months on; a day that month lacks becomes its last."""
    first = add_months(day.replace(day=1), months)
    return first.replace(day=min(day.day, calendar.monthrange(first.year, first.month)[1]))
