"""What staging makes of SurveyMonkey's records: weights and not positions, NPS by its text, nothing guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.mapping.rig import mapped

Row = dict[str, Any]
DAY = "2026-01-02T10:00:00+00:00"
MAPPING = {
    "surveys": {
        "1": {
            "project": "P-1",
            "kind": "relationship",
            "questions": {
                "10": {"measure": "satisfaction", "scale": "likert5", "weight": 2},
                "20": {"measure": "recommendation", "scale": "nps11"},
                "30": {"measure": "open_text", "scale": "likert5"},
                "40": {"measure": "effort", "scale": "likert5"},
                "40_402": {"measure": "timeliness", "scale": "likert5"},
                "50": {"measure": "action_alert", "scale": "binary"},
                "60": {"measure": "satisfaction", "scale": "percent"},
                "80": "ignore",
            },
        },
        "2": {"project": "P-1", "kind": "staff"},
    }
}
# choices in the order somebody typed them: the best first
RATING = [
    *(
        {"id": f"c{place}", "position": place, "text": f"mark {6 - place}", "weight": 6 - place}
        for place in range(1, 6)
    ),
    {"id": "c9", "position": 9, "text": "N/A", "is_na": True, "weight": 0},
]
NPS = [
    {"id": f"n{mark}", "text": str(mark), "weight": 100 if mark > 8 else 0 if mark > 6 else -100} for mark in range(11)
]


def question(qid: str, family: str = "matrix", rows: int = 1, choices: list[Row] | None = None) -> Row:
    place = f"https://api.surveymonkey.com/v3/surveys/1/pages/3/questions/{qid}"
    body: Row = {"id": qid, "family": family, "headings": [{"heading": f"Text of {qid}"}], "href": place}
    if family == "matrix":
        body["answers"] = {"rows": [{"id": f"{qid}{place}", "text": f"row {place}"} for place in range(1, rows + 1)]}
    if choices is not None:
        body["answers"] = {**body.get("answers", {}), "choices": choices}
    return body


QUESTIONS = [
    question("10", choices=RATING),
    question("20", choices=NPS),
    question("30", "open_ended"),
    question("40", rows=2, choices=RATING),
    question(
        "50",
        "single_choice",
        choices=[{"id": "y", "text": "Yes"}, {"id": "n", "text": "No"}, {"id": "m", "text": "Maybe"}],
    ),
    question("60", "open_ended"),
    question("70", choices=RATING),  # nobody mapped it
    question("80", rows=2, choices=RATING),  # left out on purpose
    question("90", "presentation"),
]


def response(key: str, answers: dict[str, list[Row]], modified: str = DAY, **more: Any) -> Row:
    pages = [
        {"id": "3", "questions": [{"id": qid, "answers": given} for qid, given in answers.items()]},
        {"id": "4", "questions": []},
    ]
    told = {"survey_id": "1", "collector_id": "7", "recipient_id": "", "response_status": "completed"}
    told |= {"collection_mode": "default", "date_created": DAY, "custom_variables": {"account_id": "A"}}
    return {"id": key, "date_modified": modified, "pages": pages, **told, **more}


def choice(choice_id: str, row_id: str | None = None, weight: str | None = None) -> Row:
    told: Row = {"choice_id": choice_id}
    if row_id is not None:
        told["row_id"] = row_id
    return told if weight is None else {**told, "choice_metadata": {"weight": weight}}


def api(*responses: Row, **streams: list[Row]) -> Row:
    surveys = [{"id": key, "title": key, "date_modified": "2025-01-01T00:00:00"} for key in ("1", "2")]
    return {
        "surveymonkey": {
            "surveys": [{"_key": row["id"], "_record": row} for row in surveys],
            "questions": [{"_key": f"1:{row['id']}", "_record": {"survey_id": "1", **row}} for row in QUESTIONS],
            "responses": [{"_key": row["id"], "_version": row["date_modified"], "_record": row} for row in responses],
            **{
                name: [{"_key": str(place), "_record": row} for place, row in enumerate(rows)]
                for name, rows in streams.items()
            },
        }
    }


def answers(rows: dict[str, list[Row]]) -> dict[str, tuple[str | None, str | None]]:
    assert len({row["answer_id"] for row in rows["answers"]}) == len(rows["answers"])
    return {row["answer_id"]: (row["value"], row["comment"]) for row in rows["answers"]}


GIVEN = (
    response(
        "R1",
        {
            "10": [choice("c1", "101", "5"), {"other_id": "o", "text": "because"}],
            "20": [choice("n9", "201", "100")],
            "30": [{"tag_data": [], "text": "Well\ndone."}],
            "40": [choice("c5", "401", "1"), choice("c4", "402", "2")],
            "50": [choice("y")],
            "60": [{"text": "62.5"}],
            "70": [choice("c2", "701", "4")],
            "80": [choice("c2", "802", "4")],
        },
    ),
    response("R2", {"10": [choice("c9", "101", "0")], "20": [choice("n0", "201", "-100")], "50": [choice("m")]}),
    response("R3", {"10": [choice("c1", "101"), choice("c2", "101")]}),
    response("R4", {}),
)
WANTED = {
    "R1:10": ("5", "because"),
    "R1:20": ("9", None),
    "R1:30": (None, "Well\ndone."),
    "R1:40_401": ("1", None),
    "R1:40_402": ("2", None),
    "R1:50": ("1", None),
    "R1:60": ("62.5", None),
    "R1:70": ("4", None),
    "R2:20": ("0", None),
    "R2:50": ("Maybe", None),  # no number: the door refuses it in sight of everybody
    "R3:10": ("4 and 5", None),
}


def test_answers_of_the_api(tmp_path: Path) -> None:
    rows = mapped(tmp_path, "surveymonkey", api(*GIVEN), MAPPING)
    assert answers(rows) == WANTED
    questions = {row["question_id"]: row for row in rows["questions"]}
    assert {key: row["measure"] for key, row in questions.items()} == {
        "1:10": "satisfaction",
        "1:20": "recommendation",
        "1:30": "open_text",
        "1:40_401": "effort",
        "1:40_402": "timeliness",
        "1:50": "action_alert",
        "1:60": "satisfaction",
        "1:70": None,  # reported, never guessed
    }
    assert questions["1:40_402"]["question_text"] == "Text of 40: row 2"
    assert questions["1:10"]["weight"] == "2"
    assert [row["updated_at"] for row in rows["surveys"]] == ["2025-01-01T00:00:00"] * 2


def test_airbyte_lands_the_same_under_two_connections(tmp_path: Path) -> None:
    tables = {
        "surveys": [{"id": "1", "title": "Pulse", "date_modified": "2025-01-01T00:00:00"}],
        "survey_questions": QUESTIONS,
        "survey_responses": [
            {**row, "pages": json.dumps(row["pages"])} for row in GIVEN
        ],  # as some destinations have it
    }
    connections = [{"id": "us"}, {"id": "eu", "prefix": "eu-"}]
    own = {
        "connections": [{**each, "adapter": "surveymonkey_airbyte"} for each in connections],
        "surveys": {**MAPPING["surveys"], "eu-1": MAPPING["surveys"]["1"]},
    }
    raw = {"surveymonkey_airbyte@us": tables, "surveymonkey_airbyte@eu": tables}
    rows = mapped(tmp_path, "surveymonkey", raw, own)
    assert answers(rows) == WANTED | {f"eu-{key}": cells for key, cells in WANTED.items()}
    assert {row["question_id"] for row in rows["answers"]} <= {row["question_id"] for row in rows["questions"]}


def test_an_edited_response_keeps_its_versions_and_its_day(tmp_path: Path) -> None:
    later = "2026-07-03T10:00:00+00:00"
    first = response("R1", {"10": [choice("c1", "101", "5")], "30": [{"text": "taken back"}]})
    second = response("R1", {"10": [choice("c5", "101", "1")]}, modified=later)
    rows = mapped(tmp_path, "surveymonkey", api(first, second), MAPPING)
    told = [(row["answer_id"], row["value"], row["updated_at"]) for row in rows["answers"]]
    assert sorted(told) == [("R1:10", "1", later), ("R1:10", "5", DAY)]
    assert {row["responded_at"] for row in rows["responses"]} == {DAY}


def test_who_was_invited_and_who_answered(tmp_path: Path) -> None:
    def recipient(key: str, collector: str, status: str = "sent", **fields: str) -> Row:
        return {"id": key, "collector_id": collector, "mail_status": status, "extra_fields": fields}

    sent = "2026-01-01T08:00:00+00:00"
    messages = [("m1", "88", "invite"), ("m2", "88", "reminder"), ("m3", "99", "invite"), ("m4", "99", "invite")]
    rows = mapped(
        tmp_path,
        "surveymonkey",
        api(
            response("R1", {}, collector_id="88", recipient_id="r1", custom_variables={}),
            response(
                "R2",
                {},
                custom_variables={"account_id": "A", "contact_id": "C9", "channel": "phone", "wave": "2026-Q1"},
            ),
            response(
                "R3", {}, survey_id="2", collector_id="99", recipient_id="r3", custom_variables={"account_id": "A77"}
            ),
            response("R4", {}, collection_mode="preview", custom_variables={"respondent_type": "partner"}),
            response("R5", {}, response_status="partial", custom_variables={"respondent_type": "partner"}),
            collectors=[
                {"id": "7", "survey_id": "1", "type": "weblink"},
                {"id": "88", "survey_id": "1", "type": "email"},
                {"id": "99", "survey_id": "2", "type": "email"},
            ],
            messages=[
                {"id": key, "collector_id": of, "type": kind, "status": "sent", "scheduled_date": sent}
                for key, of, kind in messages
            ],
            recipients=[
                recipient("r1", "88", contact_id="C1", account_id="A1"),
                recipient("r2", "88", contact_id="C2", account_id="A2", sent_at="2026-01-01T09:00:00Z"),
                recipient("r0", "88", "bounced", contact_id="C0", account_id="A0"),
                recipient("r3", "99", employee_id="E1"),
            ],
        ),
        MAPPING,
    )
    told = {
        row["invitation_id"]: tuple(
            row[name] for name in ("survey_id", "contact_id", "employee_id", "account_id", "sent_at")
        )
        for row in rows["invitations"]
    }
    assert told == {
        "88:C1": ("1", "C1", None, "A1", sent),
        "88:C2": ("1", "C2", None, "A2", "2026-01-01T09:00:00Z"),
        # staff is asked about an account: the answer tells which; of two messages nobody tells which one it was
        "99:E1": ("2", None, "E1", "A77", None),
    }
    by_id = {row["response_id"]: row for row in rows["responses"]}
    names = ("invitation_id", "respondent_type", "contact_id", "employee_id", "account_id", "channel", "is_complete")
    assert {key: tuple(row[name] for name in names) for key, row in by_id.items()} == {
        "R1": ("88:C1", "customer", "C1", None, "A1", "email", "true"),
        "R2": (None, "customer", "C9", None, "A", "phone", "true"),
        "R3": ("99:E1", "employee", None, "E1", "A77", "email", "true"),
        "R4": (None, "test", None, None, None, "web", "true"),
        "R5": (None, "partner", None, None, None, "web", "false"),
    }


def test_words_beside_an_ignored_matrix_are_ignored_too(tmp_path: Path) -> None:
    beside = {"other_id": "o", "text": "a word beside"}
    rows = mapped(tmp_path, "surveymonkey", api(response("R1", {"80": [beside], "40": [beside]})), MAPPING)
    # beside a matrix that counts it belongs to no row: passed on, to be refused
    assert answers(rows) == {"R1:40": (None, "a word beside")}


def test_answers_of_a_response_that_nobody_dated_are_refused_in_sight(tmp_path: Path) -> None:
    undated = response("R1", {"10": [choice("c1", "101", "5")]}, modified="soon")
    tables = {"survey_questions": QUESTIONS, "survey_responses": [undated]}
    rows = mapped(tmp_path, "surveymonkey", {"surveymonkey_airbyte": tables}, MAPPING)
    assert [row["updated_at"] for row in rows["responses"]] == ["soon"]
    assert [(row["answer_id"], row["updated_at"]) for row in rows["answers"]] == [("R1:10", "soon")]
