"""What an auditor asks for: every response behind one project's award decision, and those left out with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse

from scoreboard.reports.wording import EXCLUSIONS, STATUS, in_words, mean_text
from scoreboard.web.data import evidence as data
from scoreboard.web.paging import AskedPage
from scoreboard.web.view import Page

router = APIRouter()


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    project: Annotated[str, Query(min_length=1, max_length=300, description="a project id")]
    year: Annotated[int, Query(ge=1900, le=9999)]
    fate: Annotated[str, Query(max_length=100, description="counted, or a reason of exclusion")] = ""
    sort: Annotated[Literal["responded", "score"], Query()] = "responded"
    order: Annotated[Literal["asc", "desc"], Query()] = "asc"


@router.get("/award/evidence")
def award_evidence(view: Page, asked: Annotated[Asked, Depends()], page: AskedPage = 1) -> HTMLResponse:
    """The responses that the address asks for."""
    project = data.judged(view.snapshot, asked.project, asked.year)
    if project is None:
        raise HTTPException(404, f"No project {asked.project[:60]!r} was judged in {asked.year} in this version.")
    found = data.evidence(
        view.snapshot,
        data.EvidenceFilter(asked.project, asked.year, asked.fate, asked.sort, asked.order == "desc", page),
    )
    fates = {fate: "counted" if fate == data.COUNTED else in_words(fate, EXCLUSIONS) for fate in found.counts}
    return view.page(
        "award_evidence.html.j2",
        title=f"Evidence: {project['project_name']}, {asked.year}",
        asked=asked,
        project=project,
        mean=mean_text(project["mean_score"], project["threshold"]),
        verdict=in_words(project["status"], STATUS),
        found=found,
        fates=fates,
        query={name: getattr(asked, name) for name in asked.__dataclass_fields__},
    )
