"""Gaps of a quarter: filtered, sorted and cut into pages by the database; the bars of one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from scoreboard.reports.charts import gap_bars
from scoreboard.reports.charts.style import TOTAL as CHART_WIDTH
from scoreboard.web import quarters
from scoreboard.web.data import gaps as data
from scoreboard.web.paging import AskedPage
from scoreboard.web.view import Page

router = APIRouter()

# a picture runs nothing and loads nothing, also where it is opened by itself
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

AccountId = Annotated[str, Query(min_length=1, max_length=300, description="an account id")]
ChartKind = Literal["perception", "expectation", "segment", "global", "target"]

KIND_WORDS = {
    "perception": "Against our staff",
    "expectation": "Against expectation",
    "segment": "Against its segment",
    "global": "Against all others",
    "target": "Against target",
}
CLASS_WORDS = {
    "shortfall": "Shortfall",
    "blind_spot": "Blind spot",
    "aligned": "Aligned",
    "surplus": "Surplus",
    "hidden_strength": "Hidden strength",
}
SIGNIFICANCE_WORDS = {"yes": "More than chance", "no": "May be chance", "unknown": "Too few answers to tell"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    kind: Annotated[Literal["", "perception", "expectation", "segment", "global", "target"], Query()] = ""
    category: Annotated[
        Literal["", "overall", "technical_support", "field_service", "customer_service", "account_management"], Query()
    ] = ""
    gap_class: Annotated[
        Literal["", "shortfall", "blind_spot", "aligned", "surplus", "hidden_strength"], Query(alias="class")
    ] = ""
    significance: Annotated[Literal["", "yes", "no", "unknown"], Query()] = ""
    origin: Annotated[Literal["", "systemic", "account_specific"], Query()] = ""
    tier: Annotated[Literal["", "key", "strategic", "marginal"], Query()] = ""
    account: Annotated[str, Query(max_length=300, description="an account id")] = ""
    sort: Annotated[Literal["priority", "gap", "revenue", "actual", "reference", "account"], Query()] = "priority"
    order: Annotated[Literal["asc", "desc"], Query()] = "desc"


@router.get("/gaps")
def gaps(
    view: Page, asked: Annotated[Asked, Depends()], asked_quarter: quarters.Asked = None, page: AskedPage = 1
) -> HTMLResponse:
    """The gaps that the address asks for."""
    quarter, every = quarters.choose(view.snapshot, asked_quarter)
    account = asked.account.strip()
    found = data.gaps(
        view.snapshot,
        data.GapFilter(
            quarter=quarter.start,
            kind=asked.kind,
            category=asked.category,
            gap_class=asked.gap_class,
            significance=asked.significance,
            origin=asked.origin,
            tier=asked.tier,
            account=account,
            sort=asked.sort,
            is_descending=asked.order == "desc",
            page=page,
        ),
        has_hidden=view.snapshot.once("gaps.has_hidden", lambda: data.has_hidden(view.snapshot)),
    )
    query = {("class" if name == "gap_class" else name): getattr(asked, name) for name in asked.__dataclass_fields__}
    return view.page(
        "gaps.html.j2",
        title="Gaps",
        asked=asked,
        quarter=quarter,
        quarters=every,
        found=found,
        query=query | {"quarter": quarter.label},
        charted={"account": account, "quarter": quarter.label, "kind": asked.kind or "perception"} if account else None,
        chart_width=CHART_WIDTH,
        kinds=KIND_WORDS,
        classes=CLASS_WORDS,
        significances=SIGNIFICANCE_WORDS,
        categories=data.CATEGORIES,
        origins=data.ORIGINS,
        tiers=data.TIERS,
    )


@router.get("/gaps/chart")
def chart(
    view: Page, account: AccountId, asked_quarter: quarters.Asked = None, kind: ChartKind = "perception"
) -> Response:
    """One account's gaps of a kind over the categories, as a picture of its own: drawing takes longer than the list."""
    quarter, _ = quarters.choose(view.snapshot, asked_quarter)

    def draw() -> str | None:
        name, rows = data.of_account(view.snapshot, quarter.start, account)
        return gap_bars(rows, name, kind=kind).svg if name else None

    svg: str | None = view.snapshot.once(("gaps.chart", quarter.label, account, kind), draw)
    if svg is None:
        raise HTTPException(404, "There is no such account in this version.")
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": _PICTURE})
