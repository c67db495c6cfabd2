"""Qualtrics' records as Fivetran lands them: columns in snake case, deletions as flags, a row per answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from demo.vendors.dress.qualtrics_parts import DIRECTORY, Answer, answers_of, default_channel, embedded_of

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]
Served = Mapping[str, list[tuple[str, datetime, Row]]]


def landed_tables(served: Served, tables: Tables) -> dict[str, list[Row]]:
    """Table -> rows out of what the API serves, but for answers: those have the option's key here and not its recode."""
    synced = {"_fivetran_synced": datetime(2026, 4, 20, 6)}
    alive = {**synced, "_fivetran_deleted": False}
    landed: dict[str, list[Row]] = {
        name: []
        for name in ("question", "question_option", "sub_question", "question_response", "survey_embedded_data")
    }
    landed["survey"] = [
        {"id": key, "survey_name": body["name"], "survey_status": "Active", "last_modified": stamp, **alive}
        for key, stamp, body in served["surveys"]
    ]
    landed["survey"].append({**landed["survey"][0], "id": "SV_gone", "survey_name": "Draft", "_fivetran_deleted": True})
    for _, _, body in served["questions"]:
        _land_question(landed, body, alive)
    landed["directory_contact"] = [
        {
            "id": body["contactId"],
            "directory_id": DIRECTORY,
            "first_name": body["firstName"],
            "last_name": body["lastName"],
            "email": body["email"],
            "ext_ref": body["extRef"],
            "account_id": body["embeddedData"].get("account_id"),
            **synced,
        }
        for _, _, body in served["contacts"]
    ]
    landed["distribution"] = [_landed_distribution(body, alive) for _, _, body in served["distributions"]]
    landed["distribution_contact"] = [
        {
            "distribution_id": body["distributionId"],
            "contact_id": body["contactId"],
            "contact_lookup_id": body["contactLookupId"],
            "response_id": body["responseId"],
            "sent_at": _instant(body["sentAt"]),
            "status": body["status"],
            **synced,
        }
        for _, _, body in served["distribution_history"]
    ]
    landed["survey_response"] = []
    for response, answers in answers_of(tables):
        _land_response(landed, response, answers, synced)
    return landed


def _land_question(landed: dict[str, list[Row]], body: Row, alive: Row) -> None:
    names = {"survey_id": body["surveyId"], "question_id": body["QuestionID"]}
    landed["question"].append(
        {
            "survey_id": body["surveyId"],
            "id": body["QuestionID"],
            "question_text": body["QuestionText"],
            "question_type": body["QuestionType"],
            "selector": body["Selector"],
            "data_export_tag": body["DataExportTag"],
            **alive,
        }
    )
    choices, answers = body.get("Choices", {}), body.get("Answers")
    if answers is not None:
        landed["sub_question"] += [
            {**names, "key": key, "text": choice["Display"], **alive} for key, choice in choices.items()
        ]
    recodes = body.get("RecodeValues", {})
    landed["question_option"] += [
        {**names, "key": key, "recode_value": recodes.get(key), "text": option["Display"], **alive}
        for key, option in (choices if answers is None else answers).items()
    ]


def _landed_distribution(body: Row, alive: Row) -> Row:
    return {
        "id": body["id"],
        "parent_distribution_id": body["parentDistributionId"],
        "request_type": body["requestType"],
        "request_status": body["requestStatus"],
        "send_date": _instant(body["sendDate"]),
        "modified_date": _instant(body["modifiedDate"]),
        "survey_link_survey_id": body["surveyLink"]["surveyId"],
        **alive,
    }


def _land_response(landed: dict[str, list[Row]], response: Row, answers: list[Answer], synced: Row) -> None:
    key = response["response_id"]
    landed["survey_response"].append(
        {
            "id": key,
            "survey_id": response["survey_id"],
            "status": 1 if response["respondent_type"] == "test" else 0,
            "finished": 1 if response["is_complete"] else 0,
            "progress": 100 if response["is_complete"] else 33,
            "distribution_channel": default_channel(response),
            "recorded_date": response["responded_at"],
            "end_date": response["responded_at"],
            "last_modified_date": response["updated_at"],
            **synced,
        }
    )
    landed["question_response"] += [
        {"response_id": key, **row, **synced} for answer in answers for row in answer.rows()
    ]
    landed["question_response"].append(
        {
            "_fivetran_id": "m1",
            "response_id": key,
            "question_id": "QID900",
            "sub_question_key": "1",
            "question_option_key": "1",
            **synced,
        }
    )
    landed["survey_embedded_data"] += [
        {"response_id": key, "import_id": name, "key": name, "value": value, **synced}
        for name, value in embedded_of(response).items()
    ]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z"))
