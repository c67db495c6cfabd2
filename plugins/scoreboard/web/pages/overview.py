"""The first page: where the company stands in a quarter, and what asks for attention."""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import HTMLResponse

from scoreboard.reports.wording import STATUS
from scoreboard.web import documents, quarters
from scoreboard.web.data import open_alerts
from scoreboard.web.headline import headline
from scoreboard.web.pages import quadrants
from scoreboard.web.view import Page

router = APIRouter()


@router.get("/")
def overview(view: Page, later: BackgroundTasks, asked_quarter: quarters.Asked = None) -> HTMLResponse:
    """The headline figures of a quarter."""
    quarter, every = quarters.choose(view.snapshot, asked_quarter)
    later.add_task(quadrants.draw_ahead, view)
    figures = view.snapshot.once(("headline", quarter.label), lambda: headline(view.snapshot, quarter))
    live, log_problem = view.live_log.or_none()
    return view.page(
        "overview.html.j2",
        title="Overview",
        quarter=quarter,
        quarters=every,
        statuses=STATUS,
        documents=documents.listed(view.settings),
        alerts=open_alerts.by_severity(view.snapshot, live),
        open_at=open_alerts.of_accounts(view.snapshot, live, [row["account_id"] for row in figures["to_see"]]),
        log_problem=log_problem,
        **figures,
    )
