"""Everything the page of one account shows, from one version."""

from __future__ import annotations

from typing import Any

from scoreboard.web.quarters import ShownQuarter
from scoreboard.web.store import Row, Snapshot

GAP_KINDS = ("target", "expectation", "perception", "segment", "global")
CATEGORIES = ("overall", "technical_support", "field_service", "customer_service", "account_management")
NO_RULE = 4.0  # the line of the loyalty zone where no project has an award rule yet
_MOST_PEOPLE = 100
_OF_A_SCORE = ("mean_score", "previous_mean", "lowest_category", "lowest_category_score", "is_dissatisfied")


def who(snapshot: Snapshot, account_id: str) -> Row | None:
    """The account itself with the names of those who look after it; None if the version does not have it."""
    return snapshot.row(
        "select accounts.*, parents.account_name as parent_name, managers.full_name as manager_name,"
        " sponsors.full_name as sponsor_name, sponsors.job_title as sponsor_title"
        " from marts.dim_accounts as accounts"
        " left join marts.dim_accounts as parents on accounts.parent_account_id = parents.account_id"
        " left join marts.dim_employees as managers on accounts.account_manager_id = managers.employee_id"
        " left join marts.dim_employees as sponsors on accounts.executive_sponsor_id = sponsors.employee_id"
        " where accounts.account_id = ?",
        [account_id],
    )


def figures(snapshot: Snapshot, account_id: str, quarter: ShownQuarter) -> dict[str, Any]:
    """The account's figures of the quarter, and its history, by name."""
    asked = {"account": account_id, "quarter": quarter.start}
    every = scores(snapshot, account_id)
    hidden = _hidden(snapshot, asked)
    return {
        "is_hidden": "overall" in hidden,
        "scores": [row for row in every if row["quarter_start_date"] == quarter.start],
        "trend": [row for row in every if row["category"] == "overall"],
        "review": snapshot.row(
            "from marts.rpt_account_reviews where account_id = $account and quarter_start_date = $quarter", asked
        ),
        "history": _history(snapshot, account_id),
        "people": _people(snapshot, asked, is_hidden="overall" in hidden),
        "gaps": {category: kinds for category, kinds in _gaps(snapshot, asked).items() if category not in hidden},
        "tactics": snapshot.rows(
            "from marts.rpt_quadrant_tactics where account_id = $account and quarter_start_date = $quarter"
            " order by tactic_number",
            asked,
        ),
    }


def scores(snapshot: Snapshot, account_id: str) -> list[Row]:
    """Every quarter's score by category, oldest quarter first; rows too small to show are left out."""
    found = snapshot.rows(
        "select scores.*, quarters.quarter_label from marts.fct_satisfaction_quarterly as scores"
        " inner join marts.dim_quarters as quarters on scores.quarter_start_date = quarters.quarter_start_date"
        " where scope_type = 'account' and scope_id = ? and not is_suppressed order by scores.quarter_start_date",
        [account_id],
    )
    return sorted(found, key=lambda row: (row["quarter_start_date"], CATEGORIES.index(row["category"])))


def _history(snapshot: Snapshot, account_id: str) -> list[Row]:
    """Tier and quadrant of every quarter, newest first."""
    return snapshot.rows(
        "select quarters.quarter_label, quarters.is_closed, tiers.account_tier, tiers.service_tier, tiers.tier_reason,"
        " tiers.previous_tier, tiers.revenue_t4q, tiers.revenue_share, tiers.is_unprofitable, placed.quadrant,"
        " placed.previous_quadrant, placed.engagement_score, placed.usage_score, placed.is_usage_known"
        " from (from marts.fct_account_tiers where account_id = $account) as tiers"
        " inner join marts.dim_quarters as quarters on tiers.quarter_start_date = quarters.quarter_start_date"
        " left join (from marts.fct_account_quadrants where account_id = $account) as placed"
        " on tiers.quarter_start_date = placed.quarter_start_date"
        " order by tiers.quarter_start_date desc",
        {"account": account_id},
    )


def _hidden(snapshot: Snapshot, asked: dict[str, Any]) -> set[str]:
    """Categories whose score is of too few responses to be shown (rule suppression_policy); nor is what it is made of."""
    rows = snapshot.rows(
        "select category from marts.fct_satisfaction_quarterly where scope_type = 'account' and scope_id = $account"
        " and quarter_start_date = $quarter and is_suppressed",
        asked,
    )
    return {row["category"] for row in rows}


def _people(snapshot: Snapshot, asked: dict[str, Any], is_hidden: bool) -> list[Row]:
    """Who answered and who was asked and did not; the dissatisfied first. Comments only where the group is large enough.

    Where the account's own score is hidden, so is each person's, and the order does not tell it either.
    """
    found = snapshot.rows(
        "select people.full_name, people.job_title, people.buying_role, people.buying_role_source, people.is_invited,"
        " people.took_part, people.response_count, people.mean_score, people.lowest_category,"
        " people.lowest_category_score, people.is_dissatisfied, people.previous_mean,"
        " case when not coalesce(scores.is_comment_suppressed, false) then people.comments end as comments"
        " from marts.rpt_account_participants as people"
        " left join marts.fct_satisfaction_quarterly as scores"
        " on scores.scope_type = 'account' and scores.scope_id = people.account_id and scores.category = 'overall'"
        " and scores.quarter_start_date = people.quarter_start_date"
        " where people.account_id = $account and people.quarter_start_date = $quarter"
        " and (scores.quarter_start_date is null or scores.quarter_start_date = $quarter)"
        " order by people.took_part desc, people.is_dissatisfied desc nulls last, people.mean_score nulls last,"
        " people.full_name, people.contact_id limit $most",
        asked | {"most": _MOST_PEOPLE},
    )
    if not is_hidden:
        return found
    covered = [row | dict.fromkeys(_OF_A_SCORE) for row in found]
    return sorted(covered, key=lambda row: (not row["took_part"], row["full_name"] or ""))


def _gaps(snapshot: Snapshot, asked: dict[str, Any]) -> dict[str, dict[str, Row]]:
    """category -> kind of gap -> the gap, for the quarter."""
    rows = snapshot.rows("from marts.rpt_gaps where account_id = $account and quarter_start_date = $quarter", asked)
    found: dict[str, dict[str, Row]] = {}
    for category in CATEGORIES:
        of_category = {row["gap_kind"]: row for row in rows if row["category"] == category}
        if of_category:
            found[category] = of_category
    return found
