"""A small help desk with everything that happens to tickets and opinions, as its API and as Fivetran land it."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def served(body: Record, version: str, **told: Any) -> Record:
    """A record as an API's source gave it."""
    return {"_key": str(body["id"]), "_version": version, "_record": body, **told}


def ticket(number: int, version: str, *, updated: str = "", told: Record | None = None, **body: Any) -> Record:
    """A ticket of organisation 1 by requester 11, assigned to agent 22 of group 7."""
    whole = {
        "id": number,
        "organization_id": 1,
        "requester_id": 11,
        "assignee_id": 22,
        "group_id": 7,
        "via": {"channel": "web"},
        "custom_fields": [{"id": 5, "value": "P-1"}, {"id": 6, "value": None}],
        "priority": "high",
        "status": "open",
        "subject": "Help",
        "description": "Please",
        "created_at": "2026-01-01T08:00:00Z",
        "updated_at": updated or version,
        "metric_set": {"reopens": 0, "replies": 1, "solved_at": None},
        **body,
    }
    return served(whole, version, **(told or {}))


def rating(number: int, ticket_id: int, score: str, at: str, **body: Any) -> Record:
    """A legacy rating given while agent 21 of group 8 had the ticket."""
    who = {"requester_id": 11, "assignee_id": 21, "group_id": 8, "comment": None}
    return served(
        {"id": number, "ticket_id": ticket_id, "score": score, "created_at": at, "updated_at": at, **who, **body}, at
    )


def audit(number: int, ticket_id: int, at: str, *events: Record) -> Record:
    """One update of a ticket."""
    numbered = [{"id": number * 10 + place, **event} for place, event in enumerate(events)]
    return served({"id": number, "ticket_id": ticket_id, "created_at": at, "events": numbered}, at)


def comment(number: int, author: int, at: str, *, public: bool = True, kind: str = "Comment") -> Record:
    """A child of a ticket's event."""
    return {
        "id": number,
        "event_type": kind,
        "author_id": author,
        "public": public,
        "created_at": at,
        "body": 'a "b"\nc',
    }


def response(version: str, rated: int, *, said: str | None = None) -> Record:
    """Response SR1 to survey S1 about ticket 106, rated on 2 January, with a comment later."""
    given = "2026-01-02T10:00:00.000Z"
    stars = {
        "type": "rating_scale",
        "rating": rated,
        "question": {"id": "Q1", "headline": {"type": "static", "value": "How was it?"}},
        "created_at": given,
        "updated_at": version,
    }
    words = {
        "type": "open_ended" if said else "skipped",
        "value": said,
        "question": {"id": "Q2", "headline": {"type": "static", "value": "Anything else?"}},
        "created_at": given,
        "updated_at": version,
    }
    body = {
        "id": "SR1",
        "survey": {"id": "S1", "version": 1},
        "subjects": [{"id": "106", "type": "ticket"}, {"id": "x", "type": "conversation"}],
        "responder_id": 12,
        "answers": [stars, words],
        "expires_at": "2026-02-01T00:00:00Z",
    }
    return served(body, version)


API: dict[str, list[Record]] = {
    "organizations": [
        served(
            {"id": 1, "external_id": "A-1", "name": "One", "updated_at": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:00Z"
        ),
        served(
            {"id": 2, "external_id": None, "name": "Two", "updated_at": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:00Z"
        ),
    ],
    "users": [
        served({"id": 11, "external_id": "C-1", "role": "end-user"}, "2026-01-01T00:00:00Z"),
        served({"id": 12, "external_id": "C-2", "role": "end-user"}, "2026-01-01T00:00:00Z"),
        served({"id": 21, "external_id": "E-1", "role": "agent"}, "2026-01-01T00:00:00Z"),
        served(
            {"id": 22, "external_id": "E-2", "role": "agent", "active": False}, "2026-01-01T00:00:00Z", _is_deleted=True
        ),
    ],
    "tickets": [
        ticket(100, "2026-01-01T09:00:00Z", priority="low"),
        ticket(100, "2026-01-01T09:00:07Z", updated="2026-01-01T09:00:00Z", priority="urgent"),
        ticket(101, "2026-01-01T09:00:00Z", organization_id=2, requester_id=None),
        ticket(102, "2026-01-01T09:00:00Z"),
        ticket(
            102,
            "2026-02-05T09:00:00Z",
            status="deleted",
            subject="SCRUBBED",
            description="X",
            told={"_is_deleted": True},
        ),
        ticket(103, "2026-01-01T09:00:00Z"),
        ticket(103, "2026-01-03T09:00:00Z", status="deleted", told={"_is_deleted": True}),
        ticket(104, "2026-01-01T09:00:00Z"),
        {
            "_key": "104",
            "_version": "2026-01-01T09:00:00+00:00",
            "_is_tombstone": True,
            "_is_deleted": True,
            "_record": {},
        },
        ticket(
            105,
            "2026-01-01T09:00:00Z",
            via={"channel": "carrier_pigeon"},
            metric_set={"reopens": 1, "replies": 1, "solved_at": "2026-01-01T08:50:00Z"},
        ),
        ticket(
            105,
            "2026-01-02T09:00:00Z",
            status="solved",
            priority=None,
            via={"channel": "carrier_pigeon"},
            metric_set={"reopens": 1, "replies": 1, "solved_at": "2026-01-02T09:00:00Z"},
        ),
        ticket(106, "2026-01-01T09:00:00Z"),
        ticket(107, "2026-01-01T09:00:00Z"),
        ticket(108, "2026-01-01T09:00:00Z"),
    ],
    "ticket_events": [
        served(
            {
                "id": 900,
                "ticket_id": 105,
                "child_events": [
                    comment(1, 21, "2026-01-01T08:00:00Z"),
                    comment(2, 21, "2026-01-01T08:05:00Z", public=False),
                    comment(3, 11, "2026-01-01T08:10:00Z"),
                    comment(4, 21, "2026-01-01T08:15:00Z", kind="Notification"),
                    comment(5, 22, "2026-01-01T08:20:00Z"),
                    comment(6, 21, "2026-01-01T08:30:00Z"),
                ],
            },
            "2026-01-01T08:30:00Z",
        )
    ],
    "satisfaction_ratings": [
        rating(1, 105, "offered", "2026-01-02T10:00:00Z"),
        rating(2, 105, "good", "2026-01-02T11:00:00Z", comment="Thanks"),
        rating(3, 103, "bad", "2026-01-02T11:00:00Z"),
        rating(4, 100, "unoffered", "2026-01-02T11:00:00Z"),
        rating(5, 106, "good", "2026-01-02T11:00:00Z"),
        rating(6, 107, "good", "2026-01-02T11:00:00Z"),
        rating(7, 107, "bad", "2026-01-02T12:00:00Z"),
        rating(8, 108, "meh", "2026-01-02T11:00:00Z"),
    ],
    "ticket_audits": [
        audit(
            1,
            106,
            "2026-01-01T08:00:00Z",
            {"type": "Create", "field_name": "assignee_id", "value": "21"},
            {"type": "Create", "field_name": "group_id", "value": "8"},
            {"type": "Comment", "body": "Hello", "public": True},
        ),
        audit(5, 106, "2026-01-01T07:00:00Z", {"type": "Create", "field_name": "assignee_id", "value": "22"}),
        audit(2, 106, "2026-01-02T09:00:00Z", {"type": "SurveyOffered", "survey_id": "S1"}),
        audit(3, 106, "2026-01-02T11:00:00Z", {"type": "Change", "field_name": "assignee_id", "value": "22"}),
        audit(4, 106, "2026-01-02T11:00:01Z", {"type": "Change", "field_name": "satisfaction_score", "value": "good"}),
    ],
    "survey_responses": [
        response("2026-01-02T10:00:00.000Z", 4),
        response("2026-01-03T10:00:00.000Z", 5, said="Better now"),
    ],
}

FIVETRAN: dict[str, list[Record]] = {
    "organization": [{"id": 1, "external_id": "A-1", "updated_at": "2026-01-01 00:00:00+00"}],
    "user": [
        {"id": 11, "external_id": "C-1", "role": "end-user", "updated_at": "2026-01-01 00:00:00+00"},
        {"id": 21, "external_id": "E-1", "role": "agent", "updated_at": "2026-01-01 00:00:00+00"},
        {"id": 22, "external_id": "E-2", "role": "admin", "updated_at": "2026-01-01 00:00:00+00"},
    ],
    "ticket": [
        {
            "id": number,
            "organization_id": 1,
            "requester_id": 11,
            "assignee_id": 22,
            "group_id": 7,
            "via_channel": "email",
            "status": status,
            "created_at": "2026-01-01 08:00:00+00",
            "updated_at": "2026-01-05 08:00:00+00",
        }
        for number, status in ((200, "solved"), (201, "open"))
    ],
    "ticket_comment": [
        {"id": 1, "ticket_id": 200, "user_id": 11, "public": True, "created": "2026-01-01 08:00:00+00"},
        {"id": 2, "ticket_id": 200, "user_id": 21, "public": True, "created": "2026-01-01 09:00:00.5+00"},
        {"id": 3, "ticket_id": 200, "user_id": 22, "public": True, "created": "2026-01-01 10:00:00+00"},
    ],
    "ticket_field_history": [
        {"ticket_id": number, "field_name": name, "updated": f"2026-01-0{day} {hour}:00:00+00", "value": value}
        for number, name, day, hour, value in (
            (200, "assignee_id", 1, "07", "22"),
            (200, "assignee_id", 1, "08", "21"),
            (200, "group_id", 1, "08", "8"),
            (200, "status", 1, "08", "new"),
            (200, "status", 2, "08", "solved"),
            (200, "status", 3, "08", "open"),
            (200, "status", 4, "08", "solved"),
            (200, "satisfaction_score", 2, "09", "offered"),
            (200, "satisfaction_score", 2, "10", "good"),
            (200, "satisfaction_comment", 2, "10", "Quick"),
            (200, "assignee_id", 3, "08", "22"),
            (201, "status", 1, "08", "new"),
            (201, "status", 2, "08", "solved"),
            (201, "status", 3, "08", "open"),
        )
    ],
}

MAPPING: Record = {
    "fields": {"ticket": {"project_id": "custom_fields[id=5].value", "cause": "custom_fields[id=6].value"}},
    "surveys": {
        "satisfaction_rating": {
            "project": "P-1",
            "questions": {"score": {"measure": "satisfaction", "scale": "good_bad"}},
        },
        "S1": {
            "project": "P-2",
            "name": "After a ticket",
            "questions": {"Q1": {"measure": "satisfaction", "scale": "likert5"}},
        },
    },
}
