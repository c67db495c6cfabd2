"""Money recognised per account and day. Negative amounts are credits and cost corrections, and are fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import currency_code, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    currency_code("currency"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of revenue is judged by."""
    return suite_for("revenue", RULES)
