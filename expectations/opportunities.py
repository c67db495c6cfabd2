"""Deals in the pipeline. Without a currency the amount is in the reporting currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import currency_code, one_of, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    one_of("kind", "new", "expansion", "renewal"),
    currency_code("currency"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of opportunities is judged by."""
    return suite_for("opportunities", RULES)
