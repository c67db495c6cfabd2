"""What is published about the accounts of a quarter, read once for all packs and sorted by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from scoreboard.errors import ScoreboardError
from scoreboard.quarter import Quarter
from scoreboard.reports.account_pack.hidden import HIDDEN, covered
from scoreboard.warehouse.reader import Published, Row

REVIEWED_TIERS = ("key", "strategic")

_REVIEWS = """
select reviews.*, accounts.industry, accounts.region, accounts.country, accounts.customer_since_date,
    tiers.revenue_t4q, tiers.revenue_share, tiers.tier_reason, tiers.is_unprofitable,
    sponsors.job_title as sponsor_title, managers.job_title as manager_title,
    sponsor_load.account_count as sponsor_account_count, sponsor_load.limit_high as sponsor_limit,
    manager_load.account_count as manager_account_count, manager_load.limit_high as manager_limit
from marts.rpt_account_reviews as reviews
inner join marts.fct_account_tiers as tiers using (account_id, quarter_start_date)
left join marts.dim_accounts as accounts using (account_id)
left join marts.dim_employees as sponsors on reviews.executive_sponsor_id = sponsors.employee_id
left join marts.dim_employees as managers on reviews.account_manager_id = managers.employee_id
left join marts.rpt_relationship_load as sponsor_load
    on reviews.executive_sponsor_id = sponsor_load.employee_id and sponsor_load.role = 'executive_sponsor'
    and reviews.quarter_start_date = sponsor_load.quarter_start_date
left join marts.rpt_relationship_load as manager_load
    on reviews.account_manager_id = manager_load.employee_id and manager_load.role = 'account_manager'
    and reviews.quarter_start_date = manager_load.quarter_start_date
where reviews.quarter_start_date = ?
order by reviews.account_id
"""

_OF_QUARTER = {
    "people": """
select * from marts.rpt_account_participants where quarter_start_date = ? and list_contains(?, account_id)
order by not took_part, mean_score, buying_role is distinct from 'decision_maker', full_name, contact_id""",
    "gaps": "select * from marts.rpt_gaps where quarter_start_date = ? and list_contains(?, account_id) order by category, gap_kind",
    "tactics": """
select * from marts.rpt_quadrant_tactics where quarter_start_date = ? and list_contains(?, account_id) order by tactic_number""",
    "quadrants": "select * from marts.fct_account_quadrants where quarter_start_date = ? and list_contains(?, account_id)",
    "coverage": "select * from marts.rpt_coverage where quarter_start_date = ? and list_contains(?, account_id)",
    "quadrants_before": "select * from marts.fct_account_quadrants where quarter_start_date = ? and list_contains(?, account_id)",
}

_SCORES = """
select scores.*, scores.scope_id as account_id, quarters.quarter_label
from marts.fct_satisfaction_quarterly as scores
inner join marts.dim_quarters as quarters using (quarter_start_date)
where scores.scope_type = 'account' and scores.category = 'overall' and scores.quarter_start_date <= ?
    and list_contains(?, scores.scope_id)
order by scores.quarter_start_date
"""

_ALERTS = """
select alerts.*, owners.full_name as owner_name
from marts.fct_action_alerts as alerts
left join marts.dim_employees as owners on alerts.owner_id = owners.employee_id
where list_contains(?, alerts.account_id)
order by alerts.opened_at desc, alerts.rule_id, alerts.subject_id, alerts.alert_id
"""

_STEPS = """
select steps.* from marts.rpt_alert_escalations as steps
where list_contains(?, steps.account_id) and steps.state not in ('resolved', 'verified')
order by steps.alert_id, steps.step_number
"""

_THRESHOLD = "select max(threshold) as threshold from marts.rpt_award_eligibility where award_year = ?"


class UnknownAccount(ScoreboardError):
    """A pack was asked for an account that was no customer in the quarter."""


@dataclass(frozen=True)
class Facts:
    """Everything published about one account that its pack tells."""

    review: Row
    people: list[Row]
    gaps: list[Row]
    scores: list[Row]
    tactics: list[Row]
    quadrant: Row
    quadrant_before: Row | None
    coverage: Row | None
    alerts: list[Row]
    steps: dict[str, list[Row]]
    threshold: float | None
    quarter: Quarter
    as_of: date
    currency: str
    imprint: str
    shown_scores: list[Row]
    is_score_hidden: bool = False

    @property
    def account_id(self) -> str:
        """Its id."""
        return str(self.review["account_id"])


def read_facts(published: Published, quarter: Quarter, accounts: Iterable[str] | None) -> list[Facts]:
    """Facts of the accounts asked for, in order of their ids; by default of the key and strategic ones. Raises UnknownAccount."""
    reviews = published.rows(_REVIEWS, [quarter.start])
    if accounts is None:
        reviews = [row for row in reviews if row["account_tier"] in REVIEWED_TIERS]
    else:
        asked = set(accounts)
        if missing := sorted(asked - {row["account_id"] for row in reviews}):
            raise UnknownAccount(
                f"{', '.join(missing[:5])}{' and more' if len(missing) > 5 else ''}: no customer of {quarter.label}"
                " by this id. No pack was written."
            )
        reviews = [row for row in reviews if row["account_id"] in asked]
    ids = [row["account_id"] for row in reviews]
    found = {
        name: _by_account(
            published.rows(sql, [quarter.previous.start if name.endswith("_before") else quarter.start, ids])
        )
        for name, sql in _OF_QUARTER.items()
    }
    scores = _by_account(published.rows(_SCORES, [quarter.start, ids]))
    alerts = _by_account(published.rows(_ALERTS, [ids]))
    steps = _by_account(published.rows(_STEPS, [ids]))
    hidden = _by_account(published.rows(HIDDEN, [quarter.start, ids]))
    record = published.record
    as_of = date.fromisoformat(record["as_of"])
    # a quarter that reaches into the next year: as of now only this one has a rule
    threshold = published.rows(_THRESHOLD, [min(quarter.end, max(as_of, quarter.start)).year])[0]["threshold"]
    every = (
        Facts(
            review=review,
            people=found["people"][review["account_id"]],
            gaps=found["gaps"][review["account_id"]],
            scores=scores[review["account_id"]],
            tactics=found["tactics"][review["account_id"]],
            quadrant=found["quadrants"][review["account_id"]][0],
            quadrant_before=next(iter(found["quadrants_before"][review["account_id"]]), None),
            coverage=next(iter(found["coverage"][review["account_id"]]), None),
            alerts=alerts[review["account_id"]],
            steps=_by_alert(steps[review["account_id"]]),
            threshold=None if threshold is None else float(threshold),
            quarter=quarter,
            as_of=as_of,
            currency=str(record["settings"]["currency"]),
            imprint=f"Data version {record['version']}, as of {record['as_of']}",
            shown_scores=scores[review["account_id"]],
        )
        for review in reviews
    )
    return [covered(facts, hidden[facts.account_id]) for facts in every]


def _by_account(rows: list[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["account_id"]].append(row)
    return found


def _by_alert(rows: list[Row]) -> dict[str, list[Any]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["alert_id"], []).append(row)
    return found
