"""The first page: the result of each year in words, and every project on one line."""

from __future__ import annotations

from typing import Any

from scoreboard.reports import wording
from scoreboard.reports.award.blocks import Block, Column, Section, Table, Words
from scoreboard.reports.award.history import restatement_sentence
from scoreboard.reports.award.outlook import outlooks
from scoreboard.reports.award.years import AwardYear, sentence
from scoreboard.warehouse.reader import Published, Row


def short_section(published: Published, years: list[AwardYear]) -> Section:
    """For who reads one page only."""
    blocks: list[Block] = [Words(sentence(year), "lead") for year in years]
    latest = years[-1]
    if latest.projects:
        blocks.append(_glance(published, years))
    blocks.append(Words(restatement_sentence(published, years)))
    return Section("short", "In short", tuple(blocks))


def _glance(published: Published, years: list[AwardYear]) -> Table:
    latest = years[-1]
    decided = {(row["award_year"], row["project_id"]): row for year in years for row in year.projects}
    columns = [
        Column("project_name", "Project"),
        Column("project_id", "Project id", "code", is_aside=True),
    ]
    for year in years:
        number = year.year
        columns += [
            Column(f"status_{number}", f"Status {number}", "status"),
            Column(
                f"mean_{number}", f"Mean {number} (95 % interval)", "mean", (f"low_{number}", f"high_{number}"), " to "
            ),
            Column(f"low_{number}", f"Interval {number} from", "mean", is_aside=True),
            Column(f"high_{number}", f"Interval {number} to", "mean", is_aside=True),
            Column(f"waves_{number}", f"Waves {number}", "whole"),
        ]
    columns += [
        Column("response_rate", f"Response rate {latest.year}", "share"),
        Column("evidence_grade", f"Evidence {latest.year}"),
        Column(
            "in_words",
            f"{_question(latest)} {latest.year}",
            is_wide=True,
        ),
    ]
    lines = list(latest.projects) if latest.is_closed else outlooks(published, latest)
    now = {row["project_id"] for row in lines}
    before = {row["project_id"]: row for year in years for row in year.projects if row["project_id"] not in now}
    gone = [row | dict.fromkeys(("response_rate", "evidence_grade", "why")) for row in before.values()]
    rows = tuple(_line(years, row, decided) for row in [*lines, *gone])
    return Table(
        "glance",
        f"Every project at a glance; the rule asks for a mean of {wording.number(latest.projects[0]['threshold'])}"
        f" in {latest.projects[0]['min_waves']} waves",
        tuple(columns),
        rows,
        "One row per project, for who reads one page only.",
    )


def _question(year: AwardYear) -> str:
    if year.is_closed:
        return "Why"
    return "What can still change" if year.is_over else "What has to happen in the rest of"


def _line(years: list[AwardYear], latest: Row, decided: dict[tuple[int, str], Row]) -> dict[str, Any]:
    line = {
        "project_name": latest["project_name"],
        "project_id": latest["project_id"],
        "threshold": latest["threshold"],
        "response_rate": latest["response_rate"],
        "evidence_grade": latest["evidence_grade"],
        "in_words": latest.get("in_short", latest["why"]),
    }
    for year in years:
        row = decided.get((year.year, latest["project_id"]), {})
        for key, column in (
            ("status", "status"),
            ("mean", "mean_score"),
            ("low", "ci95_low"),
            ("high", "ci95_high"),
            ("waves", "waves"),
        ):
            line[f"{key}_{year.year}"] = row.get(column)
    return line
