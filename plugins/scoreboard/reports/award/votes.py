"""The votes of the years of a report: in which waves they came, which were left out and why, which look doubtful."""

from __future__ import annotations

from typing import Any

from scoreboard.reports import wording
from scoreboard.reports.award.blocks import Column, Table
from scoreboard.reports.award.per_project import YEAR, per_project
from scoreboard.reports.award.years import AwardYear, rows_of
from scoreboard.warehouse.reader import Published, Row


def waves(published: Published, years: list[int]) -> Table:
    """When every wave was measured, by how many counted responses."""
    rows = published.rows(
        "select award_year, project_id, wave, min(day) as first_date, max(day) as last_date, count(*) as responses"
        " from (select *, cast(responded_at at time zone ? as date) as day from marts.rpt_award_evidence)"
        " where is_counted and list_contains(?, award_year) group by award_year, project_id, wave"
        " order by award_year, project_id, first_date, wave",
        [published.record["settings"]["timezone"], years],
    )
    return per_project(
        published,
        "waves",
        "Waves, with the first and last counted response of each",
        (
            Column("wave", "Wave"),
            Column("first_date", "First response", "date"),
            Column("last_date", "Last response", "date"),
            Column("responses", "Responses", "whole"),
        ),
        rows,
        "One row per year, project and wave of the counted responses.",
    )


def exclusions(published: Published, years: list[int]) -> Table:
    """What became of every response considered, by reason."""
    rows = published.rows(
        "select award_year, exclusion_reason, count(*) as responses from marts.rpt_award_evidence"
        " where list_contains(?, award_year) group by all order by award_year, responses desc, exclusion_reason",
        [years],
    )
    told: list[Row] = []
    for year in years:
        of_year = sorted(
            (row for row in rows if row["award_year"] == year), key=lambda row: row["exclusion_reason"] is not None
        )
        told += [row | {"fate": _fate(row["exclusion_reason"])} for row in of_year]
        if of_year:
            total = sum(row["responses"] for row in of_year)
            told.append({"award_year": year, "fate": "considered in all", "responses": total})
    return Table(
        "exclusions",
        "Responses considered, all projects",
        (YEAR, Column("fate", "What became of them", is_wide=True), Column("responses", "Responses", "whole")),
        tuple(told),
        "One row per year and reason; the last of a year is the sum.",
    )


def exclusions_by_project(published: Published, years: list[AwardYear]) -> Table:
    """The same by project, a column per reason."""
    numbers = [year.year for year in years]
    rows = published.rows(
        "select award_year, project_id, exclusion_reason, count(*) as responses from marts.rpt_award_evidence"
        " where list_contains(?, award_year) group by all order by award_year, project_id",
        [numbers],
    )
    known = [code for code in wording.EXCLUSIONS if any(row["exclusion_reason"] == code for row in rows)]
    others = sorted({row["exclusion_reason"] for row in rows} - {None, *known})
    codes = [*known, *others]
    by_project: dict[tuple[int, str], dict[str, Any]] = {
        (year.year, row["project_id"]): {
            "award_year": year.year,
            "project_id": row["project_id"],
            "counted": 0,
            "considered": 0,
        }
        | dict.fromkeys(codes, 0)
        for year in years
        for row in sorted(year.projects, key=lambda row: row["project_id"])
    }
    for row in rows:
        place = by_project.setdefault(
            (row["award_year"], row["project_id"]),
            {"award_year": row["award_year"], "project_id": row["project_id"], "counted": 0, "considered": 0}
            | dict.fromkeys(codes, 0),
        )
        place[row["exclusion_reason"] or "counted"] += row["responses"]
        place["considered"] += row["responses"]
    return per_project(
        published,
        "exclusions_projects",
        "Responses counted and left out, by project",
        (
            Column("considered", "Considered", "whole"),
            Column("counted", "Counted", "whole"),
            *(Column(code, wording.in_words(code, wording.EXCLUSION_HEADS), "whole") for code in codes),
        ),
        list(by_project.values()),
        "One row per year and project. Every response is in one column: counted, or the first reason that applies.",
    )


def integrity(published: Published, years: list[int]) -> Table:
    """How many votes carry each flag; also those that none does."""
    rows = rows_of(
        published,
        "rpt_vote_integrity",
        "select evidence.award_year, flagged.flag, count(*) as responses, count(*) filter (where evidence.is_counted) as counted"
        " from marts.rpt_vote_integrity as flagged"
        " inner join marts.rpt_award_evidence as evidence on flagged.response_id = evidence.response_id"
        " where list_contains(?, evidence.award_year) group by all",
        [years],
    )
    found = {(row["award_year"], row["flag"]): row for row in rows}
    flags = [*wording.FLAGS, *sorted({row["flag"] for row in rows} - set(wording.FLAGS))]
    told = [
        {
            "award_year": year,
            "flag": flag.replace("_", " "),
            "meaning": wording.FLAGS.get(flag),
            "responses": found.get((year, flag), {"responses": 0})["responses"],
            "counted": found.get((year, flag), {"counted": 0})["counted"],
        }
        for year in years
        for flag in flags
    ]
    return Table(
        "integrity",
        "Votes that a person should look at",
        (
            YEAR,
            Column("flag", "Flag"),
            Column("meaning", "What it means", is_wide=True),
            Column("responses", "Responses", "whole"),
            Column("counted", "Of them counted", "whole"),
        ),
        tuple(told) if published.has("rpt_vote_integrity") else (),
        "One row per year and flag. Each vote is in marts.rpt_vote_integrity with what was found.",
    )


def _fate(reason: str | None) -> str:
    return f"left out: {wording.in_words(reason, wording.EXCLUSIONS)}" if reason else "counted"
