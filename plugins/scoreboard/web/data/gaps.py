"""Gaps of one quarter: what customers get against what they expect, what staff believe, their peers and the target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scoreboard.warehouse.quoting import Quoted, fill, literal
from scoreboard.web.data.listing import Conditions, Listing, Row, Tables, order_by
from scoreboard.web.paging import Pages

KINDS = ("perception", "expectation", "segment", "global", "target")
CATEGORIES = ("overall", "technical_support", "field_service", "customer_service", "account_management")
CLASSES = ("shortfall", "blind_spot", "aligned", "surplus", "hidden_strength")
ORIGINS = ("systemic", "account_specific")
TIERS = ("key", "strategic", "marginal")
SIGNIFICANCE = ("yes", "no", "unknown")

# an order that names every row's place, so that no row is on two pages
_TIES = "gaps.account_id, gaps.category, gaps.gap_kind"
SORTS = {
    "priority": "gaps.priority",
    "gap": "gaps.gap",
    "revenue": "gaps.revenue_t4q",
    "actual": "gaps.actual_mean",
    "reference": "gaps.reference_mean",
    "account": "lower(accounts.account_name)",
}
_SIGNIFICANT = {
    "yes": "gaps.is_significant",
    "no": "not gaps.is_significant",
    "unknown": "gaps.is_significant is null",
}


# readers must not show scores of too few responses (rule suppression_policy), nor what is made of them
_SHOWN = (
    "not exists (select 1 from marts.fct_satisfaction_quarterly as hidden where hidden.scope_type = 'account'"
    " and hidden.is_suppressed and hidden.scope_id = gaps.account_id and hidden.category = gaps.category"
    " and hidden.quarter_start_date = gaps.quarter_start_date)"
)


@dataclass(frozen=True)
class GapFilter:
    """Which gaps of a quarter, in which order; None or empty leaves a thing open. Every value is one of the lists above, or an id."""

    quarter: date
    kind: str | None = None
    category: str | None = None
    gap_class: str | None = None
    significance: str | None = None
    origin: str | None = None
    tier: str | None = None
    account: str | None = None
    sort: str = "priority"
    is_descending: bool = True
    page: int = 1


def has_hidden(tables: Tables) -> bool:
    """Whether the policy hides scores of single accounts for too few responses; then their gaps are hidden too."""
    return bool(
        tables.rows(
            "select 1 as one from marts.fct_satisfaction_quarterly where scope_type = 'account' and is_suppressed limit 1"
        )
    )


def gaps(tables: Tables, wanted: GapFilter, has_hidden: bool = True) -> Listing:
    """The gaps that match, a page of them with account name and tier of the quarter; counted per class."""
    conditions = _conditions(wanted)
    if has_hidden:
        conditions.add(_SHOWN)
    counted = tables.rows(
        fill(
            "select gap_class, count(*) as gap_count from marts.rpt_gaps as gaps where {conditions} group by gap_class",
            conditions=conditions.sql,
        ),
        conditions.values,
    )
    by_class = {row["gap_class"]: row["gap_count"] for row in counted}
    pages = Pages(wanted.page, sum(by_class.values()))
    counts = {name: by_class[name] for name in CLASSES if name in by_class}
    return Listing(_page(tables, wanted, conditions, pages), pages, counts)


def of_account(tables: Tables, quarter: date, account: str) -> tuple[str | None, list[Row]]:
    """An account's name and all its gaps of a quarter, for the bars; no name where there is no such account."""
    found = tables.rows("select account_name from marts.dim_accounts where account_id = ?", [account])
    if not found:
        return None, []
    rows = tables.rows(
        fill(
            "select gaps.* from marts.rpt_gaps as gaps where account_id = ? and quarter_start_date = ? and {shown}"
            " order by category, gap_kind",
            shown=Quoted(_SHOWN),
        ),
        [account, quarter],
    )
    return found[0]["account_name"] or account, rows


def _conditions(wanted: GapFilter) -> Conditions:
    conditions = Conditions()
    conditions.equal("gaps.quarter_start_date", wanted.quarter)
    conditions.equal("gaps.gap_kind", wanted.kind)
    conditions.equal("gaps.category", wanted.category)
    conditions.equal("gaps.gap_class", wanted.gap_class)
    conditions.equal("gaps.origin", wanted.origin)
    conditions.equal("gaps.account_id", wanted.account)
    if wanted.significance:
        conditions.add(_SIGNIFICANT[wanted.significance])
    if wanted.tier:
        conditions.add(
            "gaps.account_id in (select account_id from marts.fct_account_tiers where quarter_start_date = ? and account_tier = ?)",
            wanted.quarter,
            wanted.tier,
        )
    return conditions


def _page(tables: Tables, wanted: GapFilter, conditions: Conditions, pages: Pages) -> list[Row]:
    """Names and tiers are looked up for the rows of the page alone, unless names are what it is sorted by."""
    names = "left join marts.dim_accounts as accounts on gaps.account_id = accounts.account_id"
    return tables.rows(
        fill(
            "select gaps.*, accounts.account_name, tiers.account_tier, tiers.service_tier"
            " from (select gaps.* from marts.rpt_gaps as gaps {names_inside} where {conditions}"
            "       order by {order} limit {size} offset {offset}) as gaps"
            " {names}"
            " left join marts.fct_account_tiers as tiers"
            "   on gaps.account_id = tiers.account_id and gaps.quarter_start_date = tiers.quarter_start_date"
            " order by {order}",
            names=Quoted(names),
            names_inside=Quoted(names if wanted.sort == "account" else ""),
            conditions=conditions.sql,
            order=order_by(SORTS[wanted.sort], wanted.is_descending, _TIES),
            size=literal(pages.per_page),
            offset=literal(pages.offset),
        ),
        conditions.values,
    )
