"""The award report as one self-contained HTML file."""

from __future__ import annotations

from markupsafe import Markup

from scoreboard.reports.award.blocks import Report
from scoreboard.reports.html import render


def html_of(report: Report) -> str:
    """The page. Text is escaped by the template; only the charts, which are drawn here, are taken as they are."""
    pictures = {name: Markup(picture.svg) for name, picture in report.drawings().items()}  # noqa: S704 - our own drawing
    return render("award_report.html.j2", report=report, pictures=pictures)
