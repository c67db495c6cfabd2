"""Writing the award report of a quarter in its four formats, from the live version alone: the same version gives the same bytes."""

from __future__ import annotations

from scoreboard import atomic
from scoreboard.quarter import Quarter
from scoreboard.reports.award.content import read_report
from scoreboard.reports.award.page import html_of
from scoreboard.reports.award.paper import pdf_of
from scoreboard.reports.award.sheet import csv_of
from scoreboard.reports.award.workbook import xlsx_of
from scoreboard.settings import Settings
from scoreboard.warehouse.reader import open_published


def write_award_report(settings: Settings, quarter: Quarter) -> dict[str, str]:
    """Write reports/<quarter>/award_report.{csv,html,pdf,xlsx} from the live version; returns their paths.

    Covers the calendar years the quarter touches; while none of them is decided, also the year before. All four are made before the
    first is written, so that what cannot be made leaves the report before. Raises PublishError before the first publish, PdfFailed.
    """
    with open_published(settings) as published:
        report = read_report(published, quarter)
    made = {
        "csv": csv_of(report).encode("utf-8"),
        "html": html_of(report).encode("utf-8"),
        "pdf": pdf_of(report),
        "xlsx": xlsx_of(report),
    }
    folder = settings.reports / quarter.label
    return {
        ending: str(atomic.write_bytes(folder / f"award_report.{ending}", content)) for ending, content in made.items()
    }
