"""Revenue and opportunities of random companies: shares of exactly 80 and 85 %, ties in pieces, growth of exactly 25 %, even pipelines."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from tests.oracle.calendar import add_months
from tests.oracle.random_seeds import Table, foreign_currencies, rate_on
from tests.oracle.random_world import Row, World

# Shares in percent. From one to the next, third and fourth accounts come to stand behind 70, 75, 80, 82, 84 or 85 percent; the rest
# goes to growing accounts and a filler. What is paid over four quarters reaches a new template after exactly four.
_INSIDE = ((45, 25, 20, 4, 2, 1), (30, 25, 20, 10, 5, 5), (40, 25, 15, 10, 4, 2), (40, 30, 15, 7, 3, 1))
_ON_EDGE = (
    (50, 35, 8, 3, 1),
    (70, 15, 5, 5, 2),
    (50, 30, 12, 4, 1),
    (50, 32, 9, 5),
    (60, 24, 7, 3, 2),
    (80, 5, 5, 2, 1, 1, 1),
)
_Plan = dict[tuple[str, date], Decimal]


def make_revenue(
    world: World, seeds: dict[str, Table], core: list[str], growing: list[str], filler: str, others: list[str]
) -> tuple[list[Row], _Plan]:
    """Revenue rows and what they sum to per account and quarter in the reporting currency.

    `core` accounts share out percents that change between regimes, `growing` ones grow by exactly a quarter, `filler` keeps totals even.
    """
    unit = world.pick((Decimal("1000"), Decimal("0.04"), Decimal("12345.6"), Decimal("250.02")))
    plan: _Plan = defaultdict(Decimal)
    shares, regime, length = list(world.pick(_INSIDE)), world.rng.randrange(4), world.pick((4, 4, 5))
    for index, quarter in enumerate(world.quarters):
        if index and index % length == regime:
            shares = list(world.pick(_ON_EDGE if (tuple(shares) in _INSIDE) == world.chance(0.85) else _INSIDE))
            if world.chance(0.3):
                swap = world.rng.randrange(len(shares) - 1)
                shares[swap], shares[swap + 1] = shares[swap + 1], shares[swap]
        elif world.chance(0.06):  # one quarter of its own, so that shares wander between entering and leaving
            shift = world.pick((1, 2, 4))
            first, second = world.rng.sample(range(len(shares)), 2)
            if shares[first] > shift:
                shares[first], shares[second] = shares[first] - shift, shares[second] + shift
        for account, share in zip(core, shares, strict=False):
            plan[(account, quarter)] = share * unit
        for number, account in enumerate(growing):
            began = 1 + 2 * number
            plan[(account, quarter)] = (
                Decimal("0.8") * unit * (0 if index < began else Decimal(1) if index < began + 4 else Decimal("1.25"))
            )
        rest = 100 * unit - sum(plan[(account, quarter)] for account in (*core[: len(shares)], *growing))
        plan[(filler, quarter)] = rest
        for account in others:
            plan[(account, quarter)] = world.pick((Decimal(0), unit, -unit, world.money(-5, 40)))
    rows = [
        row for (account, quarter), amount in plan.items() for row in _pieces(world, seeds, account, quarter, amount)
    ]
    for account in growing:  # a first row of nothing starts an account's history all the same
        rows.append(_revenue(world, account, world.quarters[0], Decimal(0), world.currency))
    rows += _noise(world, seeds, [*core, filler, *others])
    return rows, plan


def _pieces(world: World, seeds: dict[str, Table], account: str, quarter: date, amount: Decimal) -> list[Row]:
    if amount == 0:
        return []
    cut = world.pick((amount, amount, world.money(-50, 90), amount / 2 if _fits(amount / 2) else amount))
    rows = []
    for part in (cut, amount - cut):
        if part == 0:
            continue
        day, currency = world.day_in(quarter, up_to_as_of=True), world.currency
        if world.chance(0.3):
            foreign = world.pick(foreign_currencies(world))
            rate = rate_on(seeds, foreign, world.currency, day)
            if rate is not None and _fits(part / rate) and part / rate * rate == part:
                part, currency = part / rate, foreign
        rows.append(_revenue(world, account, day, part, currency))
    return rows


def _fits(amount: Decimal) -> bool:
    """Whether six digits after the point are enough."""
    return amount == amount.quantize(Decimal("0.000001"))


def _revenue(world: World, account: str, day: date, amount: Decimal, currency: str) -> Row:
    cost = world.pick((None, None, amount, amount * 2, -amount, world.money(0, 20)))
    if cost is not None and abs(cost) >= Decimal(10) ** 14:
        cost = None
    return {
        "revenue_id": world.next_id("V"),
        "account_id": account,
        "recognised_on": day,
        "amount": amount,
        "currency": currency,
        "cost_to_serve": cost,
        "updated_at": world.updated(),
    }


def _noise(world: World, seeds: dict[str, Table], accounts: list[str]) -> list[Row]:
    """Revenue after as-of, and now and then odd rates or amounts that fill fourteen digits."""
    rows = [
        _revenue(world, world.pick(accounts), world.as_of + timedelta(days=days), world.money(1, 900), world.currency)
        for days in (1, 1, 40)
    ]
    if world.chance(0.3):
        for _ in range(6):
            day, foreign = world.day_in(world.pick(world.quarters)), world.pick(foreign_currencies(world))
            if rate_on(seeds, foreign, world.currency, day) is not None:
                rows.append(
                    _revenue(world, world.pick(accounts), day, Decimal(world.rng.randint(1, 10**9)).scaleb(-6), foreign)
                )
    if world.options.huge_money or (world.options.huge_money is None and world.chance(0.1)):
        for _ in range(3):
            amount = Decimal(world.rng.randint(10**19, 10**20 - 1)).scaleb(-6)
            rows.append(
                _revenue(world, world.pick(accounts), world.day_in(world.pick(world.quarters)), amount, world.currency)
            )
    return rows


def make_opportunities(world: World, seeds: dict[str, Table], plan: _Plan, accounts: list[str]) -> list[Row]:
    """Open, closed and half-told opportunities; some make exactly half of an account's yearly revenue."""
    rows = []
    for _ in range(20):
        account, quarter = world.pick(accounts), world.pick(world.quarters)
        day = world.last_day(quarter)
        yearly = sum((plan.get((account, add_months(quarter, -3 * back)), Decimal(0)) for back in range(4)), Decimal(0))
        half = yearly / 2
        amount = half if world.chance(0.6) and _fits(half) else world.money(-10, 5000)
        created = world.pick((day, day, day + timedelta(days=1), world.day_in(quarter)))
        is_closed = world.pick((None, False, True, True))
        currency: str | None = world.pick((None, world.currency))
        foreign = world.pick(foreign_currencies(world))
        rate = rate_on(seeds, foreign, world.currency, created)
        if world.chance(0.3) and rate is not None and _fits(amount / rate) and amount / rate * rate == amount:
            amount, currency = amount / rate, foreign
        rows.append(
            {
                "opportunity_id": world.next_id("O"),
                "account_id": account,
                "kind": world.pick(("expansion", "expansion", "expansion", "new", "renewal", None)),
                "stage": world.pick((None, "Proposal", "Closed Won")),
                "amount": None if world.chance(0.1) else amount,
                "currency": currency,
                "created_on": created,
                "close_date": world.pick((None, None, None, day, day + timedelta(days=1), created)),
                "is_closed": is_closed,
                "is_won": world.pick((None, True, False)),
                "updated_at": world.updated(),
            }
        )
    return rows
