"""The sample company's surveys as Qualtrics knows them: in its API, and in the tables Fivetran makes of it.

Around the company's own rows stands what a real account is full of and no figure counts: descriptive text, a question nobody
mapped to a measure on purpose, -99 and "not applicable" answers, NPS groups, reminders, bounced mails, deleted responses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.vendors.core import World
from demo.vendors.dress.qualtrics_fivetran import landed_tables
from demo.vendors.dress.qualtrics_parts import (
    Answer,
    answers_of,
    contact_of,
    default_channel,
    embedded_of,
    question_body,
)

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]
Served = dict[str, list[tuple[str, datetime, Row]]]

_BEGAN = datetime(2022, 11, 14, 9)
_BOUNCED = "BOUNCED"
_IGNORED = ("QID900", "QID901")  # a matrix about nothing we measure, and a text without a question
_EMPTY_STATS = ("sent", "failed", "started", "bounced", "opened", "skipped", "finished", "complaints", "blocked")


def api(tables: Tables) -> Served:
    """Stream -> (key, instant of its last change, body) as the API serves it."""
    people = _people(tables)
    invited = {row["invitation_id"]: row for row in tables["invitations"]}
    served: Served = {
        "surveys": [_survey(row) for row in tables["surveys"]],
        "questions": [],
        "contacts": [(body["contactId"], _BEGAN, body) for body in people.values()],
        "distributions": _distributions(tables),
        "distribution_history": _history(tables),
        "responses": [],
    }
    for survey, questions in _by_survey(tables["questions"]).items():
        changed = questions[0]["updated_at"]
        for number, question in enumerate(questions):
            body = {"surveyId": survey, **question_body(question, export_tag=f"Q{max(number, 1)}")}
            served["questions"].append((f"{survey}:{body['QuestionID']}", changed, body))
        served["questions"] += [(f"{survey}:{body['QuestionID']}", changed, body) for body in _unmapped(survey)]
    for response, answers in answers_of(tables):
        body = {"responseId": response["response_id"], "surveyId": response["survey_id"]}
        body["values"] = _values(response, answers, invited.get(response["invitation_id"]))
        served["responses"].append((response["response_id"], response["updated_at"], body))
    return served


def load(world: World, tables: Tables) -> None:
    """Put it all into a vendor's world, deleted responses included."""
    for stream, records in api(tables).items():
        for key, stamp, body in records:
            world.put(stream, key, body, stamp=stamp.replace(tzinfo=UTC))
    for key, _, body in api(tables)["responses"][::97]:
        gone = f"{key}99"
        world.put("responses", gone, {**body, "responseId": gone}, stamp=_BEGAN.replace(tzinfo=UTC))
        world.delete("responses", gone, is_hard=True)


def fivetran(tables: Tables) -> dict[str, list[Row]]:
    """Table -> rows as Fivetran lands them."""
    return landed_tables(api(tables), tables)


def mapping(tables: Tables) -> Row:
    """What a user would write into sources/qualtrics.yaml for this account."""
    surveys: Row = {}
    for row in tables["surveys"]:
        surveys[row["survey_id"]] = {"project": row["project_id"], "kind": row["kind"], "questions": {}}
    for row in tables["questions"]:
        said = {"measure": row["measure"], "scale": row["scale_id"]}
        for column in ("category", "weight", "counts_for_award", "touchpoint"):
            if row[column] is not None:
                said[column] = row[column]
        surveys[row["survey_id"]]["questions"][row["question_id"].split(":")[1]] = said
    for survey in surveys.values():
        survey["questions"]["QID900"] = "ignore"
    return {"surveys": surveys}


def _survey(row: Row) -> tuple[str, datetime, Row]:
    body = {
        "id": row["survey_id"],
        "name": row["survey_name"],
        "ownerId": "UR_0a1b2c3d4e5f6g7",
        "isActive": True,
        "creationDate": _text(_BEGAN),
        "lastModified": _text(row["updated_at"]),
    }
    return row["survey_id"], row["updated_at"], body


def _unmapped(survey: str) -> Iterable[Row]:
    """Of every survey: a matrix that is no opinion, and a text."""
    matrix = {
        "surveyId": survey,
        "QuestionID": _IGNORED[0],
        "QuestionText": "How often do you use ...",
        "QuestionType": "Matrix",
        "Selector": "Likert",
        "DataExportTag": "usage",
        "Choices": {"1": {"Display": "the portal"}, "2": {"Display": "the hotline"}},
        "Answers": {"1": {"Display": "daily"}, "2": {"Display": "never"}},
    }
    text = {
        "surveyId": survey,
        "QuestionID": _IGNORED[1],
        "QuestionText": "<b>Thank you</b> for your time.",
        "QuestionType": "DB",
        "Selector": "TB",
        "DataExportTag": "thanks",
    }
    return (matrix, text)


def _people(tables: Tables) -> dict[str, Row]:
    """Recipient's id -> entry of the directory, for everybody who was ever invited."""
    accounts = {row["contact_id"]: row["account_id"] for row in tables["invitations"] if row["contact_id"]}
    people = {row["contact_id"]: row for row in tables["contacts"] if row["contact_id"] in accounts}
    asked = {row["employee_id"] for row in tables["invitations"]}
    staff = {row["employee_id"]: row for row in tables["employees"] if row["employee_id"] in asked}
    return {key: contact_of(key, row, accounts.get(key)) for key, row in {**people, **staff}.items()}


def _by_survey(questions: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in questions:
        grouped.setdefault(row["survey_id"], []).append(row)
    return grouped


def _sendings(tables: Tables) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in tables["invitations"]:
        grouped.setdefault(row["invitation_id"].split(":")[0], []).append(row)
    return grouped


def _distributions(tables: Tables) -> list[tuple[str, datetime, Row]]:
    records = []
    for number, rows in _sendings(tables).items():
        sent = min(row["sent_at"] for row in rows)
        invite = _distribution(number, rows[0]["survey_id"], sent)
        records.append((number, sent, invite))
        later = sent + timedelta(days=10)
        reminder = _distribution(f"{number}9", rows[0]["survey_id"], later)
        reminder |= {"requestType": "Reminder", "parentDistributionId": number}
        records.append((f"{number}9", later, reminder))
    return records


def _distribution(number: str, survey: str, sent: datetime) -> Row:
    return {
        "id": number,
        "parentDistributionId": None,
        "ownerId": "UR_0a1b2c3d4e5f6g7",
        "organizationId": "northwind",
        "requestStatus": "Done",
        "requestType": "Invite",
        "sendDate": _text(sent),
        "createdDate": _text(sent),
        "modifiedDate": _text(sent),
        "headers": {"fromEmail": "survey@example.com", "fromName": "Survey", "replyToEmail": "survey@example.com"},
        "recipients": {"mailingListId": "CG_1", "contactId": None, "libraryId": "UR_1", "sampleId": None},
        "surveyLink": {
            "surveyId": survey,
            "expirationDate": _text(sent + timedelta(days=90)),
            "linkType": "Individual",
        },
        "stats": dict.fromkeys(_EMPTY_STATS, 0),
    }


def _history(tables: Tables) -> list[tuple[str, datetime, Row]]:
    """Who got which mail. Every third answer came after the reminder; one address of each distribution bounces."""
    answered = {row["invitation_id"]: row for row in tables["responses"] if row["invitation_id"]}
    records = []
    for number, rows in _sendings(tables).items():
        for place, row in enumerate(rows):
            response = answered.get(row["invitation_id"])
            is_after_reminder = response is not None and place % 3 == 0
            first = None if is_after_reminder else response
            records.append(_sent(number, row, row["sent_at"], first))
            if is_after_reminder:
                records.append(_sent(f"{number}9", row, row["sent_at"] + timedelta(hours=1), response))
        bounced = _sent(number, {**rows[0], "contact_id": _BOUNCED}, rows[0]["sent_at"], None)
        bounced[2]["status"] = "HardBounce"
        records.append(bounced)
    return records


def _sent(distribution: str, row: Row, sent: datetime, response: Row | None) -> tuple[str, datetime, Row]:
    recipient = row["contact_id"] or row["employee_id"]
    contact = f"CID_{recipient}"
    body = {
        "contactId": contact,
        "contactLookupId": f"CGC_{recipient}",
        "distributionId": distribution,
        "status": "SurveyFinished" if response else "Success",
        "surveyLink": f"https://northwind.qualtrics.example/jfe/form/{row['survey_id']}?Q_DL={distribution}",
        "contactFrequencyRuleId": None,
        "responseId": response["response_id"] if response else None,
        "responseStartedAt": _text(response["responded_at"]) if response else None,
        "sentAt": _text(sent),
        "openedAt": None,
        "responseCompletedAt": _text(response["responded_at"]) if response else None,
        "surveySessionId": None,
    }
    changed = max(sent, response["responded_at"]) if response else sent
    return f"{distribution}:{contact}", changed, body


def _values(response: Row, answers: list[Answer], invitation: Row | None) -> Row:
    """One response's `values`: recodes, texts and embedded data side by side, as the export has them."""
    recorded = response["responded_at"]
    values: Row = {
        "startDate": _text(recorded - timedelta(minutes=4)),
        "endDate": _text(recorded),
        "status": 1 if response["respondent_type"] == "test" else 0,
        "progress": 100 if response["is_complete"] else 33,
        "duration": 240,
        "finished": 1 if response["is_complete"] else 0,
        "recordedDate": _text(recorded),
        "lastModifiedDate": _text(response["updated_at"]),
        "_recordId": response["response_id"],
        "distributionChannel": default_channel(response),
        "userLanguage": "EN",
    }
    if invitation is not None:
        values["externalDataReference"] = invitation["contact_id"] or invitation["employee_id"]
    for answer in answers:
        values |= answer.values()
    values |= {"QID900_1": 1, "QID900_2": 2}
    return values | embedded_of(response)


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds") + "Z"
