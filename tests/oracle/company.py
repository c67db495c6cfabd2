"""All binding tables of one company, from its dropped files and rule seeds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from tests.oracle.award import award_rows
from tests.oracle.calendar import Calendar, build_calendar
from tests.oracle.gaps import gap_rows
from tests.oracle.judging import Judged, judge
from tests.oracle.quadrants import quadrant_rows
from tests.oracle.reading import Row
from tests.oracle.rules import Rules
from tests.oracle.satisfaction import Groups, group_responses, satisfaction_rows
from tests.oracle.scores import Invited, Response, answer_rows, build_responses, response_rows
from tests.oracle.tiers import tier_rows

Tables = dict[str, list[Row]]


def compute(
    home: Path,
    as_of: date,
    timezone: str = "UTC",
    fiscal_start_month: int = 1,
    currency: str = "USD",
    inboxes: list[Path] | None = None,
) -> Tables:
    """Table name -> rows with the binding columns; also `quarantine` (entity, row_key, rule), `counts` per entity
    and `periods` (every quarter and award year, is_closed).

    Reads `home/seeds` and `home/inbox`, or the inboxes given, one for each run in their order. Raises RuleError, BrokenFile.
    """
    rules = Rules(home / "seeds", currency)
    return figures(judge(inboxes or [home / "inbox"], rules), rules, as_of, timezone, fiscal_start_month)


class Parts(NamedTuple):
    """What the tables are made of."""

    calendar: Calendar
    responses: list[Response]
    invited: Invited
    tiers: dict[tuple[str, date], Row]
    groups: Groups


def figures(judged: Judged, rules: Rules, as_of: date, timezone: str, fiscal_start_month: int) -> Tables:
    """The tables of rows already judged."""
    return tables_of(judged, rules, parts(judged, rules, as_of, timezone, fiscal_start_month))


def parts(judged: Judged, rules: Rules, as_of: date, timezone: str, fiscal_start_month: int) -> Parts:
    """The calendar, and what is counted in it."""
    calendar = build_calendar(judged, as_of, timezone, fiscal_start_month)
    for quarter in calendar.quarters:  # without a rule the run fails, whether or not a row would ask for it
        _require_rules(rules, calendar.last_day(quarter))
    for year in calendar.award_years:
        rules.on("award_rules", date(year, 12, 31))
    responses = build_responses(judged, rules, calendar)
    invited = Invited(judged, responses, calendar)
    tiers = tier_rows(judged, rules, calendar)
    return Parts(calendar, responses, invited, tiers, group_responses(responses, judged, tiers))


def tables_of(judged: Judged, rules: Rules, made: Parts) -> Tables:
    """The tables, row by row."""
    calendar, responses, invited, tiers, groups = made
    tables: Tables = {
        "fct_survey_responses": response_rows(responses),
        "fct_survey_answers": answer_rows(responses),
        "fct_satisfaction_quarterly": satisfaction_rows(groups, judged, rules, calendar, invited),
        "fct_account_tiers": list(tiers.values()),
        "fct_account_quadrants": quadrant_rows(tiers, judged, rules, calendar, invited),
        "rpt_gaps": gap_rows(responses, groups, tiers, rules, calendar),
        "rpt_award_eligibility": award_rows(responses, judged, rules, calendar),
        "quarantine": [{"entity": entity, "row_key": key, "rule": rule} for entity, key, rule in judged.quarantine],
        "counts": [{"entity": entity, **count} for entity, count in judged.counts.items()],
        "periods": [{"period": quarter, "is_closed": calendar.is_closed(quarter)} for quarter in calendar.quarters]
        + [{"period": year, "is_closed": calendar.is_year_closed(year)} for year in calendar.award_years],
    }
    return {
        name: [{column: _plain(cell) for column, cell in row.items()} for row in rows] for name, rows in tables.items()
    }


def _require_rules(rules: Rules, day: date) -> None:
    for seed in ("award_rules", "tier_rules", "blend_weights", "quadrant_cutoffs", "gap_classes"):
        rules.on(seed, day)
    for seed in ("engagement_signals", "usage_signals"):
        rules.signals(seed, day)
    rules.targets(day)


def _plain(cell: Any) -> Any:
    """Exact numbers become floats only here."""
    return float(cell) if type(cell) in (Decimal, Fraction) else cell
