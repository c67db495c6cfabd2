"""The sample company's surveys as SurveyMonkey knows them: in its API, and in the tables Airbyte makes of it.

Airbyte's stock connector has neither recipients nor messages; here a connector of the user's own lands them beside it.
Around the company's own rows stands what no figure counts: N/A choices, a matrix nobody measures, texts, bounced mails,
reminders, deleted responses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.vendors.core import World
from demo.vendors.dress.surveymonkey_parts import answers_of, question_body, unmeasured, variables_of

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]
Served = dict[str, list[tuple[str, datetime, Row]]]

API = "https://api.surveymonkey.com/v3"
_BEGAN = datetime(2022, 11, 14, 9)


def api(tables: Tables) -> Served:
    """Stream -> (key, instant of its last change, body) as the API serves it."""
    served: Served = {
        "surveys": [],
        "questions": [],
        "collectors": [],
        "messages": [],
        "recipients": [],
        "responses": [],
    }
    questions = _by_survey(tables["questions"])
    for row in tables["surveys"]:
        survey, at = row["survey_id"], row["updated_at"]
        served["surveys"].append((survey, at, _survey(row, len(questions[survey]))))
        bodies = [question_body(question) for question in questions[survey]] + unmeasured()
        for place, body in enumerate(bodies, 1):
            body |= {"survey_id": survey, "position": place}
            body["href"] = f"{API}/surveys/{survey}/pages/{_page(survey)}/questions/{body['id']}"
            served["questions"].append((f"{survey}:{body['id']}", at, body))
        served["collectors"].append(_collector(f"{survey}77", survey, "weblink", _BEGAN))
    recipients = _add_mailings(served, tables)
    for response, pages in answers_of(tables, questions):
        body = _response(response, recipients.get(response["invitation_id"], ""))
        body["pages"] = [{"id": _page(response["survey_id"]), "questions": pages}]
        served["responses"].append((response["response_id"], response["updated_at"], body))
    return served


def load(world: World, tables: Tables) -> None:
    """Put it all into a vendor's world, deleted responses included."""
    served = api(tables)
    for stream, records in served.items():
        for key, stamp, body in records:
            world.put(stream, key, body, stamp=stamp.replace(tzinfo=UTC))
    for key, _, body in served["responses"][::97]:
        gone = f"{key}99"
        world.put("responses", gone, {**body, "id": gone}, stamp=_BEGAN.replace(tzinfo=UTC))
        world.delete("responses", gone, is_hard=True)


def airbyte(tables: Tables) -> dict[str, list[Row]]:
    """Table -> rows as Airbyte lands them: objects and lists as they are, a question's survey only in its address."""
    served = api(tables)
    meta = {"_airbyte_extracted_at": "2026-04-20T06:00:00+00:00", "_airbyte_meta": {"changes": []}}
    dated = {"surveys": False, "responses": True}  # surveys have no offset, responses have one
    bodies = {
        stream: [
            {**body, **({"date_modified": _text(stamp, dated[stream])} if stream in dated else {}), **meta}
            for _, stamp, body in records
        ]
        for stream, records in served.items()
    }
    return {
        "surveys": bodies["surveys"],
        "survey_questions": [{k: v for k, v in body.items() if k != "survey_id"} for body in bodies["questions"]],
        "survey_collectors": bodies["collectors"],
        "collector_messages": bodies["messages"],
        "collector_recipients": bodies["recipients"],
        "survey_responses": bodies["responses"],
    }


def mapping(tables: Tables) -> Row:
    """What a user would write into sources/surveymonkey.yaml for this account."""
    surveys: Row = {}
    for row in tables["surveys"]:
        surveys[row["survey_id"]] = {
            "project": row["project_id"],
            "kind": row["kind"],
            "questions": {"QID900": "ignore"},
        }
    for row in tables["questions"]:
        said = {"measure": row["measure"], "scale": row["scale_id"]}
        for column in ("category", "weight", "counts_for_award", "touchpoint"):
            if row[column] is not None:
                said[column] = row[column]
        surveys[row["survey_id"]]["questions"][row["question_id"].split(":")[1]] = said
    return {"surveys": surveys}


def _by_survey(questions: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in questions:
        grouped[row["survey_id"]].append(row)
    return grouped


def _page(survey: str) -> str:
    return f"{survey}1"


def _survey(row: Row, questions: int) -> Row:
    return {
        "id": row["survey_id"],
        "title": row["survey_name"],
        "nickname": "",
        "language": "en",
        "question_count": questions,
        "page_count": 1,
        "date_created": _text(_BEGAN, has_offset=False),
        "custom_variables": {},
        "href": f"{API}/surveys/{row['survey_id']}",
    }


def _collector(key: str, survey: str, kind: str, at: datetime) -> tuple[str, datetime, Row]:
    body = {"id": key, "survey_id": survey, "name": f"{kind} {key}", "type": kind, "href": f"{API}/collectors/{key}"}
    return key, at, body


def _add_mailings(served: Served, tables: Tables) -> dict[str, str]:
    """A mailing per distribution, with its messages and recipients; gives invitation -> id of its recipient."""
    mailings: dict[str, list[Row]] = defaultdict(list)
    for row in tables["invitations"]:
        mailings[row["invitation_id"].split(":")[0]].append(row)
    answered = {row["invitation_id"] for row in tables["responses"]}
    recipients = {}
    for collector, rows in mailings.items():
        sent = min(row["sent_at"] for row in rows)
        served["collectors"].append(_collector(collector, rows[0]["survey_id"], "email", sent))
        for place, (kind, at) in enumerate((("invite", sent), ("reminder", sent + timedelta(days=10))), 1):
            served["messages"].append((f"{collector}{place}", at, _message(f"{collector}{place}", collector, kind, at)))
        for place, row in enumerate(rows, 1):
            key = recipients[row["invitation_id"]] = f"{collector}{place:04}"
            body = _recipient(key, collector, row, row["invitation_id"] in answered)
            served["recipients"].append((f"{collector}:{key}", row["sent_at"], body))
        bounced = _recipient(f"{collector}0000", collector, {**rows[0], "contact_id": "unknown"}, False)
        served["recipients"].append((f"{collector}:{bounced['id']}", sent, {**bounced, "mail_status": "bounced"}))
    return recipients


def _message(key: str, collector: str, kind: str, at: datetime) -> Row:
    scheduled = _text(at, has_offset=True)
    return {"id": key, "collector_id": collector, "type": kind, "status": "sent", "scheduled_date": scheduled}


def _recipient(key: str, collector: str, row: Row, is_answered: bool) -> Row:
    fields = {name: row[name] for name in ("contact_id", "employee_id") if row[name] is not None}
    if row["contact_id"] is not None:
        fields["account_id"] = row["account_id"]  # of staff only the answer tells which account it was asked about
    fields["sent_at"] = _text(row["sent_at"], has_offset=True)
    return {
        "id": key,
        "collector_id": collector,
        "email": f"{key}@example.com",
        "mail_status": "sent",
        "survey_response_status": "completely_responded" if is_answered else "not_responded",
        "custom_fields": {},
        "extra_fields": fields,
        "href": f"{API}/collectors/{collector}/recipients/{key}",
    }


def _response(row: Row, recipient: str) -> Row:
    collector = row["invitation_id"].split(":")[0] if row["invitation_id"] else f"{row['survey_id']}77"
    return {
        "id": row["response_id"],
        "survey_id": row["survey_id"],
        "collector_id": collector,
        "recipient_id": recipient,  # empty, not null, where nobody was invited
        "collection_mode": "preview" if row["respondent_type"] == "test" else "default",
        "response_status": "completed" if row["is_complete"] else "partial",
        "custom_value": "",
        "email_address": "",
        "ip_address": "",
        "logic_path": {},
        "metadata": {"contact": {}},
        "page_path": [],
        "custom_variables": variables_of(row),
        "total_time": 40,
        "date_created": _text(row["responded_at"], has_offset=True),
        "href": f"{API}/surveys/{row['survey_id']}/responses/{row['response_id']}",
    }


def _text(at: datetime, has_offset: bool) -> str:
    return at.isoformat(timespec="seconds") + ("+00:00" if has_offset else "")
