"""fct_account_quadrants: engagement and usage of the quarter's customers, system and staff sides, blended and placed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

from tests.oracle.calendar import Calendar, add_months
from tests.oracle.judging import Judged
from tests.oracle.reading import Row
from tests.oracle.rules import Rules
from tests.oracle.scores import Invited
from tests.oracle.stats import at_least, mean, weighted_mean

_QUADRANTS = {
    (True, False): ("willing_but_not_able", 1),
    (False, False): ("risky_business", 2),
    (False, True): ("silent_but_satisfied", 3),
    (True, True): ("raving_fans", 4),
}
_ByQuarter = dict[tuple[str, date], list[Row]]


def quadrant_rows(
    tiers: dict[tuple[str, date], Row], judged: Judged, rules: Rules, calendar: Calendar, invited: Invited
) -> list[Row]:
    """One row per tier row, in the order of quarters."""
    activities, usage, assessments = (
        _by_quarter(judged, calendar, *pair)
        for pair in (("activities", "occurred_at"), ("usage", "month"), ("assessments", "assessed_at"))
    )
    rows: dict[tuple[str, date], Row] = {}
    for account, quarter in tiers:
        day, key = calendar.last_day(quarter), (account, quarter)
        engagement = _system(
            _engagement(activities.get(key, []), invited.rate(quarter, "account", account)),
            rules.signals("engagement_signals", day),
        )
        used = _system(_usage(usage.get(key, [])), rules.signals("usage_signals", day))
        staff = {column: _staff(assessments.get(key, []), column) for column in ("engagement_rating", "usage_rating")}
        blend, cutoffs = rules.on("blend_weights", day), rules.on("quadrant_cutoffs", day)
        weights = (blend["system_weight"], blend["staff_weight"])
        engagement_score, usage_score = (
            _blend(engagement, staff["engagement_rating"], weights),
            _blend(used, staff["usage_rating"], weights),
        )
        is_high = (
            _is_high(engagement_score, cutoffs["engagement_cutoff"]),
            _is_high(usage_score, cutoffs["usage_cutoff"]),
        )
        previous = rows.get((account, add_months(quarter, -3)))
        rows[key] = {
            "account_id": account,
            "quarter_start_date": quarter,
            "engagement_system": engagement,
            "engagement_staff": staff["engagement_rating"],
            "engagement_score": engagement_score,
            "usage_system": used,
            "usage_staff": staff["usage_rating"],
            "usage_score": usage_score,
            "is_usage_known": usage_score is not None,
            "quadrant": _QUADRANTS[is_high][0],
            "quadrant_number": _QUADRANTS[is_high][1],
            "previous_quadrant": previous and previous["quadrant"],
        }
    return list(rows.values())


def _by_quarter(judged: Judged, calendar: Calendar, entity: str, column: str) -> _ByQuarter:
    found: _ByQuarter = defaultdict(list)
    for row in judged.rows(entity):
        quarter = calendar.quarter_of(row[column])
        if quarter is not None:
            found[(row["account_id"], quarter)].append(row)
    return found


def _engagement(activities: list[Row], response_rate: Fraction | None) -> dict[str, Fraction | None]:
    kinds = [row["kind"] for row in activities]
    inbound = sum(row["kind"] == "email" and row["is_inbound"] is True for row in activities)
    contacts = {row["contact_id"] for row in activities} - {None}
    counts = {
        "meetings": kinds.count("meeting"),
        "executive_reviews": kinds.count("executive_review"),
        "calls": kinds.count("call"),
        "inbound_emails": inbound,
        "events": kinds.count("event"),
        "distinct_contacts": len(contacts),
    }
    return {signal: Fraction(count) for signal, count in counts.items()} | {"survey_response_rate": response_rate}


def _usage(months: list[Row]) -> dict[str, Fraction | None]:
    return {
        "seat_utilisation": _ratio(months, "active_seats", "licensed_seats"),
        "feature_adoption": _ratio(months, "features_used", "features_available"),
    }


def _ratio(months: list[Row], part: str, whole: str) -> Fraction | None:
    pairs = [(row[part], row[whole]) for row in months if row[part] is not None and row[whole] is not None]
    below = sum((Fraction(pair[1]) for pair in pairs), Fraction(0))
    return sum((Fraction(pair[0]) for pair in pairs), Fraction(0)) / below if below else None


def _system(values: dict[str, Fraction | None], signals: dict[str, tuple[Fraction, Fraction]]) -> Fraction | None:
    return weighted_mean(
        [
            (weight, 10 * min(Fraction(1), value / full_marks_at))
            for signal, (weight, full_marks_at) in signals.items()
            if weight and (value := values[signal]) is not None
        ]
    )


def _staff(assessments: list[Row], column: str) -> Fraction | None:
    ratings = [Fraction(row[column]) for row in assessments if row[column] is not None]
    return mean(ratings) if ratings else None


def _blend(system: Fraction | None, staff: Fraction | None, weights: tuple[Fraction, Fraction]) -> Fraction | None:
    return weighted_mean(
        [(weight, side) for weight, side in zip(weights, (system, staff), strict=True) if weight and side is not None]
    )


def _is_high(score: Fraction | None, cutoff: Fraction) -> bool:
    return score is not None and at_least(score, cutoff)
