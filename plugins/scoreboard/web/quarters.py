"""Which quarter a page shows: the one asked for, else the latest closed one, for a quarter of a few days misleads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import HTTPException, Query

from scoreboard.web.store import Snapshot


@dataclass(frozen=True)
class ShownQuarter:
    """A quarter of the published version."""

    label: str
    start: date
    end: date
    is_closed: bool


Asked = Annotated[str | None, Query(alias="quarter", max_length=20, description="a quarter such as 2026-Q1")]


def quarters(snapshot: Snapshot) -> list[ShownQuarter]:
    """Every quarter of the version, newest first."""
    found = snapshot.rows(
        "select quarter_label as label, quarter_start_date as start, quarter_end_date as end, is_closed"
        " from marts.dim_quarters order by quarter_start_date desc"
    )
    return [ShownQuarter(**row) for row in found]


def choose(snapshot: Snapshot, asked: str | None) -> tuple[ShownQuarter, list[ShownQuarter]]:
    """The quarter to show and all there are. 404 for one that the version does not have."""
    every = quarters(snapshot)
    if not every:
        raise HTTPException(404, "The published version has no quarter yet, for nothing dated has landed.")
    if not asked:
        return next((quarter for quarter in every if quarter.is_closed), every[0]), every
    for quarter in every:
        if quarter.label == asked:
            return quarter, every
    raise HTTPException(
        404, f"There is no quarter {asked!r} in this version; it has {every[-1].label} to {every[0].label}."
    )
