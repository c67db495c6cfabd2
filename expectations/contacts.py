"""The people at our customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import one_of, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    one_of("buying_role", "decision_maker", "recommender", "influencer"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of contacts is judged by."""
    return suite_for("contacts", RULES)
