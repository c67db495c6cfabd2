"""Single answers. Whether a value lies on its question's scale is judged with the question at hand, in dbt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import suite_for

if TYPE_CHECKING:
    import great_expectations as gx


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of answers is judged by."""
    return suite_for("answers")
