"""Who was asked to answer a survey, and when. Only the shape is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import suite_for

if TYPE_CHECKING:
    import great_expectations as gx


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of invitations is judged by."""
    return suite_for("invitations")
