"""rpt_loyalty_economics and rpt_cem_maturity (docs/figures.md, section 7)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.areas.certification import is_certified, team_members
from tests.oracle.areas.people import rows as people_rows
from tests.oracle.areas.programme import customers, kpi_rows
from tests.oracle.areas.programme import rows as programme_rows
from tests.oracle.areas.seeds import Rule, Seeds
from tests.oracle.calendar import add_months, end_of_quarter
from tests.oracle.reading import Row
from tests.oracle.stats import at_least, below, mean
from tests.oracle.tiers import _quarterly, _window

DIMENSIONS = ("listening", "measurement", "response", "relationships", "people")
COLUMNS = {
    "rpt_loyalty_economics": ".year:i .band:s account_count:i mean_score:f revenue_t4q:f "
    + " ".join(f"retention_q{h}:f" for h in (1, 2, 3, 4))
    + " churn_rate:f revenue_next:f revenue_growth:f expansion_rate:f",
    "rpt_cem_maturity": ".quarter_start_date:d .dimension:s level:i evidence:s next_step:s",
}


def rows(known: Any) -> dict[str, list[Row]]:
    """Both tables."""
    return {"rpt_loyalty_economics": _economics(known), "rpt_cem_maturity": _maturity(known)}


def _economics(known: Any) -> list[Row]:
    calendar = known.calendar
    revenue, _ = _quarterly(known.judged, known.rules, calendar)
    seeds = Seeds(known.home / "seeds")
    there = customers(known)
    scores: dict[tuple[str, date], list[Fraction]] = defaultdict(list)
    for response in known.responses:
        if response.is_counted:
            scores[(response.row["account_id"], response.quarter)].append(response.scores["overall"])
    out = []
    for base in calendar.quarters:
        following = add_months(base, 3)
        if following.month != calendar.fiscal_start or not _is_over(calendar, base):
            continue
        year = end_of_quarter(base).year
        members: dict[str, list[tuple[str, Fraction | None, Fraction]]] = defaultdict(list)
        for row in there[base]:
            mine = [
                score for back in range(4) for score in scores.get((row["account_id"], add_months(base, -3 * back)), [])
            ]
            score = mean(mine) if mine else None
            members[_band(seeds, calendar.last_day(base), score)].append((row["account_id"], score, row["revenue_t4q"]))
        for band, accounts in members.items():
            known_scores = [score for _, score, _ in accounts if score is not None]
            total = sum((money for _, _, money in accounts), Fraction(0))
            retention = {}
            for h in (1, 2, 3, 4):
                later = add_months(base, 3 * h)
                names = {row["account_id"] for row in there.get(later, [])}
                retention[h] = (
                    Fraction(sum(name in names for name, _, _ in accounts), len(accounts))
                    if _is_over(calendar, later)
                    else None
                )
            is_over = _is_over(calendar, add_months(base, 12))
            next_money = {name: _window(revenue, name, add_months(base, 12)) for name, _, _ in accounts}
            next_total = sum(next_money.values(), Fraction(0))
            out.append(
                {
                    "year": year,
                    "band": band,
                    "account_count": len(accounts),
                    "mean_score": mean(known_scores) if known_scores else None,
                    "revenue_t4q": total,
                    **{f"retention_q{h}": share for h, share in retention.items()},
                    "churn_rate": None if retention[4] is None else 1 - retention[4],
                    "revenue_next": next_total if is_over else None,
                    "revenue_growth": next_total / total - 1 if is_over and total > 0 else None,
                    "expansion_rate": Fraction(
                        sum(next_money[name] > money for name, _, money in accounts), len(accounts)
                    )
                    if is_over
                    else None,
                }
            )
    return out


def _is_over(calendar: Any, quarter: date) -> bool:
    return end_of_quarter(quarter) <= calendar.as_of


def _band(seeds: Seeds, day: date, score: Fraction | None) -> str:
    if score is None:
        return "unheard"
    fitting = [row for row in seeds.latest_set("satisfaction_bands", day) if at_least(score, row["min_score"])]
    return str(max(fitting, key=lambda row: row["min_score"])["band"])


def _maturity(known: Any) -> list[Row]:
    seeds = Seeds(known.home / "seeds")
    coverage = people_rows(known)["rpt_coverage"]
    kpis = {row["quarter_start_date"]: row for row in kpi_rows(known, programme_rows(known)["rpt_relationship_load"])}
    out = []
    for quarter in known.calendar.quarters:
        values = {**kpis[quarter], **_further_kpis(known, quarter, coverage)}
        day = known.calendar.last_day(quarter)
        for dimension in DIMENSIONS:
            mine = seeds.latest_set("maturity_criteria", day, dimension=dimension)
            level = 1
            while level < 5:
                step = [row for row in mine if row["level"] == level + 1]
                if not step or not all(_holds(row, values[row["kpi"]]) for row in step):
                    break
                level += 1
            failing = sorted(
                (row for row in mine if row["level"] == level + 1 and not _holds(row, values[row["kpi"]])),
                key=lambda row: row["kpi"].encode(),
            )
            out.append(
                {
                    "quarter_start_date": quarter,
                    "dimension": dimension,
                    "level": level,
                    "evidence": ", ".join(
                        f"{kpi} = {_spelled(values[kpi])}"
                        for kpi in sorted({row["kpi"] for row in mine}, key=str.encode)
                    )
                    or None,
                    "next_step": ", ".join(row["description"] for row in failing) or None,
                }
            )
    return out


def _holds(row: Rule, value: Any) -> bool:
    if value is None:
        return False
    exact = Fraction(value)
    return not (
        (row["min_value"] is not None and below(exact, row["min_value"]))
        or (row["max_value"] is not None and below(row["max_value"], exact))
    )


def _spelled(value: Any) -> str:
    if value is None:
        return "unknown"
    exact = Fraction(value)
    return str((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.001"), ROUND_HALF_UP))


def _further_kpis(known: Any, quarter: date, everywhere: list[Row]) -> dict[str, Any]:
    """quarters_measured, decision_maker_coverage, certified_share."""
    measured = {response.quarter for response in known.responses if response.is_counted}
    key = [row for row in everywhere if row["quarter_start_date"] == quarter and row["account_tier"] == "key"]
    heard = sum(bool(row["is_decision_maker_heard"]) for row in key)
    return {
        "quarters_measured": sum(add_months(quarter, -3 * back) in measured for back in range(4)),
        "decision_maker_coverage": Fraction(heard, len(key)) if key else None,
        "certified_share": _certified_share(known, known.calendar.last_day(quarter)),
    }


def _certified_share(known: Any, day: date) -> Fraction | None:
    rules = Seeds(known.home / "seeds").latest("certification_rules", day, "program")
    members = [member["employee_id"] for team in team_members(known).values() for member in team]
    if ("cempro",) not in rules or not members:
        return None
    certified = sum(is_certified(known, member, rules[("cempro",)], day) for member in members)
    return Fraction(certified, len(members))
