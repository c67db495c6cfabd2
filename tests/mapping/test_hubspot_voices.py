"""HubSpot's tickets and feedback as canonical rows: cases by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mapping.hubspot_records import Row, column, record
from tests.mapping.rig import mapped

SURVEYS = {
    "900": {
        "project": "P-DESK",
        "kind": "relationship",
        "questions": {"score": {"measure": "recommendation", "scale": "nps11"}},
    },
    "902": {"project": "P-DESK", "kind": "transactional", "questions": {"score": "ignore"}},
}


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    def feedback(key: str, survey: str, *, to: list[int], ticket: list[int] | None = None, **properties: Any) -> Row:
        links = {"contacts": to, "tickets": ticket or []}
        held = {
            "hs_survey_id": survey,
            "hs_survey_name": f"Survey {survey}",
            "hs_survey_channel": "EMAIL",
            **properties,
        }
        return record(key, links=links, hs_submission_timestamp="2026-02-01T07:59:30.123Z", **held)

    stages = [
        {"id": "1", "label": "New", "metadata": {"ticketState": "OPEN", "isClosed": "false"}},
        {"id": "4", "label": "Done and dusted", "metadata": {"ticketState": "CLOSED", "isClosed": "true"}},
    ]
    raw = {
        "companies": [record("1", name="Acme", lifecyclestage="customer")],
        "contacts": [record("21", firstname="Ada", associatedcompanyid="1")],
        "ticket_pipelines": [
            {"_key": "0", "_version": None, "_record": {"id": "0", "label": "Support", "stages": stages}},
        ],
        "tickets": [
            record("61", links={"companies": [1], "contacts": []}, hs_pipeline="0", hs_pipeline_stage="4"),
            record(
                "62",
                links={"companies": [], "contacts": [21]},
                hs_pipeline="0",
                hs_pipeline_stage="1",
                hs_ticket_priority="MEDIUM",
                source_type="PHONE",
            ),
            record("63", links={"companies": [1], "contacts": []}, hs_pipeline="0", hs_pipeline_stage="closed-stage"),
        ],
        "feedback_submissions": [
            feedback("81", "900", to=[21], ticket=[62], hs_value="9", hs_content="fine"),
            feedback("82", "901", to=[21], hs_value="4"),
            feedback("83", "902", to=[], hs_value="1"),
            feedback("84", "900", to=[21]),
        ],
    }
    return mapped(
        tmp_path_factory.mktemp("voices"),
        "hubspot",
        {"hubspot": raw},
        {"surveys": SURVEYS, "options": {"ticket_channel": "other"}},
    )


def test_a_stage_nobody_mapped_is_open_or_closed_as_hubspot_has_it(voices: dict[str, list[Row]]) -> None:
    assert column(voices["tickets"], "status") == {"61": "closed", "62": "new", "63": "closed-stage"}


def test_tickets_count_for_the_company_of_their_contact(voices: dict[str, list[Row]]) -> None:
    assert column(voices["tickets"], "account_id") == {"61": "1", "62": "1", "63": "1"}
    assert column(voices["tickets"], "channel") == {"61": "other", "62": "phone", "63": "other"}
    assert column(voices["tickets"], "priority")["62"] == "normal"


def test_a_survey_nobody_mapped_has_no_project_and_no_measure(voices: dict[str, list[Row]]) -> None:
    assert column(voices["surveys"], "project_id") == {"900": "P-DESK", "901": None, "902": "P-DESK"}
    assert column(voices["questions"], "measure") == {"900:score": "recommendation", "901:score": None}


def test_feedback_is_a_response_of_its_contact(voices: dict[str, list[Row]]) -> None:
    [row] = [row for row in voices["responses"] if row["response_id"] == "81"]

    assert (row["survey_id"], row["contact_id"], row["account_id"], row["ticket_id"]) == ("900", "21", "1", "62")
    assert (row["responded_at"], row["channel"], row["respondent_type"]) == (
        "2026-02-01T07:59:30.123Z",
        "email",
        "customer",
    )


def test_an_empty_or_ignored_answer_is_none(voices: dict[str, list[Row]]) -> None:
    answers = {row["answer_id"]: (row["question_id"], row["value"], row["comment"]) for row in voices["answers"]}

    assert answers == {"81:score": ("900:score", "9", "fine"), "82:score": ("901:score", "4", None)}


def test_nobody_knows_who_was_asked(voices: dict[str, list[Row]]) -> None:
    assert voices["invitations"] == []
