"""The evidence of one project's award year: every response considered, counted or not, with where it came from."""

from __future__ import annotations

from dataclasses import dataclass

from scoreboard.warehouse.quoting import fill, literal
from scoreboard.web.data.listing import Conditions, Listing, Row, Tables, order_by
from scoreboard.web.paging import Pages

COUNTED = "counted"
SORTS = {"responded": "responded_at", "score": "award_score"}


@dataclass(frozen=True)
class EvidenceFilter:
    """Which responses of a project and year; `fate` is `counted` or a reason of exclusion, empty leaves it open."""

    project: str
    year: int
    fate: str = ""
    sort: str = "responded"
    is_descending: bool = False
    page: int = 1


def judged(tables: Tables, project: str, year: int) -> Row | None:
    """The project's overall row of the year, with what was decided."""
    found = tables.rows(
        "select * from marts.rpt_award_eligibility where project_id = ? and award_year = ? and category = 'overall'",
        [project, year],
    )
    return found[0] if found else None


def evidence(tables: Tables, wanted: EvidenceFilter) -> Listing:
    """The responses that match, a page of them; counted per fate, whatever fate is asked for."""
    conditions = Conditions()
    conditions.equal("project_id", wanted.project)
    conditions.equal("award_year", wanted.year)
    counted = tables.rows(
        fill(
            "select case when is_counted then 'counted' else exclusion_reason end as fate, count(*) as response_count"
            " from marts.rpt_award_evidence where {conditions} group by fate order by response_count desc, fate",
            conditions=conditions.sql,
        ),
        conditions.values,
    )
    by_fate = {str(row["fate"]): row["response_count"] for row in counted}
    if wanted.fate == COUNTED:
        conditions.add("is_counted")
    elif wanted.fate:
        conditions.add("not is_counted and exclusion_reason = ?", wanted.fate)
    total = by_fate.get(wanted.fate, 0) if wanted.fate else sum(by_fate.values())
    pages = Pages(wanted.page, total)
    rows = tables.rows(
        fill(
            "with shown as (select * from marts.rpt_award_evidence where {conditions} order by {order} limit {size} offset {offset})"
            " select shown.*, accounts.account_name from shown"
            " left join marts.dim_accounts as accounts on shown.account_id = accounts.account_id order by {order}",
            conditions=conditions.sql,
            order=order_by(SORTS[wanted.sort], wanted.is_descending, "response_id"),
            size=literal(pages.per_page),
            offset=literal(pages.offset),
        ),
        conditions.values,
    )
    return Listing(rows, pages, by_fate)
