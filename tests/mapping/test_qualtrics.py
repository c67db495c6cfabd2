"""What staging makes of Qualtrics' records: recodes and not option keys, nothing counted that is no answer, nothing guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.mapping.rig import mapped

Row = dict[str, Any]
DAY = "2026-01-02T10:00:00+00:00"
MAPPING = {
    "surveys": {
        "SV_1": {
            "project": "P-1",
            "kind": "relationship",
            "questions": {
                "QID1": {"measure": "satisfaction", "scale": "likert5", "weight": 2},
                "QID2": {"measure": "recommendation", "scale": "nps11"},
                "QID3": {"measure": "open_text", "scale": "likert5"},
                "QID4": {"measure": "effort", "scale": "likert5"},
                "QID4_2": {"measure": "timeliness", "scale": "likert5"},
                "QID5": {"measure": "satisfaction", "scale": "likert5"},
                "QID6": {"measure": "satisfaction", "scale": "percent"},
                "QID8": "ignore",
            },
        },
        "SV_staff": {"project": "P-1", "kind": "staff"},
    }
}
RECODES = {"1": "5", "2": "4", "3": "3", "4": "2", "5": "1", "6": "6"}  # the first option typed is the best mark


def question(qid: str, kind: str = "MC", **more: Any) -> Row:
    return {"surveyId": "SV_1", "QuestionID": qid, "QuestionText": f"Text of {qid}", "QuestionType": kind, **more}


LIKERT = {
    "Choices": {key: {"Display": "Not applicable" if recode == "6" else recode} for key, recode in RECODES.items()},
    "RecodeValues": RECODES,
    "AnalyzeChoices": {"6": "No"},
}
QUESTIONS = [
    question("QID1", DataExportTag="Q1", **LIKERT),
    question("QID2", DataExportTag="Q1", Choices={str(mark): {"Display": str(mark)} for mark in range(11)}),
    question("QID3", "TE"),
    question(
        "QID4",
        "Matrix",
        Choices={"1": {"Display": "the portal"}, "2": {"Display": "the hotline"}},
        Answers={key: {"Display": recode} for key, recode in RECODES.items()},
        RecodeValues=RECODES,
        AnalyzeChoices={"6": "No"},
    ),
    question("QID5", **LIKERT),  # asked once per site: a loop
    question("QID6", "TE"),
    question("QID7"),  # nobody mapped it
    question("QID8"),  # left out on purpose
    question("QID9", "DB"),
]


def api(*responses: Row, **streams: list[Row]) -> Row:
    """What the API's streams hold: two surveys, nine questions, and these responses."""
    surveys = [{"id": key, "name": key, "lastModified": "2025-01-01T00:00:00Z"} for key in ("SV_1", "SV_staff")]
    return {
        "qualtrics": {
            "surveys": [{"_key": row["id"], "_record": row} for row in surveys],
            "questions": [{"_key": f"SV_1:{row['QuestionID']}", "_record": row} for row in QUESTIONS],
            "responses": list(responses),
            **{
                name: [{"_key": str(place), "_record": row} for place, row in enumerate(rows)]
                for name, rows in streams.items()
            },
        }
    }


def response(key: str, survey: str = "SV_1", version: str = DAY, **values: Any) -> Row:
    told = {"status": 0, "finished": 1, "recordedDate": "2026-01-02 10:00:00", "account_id": "A", **values}
    return {"_key": key, "_version": version, "_record": {"responseId": key, "surveyId": survey, "values": told}}


def answers(rows: dict[str, list[Row]]) -> dict[str, tuple[str | None, str | None]]:
    assert len({row["answer_id"] for row in rows["answers"]}) == len(rows["answers"])
    return {row["answer_id"]: (row["value"], row["comment"]) for row in rows["answers"]}


def test_answers_of_the_api(tmp_path: Path) -> None:
    rows = mapped(
        tmp_path,
        "qualtrics",
        api(
            response("R1", QID1=5, QID1_6_TEXT="because", QID2=9, QID2_NPS_GROUP=3, QID3_TEXT="  Well\ndone. "),
            response("R2", QID1=-99, QID2=-99, QID3_TEXT="-99", QID4_1=-99),
            response("R3", QID1=6, QID4_1=6, QID4_2=2, QID4_2_TEXT="slow", QID1_DO=["1", "2"]),
            response("R4", QID2=9, QID2_NPS_GROUP=1),
            response("R5", QID2=6, QID2_NPS_GROUP=1, QID6_TEXT="62.5", QID8=4, QID7=1),
            response("R6", **{"1_QID5": 4, "2_QID5": 2, "2_QID5_TEXT": "here", "MyQID1": 3, "QIDx": 4}),
            response("R7", QID1=["1", "3"]),
        ),
        MAPPING,
    )
    assert answers(rows) == {
        "R1:QID1": ("5", "because"),
        "R1:QID2": ("9", None),
        "R1:QID3": (None, "  Well\ndone. "),
        "R3:QID4_2": ("2", "slow"),
        "R4:QID2": ("9, exported as group 1", None),  # no number: the door refuses it in sight of everybody
        "R5:QID2": ("6", None),
        "R5:QID6": ("62.5", None),
        "R5:QID7": ("1", None),
        "R6:QID5_1": ("4", None),
        "R6:QID5_2": ("2", "here"),
        "R7:QID1": ('["1","3"]', None),
    }
    questions = {row["question_id"]: row for row in rows["questions"]}
    assert {key: row["measure"] for key, row in questions.items()} == {
        "SV_1:QID1": "satisfaction",
        "SV_1:QID2": "recommendation",
        "SV_1:QID3": "open_text",
        "SV_1:QID4_1": "effort",
        "SV_1:QID4_2": "timeliness",
        "SV_1:QID5": "satisfaction",
        "SV_1:QID5_1": "satisfaction",
        "SV_1:QID5_2": "satisfaction",
        "SV_1:QID6": "satisfaction",
        "SV_1:QID7": None,  # reported, never guessed
    }
    assert questions["SV_1:QID4_2"]["question_text"] == "Text of QID4: the hotline"
    assert questions["SV_1:QID1"]["weight"] == "2"


def test_an_edited_response_keeps_its_versions_and_loses_what_was_taken_back(tmp_path: Path) -> None:
    later = "2026-01-03T10:00:00+00:00"
    first = response("R1", QID1=5, QID2=3, lastModifiedDate=DAY)
    second = response("R1", version=later, QID1=1, QID2=-99, lastModifiedDate=later)
    rows = mapped(tmp_path, "qualtrics", api(first, second), MAPPING)
    told = [(row["answer_id"], row["value"], row["updated_at"]) for row in rows["answers"]]
    assert sorted(told, key=str) == [("R1:QID1", "1", later), ("R1:QID1", "5", DAY)]
    assert sorted(row["updated_at"] for row in rows["responses"]) == [DAY, later]


def test_a_deleted_response_and_its_answers_are_gone(tmp_path: Path) -> None:
    gone = {"_key": "R1", "_version": DAY, "_is_tombstone": True, "_record": {}}
    rows = mapped(tmp_path, "qualtrics", api(response("R1", QID1=5), response("R2", QID1=4), gone), MAPPING)
    assert [row["response_id"] for row in rows["responses"]] == ["R2"]
    assert answers(rows) == {"R2:QID1": ("4", None)}


def distribution(key: str, **more: Any) -> Row:
    return {"id": key, "requestType": "Invite", "surveyLink": {"surveyId": "SV_1"}, **more}


def sending(of: str, contact: str, response: str | None = None, status: str = "Success") -> Row:
    return {"distributionId": of, "contactId": contact, "responseId": response, "sentAt": DAY, "status": status}


def test_who_was_invited_and_who_answered(tmp_path: Path) -> None:
    contacts = [{"contactId": f"CID_{key}", "extRef": key, "embeddedData": {"account_id": f"A{key}"}} for key in "123"]
    employee = {"contactId": "CID_E", "extRef": "E1", "embeddedData": {}}
    rows = mapped(
        tmp_path,
        "qualtrics",
        api(
            response("R1", account_id=None, distributionChannel="anonymous"),
            response(
                "R2", contact_id="C9", agent_id="E7", team_id="T1", ticket_id="T-5", wave="2026-Q1", channel="phone"
            ),
            response("R3", survey="SV_staff", account_id="A77"),
            response("R4", status=1, employee_id="E4", respondent_type="partner", distributionChannel="preview"),
            response("R5", finished=0, respondent_type="partner", externalDataReference="C5"),
            response("R6", status=8),
            contacts=[*contacts, employee],
            distributions=[
                distribution("EMD_1"),
                distribution("EMD_2", requestType="Reminder", parentDistributionId="EMD_1"),
                distribution("EMD_3", surveyLink={"surveyId": "SV_staff"}),
            ],
            distribution_history=[
                sending("EMD_1", "CID_1"),
                sending("EMD_1", "CID_2"),
                sending("EMD_1", "CID_3", status="HardBounce"),
                sending("EMD_2", "CID_1", "R1", "SurveyFinished"),
                sending("EMD_3", "CID_E", "R3", "SurveyFinished"),
            ],
        ),
        MAPPING,
    )
    invitations = {row["invitation_id"]: row for row in rows["invitations"]}
    told = {key: (row["contact_id"], row["employee_id"], row["account_id"]) for key, row in invitations.items()}
    assert told == {
        "EMD_1:1": ("1", None, "A1"),
        "EMD_1:2": ("2", None, "A2"),
        "EMD_3:E1": (None, "E1", "A77"),  # staff is asked about an account: the answer tells which
    }
    by_id = {row["response_id"]: row for row in rows["responses"]}
    names = ("invitation_id", "respondent_type", "contact_id", "employee_id", "account_id", "channel", "is_complete")
    assert {key: tuple(row[name] for name in names) for key, row in by_id.items()} == {
        "R1": ("EMD_1:1", "customer", "1", None, "A1", "web", "true"),
        "R2": (None, "customer", "C9", None, "A", "phone", "true"),
        "R3": ("EMD_3:E1", "employee", None, "E1", "A77", None, "true"),
        "R4": (None, "test", None, "E4", "A", "web", "true"),
        "R5": (None, "partner", "C5", None, "A", None, "false"),
        "R6": (None, "test", None, None, "A", None, "true"),
    }
    assert [by_id["R2"][name] for name in ("agent_id", "team_id", "ticket_id", "wave")] == [
        "E7",
        "T1",
        "T-5",
        "2026-Q1",
    ]
    assert by_id["R1"]["responded_at"] == "2026-01-02 10:00:00"


def test_embedded_data_may_be_called_otherwise(tmp_path: Path) -> None:
    own = {**MAPPING, "options": {"embedded_account_id": "Customer Number"}}
    rows = mapped(tmp_path, "qualtrics", api(response("R1", **{"Customer Number": "K-1"})), own)
    assert [row["account_id"] for row in rows["responses"]] == ["K-1"]


def option(key: str, recode: str | None, text: str, qid: str = "QID1") -> Row:
    return {"survey_id": "SV_1", "question_id": qid, "key": key, "recode_value": recode, "text": text}


def answer(qid: str, key: str | None = None, value: str | None = None, of: str = "R1", **more: Any) -> Row:
    row = {"_fivetran_id": f"{qid}{key}{more}", "response_id": of, "question_id": qid}
    return {**row, "question_option_key": key, "value": value, "sub_question_key": None, "loop_id": None, **more}


def fivetran(*given: Row) -> Row:
    names = {"id": "QuestionID", "question_text": "QuestionText", "question_type": "QuestionType"}
    rows = [{"survey_id": "SV_1", **{name: row[theirs] for name, theirs in names.items()}} for row in QUESTIONS]
    done = {"survey_id": "SV_1", "status": 0, "finished": 1, "recorded_date": "2026-01-02 10:00:00"}
    return {
        "qualtrics_fivetran": {
            "survey": [{"id": "SV_1", "survey_name": "Pulse", "last_modified": "2025-01-01 00:00:00"}],
            "question": rows,
            "question_option": [
                *(option(key, recode, "n/a" if recode == "6" else recode) for key, recode in RECODES.items()),
                *(option(key, recode, recode, "QID4") for key, recode in RECODES.items()),
                *(option(str(mark + 1), None, str(mark), "QID2") for mark in range(11)),
            ],
            "sub_question": [
                {"survey_id": "SV_1", "question_id": "QID4", "key": key, "text": key, "_fivetran_deleted": key == "3"}
                for key in "123"
            ],
            "survey_response": [{"id": key, **done} for key in ("R1", "R2")],
            "survey_embedded_data": [
                {"response_id": key, "import_id": "account_id", "key": "account_id", "value": "A"}
                for key in ("R1", "R2")
            ],
            "question_response": list(given),
        }
    }


def test_answers_of_fivetran(tmp_path: Path) -> None:
    rows = mapped(
        tmp_path,
        "qualtrics",
        fivetran(
            answer("QID1", "1", "1", text="5"),  # the key, and value and text as some connections land them
            answer("QID2", "10", "9"),
            answer("QID3", value=None, text="Fine."),
            answer("QID4", "5", "5", sub_question_key="2"),
            answer("QID5", "1", "4", loop_id="2"),
            answer("QID1", "6", "6", of="R2"),  # n/a, known by its text
            answer("QID2", None, "-99", of="R2"),
            answer("QID6", None, None, of="R2", text="40"),
            answer("QID1", "1", "5", of="R_nowhere"),
        ),
        MAPPING,
    )
    assert answers(rows) == {
        "R1:QID1": ("5", None),
        "R1:QID2": ("9", None),
        "R1:QID3": (None, "Fine."),
        "R1:QID4_2": ("1", None),
        "R1:QID5_2": ("4", None),
        "R2:QID6": ("40", None),
        "R_nowhere:QID1": ("5", None),
    }
    orphan = next(row for row in rows["answers"] if row["response_id"] == "R_nowhere")
    assert orphan["question_id"] is None  # refused at the door, where it can be seen
    assert "SV_1:QID4_3" not in {row["question_id"] for row in rows["questions"]}


def test_two_marks_of_one_question_are_refused_and_not_chosen_between(tmp_path: Path) -> None:
    rows = mapped(tmp_path, "qualtrics", fivetran(answer("QID1", "1"), answer("QID1", "5")), MAPPING)
    assert answers(rows) == {"R1:QID1": ("1 and 5", None)}


@pytest.mark.parametrize("text", ["Not applicable", "N/A", " cannot say "])
def test_what_does_not_apply_is_known_by_its_text_where_nothing_else_tells(tmp_path: Path, text: str) -> None:
    raw = fivetran(answer("QID1", "9", "9"), answer("QID2", "1", "0"))
    raw["qualtrics_fivetran"]["question_option"].append(option("9", "3", text))
    assert answers(mapped(tmp_path, "qualtrics", raw, MAPPING)) == {"R1:QID2": ("0", None)}
