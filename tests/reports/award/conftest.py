"""Fixtures of the tests of the award report."""

from tests.reports.award.company import no_charts

__all__ = ["no_charts"]
