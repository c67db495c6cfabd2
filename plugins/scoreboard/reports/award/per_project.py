"""What the tables of a report share: the columns that say year and project, and a table with a line per project and whatever it tells."""

from __future__ import annotations

from scoreboard.reports.award.blocks import Column, Table
from scoreboard.warehouse.reader import Published, Row

YEAR = Column("award_year", "Year", "whole")
PROJECT = (Column("project_name", "Project"), Column("project_id", "Project id", "code", is_aside=True))


def per_project(
    published: Published,
    key: str,
    title: str,
    columns: tuple[Column, ...],
    rows: list[Row],
    about: str,
    *,
    by_year: bool = True,
) -> Table:
    """A table of rows that have award_year (unless not `by_year`) and project_id; the names of the projects are put in.

    A project that no longer has a name keeps its id.
    """
    names = {
        row["project_id"]: row["project_name"]
        for row in published.rows(
            "select distinct project_id, project_name from marts.rpt_award_eligibility order by award_year, 1"
        )
    }
    named = tuple(row | {"project_name": names.get(row["project_id"]) or row["project_id"]} for row in rows)
    return Table(key, title, (*((YEAR,) if by_year else ()), *PROJECT, *columns), named, about)
