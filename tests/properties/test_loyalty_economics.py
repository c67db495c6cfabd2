"""No look-ahead: what a year's satisfaction was worth is told from what had happened and ended, and the band from the year alone.

Random companies of a few accounts over three years; the fiscal year may start in any quarter. The models are run over tables of the test's own.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoreboard.quarter import Quarter
from tests.compiled_models import compiled, rows_of
from tests.effort import times

FIRST = Quarter.parse("2023-Q1")
MODELS = ("int_loyalty_accounts", "int_loyalty_outcomes", "rpt_loyalty_economics")
BANDS = [("detached", Decimal(1)), ("satisfied", Decimal(3)), ("loyalty_zone", Decimal(4))]
OUTCOMES = ("retention_q1", "retention_q2", "retention_q3", "retention_q4", "churn_rate", "expansion_rate")
# quarters of the calendar, and the days on which a run looks at them: inside the sixth and the tenth, on the last of the eleventh
QUARTERS = 12
DAYS = {5: date(2024, 5, 17), 9: date(2025, 6, 29), 10: date(2025, 9, 30)}

Row = dict[str, Any]


class Company(NamedTuple):
    """`quarter` counts from 0. customers: (account, quarter) -> revenue of four quarters; the rest: rows of (account, quarter, figure)."""

    fiscal_shift: int
    customers: dict[tuple[str, int], Decimal]
    scores: list[tuple[str, int, float]]
    revenue: list[tuple[str, int, Decimal]]

    def up_to(self, quarter: int) -> Company:
        """What is left when everything after a quarter is removed."""
        return Company(
            self.fiscal_shift,
            {key: revenue for key, revenue in self.customers.items() if key[1] <= quarter},
            [row for row in self.scores if row[1] <= quarter],
            [row for row in self.revenue if row[1] <= quarter],
        )

    def from_quarter(self, quarter: int) -> Company:
        """The rest of `up_to(quarter - 1)`."""
        return Company(
            self.fiscal_shift,
            {key: revenue for key, revenue in self.customers.items() if key[1] >= quarter},
            [row for row in self.scores if row[1] >= quarter],
            [row for row in self.revenue if row[1] >= quarter],
        )

    def and_then(self, later: Company) -> Company:
        return Company(
            self.fiscal_shift,
            self.customers | later.customers,
            self.scores + later.scores,
            self.revenue + later.revenue,
        )


MONEY = st.sampled_from([Decimal(text) for text in ("-5", "0", "10", "10.000001", "40", "250")])
SCORES = st.sampled_from([1.0, 2.0, 2.999999, 3.0, 3.5, 3.9999999995, 4.0, 5.0])


@st.composite
def companies(draw: st.DrawFn, fiscal_shift: int | None = None) -> Company:
    """Up to five accounts, customers in most quarters, with a score or an amount here and there."""
    accounts = [f"A{number}" for number in range(draw(st.integers(1, 5)))]
    places = [(account, quarter) for account in accounts for quarter in range(QUARTERS)]
    return Company(
        draw(st.integers(0, 3)) if fiscal_shift is None else fiscal_shift,
        {place: draw(MONEY) for place in places if draw(st.integers(0, 5))},
        [(*place, draw(SCORES)) for place in places if not draw(st.integers(0, 3))],
        [(*place, draw(MONEY)) for place in places if draw(st.booleans())],
    )


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        connection.execute("create schema rules")
        columns = "valid_from date, band varchar, min_score decimal(20, 6)"
        give(connection, "rules.satisfaction_bands", columns, [(date(1900, 1, 1), *band) for band in BANDS])
        yield connection


def give(connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    """Fill a table anew in one statement: hundreds of small tables are filled here."""
    connection.execute(f"create or replace table {table} ({columns})")
    if rows:
        marks = ", ".join([f"({', '.join('?' for _ in rows[0])})"] * len(rows))
        connection.execute(f"insert into {table} values {marks}", [cell for row in rows for cell in row])


def starts() -> list[Quarter]:
    quarters = [FIRST]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].next)
    return quarters


def year_of(company: Company, quarter: int) -> tuple[int, int]:
    """Fiscal year and number of the quarter in it; years are numbered, not named."""
    return 2000 + (quarter + company.fiscal_shift) // 4, (quarter + company.fiscal_shift) % 4 + 1


def in_sql(connection: duckdb.DuckDBPyConnection, company: Company, running: int) -> tuple[list[Row], list[Row]]:
    """Accounts with their bands, and the published rows, on the day of DAYS that lies in quarter `running`."""
    as_of = DAYS[running]
    quarters = [
        (quarter.start, quarter.end, 8000 + number, *year_of(company, number), min(quarter.end, as_of))
        for number, quarter in enumerate(starts())
        if number <= running
    ]
    columns = (
        "quarter_start_date date, quarter_end_date date, quarter_index integer, fiscal_year integer,"
        " fiscal_quarter_number integer, last_day date"
    )
    give(connection, "intermediate.int_quarters", columns, quarters)
    start = {number: quarter.start for number, quarter in enumerate(starts())}
    give(
        connection,
        "intermediate.int_account_quarters_tiered",
        "account_id varchar, quarter_start_date date, quarter_index integer, revenue_t4q decimal(38, 16)",
        [(account, start[q], 8000 + q, revenue) for (account, q), revenue in company.customers.items() if q <= running],
    )
    give(
        connection,
        "intermediate.int_counted_scores",
        "account_id varchar, quarter_start_date date, category varchar, score double",
        [(account, start[q], "overall", score) for account, q, score in company.scores if q <= running],
    )
    give(
        connection,
        "intermediate.int_revenue_converted",
        "account_id varchar, quarter_index integer, revenue decimal(38, 16)",
        [(account, 8000 + q, revenue) for account, q, revenue in company.revenue if q <= running],
    )
    sql = compiled(MODELS, as_of=as_of.isoformat())
    for model in MODELS[:2]:
        connection.execute(f"create or replace table intermediate.{model} as {sql[model]}")
    accounts = rows_of(connection, "select * from intermediate.int_loyalty_accounts order by fiscal_year, account_id")
    return accounts, rows_of(connection, f"select * from ({sql[MODELS[2]]}) order by year, band")


def band_of(scores: list[float]) -> str:
    if not scores:
        return "unheard"
    mean = float(sum(map(Decimal, map(str, scores)))) / len(scores)
    return [band for band, least in BANDS if mean >= float(least) - 1e-9][-1]


def by_hand(company: Company, running: int) -> list[Row]:
    """The same, account by account, from docs/figures.md."""
    ended = {number for number, quarter in enumerate(starts()) if number <= running and quarter.end <= DAYS[running]}
    found: dict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
    for account, quarter in company.customers:
        year, number = year_of(company, quarter)
        if number == 4 and quarter in ended:
            said = [score for who, q, score in company.scores if who == account and year_of(company, q)[0] == year]
            found[year, band_of(said)].append((account, quarter))
    rows = []
    for (year, band), members in sorted(found.items()):
        fourth = members[0][1]
        row: Row = {"year": year, "band": band, "account_count": len(members)}
        for horizon in (1, 2, 3, 4):
            kept = sum((account, fourth + horizon) in company.customers for account, _ in members)
            row[f"retention_q{horizon}"] = kept / len(members) if fourth + horizon in ended else None
        row["churn_rate"] = None if row["retention_q4"] is None else 1 - row["retention_q4"]
        base = [company.customers[member] for member in members]
        row["revenue_t4q"] = float(sum(base))
        row["revenue_next"] = row["expansion_rate"] = row["revenue_growth"] = None
        if fourth + 4 in ended:
            after = [
                sum((r for who, q, r in company.revenue if who == account and 1 <= q - fourth <= 4), Decimal(0))
                for account, _ in members
            ]
            row["revenue_next"] = float(sum(after))
            row["expansion_rate"] = sum(b > a for a, b in zip(base, after, strict=True)) / len(members)
            if sum(base) > 0:
                row["revenue_growth"] = float(sum(after)) / float(sum(base)) - 1
        rows.append(row)
    return rows


def plain(scores: list[float], stays: int, *revenue: int) -> Company:
    """One account whose first four quarters are a fiscal year, customer for `stays` quarters, paying `revenue` after them."""
    return Company(
        0,
        {("A0", quarter): Decimal(40) for quarter in range(stays)},
        [("A0", quarter, score) for quarter, score in enumerate(scores)],
        [("A0", 4 + number, Decimal(amount)) for number, amount in enumerate(revenue)],
    )


def rounded(row: Row) -> Row:
    return {name: round(cell, 9) if isinstance(cell, float) else cell for name, cell in row.items()}


@settings(deadline=None, max_examples=times(10))
# as-of lies in the running quarter 9: quarters 5 to 8 have ended, the customer left in the third of them
@example(plain([4.0, 4.0], 7, 40, 0, 1), 9)
# the fourth quarter after ends on as-of itself
@example(Company(1, plain([3.0], 12).customers, plain([3.0], 12).scores, [("A0", 7, Decimal(41))]), 10)
@given(companies(), st.sampled_from(sorted(DAYS)))
def test_what_satisfaction_was_worth_is_what_a_loop_over_accounts_finds(
    warehouse: duckdb.DuckDBPyConnection, company: Company, running: int
) -> None:
    _, rows = in_sql(warehouse, company, running)
    expected = by_hand(company, running)
    assert [rounded({name: row[name] for name in wanted}) for row, wanted in zip(rows, expected, strict=True)] == [
        rounded(wanted) for wanted in expected
    ]


@settings(deadline=None, max_examples=25)
@given(companies(fiscal_shift=2), companies(fiscal_shift=2), st.sampled_from([5, 9]))
def test_what_lies_in_a_quarter_that_has_not_ended_changes_nothing(
    warehouse: duckdb.DuckDBPyConnection, company: Company, other: Company, running: int
) -> None:
    """Removed, or replaced by another company's: neither bands nor outcomes move."""
    told = in_sql(warehouse, company, running)
    assert in_sql(warehouse, company.up_to(running - 1), running) == told
    assert in_sql(warehouse, company.up_to(running - 1).and_then(other.from_quarter(running)), running) == told


@settings(deadline=None, max_examples=12)
@given(companies(), st.randoms(use_true_random=False))
def test_what_happens_after_the_year_does_not_move_the_band(
    warehouse: duckdb.DuckDBPyConnection, company: Company, chance: random.Random
) -> None:
    """After each year's end the accounts change places at random, or everything goes; the year's bands stay."""
    accounts, _ = in_sql(warehouse, company, 10)
    names = sorted({account for account, _ in company.customers})
    for last in {quarter for quarter in range(11) if year_of(company, quarter)[1] == 4}:
        year = year_of(company, last)[0]
        others = dict(zip(names, chance.sample(names, len(names)), strict=True))
        later = company.from_quarter(last + 1)
        shuffled = Company(
            company.fiscal_shift,
            {(others[account], quarter): revenue for (account, quarter), revenue in later.customers.items()},
            [(others.get(account, account), quarter, 6 - score) for account, quarter, score in later.scores],
            [(others.get(account, account), quarter, revenue) for account, quarter, revenue in later.revenue],
        )
        expected = [row for row in accounts if row["fiscal_year"] == year]
        for after in (shuffled, later.up_to(last)):
            changed, _ = in_sql(warehouse, company.up_to(last).and_then(after), 10)
            assert [row for row in changed if row["fiscal_year"] == year] == expected


@settings(deadline=None, max_examples=12)
@given(companies())
def test_what_was_told_once_is_told_again_later(warehouse: duckdb.DuckDBPyConnection, company: Company) -> None:
    """A later run fills in what was unknown; no figure that an earlier one told from ended quarters moves."""
    tellings = [in_sql(warehouse, company, running)[1] for running in sorted(DAYS)]
    for earlier, later in pairwise(tellings):
        again = {(row["year"], row["band"]): row for row in later}
        for row in earlier:
            known = {name: cell for name, cell in row.items() if cell is not None}
            assert {name: again[row["year"], row["band"]][name] for name in known} == known


def test_the_unknown_becomes_known_quarter_by_quarter(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A year that ended with quarter 3: one quarter has ended since on the first day, five on the second."""
    company = plain([5.0], 6, 40, 1, 0, 0)
    _, (first,) = in_sql(warehouse, company, 5)
    _, (second, _) = in_sql(warehouse, company._replace(customers=plain([], 8).customers), 9)
    assert [first[name] for name in OUTCOMES] == [1, None, None, None, None, None]
    assert [second[name] for name in OUTCOMES] == [1, 1, 1, 1, 0, 1]
    assert (first["revenue_next"], second["revenue_next"], second["revenue_growth"]) == (None, 41, pytest.approx(0.025))
