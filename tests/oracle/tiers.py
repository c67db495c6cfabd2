"""fct_account_tiers: customers of each quarter, their revenue, shares, hysteresis, growth and pipeline."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

from tests.oracle.calendar import Calendar, add_months
from tests.oracle.judging import Judged
from tests.oracle.reading import Row
from tests.oracle.rules import Rule, Rules

_Money = dict[tuple[str, date], Fraction]  # (account, quarter) -> sum in reporting currency


def tier_rows(judged: Judged, rules: Rules, calendar: Calendar) -> dict[tuple[str, date], Row]:
    """(account_id, quarter) -> row, quarters in order."""
    revenue, cost = _quarterly(judged, rules, calendar)
    first_quarter = _first_quarters(judged, calendar)
    rows: dict[tuple[str, date], Row] = {}
    for quarter in calendar.quarters:
        day = calendar.last_day(quarter)
        rule = rules.on("tier_rules", day)
        customers = [account for account in judged.rows("accounts") if is_customer(account, day)]
        money = {account["account_id"]: _window(revenue, account["account_id"], quarter) for account in customers}
        positive = [amount for amount in money.values() if amount > 0]
        total = sum(positive, Fraction(0))
        for account in customers:
            name = account["account_id"]
            amount = money[name]
            before = (
                (sum((other for other in positive if other > amount), Fraction(0)) if amount > 0 else total) / total
                if total
                else None
            )
            previous = rows.get((name, add_months(quarter, -3)))
            tier, reason = _tier(
                amount,
                before,
                rule,
                was_key=previous is not None and previous["account_tier"] == "key",
                is_strategic=account["is_strategic"] is True,
                grew=_grew(revenue, name, quarter, first_quarter.get(name), rule, calendar),
                has_pipeline=amount > 0 and _pipeline(judged, rules, name, day) >= rule["pipeline_min"] * amount,
            )
            spent = _window(cost, name, quarter)
            strategic = account["is_strategic"] is True
            rows[(name, quarter)] = {
                "account_id": name,
                "quarter_start_date": quarter,
                "revenue_t4q": amount,
                "revenue_share": amount / total if total else None,
                "revenue_share_before": before,
                "cost_to_serve_t4q": spent,
                "account_tier": tier,
                "service_tier": "I" if tier == "key" or strategic else "II" if tier == "strategic" else "III",
                "tier_reason": reason,
                "previous_tier": previous and previous["account_tier"],
                "is_unprofitable": amount < spent,
            }
    return rows


def is_customer(account: Row, day: date) -> bool:
    """Whether an account is a customer on a day."""
    if account["lifecycle_stage"] == "prospect" or (
        account["customer_since"] is not None and account["customer_since"] > day
    ):
        return False
    churned = account["churned_on"]
    return bool(churned > day if churned is not None else account["lifecycle_stage"] == "active")


def _tier(
    amount: Fraction,
    before: Fraction | None,
    rule: Rule,
    *,
    was_key: bool,
    is_strategic: bool,
    grew: bool,
    has_pipeline: bool,
) -> tuple[str, str]:
    """(account_tier, tier_reason): the first that holds."""
    if amount > 0 and before is not None:
        if before < rule["enter_share"]:
            return "key", "revenue"
        if was_key and before < rule["leave_share"]:
            return "key", "hysteresis"
    for reason, holds in (("is_strategic", is_strategic), ("growth", grew), ("pipeline", has_pipeline)):
        if holds:
            return "strategic", reason
    return "marginal", "none"


def _quarterly(judged: Judged, rules: Rules, calendar: Calendar) -> tuple[_Money, _Money]:
    revenue: _Money = defaultdict(Fraction)
    cost: _Money = defaultdict(Fraction)
    for row in judged.rows("revenue"):
        quarter, rate = calendar.quarter_of(row["recognised_on"]), rules.rate(row["currency"], row["recognised_on"])
        if quarter is None or rate is None:
            continue
        revenue[(row["account_id"], quarter)] += Fraction(row["amount"]) * rate
        if row["cost_to_serve"] is not None:
            cost[(row["account_id"], quarter)] += Fraction(row["cost_to_serve"]) * rate
    return revenue, cost


def _window(money: _Money, account: str, quarter: date) -> Fraction:
    """This quarter and the three before."""
    return sum((money.get((account, add_months(quarter, -3 * back)), Fraction(0)) for back in range(4)), Fraction(0))


def _first_quarters(judged: Judged, calendar: Calendar) -> dict[str, date]:
    firsts: dict[str, date] = {}
    for row in judged.rows("revenue"):
        quarter = calendar.quarter_of(row["recognised_on"])
        if quarter is not None:
            firsts[row["account_id"]] = min(quarter, firsts.get(row["account_id"], quarter))
    return firsts


def _grew(revenue: _Money, account: str, quarter: date, first: date | None, rule: Rule, calendar: Calendar) -> bool:
    start = add_months(quarter, -21)
    if first is None or start < first or start < calendar.quarters[0]:
        return False
    previous = _window(revenue, account, add_months(quarter, -12))
    return bool(previous > 0 and _window(revenue, account, quarter) - previous >= rule["growth_min"] * previous)


def _pipeline(judged: Judged, rules: Rules, account: str, day: date) -> Fraction:
    total = Fraction(0)
    for row in judged.rows("opportunities"):
        if row["account_id"] != account or row["kind"] != "expansion" or row["created_on"] > day:
            continue
        is_open = row["is_closed"] is not True or (row["close_date"] is not None and row["close_date"] > day)
        rate = rules.rate(row["currency"], row["created_on"])
        if is_open and row["amount"] is not None and rate is not None:
            total += Fraction(row["amount"]) * rate
    return total
