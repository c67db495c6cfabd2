"""Salesforce records as landing holds them, and what staging makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.mapping.rig import Row, mapped

AT = "2026-01-05T10:00:00.000+0000"


def rec(key: str, at: str = AT, is_deleted: bool = False, **body: Any) -> dict[str, Any]:
    """A record as its API's source lands it."""
    return {
        "_key": key,
        "_version": at,
        "_is_deleted": is_deleted,
        "_record": {"Id": key, "SystemModstamp": at, "IsDeleted": is_deleted, **body},
    }


def account(key: str, **told: Any) -> dict[str, Any]:
    return rec(key, **{"Name": key, "Type": "Customer - Direct", **told})


def user(key: str, kind: str = "Standard", **told: Any) -> dict[str, Any]:
    return rec(key, **{"Name": key, "UserType": kind, "IsActive": True, **told})


def of_api(home: Path, streams: Mapping[str, Sequence[Any]], said: Any = None, **more: Any) -> dict[str, list[Row]]:
    return mapped(home, "salesforce", {"salesforce": streams}, said, **more)


def column(rows: list[Row], name: str) -> dict[str, Any]:
    """Key -> a column of the rows, whose first column is the key."""
    return {next(iter(row.values())): row[name] for row in rows}
