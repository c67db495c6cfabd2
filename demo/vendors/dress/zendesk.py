"""The sample company as a Zendesk account: its API's records, and the tables that Fivetran and Airbyte land of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.vendors.company import Row, Tables
from demo.vendors.core import World
from demo.vendors.dress.zendesk_noise import RATED, deleted_long_ago, spare_group, stray_users
from demo.vendors.dress.zendesk_objects import (
    CAUSE_FIELD,
    CAUSES,
    PROJECT_FIELD,
    Desk,
    Thing,
    Ticket,
    desk,
)
from demo.vendors.zendesk_served import iso

Records = dict[str, list[tuple[str, datetime, Row]]]

_SYNCED = timedelta(hours=3)  # from the newest record to the loader's last visit
_SETTLED = timedelta(minutes=5)  # old enough to be exported
_EVENTS, _AUDITS, _RATINGS = 42000000000000, 43000000000000, 44000000000000


def mapping(tables: Tables) -> dict[str, Any]:
    """sources/zendesk.yaml as the company's administrator wrote it: two custom fields, own words for causes."""
    return {
        "fields": {
            "ticket": {
                "project_id": [f"custom_fields[id={PROJECT_FIELD}].value", "custom_service_project"],
                "cause": [f"custom_fields[id={CAUSE_FIELD}].value", "custom_root_cause"],
            }
        },
        "values": {"tickets": {"cause": {theirs: ours for ours, theirs in CAUSES.items()}}},
        "surveys": {
            "satisfaction_rating": {
                "project": "P-DESK-AM",
                "kind": "transactional",
                "name": "Help desk: after a ticket",
                "questions": {
                    "score": {"measure": "satisfaction", "scale": "good_bad", "category": "customer_service"},
                },
            }
        },
        "options": {"account_key": "external_id"},
    }


def api(tables: Tables) -> Records:
    """stream -> (id, stamp, body) of everything that exists; the stamp is what the export of the stream goes by."""
    whole = desk(tables)
    return {
        "organizations": [_kept(thing) for thing in whole.organizations],
        "users": [_kept(thing) for thing in [*whole.users, *stray_users(whole)]],
        "groups": [_kept(thing) for thing in [*whole.groups, spare_group(whole)]],
        "tickets": [_ticket(ticket, place) for place, ticket in enumerate(whole.tickets)],
        "ticket_events": [event for place, ticket in enumerate(whole.tickets) for event in _events(ticket, place)],
        # of tickets that somebody was asked about; of others nobody reads them
        "ticket_audits": [
            audit for place, ticket in enumerate(whole.tickets) if _is_rated(place) for audit in _audits(ticket, place)
        ],
        "satisfaction_ratings": [
            _rating(ticket, place) for place, ticket in enumerate(whole.tickets) if _is_rated(place)
        ],
    }


def load(world: World, tables: Tables) -> None:
    """Fill a world: every record with its own stamp, and tickets that were deleted so long ago that they are scrubbed."""
    settled = world.clock.now() - _SETTLED
    for stream, records in api(tables).items():
        for key, stamp, body in records:
            world.put(stream, key, body, stamp=stamp, visible_from=min(stamp, settled))
    for ticket in deleted_long_ago(desk(tables)):
        key, stamp, body = _ticket(ticket, 0)
        world.put("tickets", key, body, stamp=stamp, visible_from=min(stamp, settled))
        world.delete("tickets", key, stamp=stamp + timedelta(hours=1))


def fivetran(tables: Tables) -> dict[str, list[Row]]:
    """table -> rows as Fivetran lands them: singular names, custom fields as columns, what changed as a history."""
    whole = desk(tables)
    synced = {"_fivetran_synced": _newest(whole) + _SYNCED}
    alive = {"_fivetran_deleted": False, **synced}
    tickets = [*whole.tickets, *deleted_long_ago(whole)]
    return {
        "organization": [{**_whole(thing), **synced} for thing in whole.organizations],
        "user": [{**_whole(thing), "active": True, **alive} for thing in [*whole.users, *stray_users(whole)]],
        "group": [
            *[{**_whole(thing), **alive} for thing in whole.groups],
            {**_whole(spare_group(whole)), "_fivetran_deleted": True, **synced},
        ],
        "ticket": [{**_fivetran_ticket(ticket), **alive} for ticket in tickets],
        "ticket_comment": [
            {
                "id": comment.id,
                "ticket_id": ticket.id,
                "created": comment.at,
                "user_id": comment.author,
                "public": comment.is_public,
                "body": comment.text,
                "voice_comment": False,
                **alive,
            }
            for ticket in whole.tickets
            for comment in ticket.comments
        ],
        "ticket_field_history": [
            {
                "ticket_id": ticket.id,
                "field_name": name,
                "updated": at,
                "value": _text(value),
                "user_id": None,
                **synced,
            }
            for place, ticket in enumerate(whole.tickets)
            for at, name, value in [*ticket.changes, *_scores(ticket, place)]
        ],
    }


def airbyte(tables: Tables) -> dict[str, list[Row]]:
    """stream -> rows as Airbyte lands them: the API's names and nested objects, ids as floats, metrics beside the tickets."""
    whole = desk(tables)
    told = {"_airbyte_extracted_at": _newest(whole) + _SYNCED, "_airbyte_meta": '{"changes":[]}'}
    records = api(tables)
    scrubbed = [_ticket(ticket, 0)[2] for ticket in deleted_long_ago(whole)]

    def rows(bodies: list[Row]) -> list[Row]:
        return [{"_airbyte_raw_id": f"raw-{place}", **told, **_floated(body)} for place, body in enumerate(bodies)]

    return {
        "organizations": rows([{"deleted_at": None, **body} for _, _, body in records["organizations"]]),
        "users": rows([{"active": True, **body} for _, _, body in records["users"]]),
        "groups": rows([{"deleted": False, **body} for _, _, body in records["groups"]]),
        "tickets": rows(
            [
                {name: value for name, value in body.items() if name != "metric_set"}
                | {"generated_timestamp": int(stamp.timestamp())}
                for _, stamp, body in records["tickets"]
            ]
            + scrubbed
        ),
        "ticket_metrics": rows(
            [{"id": ticket.id + 1, "ticket_id": ticket.id, **_metrics(ticket)} for ticket in whole.tickets]
        ),
        "ticket_comments": rows(
            [
                {
                    "id": comment.id,
                    "ticket_id": ticket.id,
                    "author_id": comment.author,
                    "public": comment.is_public,
                    "created_at": comment.at.isoformat(),
                    "body": comment.text,
                    "type": "Comment",
                    "via": {"channel": "web"},
                }
                for ticket in whole.tickets
                for comment in ticket.comments
            ]
        ),
        "ticket_audits": rows([{"created_at": iso(stamp), **body} for _, stamp, body in records["ticket_audits"]]),
        "satisfaction_ratings": rows(
            [{"updated_at": iso(stamp), **body} for _, stamp, body in records["satisfaction_ratings"]]
        ),
    }


def _kept(thing: Thing) -> tuple[str, datetime, Row]:
    body = {name: _spelled(value) for name, value in _whole(thing).items()}
    return str(thing.id), thing.stamp, body


def _whole(thing: Thing) -> Row:
    return {"id": thing.id, "created_at": thing.stamp - timedelta(days=400), **thing.body, "updated_at": thing.stamp}


def _ticket(ticket: Ticket, place: int) -> tuple[str, datetime, Row]:
    """The body as the API has it; the system touches half of them a little later, which moves the export's stamp only."""
    body = {name: _spelled(value) for name, value in ticket.body.items() if name not in ("channel", "project", "cause")}
    via = {"channel": ticket.body["channel"], "source": {"from": {}, "to": {}, "rel": None}}
    fields = [
        {"id": PROJECT_FIELD, "value": ticket.body["project"]},
        {"id": CAUSE_FIELD, "value": ticket.body["cause"]},
    ]
    score = {"satisfaction_rating": {"score": RATED[place % len(RATED)]}} if _is_rated(place) else {}
    whole = {"id": ticket.id, **body, "via": via, "custom_fields": fields, "metric_set": _metrics(ticket), **score}
    return str(ticket.id), ticket.stamp + timedelta(seconds=place % 4), whole


def _metrics(ticket: Ticket) -> Row:
    metrics = {name: _spelled(value) for name, value in ticket.metrics.items()}
    return {
        "ticket_id": ticket.id,
        **metrics,
        "created_at": iso(ticket.body["created_at"]),
        "updated_at": iso(ticket.stamp),
    }


def _fivetran_ticket(ticket: Ticket) -> Row:
    body = {name: value for name, value in ticket.body.items() if name not in ("channel", "project", "cause")}
    own = {"custom_service_project": ticket.body["project"], "custom_root_cause": ticket.body["cause"]}
    return {"id": ticket.id, **body, "via_channel": ticket.body["channel"], **own}


def _events(ticket: Ticket, place: int) -> list[tuple[str, datetime, Row]]:
    """One event per comment, the first with what the ticket was opened with."""
    events = []
    for number, comment in enumerate(ticket.comments):
        child = {
            "id": comment.id,
            "event_type": "Comment",
            "type": "Comment",
            "author_id": comment.author,
            "public": comment.is_public,
            "body": comment.text,
            "created_at": comment.at.isoformat().replace("+00:00", "Z"),
        }
        opened = {"id": comment.id + 50, "event_type": "Create", "status": "new", "priority": ticket.body["priority"]}
        children = [opened, child] if number == 0 else [child]
        key = _EVENTS + place * 100 + number
        body = {"id": key, "ticket_id": ticket.id, "updater_id": comment.author, "child_events": children}
        events.append((str(key), comment.at, body))
    return events


def _audits(ticket: Ticket, place: int) -> list[tuple[str, datetime, Row]]:
    """One audit per change of a field."""
    audits = []
    for number, (at, name, value) in enumerate(ticket.changes):
        key = _AUDITS + place * 100 + number
        kind = "Create" if number < 2 else "Change"
        event = {"id": key + 50, "type": kind, "field_name": name, "value": _text(value)}
        audits.append((str(key), at, {"id": key, "ticket_id": ticket.id, "author_id": -1, "events": [event]}))
    return audits


def _rating(ticket: Ticket, place: int) -> tuple[str, datetime, Row]:
    body = {
        "id": _RATINGS + place,
        "ticket_id": ticket.id,
        "requester_id": ticket.body["requester_id"],
        "assignee_id": ticket.body["assignee_id"],
        "group_id": ticket.body["group_id"],
        "score": RATED[place % len(RATED)],
        "comment": None,
        "created_at": iso(ticket.stamp),
    }
    return str(body["id"]), ticket.stamp, body


def _scores(ticket: Ticket, place: int) -> list[tuple[datetime, str, Any]]:
    return [(ticket.stamp, "satisfaction_score", RATED[place % len(RATED)])] if _is_rated(place) else []


def _is_rated(place: int) -> bool:
    """Every other ticket's requester was asked, or was not on purpose; nobody answered."""
    return place % 2 == 0


def _spelled(value: Any) -> Any:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _floated(body: Row) -> Row:
    """Ids as numbers with a point, as they come out of JSON without a schema."""
    return {
        name: float(value) if isinstance(value, int) and (name == "id" or name.endswith("_id")) else value
        for name, value in body.items()
    }


def _newest(whole: Desk) -> datetime:
    return max(thing.stamp for thing in [*whole.organizations, *whole.users, *whole.tickets])
