"""Answered questionnaires: who answered, for which account, and who served them at the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import one_of, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    one_of("respondent_type", "customer", "employee", "partner", "test"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of responses is judged by."""
    return suite_for("responses", RULES)
