"""Lists of a report: the recipients as the award's own release has them, how to follow a figure, and the rows of the CSV file."""

from __future__ import annotations

from scoreboard.reports import wording
from scoreboard.reports.award.blocks import Block, Column, Groups, Kind, Section, Steps, Table, Words
from scoreboard.reports.award.years import AwardYear
from scoreboard.reports.recipients import groups
from scoreboard.reports.trail import Trail, trail_of
from scoreboard.warehouse.reader import Published, Row


def recipients_section(published: Published, year: int) -> Section:
    """Per award the recipients of its latest year up to `year` that has some, by number of times."""
    rows = published.rows(
        "select * from marts.rpt_award_recipients as listed where award_year ="
        " (select max(award_year) from marts.rpt_award_recipients where award = listed.award and award_year <= ?)"
        " order by award <> 'nfsb', award, times_received desc, recipient_name, project_id",
        [year],
    )
    if not rows:
        return Section("recipients", "Recipients", (Words("Nobody has received an award yet."),))
    sections: list[Section] = []
    for award in dict.fromkeys(row["award"] for row in rows):
        listed = [row for row in rows if row["award"] == award]
        name = wording.AWARDS.get(award, award)
        blocks: tuple[Block, ...] = (
            Groups(
                tuple((heading, tuple(entries)) for heading, entries in groups(listed)),
                _recipients_table([row | {"award_name": name} for row in listed]),
            ),
        )
        sections.append(
            Section(f"recipients-{len(sections) + 1}", f"{name} {listed[0]['award_year']} recipients", blocks)
        )
    return Section("recipients", "Recipients", (), tuple(sections))


def check_section(published: Published, years: list[AwardYear]) -> Section:
    """A project whose figure is followed step by step: the first one listed that has responses."""
    trail = _example(published, years)
    if trail is None:
        text = (
            "No response counts in the years of this report, so there is no figure to follow."
            " marts.rpt_award_evidence lists every response considered."
        )
        return Section("check", "How to check a figure", (Words(text),))
    response = trail.response
    intro = (
        f"Every figure can be followed to the rows it came from. Open published/{published.record['folder']}/warehouse.duckdb read-only"
        f" with any DuckDB client and paste; the example is {trail.project_name}, {trail.award_year}."
    )
    steps = (
        ("The figure as published:", trail.figure_sql),
        ("The same figure from its responses; number, mean and waves must agree:", trail.recomputed_sql),
        ("Every response considered, counted or not, with file and row:", trail.responses_sql),
        ("The answers of one response:", trail.answers_sql),
        (
            f"The file. Response {response['response_id']} is row {response['source_row_number']} of {response['source_file']}."
            f" The file as it was received lies in {trail.archive_folder}/; the fingerprint of the row's content is {response['content_hash']}.",
            "",
        ),
    )
    return Section("check", "How to check a figure", (Words(intro), Steps(steps)))


def csv_table(columns: list[str], rows: list[Row]) -> Table:
    """The eligibility list of the years, every column as published."""
    return Table("eligibility", "Eligibility", tuple(Column(name, name) for name in columns), tuple(rows))


def _recipients_table(rows: list[Row]) -> Table:
    kinds: tuple[tuple[str, str, Kind], ...] = (
        ("award_name", "Award", "text"),
        ("award_year", "Year", "whole"),
        ("times_received", "Times received", "whole"),
        ("recipient_name", "Recipient", "text"),
        ("location", "Location", "text"),
        ("project_id", "Our project", "code"),
    )
    return Table(
        "recipients",
        "Recipients by number of times",
        tuple(Column(key, title, kind) for key, title, kind in kinds),
        tuple(rows),
        "One row per award and recipient, of the latest year on record.",
    )


def _example(published: Published, years: list[AwardYear]) -> Trail | None:
    for year in years:
        for row in year.projects:
            trail = trail_of(published, row["project_id"], row["project_name"], year.year)
            if trail:
                return trail
    return None
