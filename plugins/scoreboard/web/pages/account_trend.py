"""An account's score over the quarters as a picture of its own, so that its page need not wait for the drawing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from scoreboard.reports.charts import score_trend
from scoreboard.web import account_figures
from scoreboard.web.headline import threshold
from scoreboard.web.view import Page

router = APIRouter()

# an image of its own may carry its style, and nothing else
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@router.get("/account/trend")
def trend(view: Page, account_id: Annotated[str, Query(alias="id", max_length=300)]) -> Response:
    """The account's overall score in every quarter."""
    found = account_figures.who(view.snapshot, account_id)
    if found is None:
        raise HTTPException(404, "There is no such account in this version.")
    rows = [row for row in account_figures.scores(view.snapshot, account_id) if row["category"] == "overall"]
    limit = threshold(view.snapshot) or account_figures.NO_RULE
    svg: str = view.snapshot.once(("trend", account_id), lambda: score_trend(rows, limit, found["account_name"]).svg)
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": _POLICY})
