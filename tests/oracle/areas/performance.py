"""rpt_service_performance with its empirical-Bayes shrinkage (docs/figures.md, section 6)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.areas.seeds import Seeds
from tests.oracle.reading import Row
from tests.oracle.scores import Response
from tests.oracle.stats import at_least, mean, root, variance

DRIVERS = ("knowledge", "professionalism", "quality_of_solution", "timeliness")
COLUMNS = {
    "rpt_service_performance": ".quarter_start_date:d .reported_level:s .reported_id:s reported_name:s response_count:i mean_score:f sd_score:f "
    + " ".join(f"{driver}:f" for driver in DRIVERS)
    + " target:f is_target_met:b reliability:f shrunk_mean:f is_reliable:b"
}
_Pairs = dict[str, tuple[Fraction | None, Fraction | None]]


def rows(known: Any) -> dict[str, list[Row]]:
    """The table."""
    groups: dict[tuple[date, str], dict[str, list[Response]]] = defaultdict(lambda: defaultdict(list))
    for response in known.responses:
        if response.is_counted:
            for level in ("agent", "team"):
                if response.row[f"{level}_id"] is not None:
                    groups[(response.quarter, level)][response.row[f"{level}_id"]].append(response)
    seeds = Seeds(known.home / "seeds")
    out = []
    for (quarter, level), members in groups.items():
        rule = seeds.latest("service_targets", known.calendar.last_day(quarter), "reported_level")[(level,)]
        scores = {name: [response.scores["overall"] for response in theirs] for name, theirs in members.items()}
        shrunk = shrink(scores)
        for name, theirs in members.items():
            if len(theirs) < rule["min_responses"]:
                continue
            reliability, shrunk_mean = shrunk[name]
            out.append(
                {
                    "quarter_start_date": quarter,
                    "reported_level": level,
                    "reported_id": name,
                    "reported_name": _name(known, level, name),
                    "response_count": len(theirs),
                    "mean_score": mean(scores[name]),
                    "sd_score": root(variance(scores[name])) if len(theirs) > 1 else None,
                    **{driver: _driver(theirs, driver) for driver in DRIVERS},
                    "target": rule["target"],
                    "is_target_met": at_least(mean(scores[name]), rule["target"]),
                    "reliability": reliability,
                    "shrunk_mean": shrunk_mean,
                    "is_reliable": None if reliability is None else at_least(reliability, rule["min_reliability"]),
                }
            )
    return {"rpt_service_performance": out}


def shrink(scores: dict[str, list[Fraction]]) -> _Pairs:
    """Group -> (reliability, shrunk mean), by moments; None where it cannot be told."""
    k, total = len(scores), sum(len(values) for values in scores.values())
    if k < 2 or total == k:
        return dict.fromkeys(scores, (None, None))
    middle = mean([value for values in scores.values() for value in values])
    within = sum((variance(values) * (len(values) - 1) for values in scores.values() if len(values) > 1), Fraction(0))
    within /= total - k
    between = sum((len(values) * (mean(values) - middle) ** 2 for values in scores.values()), Fraction(0)) / (k - 1)
    spread = total - Fraction(sum(len(values) ** 2 for values in scores.values()), total)
    tau = max(Fraction(0), (between - within) * (k - 1) / spread)
    errors = {name: tau + within / len(values) for name, values in scores.items()}
    if any(error <= Fraction(1, 10**12) for error in errors.values()):
        return {name: (None, mean(values)) for name, values in scores.items()}
    weights = {name: 1 / error for name, error in errors.items()}
    mu = sum((weights[name] * mean(values) for name, values in scores.items()), Fraction(0)) / sum(weights.values())
    return {
        name: (tau / errors[name], tau / errors[name] * mean(values) + (1 - tau / errors[name]) * mu)
        for name, values in scores.items()
    }


def _driver(theirs: list[Response], driver: str) -> Fraction | None:
    values = [
        answer.score
        for response in theirs
        for answer in response.answers
        if answer.question["measure"] == driver and answer.score is not None
    ]
    return mean(values) if values else None


def _name(known: Any, level: str, name: str) -> str:
    employees = known.judged.current["employees"]
    if level == "agent":
        return str(employees[name]["full_name"]) if name in employees else name
    names = [row["team_name"] for row in employees.values() if row["team_id"] == name and row["team_name"] is not None]
    return str(min(names, key=str.encode)) if names else name
