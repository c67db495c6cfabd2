"""The figures of the first page, from one version."""

from __future__ import annotations

from datetime import date
from typing import Any

from scoreboard.reports.charts import score_trend
from scoreboard.web.quarters import ShownQuarter
from scoreboard.web.store import Row, Snapshot

_TRAILING = 8


def satisfaction(snapshot: Snapshot, quarter: ShownQuarter) -> Row | None:
    """The company's score in the quarter, with its interval."""
    return snapshot.row(
        "select mean_score, ci95_low, ci95_high, response_count, respondent_count, invitation_count, response_rate,"
        " previous_quarter_mean, previous_year_mean, is_in_loyalty_zone, is_suppressed"
        " from marts.fct_satisfaction_quarterly"
        " where quarter_start_date = ? and scope_type = 'global' and category = 'overall'",
        [quarter.start],
    )


def programme(snapshot: Snapshot, quarter: ShownQuarter) -> Row | None:
    """The programme's figures in the quarter."""
    return snapshot.row("select * from marts.rpt_program_kpis where quarter_start_date = ?", [quarter.start])


def quarters_so_far(snapshot: Snapshot, quarter: ShownQuarter) -> list[Row]:
    """The score of this quarter and those before it, oldest first."""
    return snapshot.rows(
        "select * from ("
        " select scores.*, quarters.quarter_label from marts.fct_satisfaction_quarterly as scores"
        " inner join marts.dim_quarters as quarters on scores.quarter_start_date = quarters.quarter_start_date"
        " where scope_type = 'global' and category = 'overall' and not is_suppressed"
        " and scores.quarter_start_date <= $quarter"
        " order by scores.quarter_start_date desc limit $most"
        ") order by quarter_start_date",
        {"quarter": quarter.start, "most": _TRAILING},
    )


def threshold(snapshot: Snapshot) -> float | None:
    """The award's threshold in the latest year, which is also the line of the loyalty zone."""
    found = snapshot.row("select threshold from marts.rpt_award_eligibility order by award_year desc limit 1")
    return found["threshold"] if found else None


def quadrant_mix(snapshot: Snapshot, quarter: ShownQuarter) -> list[Row]:
    """Accounts and revenue per quadrant, and how many moved in since the quarter before."""
    return snapshot.rows(
        "select placed.quadrant, placed.quadrant_number, count(*) as accounts, sum(tiers.revenue_t4q) as revenue,"
        " count(*) filter (where placed.previous_quadrant <> placed.quadrant) as moved_in"
        " from marts.fct_account_quadrants as placed"
        " left join marts.fct_account_tiers as tiers"
        " on placed.account_id = tiers.account_id and placed.quarter_start_date = tiers.quarter_start_date"
        " where placed.quarter_start_date = ? group by all order by placed.quadrant_number desc",
        [quarter.start],
    )


def award_years(snapshot: Snapshot) -> list[Row]:
    """Projects by status in the two latest award years."""
    return snapshot.rows(
        "select award_year, status, count(*) as projects, list(project_name order by project_name) as names"
        " from marts.rpt_award_eligibility where category = 'overall'"
        " and award_year > (select max(award_year) from marts.rpt_award_eligibility) - 2"
        " group by all order by award_year desc, status"
    )


def key_accounts_to_see(snapshot: Snapshot, quarter: ShownQuarter, most: int = 8) -> list[Row]:
    """Key accounts heard below the threshold or in risky business, the largest revenue first."""
    return snapshot.rows(
        "select reviews.account_id, reviews.account_name, reviews.mean_score, reviews.quadrant, reviews.next_review_date"
        " from ("
        "   select reviews.* replace (case when not coalesce(scores.is_suppressed, false) then reviews.mean_score end"
        "     as mean_score)"
        "   from marts.rpt_account_reviews as reviews"
        "   left join (from marts.fct_satisfaction_quarterly where scope_type = 'account' and category = 'overall'"
        "     and quarter_start_date = $quarter) as scores on reviews.account_id = scores.scope_id"
        "   where reviews.quarter_start_date = $quarter and reviews.account_tier = 'key'"
        " ) as reviews"
        " inner join marts.fct_account_tiers as tiers"
        " on reviews.account_id = tiers.account_id and reviews.quarter_start_date = tiers.quarter_start_date"
        " where (reviews.mean_score < $threshold - 1e-9 or reviews.quadrant = 'risky_business')"
        " order by tiers.revenue_t4q desc nulls last, reviews.account_id limit $most",
        {"quarter": quarter.start, "most": most, "threshold": threshold(snapshot)},
    )


def quality(snapshot: Snapshot) -> Row:
    """What the door kept out and is still waiting, and when a run last looked."""
    [row] = snapshot.rows(
        "select (select count(*) from marts.rpt_quarantine where status = 'open') as waiting,"
        " (select max(run_at) from marts.rpt_data_quality) as run_at,"
        " (select count(*) from marts.rpt_restatements where status = 'pending') as pending"
    )
    return row


def headline(snapshot: Snapshot, quarter: ShownQuarter) -> dict[str, Any]:
    """Everything above, by name: what stays as it is for as long as the version is live. Open alerts do not."""
    of_quarter: dict[str, Any] = {
        name: function(snapshot, quarter)
        for name, function in (
            ("satisfaction", satisfaction),
            ("programme", programme),
            ("trend", quarters_so_far),
            ("mix", quadrant_mix),
            ("to_see", key_accounts_to_see),
        )
    }
    limit = threshold(snapshot)
    trend = of_quarter["trend"]
    return of_quarter | {
        "threshold": limit,
        "chart": score_trend(trend, limit, "global") if limit is not None and len(trend) > 1 else None,
        "award_years": award_years(snapshot),
        "quality": quality(snapshot),
        "as_of": date.fromisoformat(snapshot.record["as_of"]),
    }
