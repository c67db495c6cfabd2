"""The part of a report about the projects of a year: decisions, what has to happen, categories, how the year went."""

from __future__ import annotations

from typing import Any

from scoreboard.reports import wording
from scoreboard.reports.award import per_project
from scoreboard.reports.award.blocks import Block, Column, Drawing, Section, Table, Tally, Words
from scoreboard.reports.award.outlook import outlooks
from scoreboard.reports.award.years import AwardYear, rows_of, sentence
from scoreboard.reports.charts.award import award_intervals
from scoreboard.warehouse.reader import Published, Row

YEAR = Column("award_year", "Year", "whole", is_aside=True)
PROJECT = (
    Column("project_name", "Project", under=("company_name", "project_id")),
    Column("company_name", "Company", is_aside=True),
    Column("project_id", "Project id", "code", is_aside=True),
)
STATUS = Column("status", "Status", "status")
MEAN = (
    Column("mean_score", "Mean (95 % interval)", "mean", under=("ci95_low", "ci95_high"), joint=" to "),
    Column("ci95_low", "Interval from", "mean", is_aside=True),
    Column("ci95_high", "Interval to", "mean", is_aside=True),
)
RESPONSES = Column("response_count", "Responses", "whole")
WAVES = Column("waves", "Waves", "whole")
RATE = (
    Column("response_rate", "Response rate", "share", under=("answered_count", "invitation_count"), joint=" of "),
    Column("invitation_count", "Invitations", "whole", is_aside=True),
    Column("answered_count", "Invitations answered", "whole", is_aside=True),
)
GRADE = (
    Column("evidence_grade", "Evidence grade", under=("doubts",)),
    Column("doubts", "Doubts about the evidence", is_aside=True),
)


def year_section(published: Published, year: AwardYear) -> Section:
    """All about one year."""
    blocks: list[Block] = [Words(sentence(year), "lead")]
    if year.projects:
        blocks += [Tally(_tally(year)), Words(_rule_in_words(year))]
        blocks += [
            Words(note, "note", row["project_name"])
            for row in year.projects
            if (note := wording.rounding_note(row["mean_score"], row["threshold"]))
        ]
        if names := [row["project_name"] for row in year.projects if row["decision_depends_on_conversion"]]:
            blocks.append(
                Words(
                    f"{', '.join(names)}. With simple proportion (5 × value ÷ maximum) in place of equal steps the decision would be the other one.",
                    "note",
                    "Depends on the conversion to five points",
                )
            )
        blocks += [_decisions(year), _drawing(year)]
        if not year.is_closed:
            blocks.append(_outlooks(published, year))
        if year.categories:
            blocks.append(_categories(year))
        if running := _running(published, year):
            blocks.append(running)
    state = "closed" if year.is_closed else "open"
    return Section(f"year-{year.year}", f"Award year {year.year}", tuple(blocks), tag=state)


def _rule_in_words(year: AwardYear) -> str:
    row = year.projects[0]
    text = (
        f"The rule: a mean of {wording.number(row['threshold'])} or more on the 5-point scale, measured in at least {row['min_waves']}"
        " waves of the calendar year. Only customers' own answers count. The evidence grade stands beside the rule and decides nothing."
    )
    since = [r["valid_from_date"] for r in year.rules if r["rule_name"] == "award_rules" and r["is_deciding"]]
    if since and since[0].year == year.year:
        text += f" This rule is valid since {since[0]}; the year is judged by the rule in force on its 31 December, all of it."
    return text


def _tally(year: AwardYear) -> Table:
    rows = tuple(
        {"award_year": year.year, "status": status, "projects": len(year.named(status))} for status in year.statuses
    )
    return Table(
        "tally",
        f"Projects by status {year.year}",
        (YEAR, STATUS, Column("projects", "Projects", "whole")),
        rows,
        "How many projects stand where.",
    )


def _decisions(year: AwardYear) -> Table:
    return Table(
        "projects",
        f"Projects {year.year}, all categories together",
        (
            YEAR,
            *PROJECT,
            STATUS,
            *MEAN,
            Column("threshold", "Threshold", "number", is_aside=True),
            WAVES,
            Column("min_waves", "Waves asked for", "whole", is_aside=True),
            RESPONSES,
            *RATE,
            *GRADE,
            Column("why", "Why", is_wide=True),
            Column("largest_account_share", "Largest account's share", "share", is_aside=True),
            Column("mean_score_ratio", "Mean under simple proportion", "mean", is_aside=True),
            Column("decision_depends_on_conversion", "Depends on the conversion", "flag", is_aside=True),
            Column("mean_low", "Mean, classes at their lowest", "mean", is_aside=True),
            Column("mean_high", "Mean, classes at their highest", "mean", is_aside=True),
            Column("times_received", "Times received", "whole"),
        ),
        year.projects,
        "One row per project and year: the decision, the figures of the rule, and how good the evidence is.",
    )


def _drawing(year: AwardYear) -> Drawing:
    rows = [row for row in year.projects if row["mean_score"] is not None]
    picture = award_intervals(rows, year.projects[0]["threshold"], year.year)
    return Drawing(f"intervals-{year.year}", f"Score of every project against the threshold, {year.year}", picture)


def _outlooks(published: Published, year: AwardYear) -> Table:
    what = "What can still change" if year.is_over else "What has to happen"
    return Table(
        "outlook",
        f"{what}{'' if year.is_over else ' in the rest of'} {year.year}",
        (
            YEAR,
            *per_project.PROJECT,
            STATUS,
            Column("mean_score", "Mean so far", "mean"),
            Column("needed_mean_rest_of_year", "Needed for the rest", "needed"),
            Column("missing_waves", "Missing waves", "whole"),
            Column("quarters_left", "Quarters that can bring one", "whole"),
            Column("first_wave_due", "First by", "date"),
            Column("last_wave_due", "Last by", "date"),
            Column("to_do", what, is_wide=True),
        ),
        tuple(outlooks(published, year)),
        "One row per project of an open year: the mean the rest must reach if answers keep coming at the pace so far, and the waves still to be measured.",
    )


def _categories(year: AwardYear) -> Table:
    names = [row["project_id"] for row in year.projects]
    order = list(wording.CATEGORIES)
    rows: list[dict[str, Any]] = [
        row | {"category_name": wording.in_words(row["category"], wording.CATEGORIES)}
        for row in sorted(
            year.categories, key=lambda row: (names.index(row["project_id"]), order.index(row["category"]))
        )
        if row["project_id"] in names
    ]
    needed = () if year.is_closed else (Column("needed_mean_rest_of_year", "Needed for the rest", "needed"),)
    return Table(
        "categories",
        f"By category {year.year}: each category's own responses",
        (
            YEAR,
            *per_project.PROJECT,
            Column("category_name", "Category"),
            STATUS,
            *MEAN,
            WAVES,
            RESPONSES,
            *needed,
            *GRADE,
        ),
        tuple(rows),
        "One row per project, year and category that has responses. The decision on a project is that of all categories together.",
    )


def _running(published: Published, year: AwardYear) -> Table | None:
    names = {row["project_id"]: row for row in year.projects}
    found: list[Row] = rows_of(
        published,
        "rpt_award_running",
        "select * from marts.rpt_award_running where award_year = ? and category = 'overall' order by project_id, calendar_quarter",
        [year.year],
    )
    order = list(names)
    rows = sorted(
        (row | {"status": row["running_status"]} for row in found if row["project_id"] in names),
        key=lambda row: (order.index(row["project_id"]), row["calendar_quarter"]),
    )
    if not rows:
        return None
    return Table(
        "running",
        f"How {year.year} went, quarter by quarter",
        (
            YEAR,
            *per_project.PROJECT,
            Column("calendar_quarter", "Calendar quarter", "whole"),
            Column("quarter_end_date", "Last day", "date"),
            Column("quarter_response_count", "Responses of the quarter", "whole"),
            Column("quarter_mean_score", "Mean of the quarter", "mean"),
            Column("response_count", "Responses by then", "whole"),
            Column("mean_score", "Mean by then", "mean"),
            Column("waves", "Waves by then", "whole"),
            STATUS,
            Column("needed_mean_rest_of_year", "Needed for the rest", "needed"),
        ),
        tuple(rows),
        "One row per project, year and calendar quarter begun: how the award stood when the quarter ended.",
    )
