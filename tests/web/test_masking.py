"""What a row in quarantine shows by default: keys, codes, figures and dates of known columns, and nothing else."""

from __future__ import annotations

import json

import pytest

from scoreboard.web.data.masking import COVER, full_content, masked_content, masked_key, masked_reason

ROW = {
    "contact_id": "C-1",
    "account_id": "A-7",
    "full_name": "zoe",
    "job_title": "boss",
    "email": "zoe@x.example",
    "buying_role": "champion",
    "is_active": "true",
    "updated_at": "2026-01-01T00:00:00Z",
    "phone": "12345",
    "empty": "",
    "none": None,
}


def shown(entity: str, row: dict[str, object]) -> dict[str, str]:
    return {cell.column: cell.text for cell in masked_content(entity, json.dumps(row))}


def test_people_are_covered_and_what_mends_the_row_is_not() -> None:
    assert shown("contacts", ROW) == {
        "contact_id": "C-1",
        "account_id": "A-7",
        "full_name": COVER,
        "job_title": COVER,
        "email": COVER,
        "buying_role": "champion",
        "is_active": "true",
        "updated_at": "2026-01-01T00:00:00Z",
        "phone": COVER,
    }


@pytest.mark.parametrize(
    "slipped", ["Zoe Quill", "Quill", "zoe@x.example", "+49 (30) 1", "Müller", "<b>x</b>", "a b", "x" * 99]
)
def test_what_slipped_into_another_column_is_covered(slipped: str) -> None:
    for column in ("buying_role", "is_active", "updated_at"):
        assert shown("contacts", {column: slipped}) == {column: COVER}


def test_an_entity_or_column_that_nobody_knows_is_covered() -> None:
    assert shown("nobody", {"contact_id": "C-1"}) == {"contact_id": COVER}


@pytest.mark.parametrize("content", [None, "", "not json", "[1]", '"x"', "{"])
def test_content_that_is_no_row_shows_nothing(content: str | None) -> None:
    assert masked_content("contacts", content) == full_content(content) == []


def test_numbers_and_nested_values_are_taken_as_text() -> None:
    assert shown("answers", {"value": 6, "comment": {"a": 1}}) == {"value": "6", "comment": COVER}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("buying_role is 'champion', which is not one of a, b", "buying_role is 'champion', which is not one of a, b"),
        ("buying_role is 'Ann Person', which", "buying_role is '•••', which"),
        ("value is '4,5', which", "value is '•••', which"),
        ("account_id Zoe Quill is no valid account", "account_id ••• is no valid account"),
        ("full_name boss of all is too long", "full_name ••• of all is too long"),
    ],
)
def test_a_reason_tells_no_more_than_the_row(reason: str, expected: str) -> None:
    row = ROW | {"account_id": "Zoe Quill"}
    assert masked_reason(reason, "contacts", json.dumps(row)) == expected


@pytest.mark.parametrize(
    ("key", "expected"), [("C-1", "C-1"), (None, None), ("Zoe Quill", COVER), ("z@x.example", COVER)]
)
def test_a_key_is_shown_where_it_looks_like_one(key: str | None, expected: str | None) -> None:
    assert masked_key(key) == expected
