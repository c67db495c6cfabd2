"""One account: how satisfied, who said so, where it stands and what is to be done."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse

from scoreboard.web import account_figures, documents, quarters
from scoreboard.web.data.alerts import waiting_of
from scoreboard.web.data.open_alerts import settled_before
from scoreboard.web.view import Page

router = APIRouter()

_MOST_ALERTS = 10


@router.get("/account")
def account(
    view: Page,
    account_id: Annotated[str, Query(alias="id", max_length=300, description="an account's id")],
    asked_quarter: quarters.Asked = None,
) -> HTMLResponse:
    """The account's figures of a quarter, and its history."""
    found = account_figures.who(view.snapshot, account_id)
    if found is None:
        raise HTTPException(404, f"There is no account {account_id[:60]!r} in this version. Search for it by its name.")
    quarter, every = quarters.choose(view.snapshot, asked_quarter)
    live, log_problem = view.live_log.or_none()
    return view.page(
        "account.html.j2",
        title=found["account_name"] or account_id,
        account=found,
        quarter=quarter,
        quarters=every,
        gap_kinds=account_figures.GAP_KINDS,
        packs=documents.packs_of(view.settings, quarter.label, account_id),
        as_of=date.fromisoformat(view.snapshot.record["as_of"]),
        alerts=waiting_of(view.snapshot, live, account_id, _MOST_ALERTS),
        settled_before=settled_before(view.snapshot, live, account_id, quarter.start),
        log_problem=log_problem,
        **account_figures.figures(view.snapshot, account_id, quarter),
    )
