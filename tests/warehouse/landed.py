"""Landed batches as a run leaves them, and what the door makes of them, without starting the validator."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from scoreboard.entities import ENTITIES
from scoreboard.landing.drop import land_entity
from scoreboard.landing.store import Batch, committed_batches
from scoreboard.settings import Settings
from scoreboard.validation import store
from scoreboard.warehouse.inputs import SQL_TYPES
from scoreboard.warehouse.quoting import literal

LONG_AGO = 1_700_000_000
PROJECT = {"project_name": "Field Service", "company_name": "OurCo", "updated_at": "2026-01-01T00:00:00Z"}


def land(settings: Settings, entity: str, rows: Sequence[Mapping[str, str]], run_id: str) -> Batch:
    """Drop the rows as a CSV file and land it, as a run does."""
    path = settings.inbox / ENTITIES[entity].domain / entity / f"{run_id}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    os.utime(path, (LONG_AGO, LONG_AGO))
    land_entity(settings, entity, run_id)
    return committed_batches(settings, "files", entity)[-1]


def judge(settings: Settings, batch: Batch, refused: Mapping[int, str] | None = None) -> None:
    """Leave what the door leaves: rows typed in valid/, those of `refused` (row number -> rule) in quarantine/."""
    refused = refused or {}
    entity = ENTITIES[batch.entity]
    landed = f"read_parquet([{', '.join(literal(path) for path in batch.part_paths)}])"
    known = batch.manifest["columns"]
    typed = ", ".join(
        f"cast({column if column in known else 'null'} as {SQL_TYPES[kind]}) as {column}"
        for column, kind in entity.kinds.items()
    )
    lineage = "_row_id, _batch, _ordinal, _run_id, _file, _row_number, _landed_at"
    if store.is_snapshot(batch):
        lineage += ", source_relation"
    is_refused = f"_row_number in ({', '.join(map(str, [0, *refused]))})"
    rule = " ".join(f"when {number} then '{name}'" for number, name in {0: "", **refused}.items())
    valid = store.valid_folder(settings, batch) / store.PART
    quarantine = store.quarantine_folder(settings, batch) / store.PART
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        good = f"select {typed}, {lineage}, md5({entity.key}) as _content_hash from {landed} where not {is_refused}"
        bad = (
            f"select '{entity.name}' as entity, {entity.key} as row_key, case _row_number {rule} end as rule,"
            " 'as the test says' as reason, _file as file, _row_number as row_number, _run_id as run_id,"
            f" '{{}}' as content, _landed_at as first_seen_at, _row_id as row_id from {landed} where {is_refused}"
        )
        counts = [_write(connection, good, valid), _write(connection, bad, quarantine)]
    manifest = {
        "format": store.FORMAT,
        "adapter": batch.adapter,
        "domain": batch.domain,
        "entity": batch.entity,
        "run_id": batch.run_id,
        "batch": batch.number,
        "rows_landed": sum(counts),
        "rows_valid": counts[0],
        "rows_quarantined": counts[1],
        "parts": [{"name": store.PART}],
    }
    store.commit(settings, batch, manifest)


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({query}) to {literal(path)} (format parquet)")
    counted = connection.execute(f"select count(*) from read_parquet({literal(path)})").fetchone()
    assert counted is not None
    return int(counted[0])
