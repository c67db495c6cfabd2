"""The questionnaires. A survey without a kind is no staff survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import one_of, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    one_of("kind", "relationship", "transactional", "staff"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of surveys is judged by."""
    return suite_for("surveys", RULES)
