"""Revenue, opportunities and the exchange rates they need."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scoreboard.quarter import Quarter

from .customers import Account
from .timeline import DEMO_AS_OF, EXPORTED_AT, day_in, months, quarters, stream

_EUR = "1.08 1.07 1.09 1.09 1.06 1.09 1.08 1.11 1.05 1.05 1.13 1.17 1.16 1.18 1.17"
_GBP = "1.21 1.22 1.25 1.27 1.24 1.27 1.26 1.34 1.25 1.29 1.36 1.34 1.33 1.34 1.33"
MONTHLY_UP_TO_RANK = 60


def rate_rows() -> list[dict[str, str]]:
    """`fx_rates`: quarterly rates from 2022-Q4 on between USD, EUR and GBP, each pair listed, none derived by the pipeline."""
    starts = [date(2022, 10, 1), *(quarter.start for quarter in quarters())]
    rows = []
    for start, eur, gbp in zip(starts, _EUR.split(), _GBP.split(), strict=True):
        worth = {"USD": Decimal(1), "EUR": Decimal(eur), "GBP": Decimal(gbp)}
        for currency, value in worth.items():
            for to_currency, unit in worth.items():
                rate = f"{value / unit:.6f}" if currency != to_currency else "1"
                rows.append({"currency": currency, "to_currency": to_currency, "valid_from": str(start), "rate": rate})
    return rows


_USD = {"USD": 1.0, "EUR": 1.10, "GBP": 1.28}


def revenue_rows(seed: int, accounts: list[Account]) -> list[dict[str, Any]]:
    """`revenue`: monthly invoices to the big, quarterly ones to the others, some credit notes, the rest of April ahead."""
    rng = stream(seed, "revenue")
    rows: list[dict[str, Any]] = []
    for account in accounts:
        if account.stage == "prospect":
            continue
        is_monthly = account.rank < MONTHLY_UP_TO_RANK
        due_day, cost_share = rng.randrange(3, 28), rng.uniform(0.22, 0.62)
        if account.rank > 150 and rng.random() < 0.08:
            cost_share = rng.uniform(1.05, 1.6)  # costs more to serve than it brings
        knows_cost = rng.random() > 0.08
        first = max(account.since or date(2023, 1, 1), date(2023, 1, 1))
        for number, month in enumerate(months()):
            due = month.replace(day=due_day)
            if due < first or (account.churned_on and due >= account.churned_on):
                continue
            if not is_monthly and month.month % 3 != 1:
                continue
            growth = (1 + account.growth) ** (number / 12)
            season = 1.12 if month.month >= 10 else 0.96
            usd = account.yearly * growth * season * rng.uniform(0.93, 1.07) / (12 if is_monthly else 4)
            rows.append(_invoice(rng, account, due, usd, cost_share if knows_cost else None))
    for origin in rng.sample([row for row in rows if row["recognised_on"] < date(2026, 3, 1)], 45):
        credit = dict(origin, recognised_on=origin["recognised_on"] + timedelta(days=25), cost_to_serve=None)
        credit["amount"] = -(origin["amount"] * Decimal("0.2")).quantize(Decimal("0.01"))
        rows.append(credit)
    rows.sort(key=lambda row: (row["recognised_on"], row["account_id"]))
    for number, row in enumerate(rows, 1):
        row["revenue_id"] = f"REV-{number:06}"
        row["updated_at"] = min(datetime.combine(row["recognised_on"], time(22, 15)), EXPORTED_AT)
    return rows


def _invoice(rng: random.Random, account: Account, due: date, usd: float, cost_share: float | None) -> dict[str, Any]:
    amount = Decimal(round(usd / _USD[account.currency] * 100)) / 100
    cost = None if cost_share is None else (amount * Decimal(f"{cost_share * rng.uniform(0.9, 1.1):.3f}"))
    return {
        "revenue_id": "",
        "account_id": account.id,
        "recognised_on": due,
        "amount": amount,
        "currency": account.currency,
        "cost_to_serve": None if cost is None else cost.quantize(Decimal("0.01")),
        "updated_at": None,
    }


def opportunity_rows(seed: int, accounts: list[Account]) -> list[dict[str, Any]]:
    """`opportunities`: renewals every year, expansions of the happy, first deals of prospects."""
    rng = stream(seed, "opportunities")
    rows: list[dict[str, Any]] = []
    for account in accounts:
        for quarter in quarters():
            if account.stage == "prospect":
                if rng.random() < 0.12:
                    rows.append(_deal(rng, account, quarter, "new", rng.uniform(0.3, 1.5)))
                continue
            if not account.is_customer_in(quarter):
                continue
            if quarter.number == account.rank % 4 + 1:
                rows.append(_deal(rng, account, quarter, "renewal", rng.uniform(0.9, 1.1)))
            if rng.random() < 0.05 + 0.12 * max(0.0, account.mood(quarter)):
                size = rng.uniform(0.55, 0.9) if rng.random() < 0.12 else rng.uniform(0.04, 0.35)
                rows.append(_deal(rng, account, quarter, "expansion", size))
    rows.sort(key=lambda row: (row["created_on"], row["account_id"]))
    for number, row in enumerate(rows, 1):
        row["opportunity_id"] = f"OPP-{number:05}"
    return rows


def _deal(rng: random.Random, account: Account, quarter: Quarter, kind: str, size: float) -> dict[str, Any]:
    created = day_in(rng, quarter.start, min(quarter.end, DEMO_AS_OF))
    close = created + timedelta(days=rng.randrange(25, 240))
    is_closed = close <= DEMO_AS_OF
    is_won = is_closed and rng.random() < (0.9 if kind == "renewal" else 0.45)
    stage = ("won" if is_won else "lost") if is_closed else rng.choice(["qualified", "proposal", "negotiation"])
    return {
        "opportunity_id": "",
        "account_id": account.id,
        "kind": kind,
        "stage": stage,
        "amount": Decimal(round(account.yearly * size / _USD[account.currency])),
        "currency": account.currency if account.currency != "USD" or rng.random() < 0.7 else None,
        "created_on": created,
        "close_date": close,
        "is_closed": is_closed,
        "is_won": is_won,
        "updated_at": datetime.combine(close if is_closed else created, time(17, 40)),
    }
