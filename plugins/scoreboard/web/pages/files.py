"""Reports, review packs and the evidence's own pages, behind the same guard as the figures."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import FileResponse, Response

from scoreboard.settings import Settings
from scoreboard.web import documents

router = APIRouter()

_FRAME = "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
# a report brings its own style and pictures and runs nothing
_REPORT = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; {_FRAME}"
# dbt's page is a program; it runs as a stranger (no cookies, no requests), for its text comes out of files people write
_DBT_DOCS = (
    f"sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:;"
    f" style-src 'unsafe-inline'; img-src data: blob:; font-src data:; {_FRAME}"
)
# Great Expectations' pages are read without their scripts
_DATA_DOCS = (
    f"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; {_FRAME}"
)

Kind = Annotated[Literal["html", "pdf", "xlsx", "csv"], Query(alias="format")]


@router.get("/report")
def report(request: Request, quarter: Annotated[str, Query(max_length=20)], kind: Kind = "html") -> Response:
    """A quarter's award report."""
    path = documents.award_report(_settings(request), quarter, kind)
    return _given(path, f"There is no award report of {quarter} as {kind}.", _REPORT, f"award_report_{quarter}.{kind}")


@router.get("/pack")
def pack(
    request: Request,
    account: Annotated[str, Query(alias="id", max_length=300)],
    quarter: Annotated[str, Query(max_length=20)],
    kind: Kind = "html",
) -> Response:
    """An account's review pack."""
    path = documents.review_pack(_settings(request), quarter, account, kind)
    sentence = f"No review pack of this account was written for {quarter} as {kind}; the DAG quarterly_award_report writes them."
    return _given(path, sentence, _REPORT, f"{path.stem if path else 'pack'}_{quarter}.{kind}")


@router.get("/evidence/dbt/")
def dbt_docs(request: Request) -> Response:
    """dbt's page about every table and column."""
    path = documents.evidence(_settings(request), "dbt_docs", "index.html")
    return _given(path, "dbt's page has not been written; `make docs` writes it.", _DBT_DOCS)


@router.get("/evidence/data/{path:path}")
def data_docs(request: Request, path: str) -> Response:
    """Great Expectations' pages about what was checked at the door."""
    found = documents.evidence(_settings(request), "data_docs", path)
    return _given(found, "There is no such page among the Data Docs.", _DATA_DOCS)


def _given(path: Path | None, otherwise: str, policy: str, name: str | None = None) -> Response:
    """The file: shown where a browser shows it inside Airflow's frame, saved otherwise. 404 with a sentence without one."""
    if path is None:
        raise HTTPException(404, otherwise)
    is_saved = name is not None and path.suffix != ".html"
    return FileResponse(
        path,
        media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        filename=name if is_saved else None,
        headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"},
    )


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.store.settings
    return settings
