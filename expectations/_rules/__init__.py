"""The vocabulary in which `expectations/<entity>.py` states its rules, and how it becomes a Great Expectations suite.

Nothing here imports Great Expectations until a suite is asked for: that import takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoreboard.entities import ENTITIES

if TYPE_CHECKING:
    import great_expectations as gx

ROW_RULES = ("missing_required", "wrong_type", "unknown_enum", "out_of_scale")
"""The row rules of the door in the contract's order: the first one that a row breaks names its rule."""


@dataclass(frozen=True)
class OneOf:
    """The column holds one of these words, letter for letter; null is fine unless the column is required."""

    column: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class ThreeCapitals:
    """The column holds a currency code: three capital letters A to Z."""

    column: str


@dataclass(frozen=True)
class Within:
    """The number lies between the two bounds, both included; None leaves a side open."""

    column: str
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True)
class FirstOfMonth:
    """The date is the first day of its month."""

    column: str


Rule = OneOf | ThreeCapitals | Within | FirstOfMonth


def one_of(column: str, *words: str) -> Rule:
    """Only these words, case-sensitive, nothing trimmed."""
    return OneOf(column, words)


def currency_code(column: str) -> Rule:
    """ISO 4217 by its looks; whether there is a rate for it is judged later, against the rates."""
    return ThreeCapitals(column)


def between(column: str, minimum: float, maximum: float) -> Rule:
    """A number from `minimum` to `maximum`, both allowed."""
    return Within(column, minimum, maximum)


def not_negative(column: str) -> Rule:
    """Zero or more."""
    return Within(column, 0, None)


def first_of_month(column: str) -> Rule:
    """A month is written as its first day."""
    return FirstOfMonth(column)


def suite_for(entity: str, rules: Sequence[Rule] = ()) -> gx.ExpectationSuite:
    """The entity's suite: what its shape asks for, and these rules."""
    from expectations._rules.suites import build
    from scoreboard.validation import gx_duckdb  # noqa: F401 - first, for it switches Great Expectations' telemetry off

    return build(ENTITIES[entity], rules)
