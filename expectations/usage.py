"""Seats and features in use, per account, product and month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import first_of_month, not_negative, suite_for

if TYPE_CHECKING:
    import great_expectations as gx

RULES = [
    first_of_month("month"),
    not_negative("licensed_seats"),
    not_negative("active_seats"),
    not_negative("features_available"),
    not_negative("features_used"),
]


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of usage is judged by."""
    return suite_for("usage", RULES)
