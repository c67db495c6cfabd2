"""Snapshots of canonical rows, for tests that need a vendor's feed and no vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from scoreboard.entities import ENTITIES
from scoreboard.landing.store import Batch, committed_batches
from scoreboard.mapping.snapshots import commit_snapshot, read_canonical
from scoreboard.mapping.unmapped import Report
from scoreboard.settings import Settings


def staged(database: Path, vendor: str, entity: str, rows: Sequence[Mapping[str, str | None]]) -> None:
    """Make staging.stg_<vendor>__<entity> of canonical rows, in landing order; columns left out are null."""
    columns = ENTITIES[entity].columns
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema if not exists staging")
        model = f"staging.stg_{vendor}__{entity}"
        connection.execute(
            f"create or replace table {model} ({', '.join(f'{column} varchar' for column in columns)}, source_relation varchar,"
            " _run_id varchar, _file varchar, _row_number bigint, _landed_at timestamptz, _landing_order bigint)"
        )
        for place, row in enumerate(rows, 1):
            source = row.get("source_relation", f"{vendor}@{vendor}_default")
            lineage = [source, "raw-1", f"GET /{entity}", place, "2026-01-05 06:00:00+00", place]
            values = [*(row.get(column) for column in columns), *lineage]
            connection.execute(f"insert into {model} values ({', '.join('?' for _ in values)})", values)


def land_snapshot(
    settings: Settings, vendor: str, entity: str, rows: Sequence[Mapping[str, str | None]], run_id: str
) -> Batch:
    """Commit canonical rows as the vendor's newest snapshot of an entity."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "mapping.duckdb"
        staged(database, vendor, entity, rows)
        with read_canonical(database, vendor, ENTITIES[entity]) as canonical:
            commit_snapshot(settings, vendor, ENTITIES[entity], canonical, run_id, "", Report())
    return committed_batches(settings, vendor, entity)[-1]
