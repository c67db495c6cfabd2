"""rpt_gaps: what an account gets against five references."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.calendar import Calendar
from tests.oracle.reading import Row
from tests.oracle.rules import Rules
from tests.oracle.satisfaction import Groups
from tests.oracle.schema import OVERALL
from tests.oracle.scores import Response
from tests.oracle.stats import EPSILON, Interval, Scores, at_least, below, gap_interval, mean, mean_interval

_Key = tuple[str, date, str]  # account, quarter, category
_PERCEPTION = {"shortfall": "blind_spot", "surplus": "hidden_strength", "aligned": "aligned"}


def gap_rows(
    responses: list[Response], groups: Groups, tiers: dict[tuple[str, date], Row], rules: Rules, calendar: Calendar
) -> list[Row]:
    """One row per account, category, quarter and kind with both sides known."""
    perception, expectation = _perception(responses, calendar), _expectation(responses)
    rows = []
    for (quarter, scope_type, account, category), members in groups.items():
        if scope_type != "account":
            continue
        key = (account, quarter, category)
        actual = [member.scores[category] for member in members]
        others = [
            member for member in groups[(quarter, "global", "global", category)] if member.row["account_id"] != account
        ]
        tier = tiers.get((account, quarter))
        peers = [member for member in others if tier is not None and _tier_of(member, tiers) == tier["account_tier"]]
        references = {
            "perception": perception.get(key, []),
            "expectation": expectation.get(key, []),
            "segment": [member.scores[category] for member in peers],
            "global": [member.scores[category] for member in others],
        }
        day = calendar.last_day(quarter)
        target, min_gap = rules.targets(day)[category], rules.on("gap_classes", day)["min_gap"]
        found = {
            kind: _row(
                kind,
                mean(scores),
                scores,
                actual,
                gap_interval(mean(scores) - mean(actual), scores, actual, rules.t),
                min_gap,
            )
            for kind, scores in references.items()
            if scores
        }
        found["target"] = _row("target", target, None, actual, _around(target, actual, rules), min_gap)
        if found["target"]["gap_class"] == "shortfall" and "segment" in found:
            found["target"]["origin"] = (
                "systemic" if below(found["segment"]["reference_mean"], target) else "account_specific"
            )
        for row in found.values():
            row |= {
                "account_id": account,
                "quarter_start_date": quarter,
                "category": category,
                "priority": row["gap"] * tier["revenue_t4q"] if tier else None,
            }
            rows.append(row)
    return rows


def _tier_of(response: Response, tiers: dict[tuple[str, date], Row]) -> Any:
    row = tiers.get((response.row["account_id"], response.quarter))
    return row and row["account_tier"]


def _around(target: Fraction, actual: Scores, rules: Rules) -> Interval | None:
    interval = mean_interval(actual, rules.t)
    return interval and (float(target) - interval[1], float(target) - interval[0])


def _row(
    kind: str, reference: Fraction, scores: Scores | None, actual: Scores, interval: Interval | None, min_gap: Fraction
) -> Row:
    gap = reference - mean(actual)
    if abs(gap) <= EPSILON:
        gap = Fraction(0)
    gap_class = "shortfall" if at_least(gap, min_gap) else "surplus" if at_least(-gap, min_gap) else "aligned"
    low, high = interval or (None, None)
    return {
        "gap_kind": kind,
        "reference_mean": reference,
        "reference_count": None if scores is None else len(scores),
        "actual_mean": mean(actual),
        "actual_count": len(actual),
        "gap": gap,
        "ci95_low": low,
        "ci95_high": high,
        "is_significant": None if interval is None else interval[0] > EPSILON or interval[1] < -EPSILON,
        "gap_class": _PERCEPTION[gap_class] if kind == "perception" else gap_class,
        "origin": None,
    }


def _perception(responses: list[Response], calendar: Calendar) -> dict[_Key, Scores]:
    """Scores employees gave about an account; complete, up to as-of, no superseding, no domain rule."""
    found: dict[_Key, Scores] = defaultdict(list)
    for response in responses:
        row = response.row
        if row["respondent_type"] == "employee" and row["is_complete"] is not False and response.day <= calendar.as_of:
            for category, score in response.scores.items():
                found[(row["account_id"], response.quarter, category)].append(score)
    return found


def _expectation(responses: list[Response]) -> dict[_Key, Scores]:
    """Scores of expectation answers, one value each; overall takes all of them."""
    found: dict[_Key, Scores] = defaultdict(list)
    for response in responses:
        if response.exclusion not in (None, "no_scored_answer"):
            continue
        for answer in response.answers:
            if answer.question["measure"] == "expectation" and answer.score is not None:
                for category in {OVERALL, answer.question["category"]} - {None}:
                    found[(response.row["account_id"], response.quarter, category)].append(answer.score)
    return found
