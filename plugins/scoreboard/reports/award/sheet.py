"""The CSV file of an award report: the eligibility list with every column as published, figures in full precision."""

from __future__ import annotations

from scoreboard.reports.award.blocks import Report
from scoreboard.reports.cells import csv_text


def csv_of(report: Report) -> str:
    """RFC 4180 text with a header line."""
    columns = [column.key for column in report.listing.columns]
    return csv_text(columns, ([row[name] for name in columns] for row in report.listing.rows))
