"""The first page: where the company stands in the latest quarters."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from scoreboard.web.view import Page

router = APIRouter()


@router.get("/")
def overview(view: Page) -> HTMLResponse:
    """The headline figures."""
    return view.page("overview.html.j2", title="Overview")
