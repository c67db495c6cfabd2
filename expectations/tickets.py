"""Problems that customers brought to the help desk. The channel is any text: help desks name their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import one_of, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    one_of("cause", "agent", "system", "process", "product", "billing", "technical", "other"),
    one_of("priority", "low", "normal", "high", "urgent"),
    one_of("status", "new", "open", "pending", "hold", "solved", "closed", "deleted"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of tickets is judged by."""
    return suite_for("tickets", RULES)
