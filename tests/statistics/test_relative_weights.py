"""Relative weights against a published example, known theory, planted truth and the Shapley value; intervals that cover; equal bits."""

from __future__ import annotations

import csv
import itertools
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.statistics.relative_weights import Floats, NotEstimable, bootstrap_interval, relative_weights

MTCARS = Path(__file__).with_name("mtcars.csv")


@pytest.fixture(scope="module")
def cars() -> tuple[Floats, Floats]:
    """Miles per gallon, and cylinders, displacement, horsepower, gears of 32 cars (Motor Trend 1974; R's mtcars)."""
    with MTCARS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 32
    return (
        np.array([float(row["mpg"]) for row in rows]),
        np.array([[float(row[name]) for name in ("cyl", "disp", "hp", "gear")] for row in rows]),
    )


def r_squared(outcome: Floats, drivers: Floats) -> float:
    """Share of variance explained by ordinary least squares."""
    design = np.column_stack([np.ones(len(outcome)), drivers])
    fitted = design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    return float(1 - ((outcome - fitted) ** 2).sum() / ((outcome - outcome.mean()) ** 2).sum())


def shapley(outcome: Floats, drivers: Floats) -> list[float]:
    """LMG (Lindeman, Merenda, Gold 1980): what a driver adds to R2, averaged over every order of entering."""
    count = drivers.shape[1]
    shares = [0.0] * count
    for order in itertools.permutations(range(count)):
        for place, driver in enumerate(order):
            before = r_squared(outcome, drivers[:, order[:place]]) if place else 0.0
            shares[driver] += (r_squared(outcome, drivers[:, order[: place + 1]]) - before) / math.factorial(count)
    return shares


def correlated(
    cases: int, seed: int, betas: tuple[float, ...] = (0.5, 0.3, 0.1), noise: float = 0.7
) -> tuple[Floats, Floats]:
    """Drivers that share a common part, as the answers of one person do, and an outcome made of them."""
    generator = np.random.default_rng(seed)
    drivers = 0.6 * generator.normal(size=(cases, 1)) + generator.normal(size=(cases, len(betas)))
    return drivers @ np.array(betas) + noise * generator.normal(size=cases), drivers


def test_the_published_example_of_mtcars(cars: tuple[Floats, Floats]) -> None:
    weights = relative_weights(*cars)

    assert weights.r2 == pytest.approx(0.7791896, abs=5e-8)
    assert weights.raw == pytest.approx([0.2284797, 0.2221469, 0.2321744, 0.0963886], abs=5e-8)
    assert weights.rescaled == pytest.approx(weights.raw / 0.7791896, abs=1e-6)


def test_weights_share_out_the_r2_of_the_regression(cars: tuple[Floats, Floats]) -> None:
    assert relative_weights(*cars).r2 == pytest.approx(r_squared(*cars), abs=1e-12)


def test_one_driver_has_its_squared_correlation() -> None:
    outcome, drivers = np.array([1.0, 2.0, 4.0, 3.0]), np.array([[1.0], [3.0], [2.0], [4.0]])
    assert relative_weights(outcome, drivers).raw == pytest.approx([0.4**2], abs=1e-12)


def test_uncorrelated_drivers_have_their_squared_correlations() -> None:
    drivers = np.array(list(itertools.product([-1.0, 1.0], repeat=3)))
    outcome = drivers @ np.array([3.0, 2.0, 1.0]) + 5
    assert relative_weights(outcome, drivers).raw == pytest.approx([9 / 14, 4 / 14, 1 / 14], abs=1e-12)


def test_planted_weights_are_found_again() -> None:
    generator = np.random.default_rng(7)
    drivers = generator.normal(size=(40_000, 4))
    outcome = drivers @ np.array([3.0, 2.0, 1.0, 0.0]) + math.sqrt(2) * generator.normal(size=40_000)
    # variance 9 + 4 + 1 + 0 + 2
    assert relative_weights(outcome, drivers).raw == pytest.approx([9 / 16, 4 / 16, 1 / 16, 0], abs=0.01)


def test_they_are_close_to_the_shapley_value_of_correlated_drivers() -> None:
    outcome, drivers = correlated(500, seed=3)
    assert np.corrcoef(drivers[:, 0], drivers[:, 1])[0, 1] > 0.2
    assert relative_weights(outcome, drivers).raw == pytest.approx(shapley(outcome, drivers), abs=0.01)


@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(0, 40))
def test_weights_are_shares_whatever_the_cases(seed: int, count: int, more: int) -> None:
    generator = np.random.default_rng(seed)
    drivers = generator.integers(1, 6, size=(count + 2 + more, count)).astype(float)
    outcome = generator.integers(1, 6, size=len(drivers)).astype(float)
    try:
        weights = relative_weights(outcome, drivers)
    except NotEstimable:
        return
    assert (weights.raw >= 0).all()
    assert -1e-9 <= weights.r2 <= 1 + 1e-9
    assert weights.r2 == pytest.approx(r_squared(outcome, drivers), abs=1e-6)


def test_an_outcome_that_drivers_say_nothing_about_has_no_shares() -> None:
    drivers = np.array(list(itertools.product([-1.0, 1.0], repeat=2)))
    weights = relative_weights(drivers[:, 0] * drivers[:, 1], drivers)
    assert weights.r2 == pytest.approx(0, abs=1e-12)
    assert np.isnan(weights.rescaled).all()


def test_too_few_cases_are_refused() -> None:
    outcome, drivers = correlated(5, seed=1)
    assert relative_weights(outcome, drivers).r2 <= 1 + 1e-9
    with pytest.raises(NotEstimable, match="4 cases are too few for 3 drivers"):
        relative_weights(outcome[:4], drivers[:4])
    with pytest.raises(NotEstimable, match="too few"):
        relative_weights(outcome, drivers[:, :0])


def test_what_does_not_vary_is_refused() -> None:
    outcome, drivers = correlated(50, seed=1)
    with pytest.raises(NotEstimable, match="does not vary"):
        relative_weights(np.full(50, 4.1) + 1e-10 * outcome, drivers)
    drivers[:, 1] = 3.3
    with pytest.raises(NotEstimable, match="does not vary"):
        relative_weights(outcome, drivers)


def test_collinear_drivers_are_refused() -> None:
    outcome, drivers = correlated(50, seed=1)
    drivers[:, 2] = 6 - (drivers[:, 0] + drivers[:, 1]) / 3
    with pytest.raises(NotEstimable, match="collinear"):
        relative_weights(outcome, drivers)


def test_intervals_cover_the_weights_of_the_population() -> None:
    truth = relative_weights(*correlated(400_000, seed=99)).raw
    covered = np.zeros(3)
    for seed in range(120):
        low, high = bootstrap_interval(*correlated(150, seed=seed), resamples=200, seed=seed)
        covered += (low <= truth) & (truth <= high)
    # 95 % is meant; percentile intervals of small weights come a little short of it
    assert (covered / 120 >= 0.88).all(), covered / 120
    assert (covered / 120 <= 0.995).any(), covered / 120


def test_intervals_narrow_with_the_cases_and_hold_the_estimate() -> None:
    narrow, wide = correlated(4000, seed=5), correlated(250, seed=5)
    spans = []
    for cases in (narrow, wide):
        low, high = bootstrap_interval(*cases, resamples=300, seed=1)
        assert (low < relative_weights(*cases).raw).all() and (relative_weights(*cases).raw < high).all()
        spans.append(high - low)
    assert spans[1] / spans[0] == pytest.approx(4, rel=0.4)


def test_the_same_seed_gives_the_same_bits_and_another_one_does_not() -> None:
    cases = correlated(300, seed=2)
    first, again, other = (bootstrap_interval(*cases, resamples=100, seed=seed) for seed in (1, 1, 2))
    assert [end.tobytes() for end in first] == [end.tobytes() for end in again]
    assert (first[0] != other[0]).all()


@pytest.mark.parametrize("threads", ["1", "4"])
def test_the_number_of_threads_changes_no_bit(threads: str) -> None:
    code = (
        "from tests.statistics.test_relative_weights import *\n"
        "cases = correlated(3000, seed=2)\n"
        "low, high = bootstrap_interval(*cases, resamples=100, seed=1)\n"
        "print((low.tobytes() + high.tobytes() + relative_weights(*cases).raw.tobytes()).hex())"
    )
    counts = {f"{library}_NUM_THREADS": threads for library in ("OPENBLAS", "MKL", "OMP")}
    printed = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **counts}, capture_output=True, text=True, check=True
    ).stdout.strip()
    cases = correlated(3000, seed=2)
    low, high = bootstrap_interval(*cases, resamples=100, seed=1)
    assert printed == (low.tobytes() + high.tobytes() + relative_weights(*cases).raw.tobytes()).hex()


def test_resamples_in_blocks_are_the_resamples_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = correlated(100, seed=4)
    whole = bootstrap_interval(*cases, resamples=60, seed=1)
    monkeypatch.setattr("scoreboard.statistics.relative_weights._BLOCK_CELLS", 700)
    assert [end.tobytes() for end in whole] == [
        end.tobytes() for end in bootstrap_interval(*cases, resamples=60, seed=1)
    ]


def test_a_resample_that_varies_in_nothing_is_drawn_again() -> None:
    # one case of twelve is all that makes the driver vary: a third of the resamples lacks it
    outcome = np.arange(12.0)
    drivers = np.zeros((12, 1))
    drivers[11] = 1
    low, high = bootstrap_interval(outcome, drivers, resamples=200, seed=1)
    assert 0 < low[0] < high[0] <= 1


def test_where_resamples_hardly_ever_have_weights_there_is_no_interval() -> None:
    # every driver varies in one case of its own; a resample needs each of them
    drivers = np.vstack([np.eye(8), np.zeros((2, 8))])
    outcome = np.array([1.0, 5, 2, 4, 3, 5, 1, 2, 4, 3])
    assert relative_weights(outcome, drivers).r2 > 0
    assert all(np.isnan(end).all() for end in bootstrap_interval(outcome, drivers, resamples=50, seed=1))
