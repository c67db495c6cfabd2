"""What staging makes of a help desk: tickets with their fates, opinions with who earned them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.mapping.rig import mapped
from tests.mapping.zendesk_records import API, FIVETRAN, MAPPING, rating, response

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("zendesk")


@pytest.fixture(scope="module")
def desk(home: Path) -> dict[str, Rows]:
    """The API's help desk."""
    return mapped(home, "zendesk", {"zendesk": API}, MAPPING)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """Fivetran's help desk."""
    return mapped(tmp_path_factory.mktemp("zendesk_fivetran"), "zendesk", {"zendesk_fivetran": FIVETRAN}, MAPPING)


def of(rows: Rows, column: str, value: str) -> Rows:
    return [row for row in rows if row[column] == value]


def test_housekeeping_of_zendesk_makes_no_second_version(desk: dict[str, Rows]) -> None:
    assert [row["priority"] for row in of(desk["tickets"], "ticket_id", "100")] == ["urgent"]


def test_a_ticket_names_people_as_the_crm_does(desk: dict[str, Rows]) -> None:
    (row,) = of(desk["tickets"], "ticket_id", "106")

    assert {name: row[name] for name in ("account_id", "contact_id", "project_id", "cause", "team_id", "channel")} == {
        "account_id": "A-1",
        "contact_id": "C-1",
        "project_id": "P-1",
        "cause": None,
        "team_id": "7",
        "channel": "portal",
    }


def test_who_left_is_still_named_on_old_tickets(desk: dict[str, Rows]) -> None:
    (row,) = of(desk["tickets"], "ticket_id", "106")

    assert row["assignee_id"] == "E-2"


def test_an_organisation_without_the_crm_s_id_leaves_the_account_open(desk: dict[str, Rows]) -> None:
    (row,) = of(desk["tickets"], "ticket_id", "101")

    assert (row["account_id"], row["contact_id"]) == (None, None)


def test_deleted_tickets_keep_that_status_and_scrubbed_or_vanished_ones_are_gone(desk: dict[str, Rows]) -> None:
    assert [row["status"] for row in of(desk["tickets"], "ticket_id", "103")] == ["open", "deleted"]
    assert of(desk["tickets"], "ticket_id", "102") == []
    assert of(desk["tickets"], "ticket_id", "104") == []


def test_an_unknown_channel_goes_on_to_the_letter(desk: dict[str, Rows]) -> None:
    assert {row["channel"] for row in of(desk["tickets"], "ticket_id", "105")} == {"carrier_pigeon"}


def test_every_version_of_a_ticket_is_a_row_and_an_open_one_is_not_solved(desk: dict[str, Rows]) -> None:
    versions = of(desk["tickets"], "ticket_id", "105")

    assert [(row["status"], row["priority"], row["solved_at"]) for row in versions] == [
        ("open", "high", None),
        ("solved", None, "2026-01-02T09:00:00Z"),
    ]
    assert {row["reopen_count"] for row in versions} == {"1"}


def test_the_first_reply_is_an_agent_s_first_public_comment_after_the_description(desk: dict[str, Rows]) -> None:
    (row, _) = of(desk["tickets"], "ticket_id", "105")

    assert row["first_replied_at"] == "2026-01-01T08:20:00Z"


def test_good_and_bad_are_a_class_and_never_five_and_one(desk: dict[str, Rows]) -> None:
    values = {
        row["answer_id"]: row["value"] for row in desk["answers"] if row["question_id"] == "satisfaction_rating:score"
    }
    (question,) = of(desk["questions"], "question_id", "satisfaction_rating:score")

    assert values["rating-105:score"] == "4.5"
    assert question["scale_id"] == "good_bad"
    assert not {"0", "1", "5"} & set(values.values())


def test_a_word_nobody_mapped_is_no_number(desk: dict[str, Rows]) -> None:
    assert [row["value"] for row in of(desk["answers"], "answer_id", "rating-108:score")] == ["meh"]


def test_offered_is_an_invitation_and_unoffered_is_nothing(desk: dict[str, Rows]) -> None:
    invited = {row["invitation_id"]: row["sent_at"] for row in desk["invitations"]}

    assert invited["rating-105"] == "2026-01-02T10:00:00Z"
    assert "rating-100" not in invited
    assert not of(desk["responses"], "ticket_id", "100")


def test_a_rating_belongs_to_who_had_the_ticket_when_it_was_given(desk: dict[str, Rows]) -> None:
    (row,) = of(desk["responses"], "response_id", "rating-105")

    assert (row["agent_id"], row["team_id"], row["contact_id"], row["invitation_id"]) == (
        "E-1",
        "8",
        "C-1",
        "rating-105",
    )
    assert [each["comment"] for each in of(desk["answers"], "response_id", "rating-105")] == ["Thanks"]


def test_a_changed_mind_is_a_new_version(desk: dict[str, Rows]) -> None:
    versions = of(desk["answers"], "answer_id", "rating-107:score")

    assert [(row["value"], row["updated_at"]) for row in versions] == [
        ("4.5", "2026-01-02T11:00:00Z"),
        ("2", "2026-01-02T12:00:00Z"),
    ]


def test_what_was_said_about_a_deleted_ticket_does_not_count(desk: dict[str, Rows]) -> None:
    assert not of(desk["responses"], "ticket_id", "103")
    assert not of(desk["answers"], "response_id", "rating-103")


def test_the_good_that_zendesk_writes_beside_a_survey_is_not_a_second_opinion(desk: dict[str, Rows]) -> None:
    assert {row["response_id"] for row in of(desk["responses"], "ticket_id", "106")} == {"SR1"}
    assert not of(desk["invitations"], "invitation_id", "rating-106")


def test_a_survey_s_response_is_credited_to_the_agent_at_rating_time(desk: dict[str, Rows]) -> None:
    versions = of(desk["responses"], "response_id", "SR1")

    assert [(row["agent_id"], row["team_id"], row["contact_id"], row["updated_at"][:10]) for row in versions] == [
        ("E-1", "8", "C-2", "2026-01-02"),
        ("E-1", "8", "C-2", "2026-01-03"),
    ]
    assert {row["responded_at"] for row in versions} == {"2026-01-02T10:00:00.000Z"}
    assert {row["invitation_id"] for row in versions} == {"S1:106"}
    assert [row["sent_at"] for row in of(desk["invitations"], "invitation_id", "S1:106")] == ["2026-01-02T09:00:00Z"]


def test_an_edited_answer_is_a_new_version_and_a_skipped_one_is_none(desk: dict[str, Rows]) -> None:
    assert [row["value"] for row in of(desk["answers"], "answer_id", "SR1:Q1")] == ["4", "5"]
    assert [row["comment"] for row in of(desk["answers"], "answer_id", "SR1:Q2")] == ["Better now"]


def test_a_question_nobody_mapped_has_no_measure_and_is_reported(home: Path, desk: dict[str, Rows]) -> None:
    (row,) = of(desk["questions"], "question_id", "S1:Q2")
    reported = json.loads((home / "runs" / "r1" / "unmapped.json").read_text())["survey"]["unmapped"]

    assert (row["measure"], row["scale_id"], row["question_text"]) == (None, None, "Anything else?")
    assert any(item["name"] == "S1:Q2" for item in reported)


def test_surveys_audit_the_projects_that_the_file_names(desk: dict[str, Rows]) -> None:
    assert sorted(
        (row["survey_id"], row["survey_name"], row["project_id"], row["kind"]) for row in desk["surveys"]
    ) == [
        ("S1", "After a ticket", "P-2", "transactional"),
        ("satisfaction_rating", "Zendesk satisfaction rating", "P-1", "transactional"),
    ]


def test_a_history_tells_what_metrics_would(loaded: dict[str, Rows]) -> None:
    solved, reopened = (of(loaded["tickets"], "ticket_id", key)[0] for key in ("200", "201"))

    assert (solved["reopen_count"], solved["solved_at"]) == ("1", "2026-01-04 08:00:00+00:00")
    assert (solved["first_replied_at"], solved["reply_count"]) == ("2026-01-01 09:00:00.5+00:00", "2")
    assert (reopened["reopen_count"], reopened["solved_at"], reopened["reply_count"]) == ("1", None, None)


def test_a_history_s_rating_is_credited_to_the_agent_at_that_time(loaded: dict[str, Rows]) -> None:
    (row,) = loaded["responses"]
    (answer,) = loaded["answers"]

    assert (row["response_id"], row["agent_id"], row["team_id"]) == ("rating-200", "E-1", "8")
    assert (answer["value"], answer["comment"]) == ("4.5", "Quick")
    assert [invited["sent_at"] for invited in loaded["invitations"]] == ["2026-01-02 09:00:00+00:00"]


def test_who_was_asked_about_a_ticket_that_never_landed_is_refused_in_sight(tmp_path: Path) -> None:
    raw = {"zendesk": {"satisfaction_ratings": [rating(1, 999, "offered", "2026-01-02T10:00:00Z")]}}
    rows = mapped(tmp_path, "zendesk", raw, MAPPING)
    assert [(row["invitation_id"], row["account_id"]) for row in rows["invitations"]] == [("rating-999", None)]


def test_an_answer_of_a_kind_that_zendesk_does_not_name_is_an_answer(tmp_path: Path) -> None:
    untyped = response("2026-01-02T10:00:00.000Z", 4)
    del untyped["_record"]["answers"][0]["type"]
    raw = {"zendesk": {"tickets": API["tickets"], "survey_responses": [untyped]}}
    rows = mapped(tmp_path, "zendesk", raw, MAPPING)
    assert [(row["answer_id"], row["value"]) for row in rows["answers"]] == [("SR1:Q1", "4")]
