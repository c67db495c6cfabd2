"""The units an award audits: a service line or business unit. Any text will do; only the shape is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations._rules import suite_for

if TYPE_CHECKING:
    import great_expectations as gx


def suite() -> gx.ExpectationSuite:
    """The suite that every landed batch of projects is judged by."""
    return suite_for("projects")
