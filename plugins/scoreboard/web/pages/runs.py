"""Runs and versions: what each run did, what failed, what vendors sent that nobody mapped, and which version readers see."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from scoreboard.settings import Settings
from scoreboard.web.access import Reader
from scoreboard.web.data import runs as data
from scoreboard.web.data.quality import FATES
from scoreboard.web.paging import AskedPage
from scoreboard.web.view import respond

router = APIRouter()


# neither page asks the published version: a first run that published nothing is when people look here


@router.get("/runs")
def runs(request: Request, person: Reader, page: AskedPage = 1) -> HTMLResponse:
    """The runs, newest first, and the versions that are kept."""
    settings = _settings(request)
    found, pages = data.runs(settings, page)
    versions = data.published_versions(settings)
    return respond(request, "runs.html.j2", title="Runs", person=person, runs=found, pages=pages, versions=versions)


@router.get("/run")
def run(
    request: Request, person: Reader, run_id: Annotated[str, Query(alias="id", min_length=1, max_length=200)]
) -> HTMLResponse:
    """One run."""
    found = data.read_run(_settings(request), run_id)
    if found is None:
        raise HTTPException(404, f"There is no run {run_id!r}.")
    return respond(request, "run.html.j2", title=f"Run {found.run_id}", person=person, run=found, fates=FATES)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.store.settings
    return settings
