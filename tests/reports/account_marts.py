"""A small published company for the account packs: one key account with people, answers, alerts and gaps, and two others."""

from __future__ import annotations

from typing import Any

from scoreboard.settings import Settings
from scoreboard.warehouse.publish import publish
from tests.marts_fixture import award_row, quarter_row, write_build

Q4, Q3 = "2025-10-01", "2025-07-01"
READ = (
    "rpt_account_reviews",
    "rpt_account_participants",
    "rpt_coverage",
    "rpt_gaps",
    "rpt_quadrant_tactics",
    "rpt_relationship_load",
    "rpt_alert_escalations",
    "rpt_award_eligibility",
    "fct_account_tiers",
    "fct_account_quadrants",
    "fct_action_alerts",
    "fct_satisfaction_quarterly",
    "dim_accounts",
    "dim_employees",
    "dim_quarters",
)
Tables = dict[str, list[dict[str, Any]]]


def review(account: str, tier: str = "key", **changes: Any) -> dict[str, Any]:
    return {
        "account_id": account,
        "quarter_start_date": Q4,
        "account_name": f"Company {account}",
        "account_tier": tier,
        "service_tier": {"key": "I", "strategic": "II", "marginal": "III"}[tier],
        "quadrant": "risky_business",
        "mean_score": 3.9996,
        "response_count": 2,
        "previous_quarter_mean": 3.5,
        "segment_mean": 4.2,
        "global_mean": 4.1,
        "participant_count": 1,
        "non_respondent_count": 1,
        "is_decision_maker_heard": False,
        "open_alert_count": 1,
        "raised_last_time_count": 1,
        "settled_count": 0,
        "raised_again_count": 1,
        "next_review_date": "2026-01-10",
    } | changes


def person(contact: str, account: str = "A1", **changes: Any) -> dict[str, Any]:
    return {
        "account_id": account,
        "quarter_start_date": Q4,
        "contact_id": contact,
        "full_name": f"Person {contact}",
        "job_title": "Buyer",
        "buying_role": "recommender",
        "buying_role_source": "declared",
        "is_invited": True,
        "took_part": True,
        "response_count": 1,
        "mean_score": 4.0,
        "is_dissatisfied": False,
    } | changes


def silent(contact: str, **changes: Any) -> dict[str, Any]:
    unheard = {"took_part": False, "response_count": 0, "mean_score": None, "is_dissatisfied": None}
    return person(contact, **(unheard | changes))


def gap(kind: str, category: str, reference: float, actual: float, **changes: Any) -> dict[str, Any]:
    return {
        "account_id": "A1",
        "quarter_start_date": Q4,
        "category": category,
        "gap_kind": kind,
        "reference_mean": reference,
        "reference_count": None if kind == "target" else 30,
        "actual_mean": actual,
        "actual_count": 2,
        "gap": reference - actual,
        "is_significant": None,
        "gap_class": "shortfall" if reference - actual >= 0.5 else "aligned",
    } | changes


def alert(alert_id: str, quarter: str = Q4, **changes: Any) -> dict[str, Any]:
    return {
        "alert_id": alert_id,
        "rule_id": "low_score",
        "severity": "high",
        "account_id": "A1",
        "subject_id": alert_id,
        "quarter_start_date": quarter,
        "opened_at": f"{quarter[:8]}20T10:00:00Z",
        "is_provisional": False,
        "description": f"Alert {alert_id} in words",
        "action": "Call the person",
        "owner_role": "account_manager",
        "owner_id": "E1",
        "state": "open",
    } | changes


def score(quarter: str, mean: float, **changes: Any) -> dict[str, Any]:
    return {
        "quarter_start_date": quarter,
        "scope_type": "account",
        "scope_id": "A1",
        "scope_name": "Company A1",
        "category": "overall",
        "response_count": 2,
        "mean_score": mean,
        "ci95_low": mean - 0.5,
        "ci95_high": mean + 0.5,
        "is_suppressed": False,
        "is_comment_suppressed": False,
    } | changes


def company() -> Tables:
    """Rows of every table the packs read; a test changes what it is about."""
    tiers = {"A1": "key", "A2": "strategic", "A3": "marginal"}
    return {
        "dim_quarters": [
            quarter_row(Q3, "2025-09-30", "2025-Q3", True),
            quarter_row(Q4, "2025-12-31", "2025-Q4", True),
        ],
        "dim_accounts": [{"account_id": a, "account_name": f"Company {a}", "industry": "dairies"} for a in tiers],
        "dim_employees": [
            {"employee_id": "E1", "full_name": "Maya Manager", "job_title": "Account Manager"},
            {"employee_id": "E2", "full_name": "Sam Sponsor", "job_title": "Vice President"},
        ],
        "rpt_account_reviews": [
            review("A1", account_manager_id="E1", account_manager_name="Maya Manager", is_manager_within_limit=False)
            | {"executive_sponsor_id": "E2", "executive_sponsor_name": "Sam Sponsor", "is_sponsor_within_limit": True},
            review("A2", "strategic", mean_score=None, response_count=0, previous_quarter_mean=None),
            review("A3", "marginal"),
        ],
        "rpt_relationship_load": [
            {"quarter_start_date": Q4, "role": "account_manager", "employee_id": "E1", "account_count": 46}
            | {"limit_high": 35.0, "is_within_limit": False},
            {"quarter_start_date": Q4, "role": "executive_sponsor", "employee_id": "E2", "account_count": 2}
            | {"limit_high": 3.0, "is_within_limit": True},
        ],
        "rpt_account_participants": [
            person("C1", mean_score=2.5, is_dissatisfied=True, comments="Too slow.\nStill waiting.", previous_mean=3.0)
            | {"lowest_category": "field_service", "lowest_category_score": 2.0},
            silent("C2", buying_role="decision_maker"),
        ],
        "rpt_coverage": [
            {"account_id": "A1", "quarter_start_date": Q4, "known_contacts": 5, "contacts_in_touch": 1}
            | {"is_single_threaded": True, "decision_makers_left": 1, "last_heard_date": "2025-12-20"}
        ],
        "rpt_gaps": [
            gap("target", "overall", 4.0, 3.9996),
            gap("target", "field_service", 4.0, 3.0, origin="systemic", priority=900.0),
            gap("target", "customer_service", 4.0, 3.4, origin="account_specific", priority=500.0),
            gap("segment", "overall", 4.2, 3.9996, is_significant=True),
            gap("perception", "overall", 4.9, 3.9996, is_significant=True, ci95_low=0.5, ci95_high=1.3),
        ],
        "rpt_quadrant_tactics": [
            {"account_id": "A1", "quarter_start_date": Q4, "quadrant": "risky_business", "tactic_number": 1}
            | {"tactic": "Find a second contact", "owner_role": "customer_success"}
        ],
        "fct_account_quadrants": [
            {"account_id": a, "quarter_start_date": q, "engagement_score": 2.0, "engagement_system": 2.0}
            | {"is_usage_known": False, "quadrant": "risky_business", "quadrant_number": 2}
            for a in tiers
            for q in (Q4, Q3)
        ],
        "fct_account_tiers": [
            {"account_id": a, "quarter_start_date": Q4, "revenue_t4q": 1200.0, "revenue_share": 0.4}
            | {"account_tier": tier, "service_tier": "I", "tier_reason": "revenue", "is_unprofitable": False}
            for a, tier in tiers.items()
        ],
        "fct_action_alerts": [
            alert("now"),
            alert("last", Q3),
            alert("settled", Q3, rule_id="score_drop", state="resolved", state_changed_at="2025-10-02T10:00:00Z"),
            alert("ancient", "2024-01-01"),
        ],
        "rpt_alert_escalations": [
            {"alert_id": "now", "step_number": n, "rule_id": "low_score", "severity": "high", "account_id": "A1"}
            | {"due_at": f"2025-11-0{n}T10:00:00Z", "to_role": role, "state": "open", "is_overdue": n < 3}
            for n, role in ((1, "owner"), (2, "team_lead"), (3, "executive_sponsor"))
        ],
        "fct_satisfaction_quarterly": [score(Q3, 3.5), score(Q4, 3.9996)],
        "rpt_award_eligibility": [award_row("P1", 2025)],
    }


def publish_company(settings: Settings, tables: Tables | None = None) -> None:
    """Publish the company, or what a test made of it."""
    write_build(settings, tables or company(), only=READ)
    publish(settings, "run-1")
