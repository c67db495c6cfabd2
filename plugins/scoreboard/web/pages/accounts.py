"""The list of accounts: searched, filtered, sorted and cut into pages by the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from scoreboard.web import quarters
from scoreboard.web.data.open_alerts import moved
from scoreboard.web.paging import AskedPage, Pages
from scoreboard.web.quarters import ShownQuarter
from scoreboard.web.store import Row, Snapshot
from scoreboard.web.view import Page

router = APIRouter()

TIERS = ("key", "strategic", "marginal")
QUADRANTS = ("raving_fans", "silent_but_satisfied", "willing_but_not_able", "risky_business")

SortKey = Literal["name", "tier", "quadrant", "score", "change", "engagement", "usage", "revenue", "alerts"]
# what a heading sorts by; the words after `order by` come from here alone
_SORTS: dict[str, str] = {
    "name": "folded_name",
    "tier": "case account_tier when 'key' then 3 when 'strategic' then 2 when 'marginal' then 1 end",
    "quadrant": "quadrant_number",
    "score": "mean_score",
    "change": "mean_score - previous_quarter_mean",
    "engagement": "engagement_score",
    "usage": "usage_score",
    "revenue": "revenue_t4q",
    "alerts": "open_alerts",
}

# everything a person may filter or sort by, one row per account; a customer of the quarter is one with a tier
_LISTED = """
select
    accounts.account_id, accounts.account_name, lower(strip_accents(accounts.account_name)) as folded_name, accounts.industry, accounts.region, accounts.lifecycle_stage,
    tiers.account_tier, tiers.service_tier, tiers.previous_tier, tiers.revenue_t4q,
    placed.quadrant, placed.quadrant_number, placed.previous_quadrant, placed.engagement_score, placed.usage_score,
    placed.is_usage_known, scores.mean_score, scores.response_count, scores.previous_quarter_mean,
    coalesce(alerts.open_alerts, 0) as published_open_alerts
from marts.dim_accounts as accounts
left join (from marts.fct_account_tiers where quarter_start_date = $quarter) as tiers
    on accounts.account_id = tiers.account_id
left join (from marts.fct_account_quadrants where quarter_start_date = $quarter) as placed
    on accounts.account_id = placed.account_id
left join (
    from marts.fct_satisfaction_quarterly
    where quarter_start_date = $quarter and scope_type = 'account' and category = 'overall' and not is_suppressed
) as scores
    on accounts.account_id = scores.scope_id
left join (
    select account_id, count(*) as open_alerts
    from marts.fct_action_alerts
    where state not in ('resolved', 'verified')
    group by account_id
) as alerts
    on accounts.account_id = alerts.account_id
"""
# moved_alerts is lent to the connection first: what people have done about alerts since the version was made
_LIVE = """
select listed.* exclude (published_open_alerts), published_open_alerts + coalesce(moved_alerts.moved, 0) as open_alerts
from {listed} as listed left join moved_alerts on listed.account_id = moved_alerts.account_id
"""


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    q: Annotated[str, Query(max_length=200, description="a part of a name, or an account id")] = ""
    tier: Annotated[Literal["", "key", "strategic", "marginal"], Query()] = ""
    quadrant: Annotated[
        Literal["", "raving_fans", "silent_but_satisfied", "willing_but_not_able", "risky_business"], Query()
    ] = ""
    region: Annotated[str, Query(max_length=200)] = ""
    industry: Annotated[str, Query(max_length=200)] = ""
    alerts: Annotated[Literal["", "open"], Query(description="open: only with an open alert")] = ""
    everyone: Annotated[Literal["", "1"], Query(description="1: also who was no customer in the quarter")] = ""
    sort: Annotated[SortKey, Query()] = "revenue"
    order: Annotated[Literal["asc", "desc"], Query()] = "desc"


@router.get("/accounts")
def accounts(
    view: Page, asked: Annotated[Asked, Depends()], asked_quarter: quarters.Asked = None, page: AskedPage = 1
) -> HTMLResponse:
    """The accounts that the address asks for."""
    quarter, every = quarters.choose(view.snapshot, asked_quarter)
    live, log_problem = view.live_log.or_none()
    view.snapshot.lend("moved_alerts", moved(view.snapshot, live))
    rows, pages = _listed(view.snapshot, quarter, asked, page)
    query = {name: getattr(asked, name) for name in asked.__dataclass_fields__} | {"quarter": quarter.label}
    return view.page(
        "accounts.html.j2",
        title="Accounts",
        asked=asked,
        quarter=quarter,
        quarters=every,
        rows=rows,
        pages=pages,
        query=query,
        regions=_values(view.snapshot, "region"),
        industries=_values(view.snapshot, "industry"),
        tiers=TIERS,
        quadrants=QUADRANTS,
        log_problem=log_problem,
    )


def _listed(snapshot: Snapshot, quarter: ShownQuarter, asked: Asked, page: int) -> tuple[list[Row], Pages]:
    conditions, values = _conditions(asked)
    listed = snapshot.table(f"accounts_{quarter.start:%Y%m%d}", _LISTED, {"quarter": quarter.start})
    if listed is None:
        listed, values["quarter"] = f"({_LISTED})", quarter.start
    listed = f"({_LIVE.format(listed=listed)})"
    where = " and ".join(conditions)
    direction = "desc" if asked.order == "desc" else "asc"
    # every word of the statements is ours; what the address says goes in as values only
    total = snapshot.rows(f"select count(*) as total from {listed} where {where}", values)[0]["total"]  # noqa: S608
    pages = Pages(page, total)
    rows = snapshot.rows(
        f"select * from {listed} where {where}"  # noqa: S608
        f" order by {_SORTS[asked.sort]} {direction} nulls last, account_id limit $limit offset $offset",
        values | {"limit": pages.per_page, "offset": pages.offset},
    )
    return rows, pages


def _conditions(asked: Asked) -> tuple[list[str], dict[str, Any]]:
    conditions = ["true" if asked.everyone else "account_tier is not null"]
    values: dict[str, Any] = {}
    if text := asked.q.strip():
        conditions.append("(contains(folded_name, lower(strip_accents($q))) or lower(account_id) = lower($q))")
        values["q"] = text
    if asked.alerts:
        conditions.append("open_alerts > 0")
    for column, value in (
        ("account_tier", asked.tier),
        ("quadrant", asked.quadrant),
        ("region", asked.region),
        ("industry", asked.industry),
    ):
        if value:
            conditions.append(f"{column} = ${column}")
            values[column] = value
    return conditions, values


def _values(snapshot: Snapshot, column: Literal["region", "industry"]) -> list[str]:
    """The column's values, for a filter to choose from."""
    statement = f"select distinct {column} as value from marts.dim_accounts where {column} is not null order by 1"  # noqa: S608
    values: list[str] = snapshot.once(("values", column), lambda: [row["value"] for row in snapshot.rows(statement)])
    return values
