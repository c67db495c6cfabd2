"""Versions whose every row carries the name of their run: a reader that mixes two is found out."""

from __future__ import annotations

import json
from typing import Any

import duckdb

from scoreboard.settings import Settings
from scoreboard.warehouse import versions
from scoreboard.warehouse.publish import publish
from tests.marts_fixture import published_marks, write_small_build


def publish_mark(settings: Settings, mark: str, **options: Any) -> dict[str, Any]:
    """Build and publish a version whose every row says `mark`, by a run of that name."""
    write_small_build(settings, mark, **options)
    return publish(settings, mark)


def marks_readers_see(settings: Settings) -> dict[str, set[str]]:
    """What each of the three published names shows."""
    record = json.loads((settings.published / "current.json").read_text(encoding="utf-8"))
    with duckdb.connect(str(settings.published / "warehouse.duckdb"), read_only=True) as warehouse:
        in_warehouse = warehouse.execute(
            "select mark from marts.dim_accounts union all select mark from marts.fct_tickets"
        ).fetchall()
    return {
        "current.json": {record["run_id"]},
        "parquet": published_marks(settings.published / "parquet"),
        "warehouse.duckdb": {row[0] for row in in_warehouse},
    }


def assert_readers_see(settings: Settings, mark: str) -> None:
    assert marks_readers_see(settings) == {"current.json": {mark}, "parquet": {mark}, "warehouse.duckdb": {mark}}
    assert versions.damage(settings, str(versions.require_current(settings)["version"])) == []
