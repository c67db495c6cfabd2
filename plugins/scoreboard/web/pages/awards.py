"""Awards of a calendar year: which project is eligible or on track, on what evidence, and who received one before."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse

from scoreboard.reports.wording import (
    AWARDS,
    BLOCKING,
    CATEGORIES,
    STATUS,
    codes,
    in_words,
    mean_text,
    needed_text,
    number,
)
from scoreboard.web import documents
from scoreboard.web.store import Row, Snapshot
from scoreboard.web.view import Page

router = APIRouter()

_MOST_RECIPIENTS = 200


@router.get("/awards")
def awards(view: Page, year: Annotated[int | None, Query(ge=1900, le=9999)] = None) -> HTMLResponse:
    """The projects of an award year."""
    years = [row["award_year"] for row in view.snapshot.rows(_YEARS)]
    if not years:
        raise HTTPException(404, "The published version has no award year yet, for it has no project.")
    if year is not None and year not in years:
        raise HTTPException(404, f"There is no award year {year} in this version; it has {years[-1]} to {years[0]}.")
    shown = year or years[0]
    return view.page(
        "awards.html.j2",
        title=f"Awards {shown}",
        year=shown,
        years=years,
        statuses=STATUS,
        categories=CATEGORIES,
        documents=documents.listed(view.settings),
        **_figures(view.snapshot, shown),
    )


_YEARS = "select distinct award_year from marts.rpt_award_eligibility order by 1 desc"


def _figures(snapshot: Snapshot, year: int) -> dict[str, Any]:
    rows = snapshot.rows(
        "from marts.rpt_award_eligibility where award_year = ? order by project_name, project_id, category", [year]
    )
    overall = [row for row in rows if row["category"] == "overall"]
    return {
        "projects": [_in_words(row, rows) for row in overall],
        "tally": [
            (status, word, sum(row["status"] == status for row in overall))
            for status, word in STATUS.items()
            if any(row["status"] == status for row in overall)
        ],
        "is_open": any(row["status"] in ("on_track", "at_risk") for row in overall),
        "threshold": number(overall[0]["threshold"]) if overall else "",
        "min_waves": overall[0]["min_waves"] if overall else "",
        "running": _running(snapshot, year),
        "recipients": snapshot.rows(
            "select recipient_name, location, award, times_received from marts.rpt_award_recipients where award_year = ?"
            " order by award, times_received desc, recipient_name limit ?",
            [year, _MOST_RECIPIENTS],
        ),
        "award_names": AWARDS,
    }


def _in_words(row: Row, rows: list[Row]) -> Row:
    """A project's row with what a reader needs beside the figures."""
    of_project = {found["category"]: found for found in rows if found["project_id"] == row["project_id"]}
    return row | {
        "mean": mean_text(row["mean_score"], row["threshold"]),
        "needed": needed_text(row["needed_mean_rest_of_year"]),
        "reasons": [in_words(code, BLOCKING) for code in codes(row["blocking_reasons"])],
        "categories": [
            found | {"mean": mean_text(found["mean_score"], found["threshold"]), "word": word}
            for name, word in CATEGORIES.items()
            if (found := of_project.get(name)) and found["response_count"]
        ],
    }


def _running(snapshot: Snapshot, year: int) -> dict[str, list[Row]]:
    """project -> how its year went, quarter by quarter."""
    rows = snapshot.rows(
        "from marts.rpt_award_running where award_year = ? and category = 'overall' order by project_id, quarter_end_date",
        [year],
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["project_id"], []).append(row | {"mean": mean_text(row["mean_score"], row["threshold"])})
    return found
