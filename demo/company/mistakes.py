"""What is wrong with any real export: older versions, rows sent twice, contradictions, and rows no rule lets pass.

None of it moves a figure: older versions are replaced, doubles are dropped, and bad rows have keys of their own
or contradict a row that landed before them. What must become of each is kept in the `Ledger`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from scoreboard.entities import ENTITIES

from .timeline import stream

Row = dict[str, Any]
NOON = "2026-04-17T12:00:00Z"

_AMENDABLE = {  # entity -> (column a version differs in, rows with an older version, rows sent twice, contradictions)
    "employees": ("job_title", 6, 2, 0),
    "projects": ("city", 1, 1, 0),
    "accounts": ("industry", 60, 6, 2),
    "contacts": ("job_title", 140, 15, 3),
    "revenue": ("amount", 80, 25, 3),
    "opportunities": ("stage", 150, 6, 0),
    "activities": ("kind", 120, 60, 2),
    "usage": ("active_seats", 140, 30, 2),
    "assessments": ("note", 12, 5, 0),
    "training": ("score", 6, 2, 0),
    "tickets": ("status", 320, 25, 2),
    "surveys": ("survey_name", 2, 1, 0),
    "questions": ("question_text", 3, 1, 0),
    "invitations": ("contact_id", 60, 40, 1),
    "responses": ("channel", 70, 30, 2),
    "answers": ("comment", 160, 90, 6),
}
_OTHER_VALUES: dict[str, tuple[Any, Any]] = {  # column -> what stood there before, what the contradiction says
    "job_title": ("Trainee", "Consultant"),
    "city": ("Utrecht", "Delft"),
    "industry": ("manufacturing", "unknown"),
    "amount": (Decimal("100.00"), Decimal("200.00")),
    "stage": ("qualified", "lost in space"),
    "kind": ("call", "event"),
    "active_seats": (1, 2),
    "note": ("(draft)", "(other draft)"),
    "score": (50, 51),
    "status": ("open", "pending"),
    "survey_name": ("Untitled survey", "Copy of survey"),
    "question_text": ("(to be worded)", "?"),
    "contact_id": (None, "C-9998"),
    "channel": ("unknown", "other"),
    "comment": ("(draft)", "(another draft)"),
}


_MASTER_DATA = ("employees", "projects", "accounts", "contacts", "surveys", "questions")  # edited weeks apart
_NOT_YET: dict[str, Row] = {  # what an older version cannot know
    "tickets": {"solved_at": None},
    "opportunities": {"is_closed": False, "is_won": False},
}


@dataclass
class Ledger:
    """What must become of every row that is not simply valid.

    `refused` lists (entity, key as written or None, rule) of each row that belongs in quarantine.
    """

    replaced: dict[str, int] = field(default_factory=dict)
    deduplicated: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[str, str | None, str]] = field(default_factory=list)


def blur_references(seed: int, tables: dict[str, list[Row]]) -> None:
    """Let some optional references point at rows nobody exported: people who left, contacts merged away."""
    rng = stream(seed, "references")
    for entity, column, gone, count in (
        ("accounts", "account_manager_id", "E-071", 5),
        ("accounts", "executive_sponsor_id", "E-088", 1),
        ("tickets", "assignee_id", "E-071", 45),
        ("tickets", "contact_id", "C-0000-00", 20),
        ("activities", "contact_id", "C-0000-00", 150),
        ("activities", "employee_id", "E-088", 80),
        ("responses", "agent_id", "E-071", 60),
        ("responses", "ticket_id", "TCK-OLD", 4),
    ):
        rows = [row for row in tables[entity] if column != "ticket_id" or row["ticket_id"]]
        for number, row in enumerate(rng.sample(rows, count)):
            row[column] = f"{gone}{number}" if column == "ticket_id" else gone


def add_versions(
    seed: int, tables: dict[str, list[Row]], ledger: Ledger
) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """(older versions, what follows the current rows: doubles and contradictions), by entity; the ledger is filled in."""
    rng = stream(seed, "versions")
    before: dict[str, list[Row]] = {}
    after: dict[str, list[Row]] = {}
    for name, (column, older, doubles, contradictions) in _AMENDABLE.items():
        rows, (old, other) = tables[name], _OTHER_VALUES[column]
        before[name] = [_older(rng, name, row, {column: old}) for row in rng.sample(rows, older)]
        after[name] = [dict(row) for row in rng.sample(rows, doubles)]
        after[name] += [{**row, column: other} for row in rng.sample(rows, contradictions)]
        ledger.replaced[name], ledger.deduplicated[name] = older, doubles
        key = ENTITIES[name].key
        ledger.refused += [(name, row[key], "conflicting_duplicate") for row in after[name][doubles:]]
    return before, after


def _older(rng: random.Random, name: str, row: Row, was: Row) -> Row:
    ago = timedelta(minutes=rng.randrange(5, 40000 if name in _MASTER_DATA else 30))
    return {**row, **was, **_NOT_YET.get(name, {}), "updated_at": row["updated_at"] - ago}


def bad_rows(tables: dict[str, list[Row]], ledger: Ledger) -> dict[str, list[Row]]:
    """entity -> rows that must be refused, each under the rule it is listed with."""
    found: dict[str, list[Row]] = {name: [] for name in ENTITIES}
    for name, rule, row in _listed(tables):
        found[name].append({"updated_at": NOON} | row)
        ledger.refused.append((name, row.get(ENTITIES[name].key), rule))
    return found


def _listed(tables: dict[str, list[Row]]) -> list[tuple[str, str, Row]]:
    account, employee = tables["accounts"][9]["account_id"], tables["employees"][3]["employee_id"]
    response = next(row for row in tables["responses"] if row["survey_id"] == "S-FIELD-AP")["response_id"]
    missing, typed, enum, scale = "missing_required", "wrong_type", "unknown_enum", "out_of_scale"
    orphan, rate = "orphan_key", "no_fx_rate"
    of = {"account_id": account}
    reply = {"response_id": response}
    staff = {"full_name": "Pat Marlowe"}
    asked = {"survey_id": "S-FIELD-AP", "question_text": "Well?"}
    return [
        ("employees", enum, {"employee_id": "E-901", "function": "sales", **staff}),
        ("employees", typed, {"employee_id": "E-902", "is_active": "maybe", **staff}),
        ("employees", missing, {"job_title": "Intern", **staff}),
        ("projects", missing, {"project_id": "P-CLOSED", "project_name": "Closed line", "company_name": "  "}),
        ("accounts", missing, {"account_id": "A-9001", "account_name": " ", "lifecycle_stage": "active"}),
        ("accounts", enum, {"account_id": "A-9002", "account_name": "Sleepy Hollow Ltd", "lifecycle_stage": "dormant"}),
        ("accounts", typed, {"account_id": "A-9003", "account_name": "Late Bloomer SAS", "lifecycle_stage": "active",
                             "customer_since": "31/12/2024"}),
        # its account was refused, so these go with it
        ("contacts", orphan, {"contact_id": "C-9002-01", "account_id": "A-9002", "full_name": "Sol Winter"}),
        ("revenue", orphan, {"revenue_id": "REV-900001", "account_id": "A-9002", "recognised_on": "2025-06-30",
                             "amount": "1200", "currency": "USD"}),
        ("contacts", orphan, {"contact_id": "C-9003-01", "account_id": "A-NOPE", "full_name": "Nell Nobody"}),
        ("contacts", enum, {"contact_id": "C-9004-01", "full_name": "Kit Champion", "buying_role": "champion", **of}),
        ("contacts", missing, {"contact_id": "C-9005-01", "full_name": "\t", **of}),
        ("revenue", rate, {"revenue_id": "REV-900002", "recognised_on": "2025-06-30", "amount": "8000", "currency": "CHF", **of}),
        ("revenue", enum, {"revenue_id": "REV-900003", "recognised_on": "2025-06-30", "amount": "10", "currency": "usd", **of}),
        ("revenue", typed, {"revenue_id": "REV-900004", "recognised_on": "2025-06-30", "amount": "1,250.00", "currency": "USD", **of}),
        ("revenue", missing, {"revenue_id": "REV-900005", "recognised_on": "2025-06-30", "currency": "USD", **of}),
        ("opportunities", rate, {"opportunity_id": "OPP-90001", "created_on": "2025-05-02", "currency": "JPY", **of}),
        ("opportunities", enum, {"opportunity_id": "OPP-90002", "created_on": "2025-05-02", "kind": "upsell", **of}),
        ("opportunities", typed, {"opportunity_id": "OPP-90003", "created_on": "2025-02-30", **of}),
        ("activities", enum, {"activity_id": "ACT-900001", "kind": "lunch", "occurred_at": NOON, **of}),
        ("activities", typed, {"activity_id": "ACT-900002", "kind": "call", "occurred_at": "yesterday", **of}),
        ("activities", orphan, {"activity_id": "ACT-900003", "kind": "call", "occurred_at": NOON, "account_id": "a-0001"}),
        ("usage", scale, {"usage_id": "USE-900001", "month": "2025-05-15", **of}),
        ("usage", scale, {"usage_id": "USE-900002", "month": "2025-05-01", "active_seats": "-4", **of}),
        ("usage", typed, {"usage_id": "USE-900003", "month": "May 2025", **of}),
        ("assessments", scale, {"assessment_id": "ASM-90001", "employee_id": employee, "assessed_at": NOON,
                                "engagement_rating": "11", **of}),
        ("assessments", orphan, {"assessment_id": "ASM-90002", "employee_id": "E-901", "assessed_at": NOON, **of}),
        ("training", orphan, {"record_id": "TRN-9001", "employee_id": "E-999", "course_id": "CEM-101"}),
        ("training", typed, {"record_id": "TRN-9002", "employee_id": employee, "course_id": "CEM-101", "score": "passed"}),
        ("tickets", enum, {"ticket_id": "TCK-90001", "channel": "email", "priority": "P1", "created_at": NOON, **of}),
        ("tickets", typed, {"ticket_id": "TCK-90002", "channel": "email", "created_at": "03/14/2025 10:00", **of}),
        ("tickets", missing, {"ticket_id": "TCK-90003", "created_at": NOON, **of}),
        ("tickets", orphan, {"ticket_id": "TCK-90004", "channel": "email", "created_at": NOON, "account_id": "A-NOPE"}),
        # a survey of a line nobody exported takes its question and its invitation along
        ("surveys", orphan, {"survey_id": "S-CLOSED", "survey_name": "Closed line", "project_id": "P-CLOSED"}),
        ("surveys", enum, {"survey_id": "S-EXIT", "survey_name": "Exit", "project_id": "P-CALIB", "kind": "exit"}),
        ("questions", orphan, {"question_id": "S-CLOSED-Q1", "survey_id": "S-CLOSED", "question_text": "How?",
                               "scale_id": "likert5", "measure": "satisfaction"}),
        ("questions", enum, {"question_id": "S-FIELD-AP-X1", "scale_id": "likert9", "measure": "satisfaction", **asked}),
        ("questions", scale, {"question_id": "S-FIELD-AP-X2", "scale_id": "likert5", "measure": "satisfaction", "weight": "0", **asked}),
        ("invitations", orphan, {"invitation_id": "INV-900001", "survey_id": "S-CLOSED", "sent_at": NOON, **of}),
        ("invitations", typed, {"invitation_id": "INV-900002", "survey_id": "S-CALIB", "sent_at": " 2026-04-01T08:00:00Z", **of}),
        ("responses", enum, {"response_id": "RSP-900001", "survey_id": "S-CALIB", "respondent_type": "Customer", "responded_at": NOON, **of}),
        ("responses", missing, {"response_id": "RSP-900002", "survey_id": "S-CALIB", "respondent_type": "customer", **of}),
        ("responses", orphan, {"response_id": "RSP-900003", "survey_id": "S-CALIB", "respondent_type": "customer",
                               "responded_at": NOON, "account_id": "A-9003"}),
        ("answers", orphan, {"answer_id": "ANS-900001", "response_id": "RSP-900001", "question_id": "S-CALIB-OVERALL", "value": "5"}),
        ("answers", orphan, {"answer_id": "ANS-900002", "question_id": "S-CALIB-OVERALL", "value": "5", **reply}),
        ("answers", orphan, {"answer_id": "ANS-900003", "question_id": "S-CLOSED-Q1", "value": "5", **reply}),
        ("answers", scale, {"answer_id": "ANS-900004", "question_id": "S-FIELD-AP-OVERALL", "value": "6", **reply}),
        ("answers", scale, {"answer_id": "ANS-900005", "question_id": "S-FIELD-AP-NPS", "value": "-1", **reply}),
        ("answers", typed, {"answer_id": "ANS-900006", "question_id": "S-FIELD-AP-OVERALL", "value": "4,5", **reply}),
        ("answers", typed, {"answer_id": "ANS-900007", "question_id": "S-FIELD-AP-OVERALL", "value": "NaN", **reply}),
    ]  # fmt: skip
