"""What account teams and customers did together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import one_of, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    one_of("kind", "meeting", "call", "email", "event", "executive_review"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of activities is judged by."""
    return suite_for("activities", RULES)
