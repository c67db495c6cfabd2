"""A company of a few rows, published: three accounts, four alerts, some gaps and refused rows, two of them with hostile text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scoreboard.settings import Settings
from scoreboard.warehouse.publish import publish
from tests.marts_fixture import award_row, quality_rows, quarter_row, settings_for, write_build

EVIL = "<script>alert(1)</script>'\"&{{7*7}}"
QUARTERS = ("2025-10-01", "2026-01-01")


def alert(alert_id: str, **changes: Any) -> dict[str, Any]:
    """A row of fct_action_alerts."""
    return {
        "alert_id": alert_id,
        "rule_id": "low_score",
        "severity": "high",
        "account_id": "A1",
        "subject_id": "R1",
        "quarter_start_date": QUARTERS[1],
        "opened_at": "2026-01-10T09:00:00Z",
        "is_provisional": False,
        "description": "Acme gave us 2 of 5.",
        "action": "Call",
        "owner_role": "account_manager",
        "owner_id": "E1",
        "state": "open",
    } | changes


def gap(account: str, **changes: Any) -> dict[str, Any]:
    """A row of rpt_gaps: a shortfall against target."""
    return {
        "account_id": account,
        "category": "overall",
        "quarter_start_date": QUARTERS[0],
        "gap_kind": "target",
        "reference_mean": 4.0,
        "reference_count": None,
        "actual_mean": 3.0,
        "actual_count": 3,
        "gap": 1.0,
        "ci95_low": 0.5,
        "ci95_high": 1.5,
        "is_significant": True,
        "gap_class": "shortfall",
        "origin": "systemic",
        "revenue_t4q": 100.0,
        "priority": 100.0,
    } | changes


def refused(row_id: str, **changes: Any) -> dict[str, Any]:
    """A row of rpt_quarantine."""
    return {
        "entity": "contacts",
        "row_key": "C9",
        "rule": "unknown_enum",
        "reason": "buying_role is 'Ann Person', which is not one of decision_maker, recommender, influencer",
        "file": "crm/contacts/x.csv",
        "row_number": 3,
        "run_id": "run-1",
        "content": '{"contact_id": "C9", "account_id": "A1", "full_name": "Zoe Quill", "email": "zoe@x.example",'
        ' "buying_role": "Ann Person", "is_active": "true", "updated_at": "2026-01-01T00:00:00Z", "extra": "secret"}',
        "status": "open",
        "first_seen_at": "2026-01-31T08:00:00Z",
        "row_id": row_id,
    } | changes


def vote(response_id: str, **changes: Any) -> dict[str, Any]:
    """A row of rpt_award_evidence: not counted, unless changed."""
    return {
        "response_id": response_id,
        "award_year": 2025,
        "project_id": "P1",
        "survey_id": "S1",
        "account_id": "A1",
        "respondent_type": "customer",
        "responded_at": "2025-05-05T10:00:00Z",
        "is_counted": False,
        "source_file": "survey/responses/x.csv",
        "source_row_number": 2,
        "source_run_id": "run-1",
        "content_hash": "0f",
    } | changes


TABLES: dict[str, list[dict[str, Any]]] = {
    "dim_quarters": [
        quarter_row(QUARTERS[0], "2025-12-31", "2025-Q4", True),
        quarter_row(QUARTERS[1], "2026-03-31", "2026-Q1", False),
    ],
    "dim_accounts": [
        {"account_id": "A1", "account_name": "Acme"},
        {"account_id": "A2", "account_name": "Bolt"},
        {"account_id": EVIL, "account_name": EVIL},
    ],
    "dim_employees": [
        {"employee_id": "E1", "full_name": "Mia Manager", "function": "account_management", "is_active": True},
        {"employee_id": "E2", "full_name": "Sam Same", "function": "other", "is_active": True},
        {"employee_id": "E3", "full_name": "Sam Same", "function": "other", "is_active": True},
        {"employee_id": "E4", "full_name": "Gone Away", "function": "other", "is_active": False},
        {"employee_id": EVIL, "full_name": EVIL, "function": "other", "is_active": True},
    ],
    "dim_contacts": [{"contact_id": "C1", "account_id": "A1", "full_name": EVIL, "job_title": "Boss"}],
    "fct_account_tiers": [
        {"account_id": "A1", "quarter_start_date": QUARTERS[0], "account_tier": "key", "service_tier": "I"},
        {"account_id": "A2", "quarter_start_date": QUARTERS[0], "account_tier": "marginal", "service_tier": "III"},
    ],
    "rpt_gaps": [
        gap("A1", priority=300.0, revenue_t4q=300.0),
        gap("A1", gap_kind="perception", gap_class="blind_spot", origin=None, is_significant=None, ci95_low=None, ci95_high=None),
        gap("A2", gap=-0.7, gap_class="surplus", origin=None, is_significant=False, priority=-70.0),
        gap("A2", category="technical_support", origin="account_specific", priority=None, revenue_t4q=None),
        gap(EVIL, category="field_service", gap=0.2, gap_class="aligned", origin=None, priority=20.0),
        gap("A1", quarter_start_date=QUARTERS[1], gap=0.9),
    ],
    "fct_action_alerts": [
        alert("a1", contact_id="C1", description=f"Acme was told {EVIL}."),
        alert("a2", severity="critical", rule_id="score_drop", opened_at="2026-01-12T09:00:00Z"),
        alert("a3", severity="low", account_id="A2", owner_role="executive_sponsor", owner_id=None, description="Bolt left."),
        alert("a4", severity="medium", account_id=EVIL, state="acknowledged", state_changed_at="2026-01-20T09:00:00Z"),
    ],
    "rpt_alert_escalations": [
        {"alert_id": "a1", "step_number": 1, "due_at": "2026-01-11T09:00:00Z", "to_role": "account_manager", "action": "Call"},
        {"alert_id": "a1", "step_number": 2, "due_at": "2026-03-11T09:00:00Z", "to_role": "team_lead", "action": "Ask"},
        {"alert_id": "a3", "step_number": 1, "due_at": None, "to_role": "account_manager", "action": "Look"},
    ],
    "rpt_award_eligibility": [award_row("P1", mean_score=4.2, response_count=1, status="not_eligible")],
    "rpt_award_evidence": [
        vote("R1", is_counted=True, award_score=4.2, award_year=2025),
        vote("R2", exclusion_reason="test", source_file=EVIL),
        vote("R3", exclusion_reason="superseded", account_id=EVIL, wave=EVIL),
        vote("R4", award_year=2024, is_counted=True),
    ],
    "rpt_data_quality": quality_rows("run-1", {"contacts": 10, "accounts": 3}),
    "rpt_quarantine": [
        refused("contacts/1"),
        refused("contacts/2", rule="orphan_key", row_key=EVIL, reason=f"account_id {EVIL} is no valid account", file=EVIL),
        refused("contacts/3", status="released", content="not json"),
    ],
}  # fmt: skip


def publish_small(home: Path, **more: list[dict[str, Any]]) -> Settings:
    """Publish it, with more tables where given, in a home of the test's own."""
    settings = settings_for(home)
    write_build(settings, TABLES | more, only=[*TABLES, "fct_satisfaction_quarterly"])
    publish(settings, "run-1")
    return settings
