"""Means, variances and intervals over exact fractions; floats appear only where a root is taken."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction

Scores = list[Fraction]
Interval = tuple[float, float]
EPSILON = Fraction(1, 10**9)
Z = 1.96


def at_least(x: Fraction, t: Fraction) -> bool:
    """`x >= t`, values within 1e-9 counted as equal."""
    return x >= t - EPSILON


def below(x: Fraction, t: Fraction) -> bool:
    return x < t - EPSILON


def added(values: Iterable[Fraction]) -> Fraction:
    """Their sum, brought to one denominator first instead of anew with every addend."""
    addends = list(values)
    below = math.lcm(*(value.denominator for value in addends))
    return Fraction(sum(value.numerator * (below // value.denominator) for value in addends), below)


def mean(values: Scores) -> Fraction:
    return added(values) / len(values)


def variance(values: Scores) -> Fraction:
    """Sample variance; needs two values."""
    middle = mean(values)
    return added((value - middle) ** 2 for value in values) / (len(values) - 1)


def weighted_mean(pairs: list[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Mean of (weight, value); None where no weight is left."""
    total = added(weight for weight, _ in pairs)
    return added(weight * value for weight, value in pairs) / total if total else None


def root(value: Fraction) -> float:
    return math.sqrt(float(value))


def mean_interval(values: Scores, t: Callable[[int], float]) -> Interval | None:
    """95 % interval of a mean; None below two values."""
    if len(values) < 2:
        return None
    half = t(len(values) - 1) * root(variance(values) / len(values))
    return float(mean(values)) - half, float(mean(values)) + half


def wilson(successes: int, n: int) -> Interval:
    """Wilson score interval of a share, no continuity correction."""
    share, square = successes / n, Z * Z
    middle = share + square / (2 * n)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return (middle - half) / (1 + square / n), (middle + half) / (1 + square / n)


def gap_interval(gap: Fraction, reference: Scores, actual: Scores, t: Callable[[int], float]) -> Interval | None:
    """Welch interval of a difference of means; None where a group has fewer than two values."""
    if min(len(reference), len(actual)) < 2:
        return None
    first, second = variance(reference) / len(reference), variance(actual) / len(actual)
    if first == 0 and second == 0:
        return float(gap), float(gap)
    freedom = (first + second) ** 2 / (first**2 / (len(reference) - 1) + second**2 / (len(actual) - 1))
    half = t(max(1, math.floor(freedom + EPSILON))) * root(first + second)
    return float(gap) - half, float(gap) + half
