"""What an award report says, read from one published version and put in reading order; how it looks is the formats' business."""

from __future__ import annotations

from datetime import date

from scoreboard.quarter import Quarter
from scoreboard.reports.award import glance, history, listings, method, projects
from scoreboard.reports.award.blocks import Report, Section
from scoreboard.reports.award.years import AwardYear, read_year, years_of
from scoreboard.warehouse.reader import Published


def read_report(published: Published, quarter: Quarter) -> Report:
    """The report of a quarter."""
    numbers = years_of(published, quarter)
    eligibility = published.rows(
        "select * from marts.rpt_award_eligibility where list_contains(?, award_year)"
        " order by award_year, project_id, category <> 'overall', category",
        [numbers],
    )
    listing = listings.csv_table(published.columns("rpt_award_eligibility"), [dict(row) for row in eligibility])
    years = [read_year(published, year, eligibility) for year in numbers]
    record = published.record
    sections: list[Section | None] = [
        glance.short_section(published, years),
        *(projects.year_section(published, year) for year in years),
        history.trend_section(published, years),
        listings.recipients_section(published, max(numbers)),
        method.method_section(published, years),
        history.restatement_section(published, years),
        listings.check_section(published, years),
    ]
    return Report(
        title=_title(years),
        kicker=f"Award report · quarter {quarter.label} ({quarter.start} to {quarter.end})",
        quarter=quarter.label,
        version=record["version"],
        as_of=date.fromisoformat(record["as_of"]),
        imprint=(
            f"Data version {record['version']} · as of {record['as_of']} · run {record['run_id']} · local time zone"
            f" {record['settings']['timezone']}. The complete list with all categories is award_report.csv, every table award_report.xlsx,"
            " beside this report."
        ),
        sections=tuple(section for section in sections if section is not None),
        listing=listing,
    )


def _title(years: list[AwardYear]) -> str:
    decided = any(year.is_closed for year in years)
    is_open = any(not year.is_closed for year in years)
    if decided and is_open:
        return "Who earned the award, who is on track for it, and why"
    return "Who earned the award, and why" if decided else "Who is on track for the award, and why"
