"""What customer-facing staff think of an account, asked in interviews; both ratings run from 0 to 10."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import between, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    between("engagement_rating", 0, 10),
    between("usage_rating", 0, 10),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of assessments is judged by."""
    return suite_for("assessments", RULES)
