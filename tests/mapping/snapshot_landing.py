"""Snapshots of canonical rows, for tests that need a vendor's feed and no vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from scoreboard.entities import ENTITIES
from scoreboard.landing.store import Batch, committed_batches
from scoreboard.mapping.snapshots import commit_snapshot, read_canonical
from scoreboard.mapping.unmapped import Report
from scoreboard.settings import Settings

LANDED_AT = datetime(2026, 1, 5, 6, tzinfo=UTC)


def staged(database: Path, vendor: str, entity: str, rows: Sequence[Mapping[str, str | None]]) -> None:
    """Make staging.stg_<vendor>__<entity> of canonical rows, in landing order; columns left out are null."""
    columns = ENTITIES[entity].columns
    landed = [
        {column: row.get(column) for column in columns}
        | {
            "source_relation": row.get("source_relation", f"{vendor}@{vendor}_default"),
            "_run_id": "raw-1",
            "_file": f"GET /{entity}",
            "_row_number": place,
            "_landed_at": LANDED_AT,
            "_landing_order": place,
        }
        for place, row in enumerate(rows, 1)
    ]
    texts = [(column, pa.string()) for column in (*columns, "source_relation", "_run_id", "_file")]
    numbers = [("_row_number", pa.int64()), ("_landing_order", pa.int64())]
    schema = pa.schema([*texts, *numbers, ("_landed_at", pa.timestamp("us", tz="UTC"))])
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema if not exists staging")
        connection.register("landed", pa.Table.from_pylist(landed, schema=schema))
        connection.execute(f"create or replace table staging.stg_{vendor}__{entity} as select * from landed")


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
