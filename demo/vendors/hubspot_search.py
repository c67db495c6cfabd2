"""HubSpot's search as documented: filters, one sort, at most 10,000 rows of a query, pages counted from its start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.vendors.core import Version

_MOST_ROWS = 10_000
_MOST_ON_A_PAGE = 200
_MOST_GROUPS, _MOST_FILTERS = 5, 6


class Rejected(Exception):
    """A request that HubSpot answers with 400."""


def stamped(kind: str, version: Version, asked: Sequence[str], body: dict[str, Any] | None = None) -> dict[str, Any]:
    """One record as HubSpot serves it: the properties asked for, and its stamps."""
    held = (body or version.body or {}).get("properties", {})
    at = version.stamp.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    modified = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
    properties = {name: held[name] for name in asked if name in held}
    created = held.get("createdate") or at
    return {
        "id": version.key,
        "properties": {**properties, modified: at, "hs_object_id": version.key},
        "createdAt": created,
        "updatedAt": at,
        "archived": False,
    }


def search(kind: str, versions: Iterable[Version], asked: dict[str, Any], page_size: int) -> dict[str, Any]:
    """The answer to a search request. Raises Rejected."""
    limit, after = int(asked.get("limit", 10)), int(asked.get("after") or 0)
    if limit > _MOST_ON_A_PAGE:
        raise Rejected(f"The limit must be at most {_MOST_ON_A_PAGE}.")
    limit = min(limit, page_size)
    if after + limit > _MOST_ROWS:
        raise Rejected(f"Paging beyond {_MOST_ROWS} results is not supported.")
    sorts = asked.get("sorts") or []
    if len(sorts) > 1:
        raise Rejected("Only one sort is supported.")
    groups = asked.get("filterGroups") or [{"filters": []}]
    if len(groups) > _MOST_GROUPS or any(len(group["filters"]) > _MOST_FILTERS for group in groups):
        raise Rejected(f"At most {_MOST_GROUPS} filter groups of {_MOST_FILTERS} filters each are supported.")
    found = [
        version
        for version in versions
        if any(all(_passes(kind, version, each) for each in group["filters"]) for group in groups)
    ]
    by = sorts[0]["propertyName"] if sorts else "hs_object_id"
    # ties come in no order that could be relied on: here, by falling id
    found.sort(key=lambda version: -int(version.key))
    found.sort(
        key=lambda version: _value(kind, version, by), reverse=bool(sorts) and sorts[0]["direction"] == "DESCENDING"
    )
    page = found[after : after + limit]
    answer: dict[str, Any] = {
        "total": len(found),
        "results": [stamped(kind, version, asked.get("properties", [])) for version in page],
    }
    if after + limit < len(found):
        answer["paging"] = {"next": {"after": str(after + limit)}}
    return answer


def _value(kind: str, version: Version, name: str) -> int:
    if name == "hs_object_id":
        return int(version.key)
    if name == ("lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"):
        return _milliseconds(version.stamp)
    raise Rejected(f"There was a problem with the request: property {name} cannot be sorted or filtered by here.")


def _passes(kind: str, version: Version, asked: dict[str, Any]) -> bool:
    held, value = _value(kind, version, asked["propertyName"]), int(asked["value"])
    match asked["operator"]:
        case "GTE":
            return held >= value
        case "GT":
            return held > value
        case "LTE":
            return held <= value
        case "LT":
            return held < value
        case "EQ":
            return held == value
    raise Rejected(f"operator {asked['operator']} is not known")


def _milliseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
