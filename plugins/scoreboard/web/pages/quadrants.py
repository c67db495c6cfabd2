"""Engagement and usage: every account in the plane of the two, with where it came from, and the movers as a table."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse

from scoreboard.reports.charts import quadrant_cutoffs, quadrant_plot
from scoreboard.web import quarters
from scoreboard.web.quarters import ShownQuarter
from scoreboard.web.store import Row, Snapshot
from scoreboard.web.view import Page, View

router = APIRouter()

_MOST_MOVERS = 25

# the quarter before is the row before: quarters run without holes
_PLACED = """
select
    placed.account_id, accounts.account_name, placed.engagement_score, placed.usage_score, placed.is_usage_known,
    placed.quadrant, placed.quadrant_number, placed.previous_quadrant, tiers.account_tier, tiers.revenue_t4q,
    before.engagement_score as previous_engagement_score, before.usage_score as previous_usage_score
from (from marts.fct_account_quadrants where quarter_start_date = $quarter) as placed
inner join marts.dim_accounts as accounts on placed.account_id = accounts.account_id
left join (from marts.fct_account_tiers where quarter_start_date = $quarter) as tiers
    on placed.account_id = tiers.account_id
left join (
    from marts.fct_account_quadrants
    where quarter_start_date = (
        select max(quarter_start_date) from marts.dim_quarters where quarter_start_date < $quarter
    )
) as before
    on placed.account_id = before.account_id
where $tier = '' or tiers.account_tier = $tier
order by placed.account_id
"""


@router.get("/quadrants")
def quadrants(
    view: Page,
    asked_quarter: quarters.Asked = None,
    tier: Annotated[Literal["", "key", "strategic", "marginal"], Query()] = "",
) -> HTMLResponse:
    """The plot of a quarter."""
    quarter, every = quarters.choose(view.snapshot, asked_quarter)
    figures = _kept(view, view.snapshot, quarter, tier)
    return view.page(
        "quadrants.html.j2", title="Engagement and usage", quarter=quarter, quarters=every, tier=tier, **figures
    )


def draw_ahead(view: View) -> None:
    """Draw the plot that is asked for first, after somebody has opened the overview: it takes a second or more."""
    with view.store.open() as snapshot:
        try:
            quarter, _ = quarters.choose(snapshot, None)
        except HTTPException:  # no quarter yet
            return
        _kept(view, snapshot, quarter, "")


def _kept(view: View, snapshot: Snapshot, quarter: ShownQuarter, tier: str) -> dict[str, Any]:
    key = ("quadrants", quarter.label, tier, view.link("/"))
    figures: dict[str, Any] = snapshot.once(key, lambda: _figures(view, snapshot, quarter, tier))
    return figures


def _figures(view: View, snapshot: Snapshot, quarter: ShownQuarter, tier: str) -> dict[str, Any]:
    rows = snapshot.rows(_PLACED, {"quarter": quarter.start, "tier": tier})
    picture = quadrant_plot(
        rows,
        quarter.label,
        cutoffs=quadrant_cutoffs(snapshot, quarter.start, rows),
        link=lambda account_id: view.link("/account", id=account_id, quarter=quarter.label),
        currency=snapshot.record["settings"]["currency"],
    )
    return {"picture": picture, "mix": _mix(rows), "movers": _movers(rows), "total": len(rows)}


def _mix(rows: list[Row]) -> list[Row]:
    found: dict[str, Row] = {}
    for row in rows:
        mix = found.setdefault(
            row["quadrant"],
            {
                "quadrant": row["quadrant"],
                "number": row["quadrant_number"],
                "accounts": 0,
                "moved_in": 0,
                "revenue": 0.0,
            },
        )
        mix["accounts"] += 1
        mix["moved_in"] += _has_moved(row)
        mix["revenue"] += float(row["revenue_t4q"] or 0)
    return sorted(found.values(), key=lambda mix: -int(mix["number"]))


def _movers(rows: list[Row]) -> list[Row]:
    moved = [row for row in rows if _has_moved(row)]
    return sorted(moved, key=lambda row: (-float(row["revenue_t4q"] or 0), row["account_id"]))[:_MOST_MOVERS]


def _has_moved(row: Row) -> bool:
    return row["previous_quadrant"] is not None and row["previous_quadrant"] != row["quadrant"]
