"""rpt_program_kpis and rpt_relationship_load (docs/figures.md, section 7)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.areas.journeys import efforts, is_open
from tests.oracle.areas.seeds import Rule, Seeds
from tests.oracle.areas.tickets import tickets
from tests.oracle.calendar import add_months
from tests.oracle.reading import Row
from tests.oracle.stats import Z, at_least, below, mean
from tests.oracle.tiers import _quarterly, _window

QUADRANTS = ("willing_but_not_able", "risky_business", "silent_but_satisfied", "raving_fans")
COLUMNS = {
    "rpt_program_kpis": ".quarter_start_date:d customer_count:i accounts_per_manager_max:i managers_over_limit:i accounts_without_manager:i "
    "sponsors_over_limit:i key_accounts_without_sponsor:i account_loss_rate:f account_loss_band:s net_revenue_retention:f "
    "gross_revenue_retention:f invitation_count:i response_rate:f response_count:i mean_score:f revenue_heard_share:f "
    "is_revenue_heard_target_met:b effort_score:f effort_count:i nps_count:i nps:f nps_low:f nps_high:f "
    + " ".join(f"{quadrant}_count:i" for quadrant in QUADRANTS)
    + " key_account_share:f key_revenue_share:f first_reply_in_sla_share:f resolution_in_sla_share:f is_closed:b",
    "rpt_relationship_load": ".quarter_start_date:d .role:s .employee_id:s employee_name:s account_count:i key_account_count:i revenue_t4q:f "
    "limit_high:f is_within_limit:b",
}
ROLES = {"account_manager": "accounts_per_manager", "executive_sponsor": "accounts_per_sponsor"}


def rows(known: Any) -> dict[str, list[Row]]:
    """Both tables."""
    loads = _loads(known)
    return {"rpt_program_kpis": kpi_rows(known, loads), "rpt_relationship_load": loads}


def targets(known: Any, quarter: date) -> dict[str, Rule]:
    """Kpi -> its target row for a quarter."""
    found = Seeds(known.home / "seeds").latest("kpi_targets", known.calendar.last_day(quarter), "kpi")
    return {kpi: row for (kpi,), row in found.items()}


def customers(known: Any) -> dict[date, list[Row]]:
    """Quarter -> customer rows."""
    found: dict[date, list[Row]] = {quarter: [] for quarter in known.calendar.quarters}
    for (_, quarter), row in known.tiers.items():
        found[quarter].append(row)
    return found


def _loads(known: Any) -> list[Row]:
    out = []
    accounts, employees = known.judged.current["accounts"], known.judged.current["employees"]
    for quarter, there in customers(known).items():
        limits = targets(known, quarter)
        for role, kpi in ROLES.items():
            served: dict[str, list[Row]] = defaultdict(list)
            for row in there:
                person = accounts[row["account_id"]][f"{role}_id"]
                if person is not None:
                    served[person].append(row)
            for person, theirs in served.items():
                limit = limits[kpi]["target_high"]
                out.append(
                    {
                        "quarter_start_date": quarter,
                        "role": role,
                        "employee_id": person,
                        "employee_name": employees[person]["full_name"] if person in employees else None,
                        "account_count": len(theirs),
                        "key_account_count": sum(row["account_tier"] == "key" for row in theirs),
                        "revenue_t4q": sum((row["revenue_t4q"] for row in theirs), Fraction(0)),
                        "limit_high": limit,
                        "is_within_limit": None if limit is None else len(theirs) <= limit,
                    }
                )
    return out


def kpi_rows(known: Any, loads: list[Row]) -> list[Row]:
    """One row per quarter."""
    revenue, _ = _quarterly(known.judged, known.rules, known.calendar)
    accounts = known.judged.current["accounts"]
    there = customers(known)
    heard = {(r.row["account_id"], r.quarter) for r in known.responses if r.is_counted}
    quadrants = Counter((row["quarter_start_date"], row["quadrant"]) for row in known.tables["fct_account_quadrants"])
    satisfaction = {
        row["quarter_start_date"]: row
        for row in known.tables["fct_satisfaction_quarterly"]
        if (row["scope_type"], row["category"]) == ("global", "overall")
    }
    served = tickets(known)
    out = []
    for quarter in known.calendar.quarters:
        mine, goals = there[quarter], targets(known, quarter)
        of = {
            role: [load for load in loads if (load["quarter_start_date"], load["role"]) == (quarter, role)]
            for role in ROLES
        }
        names = {row["account_id"] for row in mine}
        before = {row["account_id"] for row in there.get(add_months(quarter, -12), [])}
        loss = Fraction(len(before - names), len(before)) if before else None
        previous = {name: _window(revenue, name, add_months(quarter, -12)) for name in accounts}
        previous = {name: money for name, money in previous.items() if money > 0}
        now = {name: _window(revenue, name, quarter) for name in previous}
        base = sum(previous.values(), Fraction(0))
        positive = {row["account_id"]: row["revenue_t4q"] for row in mine if row["revenue_t4q"] > 0}
        total = sum(positive.values(), Fraction(0))
        heard_share = (
            sum((money for name, money in positive.items() if (name, quarter) in heard), Fraction(0)) / total
            if total
            else None
        )
        key = [row for row in mine if row["account_tier"] == "key"]
        asked = [
            answer.score
            for response in known.responses
            if is_open(response) and response.quarter == quarter
            for answer in efforts(response)
        ]
        summary = satisfaction.get(quarter)
        judged = [ticket for ticket in served if ticket.quarter == quarter]
        out.append(
            {
                "quarter_start_date": quarter,
                "customer_count": len(mine),
                "accounts_per_manager_max": max(
                    (load["account_count"] for load in of["account_manager"]), default=None
                ),
                "managers_over_limit": sum(load["is_within_limit"] is False for load in of["account_manager"]),
                "accounts_without_manager": sum(accounts[name]["account_manager_id"] is None for name in names),
                "sponsors_over_limit": sum(load["is_within_limit"] is False for load in of["executive_sponsor"]),
                "key_accounts_without_sponsor": sum(
                    accounts[row["account_id"]]["executive_sponsor_id"] is None for row in key
                ),
                "account_loss_rate": loss,
                "account_loss_band": _band(loss, goals["account_loss_rate"]),
                "net_revenue_retention": sum(now.values(), Fraction(0)) / base if base else None,
                "gross_revenue_retention": sum((min(now[name], previous[name]) for name in previous), Fraction(0))
                / base
                if base
                else None,
                "invitation_count": known.invited.count(quarter, "global", "global"),
                "response_rate": known.invited.rate(quarter, "global", "global"),
                "response_count": summary["response_count"] if summary else 0,
                "mean_score": summary["mean_score"] if summary else None,
                "revenue_heard_share": heard_share,
                "is_revenue_heard_target_met": None
                if heard_share is None
                else at_least(heard_share, goals["revenue_heard_share"]["target_low"]),
                "effort_score": mean(asked) if asked else None,
                "effort_count": len(asked),
                **_nps(known, quarter),
                **{f"{quadrant}_count": quadrants[(quarter, quadrant)] for quadrant in QUADRANTS},
                "key_account_share": Fraction(len(key), len(mine)) if mine else None,
                "key_revenue_share": sum((positive.get(row["account_id"], Fraction(0)) for row in key), Fraction(0))
                / total
                if total
                else None,
                "first_reply_in_sla_share": _share([ticket.first_reply.is_within for ticket in judged]),
                "resolution_in_sla_share": _share([ticket.resolution.is_within for ticket in judged]),
                "is_closed": known.calendar.is_closed(quarter),
            }
        )
    return out


def _band(loss: Fraction | None, goal: Rule) -> str | None:
    if loss is None:
        return None
    if goal["target_low"] is not None and below(loss, goal["target_low"]):
        return "below"
    if goal["target_high"] is not None and below(goal["target_high"], loss):
        return "above"
    return "within"


def _nps(known: Any, quarter: date) -> Row:
    """Recommendation answers on the scale nps11, with the adjusted Wald interval of Rocks (2016)."""
    values = [
        answer.row["value"]
        for response in known.responses
        if is_open(response) and response.quarter == quarter
        for answer in response.answers
        if answer.question["measure"] == "recommendation"
        and answer.question["scale_id"] == "nps11"
        and answer.row["value"] is not None
    ]
    if not values:
        return {"nps_count": 0, "nps": None, "nps_low": None, "nps_high": None}
    # a vote between two classes counts by where it lies: 9 and more promotes, 6 and less detracts
    promoters, detractors = sum(value >= 9 for value in values), sum(value <= 6 for value in values)
    n = len(values)
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    half = Z * math.sqrt((p + d - (p - d) ** 2) / (n + 3))
    return {
        "nps_count": n,
        "nps": Fraction(100 * (promoters - detractors), n),
        "nps_low": 100 * (p - d - half),
        "nps_high": 100 * (p - d + half),
    }


def _share(flags: list[bool | None]) -> Fraction | None:
    told = [flag for flag in flags if flag is not None]
    return Fraction(sum(told), len(told)) if told else None
