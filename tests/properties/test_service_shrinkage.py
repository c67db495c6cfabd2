"""Shrunk means of agents: those of the formula in exact fractions, the same bytes in any order, and closer to the truth than raw means."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

import duckdb
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.compiled_models import compiled, give, rows_of
from tests.effort import times

MODELS = ("int_service_means", "int_service_variances", "int_service_shrunk")
QUARTER = date(2026, 1, 1)


class Shrunk(NamedTuple):
    """What the warehouse says of one agent; None where it cannot say."""

    reliability: float | None
    mean: float | None


class Response(NamedTuple):
    """A counted response about one agent; the quarter only tells one set of agents from another."""

    quarter: date
    agent: str
    score: float


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def shrunk(connection: duckdb.DuckDBPyConnection, responses: list[Response]) -> dict[tuple[date, str], Shrunk]:
    """(quarter, agent) -> what int_service_shrunk makes of these responses."""
    columns = "quarter_start_date date, reported_level varchar, reported_id varchar, response_id varchar, score double"
    numbered = [(row.quarter, "agent", row.agent, str(number), row.score) for number, row in enumerate(responses)]
    give(connection, "intermediate.int_service_responses", columns, numbered)
    sql = compiled(MODELS)
    for model in MODELS:
        connection.execute(f"create or replace table intermediate.{model} as {sql[model]}")
    return {
        (row["quarter_start_date"], row["reported_id"]): Shrunk(row["reliability"], row["shrunk_mean"])
        for row in rows_of(connection, "select * from intermediate.int_service_shrunk")
    }


def by_hand(scores: dict[str, list[Fraction]]) -> dict[str, tuple[Fraction | None, Fraction | None]]:
    """Agent -> (reliability, shrunk mean) by docs/figures.md section 6, in exact fractions."""
    k, n = len(scores), sum(map(len, scores.values()))
    if k < 2 or n == k:
        return dict.fromkeys(scores, (None, None))
    means = {agent: sum(values) / Fraction(len(values)) for agent, values in scores.items()}
    of_all = sum(map(sum, scores.values())) / Fraction(n)
    within = sum((value - means[agent]) ** 2 for agent, values in scores.items() for value in values) / Fraction(n - k)
    msb = sum(len(values) * (means[agent] - of_all) ** 2 for agent, values in scores.items()) / Fraction(k - 1)
    squares = Fraction(sum(len(values) ** 2 for values in scores.values()), n)
    between = max(Fraction(0), (msb - within) * (k - 1) / (n - squares))
    variances = {agent: between + within / len(values) for agent, values in scores.items()}
    if not any(variances.values()):
        return {agent: (None, means[agent]) for agent in scores}
    centre = sum(means[agent] / variances[agent] for agent in scores) / sum(1 / variances[agent] for agent in scores)
    reliabilities = {agent: between / variances[agent] for agent in scores}
    return {agent: (r, r * means[agent] + (1 - r) * centre) for agent, r in reliabilities.items()}


def agree(found: float | None, expected: Fraction | None) -> bool:
    if found is None or expected is None:
        return found is None and expected is None
    return abs(Fraction(found) - expected) <= Fraction(1, 10**9)


# quarters of a point: exact as doubles, so that alike means are alike; few, so that they often are
SCORES = st.integers(4, 20).map(lambda quarters: Fraction(quarters, 4))
AGENTS = st.lists(st.lists(SCORES, min_size=1, max_size=12), min_size=1, max_size=8)


@settings(deadline=None, max_examples=times(20))
@given(AGENTS)
@example([[Fraction(4)] * 3])  # k = 1
@example([[Fraction(4)], [Fraction(2)], [Fraction(5)]])  # N = k
@example([[Fraction(5), Fraction(3)], [Fraction(5), Fraction(3)], [Fraction(4)]])  # tau² = 0
@example([[Fraction(5)] * 2, [Fraction(2)] * 3])  # sigma² = 0
@example([[Fraction(4)] * 2, [Fraction(4)]])  # nothing varies
@example([[Fraction(5)] * 2 + [Fraction(4)] * 2, [Fraction(3)] * 2, [Fraction(4)]])  # 1008/227, 713/227, 898/227
def test_shrunk_means_are_those_of_the_formula(
    warehouse: duckdb.DuckDBPyConnection, agents: list[list[Fraction]]
) -> None:
    scores = {f"A{number}": values for number, values in enumerate(agents)}
    rows = [Response(QUARTER, agent, float(value)) for agent, values in scores.items() for value in values]
    found = shrunk(warehouse, rows)
    for agent, (reliability, mean) in by_hand(scores).items():
        assert agree(found[QUARTER, agent].reliability, reliability), agent
        assert agree(found[QUARTER, agent].mean, mean), agent


def test_a_case_worked_out_on_paper(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Within 1/4, between 5/8, centre 873/227: the unit test of int_service_variances, one step further."""
    rows = [
        Response(QUARTER, agent, score)
        for agent, scores in {"a": (5, 5, 4, 4), "b": (3, 3), "c": (4,)}.items()
        for score in scores
    ]
    found = shrunk(warehouse, rows)
    assert found[QUARTER, "a"] == pytest.approx((10 / 11, 1008 / 227), abs=1e-12)
    assert found[QUARTER, "b"] == pytest.approx((5 / 6, 713 / 227), abs=1e-12)
    assert found[QUARTER, "c"] == pytest.approx((5 / 7, 898 / 227), abs=1e-12)


class Simulated(NamedTuple):
    """Agents whose true means are known, each with some responses."""

    truths: dict[tuple[date, str], float]
    responses: list[Response]


def simulated(rounds: int) -> Simulated:
    """`rounds` companies of 40 agents with 2 to 39 responses; true means spread by 0.2 around 4, responses by 0.9 around these."""
    draws = np.random.default_rng(20160406)
    truths, responses = {}, []
    for number in range(rounds):
        quarter = QUARTER + timedelta(days=number)
        for agent in range(40):
            truth = draws.normal(4.0, 0.2)
            truths[quarter, f"A{agent}"] = float(truth)
            scores = draws.normal(truth, 0.9, size=int(draws.integers(2, 40)))
            responses += [Response(quarter, f"A{agent}", float(score)) for score in scores]
    return Simulated(truths, responses)


def test_shrunk_means_are_closer_to_the_truth_than_raw_ones(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Mean squared error: about .071 as they are, .023 drawn towards the mean of all. Also in nearly every single company."""
    truths, responses = simulated(rounds=20)
    means = defaultdict(list)
    for row in responses:
        means[row.quarter, row.agent].append(row.score)
    raw = {who: (float(np.mean(scores)) - truths[who]) ** 2 for who, scores in means.items()}
    drawn = {
        who: (found.mean - truths[who]) ** 2
        for who, found in shrunk(warehouse, responses).items()
        if found.mean is not None
    }

    assert drawn.keys() == raw.keys()
    assert np.mean(list(raw.values())) == pytest.approx(0.071, abs=0.01)
    assert np.mean(list(drawn.values())) == pytest.approx(0.023, abs=0.005)
    assert np.mean(list(drawn.values())) < np.mean(list(raw.values())) / 2
    quarters = {quarter for quarter, _ in truths}
    better = [
        sum(error for (when, _), error in drawn.items() if when == quarter)
        < sum(error for (when, _), error in raw.items() if when == quarter)
        for quarter in quarters
    ]
    assert sum(better) >= len(quarters) - 1


def test_the_same_bytes_in_any_order_of_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Sums of doubles would differ in the last place."""
    responses = simulated(rounds=2).responses
    first = shrunk(warehouse, responses)
    for seed in range(4):
        shuffled = random.Random(seed).sample(responses, len(responses))
        assert shrunk(warehouse, shuffled) == first
