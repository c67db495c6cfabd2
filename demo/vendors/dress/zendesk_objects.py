"""The sample company's help desk as Zendesk keeps it: organisations, users, groups, tickets and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.vendors.company import Row, Tables

PROJECT_FIELD, CAUSE_FIELD = 360000000001, 360000000002
CHANNELS = {"email": "email", "portal": "web", "phone": "voice", "chat": "native_messaging"}
CAUSES = {"agent": "cause_our_mistake", "system": "cause_system_down"}
"""What tickets are tagged with for a cause, where it is not our own word."""
_ORGANIZATIONS, _USERS, _STRANGERS, _COMMENTS = 36000000000000, 38000000000000, 39000000000000, 41000000000000


@dataclass
class Thing:
    """One record: its id, when it was last changed, its fields with instants as instants."""

    id: int
    stamp: datetime
    body: Row


@dataclass
class Comment:
    """One comment of a ticket."""

    id: int
    at: datetime
    author: int | None
    is_public: bool
    text: str


@dataclass
class Ticket(Thing):
    """A ticket with its comments, in order, and every change of its status, its agent and its group."""

    comments: list[Comment] = field(default_factory=list)
    changes: list[tuple[datetime, str, Any]] = field(default_factory=list)
    metrics: Row = field(default_factory=dict)


@dataclass
class Desk:
    """Everything in one help desk."""

    organizations: list[Thing]
    users: list[Thing]
    groups: list[Thing]
    tickets: list[Ticket]


def utc(moment: datetime) -> datetime:
    """The company's instants are UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def desk(tables: Tables) -> Desk:
    """The help desk of the company's tables."""
    organizations = {
        row["account_id"]: Thing(
            _ORGANIZATIONS + place,
            utc(row["updated_at"]),
            {"name": row["account_name"], "external_id": row["account_id"], "details": None, "notes": None},
        )
        for place, row in enumerate(tables["accounts"], 1)
    }
    contacts = {
        row["contact_id"]: Thing(_USERS + place, utc(row["updated_at"]), _contact(row, place, organizations))
        for place, row in enumerate(tables["contacts"], 1)
    }
    after = _USERS + len(contacts)
    agents = {
        row["employee_id"]: Thing(after + place, utc(row["updated_at"]), _agent(row))
        for place, row in enumerate(tables["employees"], 1)
    }
    groups = {
        row["team_id"]: Thing(
            int(row["team_id"]), utc(row["updated_at"]), {"name": row["team_name"], "is_public": True}
        )
        for row in tables["employees"]
        if row["team_id"]
    }
    tickets, strangers = [], []
    for place, row in enumerate(tables["tickets"], 1):
        requester = contacts.get(row["contact_id"])
        if requester is None:  # somebody at the customer's whom the CRM does not know
            body = {
                "name": f"Caller {place}",
                "email": None,
                "external_id": None,
                "role": "end-user",
                "suspended": False,
            }
            requester = Thing(_STRANGERS + place, utc(row["created_at"]), body)
            strangers.append(requester)
        agent = agents.get(row["assignee_id"])
        tickets.append(_ticket(row, place, organizations[row["account_id"]], requester, agent))
    users = [*contacts.values(), *agents.values(), *strangers]
    return Desk(list(organizations.values()), users, list(groups.values()), tickets)


def _contact(row: Row, place: int, organizations: dict[str, Thing]) -> Row:
    organization = organizations.get(row["account_id"])
    return {
        "name": row["full_name"],
        # most end users are known by phone or messaging only
        "email": row["email"] if place % 3 == 0 else None,
        "external_id": row["contact_id"],
        "organization_id": organization.id if organization else None,
        "role": "end-user",
        "suspended": place % 17 == 0,
    }


def _agent(row: Row) -> Row:
    return {
        "name": row["full_name"],
        "email": row["email"],
        "external_id": row["employee_id"],
        "organization_id": None,
        "role": "admin" if row["function"] == "executive" else "agent",
        "suspended": row["is_active"] is False,
    }


def _ticket(row: Row, place: int, organization: Thing, requester: Thing, agent: Thing | None) -> Ticket:
    created, updated = utc(row["created_at"]), utc(row["updated_at"])
    group = int(row["team_id"]) if row["team_id"] else None
    cause = CAUSES.get(row["cause"], row["cause"])
    body = {
        "organization_id": organization.id,
        "requester_id": requester.id,
        "submitter_id": requester.id,
        "assignee_id": agent.id if agent else None,
        "group_id": group,
        "channel": CHANNELS[row["channel"]],
        "project": row["project_id"],
        "cause": cause,
        "priority": row["priority"],
        "status": row["status"],
        "subject": f"Request {place}",
        "description": "See the first comment.",
        "created_at": created,
        "updated_at": updated,
    }
    ticket = Ticket(int(row["ticket_id"]), updated, body)
    ticket.metrics = {
        "reopens": row["reopen_count"],
        "replies": row["reply_count"],
        "solved_at": utc(row["solved_at"]) if row["solved_at"] else None,
    }
    ticket.comments = _comments(row, place, requester.id, agent.id if agent else None)
    ticket.changes = _changes(row, agent.id if agent else None, group)
    return ticket


def _comments(row: Row, place: int, requester: int, agent: int | None) -> list[Comment]:
    """The description, a note among colleagues before anybody answered, then replies and what the customer said to them."""
    created, number = utc(row["created_at"]), _COMMENTS + place * 100
    told = [Comment(number, created, requester, True, 'It says "error 17"\nsince this morning, again')]
    if not row["first_replied_at"]:
        return told
    first = utc(row["first_replied_at"])
    told.append(Comment(number + 1, created + (first - created) / 2, agent, False, "Looks like last week's case"))
    replies = row["reply_count"] or 0
    end = max(utc(row["solved_at"] or row["updated_at"]), first)
    step = (end - first) / (replies + 1)
    for reply in range(replies):
        at = first + step * reply
        told.append(Comment(number + 2 + 2 * reply, at, agent, True, "Please try again"))
        told.append(Comment(number + 3 + 2 * reply, at + step / 2, requester, True, "Still the same"))
    return told


def _changes(row: Row, agent: int | None, group: int | None) -> list[tuple[datetime, str, Any]]:
    created = utc(row["created_at"])
    changes: list[tuple[datetime, str, Any]] = [
        (created, "status", "new"),
        (created, "group_id", group),
        (created + timedelta(seconds=20), "assignee_id", agent),
        (created + timedelta(seconds=20), "status", "open"),
    ]
    end = utc(row["solved_at"] or row["updated_at"])
    begun = created + timedelta(seconds=20)
    step = (end - begun) / (2 * (row["reopen_count"] or 0) + 1)
    for again in range(row["reopen_count"] or 0):
        changes.append((begun + step * (2 * again + 1), "status", "solved"))
        changes.append((begun + step * (2 * again + 2), "status", "open"))
    if row["solved_at"]:
        changes.append((end, "status", "solved"))
    if row["status"] == "closed":
        changes.append((end + timedelta(days=4), "status", "closed"))
    elif row["status"] not in ("solved", "open", "new"):
        changes.append((utc(row["updated_at"]) + timedelta(seconds=1), "status", row["status"]))
    return changes
