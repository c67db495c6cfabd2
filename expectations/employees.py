"""The people who serve customers: technicians, account managers, executives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import one_of, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    one_of(
        "function", "technical_support", "field_service", "customer_service", "account_management", "executive", "other"
    ),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of employees is judged by."""
    return suite_for("employees", RULES)
