"""Customers, prospects and former customers, as the CRM knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import one_of, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    one_of("lifecycle_stage", "prospect", "active", "churned"),
    one_of("strategic_reason", "brand", "new_market", "partner", "other"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of accounts is judged by."""
    return suite_for("accounts", RULES)
