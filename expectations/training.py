"""Courses passed. A programme or course may have any name, a score any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import suite_for

if TYPE_CHECKING:
    import great_expectations as gx


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of training is judged by."""
    return suite_for("training")
