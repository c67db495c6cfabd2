"""What surveys ask, and what each question measures.

Whether the scale exists and the weight is positive is judged with the scales at hand, in dbt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import one_of, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    one_of(
        "measure",
        "satisfaction",
        "loyalty",
        "effort",
        "recommendation",
        "expectation",
        "knowledge",
        "professionalism",
        "quality_of_solution",
        "timeliness",
        "action_alert",
        "open_text",
    ),
    one_of("category", "technical_support", "field_service", "customer_service", "account_management"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of questions is judged by."""
    return suite_for("questions", RULES)
