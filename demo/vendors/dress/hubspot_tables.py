"""HubSpot's API records as the tables Fivetran makes of them: properties as typed columns, associations as tables."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]
Records = dict[str, list[tuple[str, datetime, Row]]]

_SYNCED = datetime(2026, 4, 21, 4, 0, tzinfo=UTC)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ACTIVITIES = {"calls": "call", "emails": "email", "meetings": "meeting"}
_LINKS = {"companies": "company", "contacts": "contact"}
_NUMBERS = {"amount", "cost_of_delivery", "times_reopened", "agent_replies", "annualrevenue"}
_NAMED_OTHERWISE = {"pipeline": "deal_pipeline_id", "dealstage": "deal_pipeline_stage_id"}


def rendered(records: Records, deleted: set[tuple[str, str]]) -> dict[str, list[Row]]:
    """table -> rows; `deleted` names (stream, key) that are flagged as deleted."""
    tables = {
        "company": _objects("companies", records, deleted),
        "contact": _objects("contacts", records, deleted),
        "deal": _objects("deals", records, deleted, key="deal_id"),
        "ticket": _objects("tickets", records, deleted),
        "users": _objects("users", records, deleted),
        "owner": [_owner(key, stamp, body) for key, stamp, body in records["owners"]],
        "team": list({team["id"]: _team(team) for _, _, body in records["owners"] for team in body["teams"]}.values()),
        "owner_team": [
            {"owner_id": int(key), "team_id": int(team["id"]), "is_team_primary": team["primary"], **_synced()}
            for key, _, body in records["owners"]
            for team in body["teams"]
        ],
        "deal_pipeline": [
            {"pipeline_id": key, "label": body["label"], "active": True, **_synced()}
            for key, _, body in records["deal_pipelines"]
        ],
        "deal_pipeline_stage": [
            _stage(key, stage) | {"probability": float(stage["metadata"]["probability"]), "closed_won": _is_won(stage)}
            for key, _, body in records["deal_pipelines"]
            for stage in body["stages"]
        ],
        "ticket_pipeline_stage": [
            _stage(key, stage) | {"ticket_state": stage["metadata"]["ticketState"]}
            for key, _, body in records["ticket_pipelines"]
            for stage in body["stages"]
        ],
        "engagement": [],
        "engagement_company": [],
        "engagement_contact": [],
    }
    for stream, kind in _ACTIVITIES.items():
        tables[f"engagement_{kind}"] = _objects(stream, records, deleted, key="engagement_id")
        tables["engagement"] += [
            {"id": int(key), "type": kind.upper(), "portal_id": 4711} for key, _, _ in records[stream]
        ]
        for to, target in _LINKS.items():
            tables[f"engagement_{target}"] += _links("engagement_id", target, to, records[stream])
    for stream, of in (("deals", "deal"), ("tickets", "ticket")):
        for to, target in _LINKS.items():
            tables[f"{of}_{target}"] = _links(f"{of}_id", target, to, records[stream])
    return tables


def _objects(stream: str, records: Records, deleted: set[tuple[str, str]], key: str = "id") -> list[Row]:
    modified = "lastmodifieddate" if stream == "contacts" else "hs_lastmodifieddate"
    rows = []
    for number, stamp, body in records[stream]:
        held = {_column(name, stream): _typed(name, value) for name, value in body["properties"].items()}
        is_deleted = (stream, number) in deleted
        rows.append(
            {
                key: int(number),
                "is_deleted": is_deleted,
                **held,
                f"property_{modified}": stamp.replace(tzinfo=UTC),
                "_fivetran_deleted": is_deleted,
                "_fivetran_synced": _SYNCED,
            }
        )
    return rows


def _column(name: str, stream: str) -> str:
    if stream == "deals" and name in _NAMED_OTHERWISE:
        return _NAMED_OTHERWISE[name]
    if stream in ("deals", *_ACTIVITIES) and name == "hubspot_owner_id":
        return "owner_id" if stream == "deals" else f"property_{name}"
    return "property_" + re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _typed(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if _INSTANT.fullmatch(value):
        return datetime.fromisoformat(value)
    if _DAY.fullmatch(value):
        return date.fromisoformat(value)
    if name in _NUMBERS:
        return float(value)
    if name.endswith(("_id", "companyid")) and value.isdigit():
        return int(value)
    return value == "true" if value in ("true", "false") else value


def _links(key: str, target: str, to: str, rows: list[tuple[str, datetime, Row]]) -> list[Row]:
    """A row per kind of association."""
    return [
        {key: int(number), f"{target}_id": link["toObjectId"], "type_id": kind["typeId"], "category": kind["category"]}
        for number, _, body in rows
        for link in body["associations"].get(to, ())
        for kind in link["associationTypes"]
    ]


def _owner(key: str, stamp: datetime, body: Row) -> Row:
    return {
        "owner_id": int(key),
        "first_name": body["firstName"],
        "last_name": body["lastName"],
        "email": body["email"],
        "type": body["type"],
        "is_active": not body["archived"],
        "portal_id": 4711,
        "updated_at": stamp.replace(tzinfo=UTC),
        "_fivetran_synced": _SYNCED,
    }


def _team(team: Row) -> Row:
    return {"id": int(team["id"]), "name": team["name"], **_synced()}


def _stage(pipeline: str, stage: Row) -> Row:
    return {
        "pipeline_id": pipeline,
        "stage_id": stage["id"],
        "label": stage["label"],
        "is_closed": stage["metadata"]["isClosed"] == "true",
        "active": True,
        **_synced(),
    }


def _is_won(stage: Row) -> bool:
    return stage["metadata"]["isClosed"] == "true" and float(stage["metadata"]["probability"]) == 1


def _synced() -> Row:
    return {"_fivetran_deleted": False, "_fivetran_synced": _SYNCED}
