"""Where the revenue comes from, and how much of it was heard: two charts, their figures as tables, and the largest who were silent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from scoreboard.reports.charts import enter_share, revenue_heard, revenue_pareto
from scoreboard.web import quarters
from scoreboard.web.quarters import ShownQuarter
from scoreboard.web.store import Snapshot
from scoreboard.web.view import Page

router = APIRouter()

_MOST_SILENT = 25

_TIERED = """
select tiers.account_id, accounts.account_name, tiers.account_tier, tiers.revenue_t4q
from marts.fct_account_tiers as tiers
inner join marts.dim_accounts as accounts on tiers.account_id = accounts.account_id
where tiers.quarter_start_date = $quarter
"""
_BY_TIER = """
select account_tier, count(*) as accounts, sum(revenue_t4q) as revenue, sum(revenue_share) as share
from marts.fct_account_tiers
where quarter_start_date = $quarter
group by account_tier
order by list_position(['key', 'strategic', 'marginal'], account_tier)
"""
_HEARD = """
select
    quarters.quarter_label,
    coalesce(sum(coverage.revenue_t4q) filter (where coverage.is_heard), 0) as heard_revenue,
    coalesce(sum(coverage.revenue_t4q) filter (where not coverage.is_heard), 0) as silent_revenue,
    count(*) filter (where coverage.is_heard) as heard_accounts,
    count(*) as accounts
from marts.rpt_coverage as coverage
inner join marts.dim_quarters as quarters on coverage.quarter_start_date = quarters.quarter_start_date
where coverage.quarter_start_date <= $quarter
group by quarters.quarter_label, quarters.quarter_start_date
order by quarters.quarter_start_date
"""
_SILENT = """
select
    coverage.account_id, accounts.account_name, coverage.account_tier, coverage.revenue_t4q,
    coverage.is_invited, coverage.last_heard_date
from marts.rpt_coverage as coverage
inner join marts.dim_accounts as accounts on coverage.account_id = accounts.account_id
where coverage.quarter_start_date = $quarter and not coverage.is_heard
order by coverage.revenue_t4q desc nulls last, coverage.account_id
limit $most
"""


@router.get("/revenue")
def revenue(view: Page, asked_quarter: quarters.Asked = None) -> HTMLResponse:
    """Revenue of a quarter's customers, by account and by whether they were heard."""
    quarter, every = quarters.choose(view.snapshot, asked_quarter)
    figures: dict[str, Any] = view.snapshot.once(("revenue", quarter.label), lambda: _figures(view.snapshot, quarter))
    return view.page("revenue.html.j2", title="Revenue", quarter=quarter, quarters=every, **figures)


def _figures(snapshot: Snapshot, quarter: ShownQuarter) -> dict[str, Any]:
    asked = {"quarter": quarter.start}
    currency = snapshot.record["settings"]["currency"]
    heard = snapshot.rows(_HEARD, asked)
    return {
        "pareto": revenue_pareto(
            snapshot.rows(_TIERED, asked),
            quarter.label,
            share=enter_share(snapshot, quarter.start),
            currency=currency,
        ),
        "tiers": snapshot.rows(_BY_TIER, asked),
        "heard": revenue_heard(heard, currency=currency),
        "voices": heard[::-1],
        "silent": snapshot.rows(_SILENT, {**asked, "most": _MOST_SILENT}),
        "most_silent": _MOST_SILENT,
    }
