"""HubSpot's records as its source lands them, for tests of their mapping."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
PRIMARY = [{"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}]
PLAIN = [{"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None}]


def record(key: str, day: int = 1, *, deleted: bool = False, links: Row | None = None, **properties: Any) -> Row:
    """One version of one record as the source lands it."""
    at = f"2026-02-{day:02d}T08:00:00+00:00"
    held = {"hs_lastmodifieddate": at, "lastmodifieddate": at, "hs_object_id": key, **properties}
    body: Row = {"id": key, "properties": held, "updatedAt": at}
    if links is not None:
        body["associations"] = {to: [link(each) for each in targets] for to, targets in links.items()}
    return {"_key": key, "_version": at, "_is_deleted": deleted, "_record": body}


def link(target: int | tuple[int, list[Row]]) -> Row:
    number, kinds = target if isinstance(target, tuple) else (target, PLAIN)
    return {"toObjectId": number, "associationTypes": kinds}


def column(rows: list[Row], name: str) -> dict[str, Any]:
    """First column -> a column."""
    return {next(iter(row.values())): row[name] for row in rows}
