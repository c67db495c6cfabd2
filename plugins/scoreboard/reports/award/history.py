"""What was before: the score of each project over the quarters, and closed figures that were changed."""

from __future__ import annotations

from collections.abc import Iterable

from scoreboard.reports import wording
from scoreboard.reports.award.blocks import Block, Column, Drawing, Section, Table, Words
from scoreboard.reports.award.years import AwardYear, rows_of
from scoreboard.reports.charts.trend import score_trend
from scoreboard.warehouse.reader import Published, Row

# so many lines are looked at one by one; of a company with more projects those nearest the threshold are drawn
MOST_TRENDS = 24
# the tables whose changes are told figure by figure; of the lists of votes only how many
_TOLD = (
    "rpt_award_eligibility",
    "rpt_award_recipients",
    "rpt_award_rules",
    "rpt_award_running",
    "rpt_award_invitations",
)


def trend_section(published: Published, years: list[AwardYear]) -> Section | None:
    """A chart per project of its score over the quarters."""
    latest = years[-1]
    rows = rows_of(
        published,
        "fct_satisfaction_quarterly",
        "select scores.*, quarters.quarter_label from marts.fct_satisfaction_quarterly as scores"
        " inner join marts.dim_quarters as quarters on scores.quarter_start_date = quarters.quarter_start_date"
        " where scores.scope_type = 'project' and scores.category = 'overall' and not coalesce(scores.is_suppressed, false)"
        " order by scores.scope_id, scores.quarter_start_date",
        [],
    )
    by_project: dict[str, list[Row]] = {}
    for row in rows:
        by_project.setdefault(row["scope_id"], []).append(row)
    drawn = [row for row in latest.projects if row["project_id"] in by_project]
    if not drawn:
        return None
    nearest = sorted(drawn, key=lambda row: abs((row["mean_score"] or row["threshold"] + 9) - row["threshold"]))[
        :MOST_TRENDS
    ]
    chosen = [row for row in drawn if row in nearest]
    text = (
        "The mean of all counted responses of each quarter, with its 95 % interval. The award counts only questions that are meant for it,"
        " over the calendar year, so its mean may differ. Quarters with too few responses to hide a person are left out."
    )
    if len(chosen) < len(drawn):
        text += f" Of {len(drawn)} projects the {len(chosen)} nearest the threshold are drawn."
    drawings = [
        Drawing(
            f"trend-{number}",
            f"Score of {row['project_name']} over the quarters",
            score_trend(by_project[row["project_id"]], row["threshold"], row["project_name"]),
        )
        for number, row in enumerate(chosen, start=1)
    ]
    return Section("trends", "How the scores moved", (Words(text), *drawings))


def restatement_sentence(published: Published, years: list[AwardYear]) -> str:
    """Whether closed figures of these years are other than first published, in words."""
    counts = {row["status"]: row["figures"] for row in _by_status(published, [year.year for year in years])}
    if not counts and not any(year.is_closed for year in years):
        return "Restatements: none. No award year of this report is closed yet."
    if not counts:
        return "Restatements: none. Every closed figure of these award years is as first published."
    restated, pending = counts.get("restated", 0), counts.get("pending", 0)
    said = [
        f"{wording.count(restated, 'closed figure')} restated" if restated else "",
        f"{wording.count(pending, 'closed figure')} would read otherwise with what is known now (pending)"
        if pending
        else "",
    ]
    return f"Restatements of these award years: {wording.listing([part for part in said if part])}. The last pages tell each."


def restatement_section(published: Published, years: list[AwardYear]) -> Section:
    """Before, after, why, and who agreed."""
    numbers = [year.year for year in years]
    blocks: list[Block] = [Words(restatement_sentence(published, years))]
    rows = rows_of(
        published,
        "rpt_restatements",
        "select * from marts.rpt_restatements where list_contains(?, award_year) and list_contains(?, table_name)"
        " order by award_year, table_name, row_key, column_name",
        [numbers, list(_TOLD)],
    )
    summed = rows_of(
        published,
        "rpt_restatements",
        "select award_year, table_name, change, status, count(*) as figures from marts.rpt_restatements"
        " where list_contains(?, award_year) group by all order by all",
        [numbers],
    )
    if summed:
        blocks.append(_sums(summed))
    if rows:
        blocks.append(_figures(rows))
    return Section("restatements", "Restatements", tuple(blocks))


def _by_status(published: Published, years: list[int]) -> list[Row]:
    return rows_of(
        published,
        "rpt_restatements",
        "select status, count(*) as figures from marts.rpt_restatements where list_contains(?, award_year) group by all order by all",
        [years],
    )


def _sums(rows: Iterable[Row]) -> Table:
    return Table(
        "restatements_sums",
        "Changed figures by table",
        (
            Column("award_year", "Year", "whole"),
            Column("table_name", "Table", "code"),
            Column("change", "Change"),
            Column("status", "Status"),
            Column("figures", "Figures", "whole"),
        ),
        tuple(rows),
        "One row per award year, table and kind of change. Changed votes are counted here and told in marts.rpt_restatements.",
    )


def _figures(rows: Iterable[Row]) -> Table:
    return Table(
        "restatements",
        "Every changed figure",
        (
            Column("award_year", "Year", "whole"),
            Column("table_name", "Table", "code", is_aside=True),
            Column("row_key", "Row", under=("table_name",)),
            Column("column_name", "Figure", "code"),
            Column("figure_first_published", "First published"),
            Column("figure_official", "Official"),
            Column("figure_now", "Known now"),
            Column("difference", "Difference", "number"),
            Column("status", "Status"),
            Column("restated_at", "Restated", "instant"),
            Column("reason", "Why"),
            Column("approved_by", "Approved by"),
            Column("first_published_version", "First published in", "code", is_aside=True),
        ),
        tuple(rows),
        "One row per figure of a closed award year that is other than first published. Pending: not agreed to yet, so the official figure is the old one.",
    )
