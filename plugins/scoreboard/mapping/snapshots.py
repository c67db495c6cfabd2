"""Canonical rows of a vendor as batches that the door can judge: a whole snapshot each, of which the newest judged counts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from scoreboard import settings as clock
from scoreboard.atomic import sha256_of, sync_file, sync_folder
from scoreboard.entities import Entity
from scoreboard.landing.disk import make_folder
from scoreboard.landing.lock import stream_lock
from scoreboard.landing.manifest import FORMAT, NAME, write_manifest
from scoreboard.landing.parts import LINEAGE
from scoreboard.landing.raw_store import checked_run_id, unused_run_id
from scoreboard.landing.store import (
    Batch,
    committed_batches,
    discard_uncommitted,
    remove_uncommitted,
    run_folder,
    stream_folder,
)
from scoreboard.mapping.documents import MappingError
from scoreboard.mapping.unmapped import Report
from scoreboard.settings import Settings
from scoreboard.validation import store
from scoreboard.warehouse.quoting import Quoted, fill, identifier, identifiers, literal

KEPT = 3
"""Snapshots kept of an entity: the newest ones, and the newest that was judged."""

_PART = "part-00001.parquet"
_OWN_LINEAGE = ("source_relation", "_run_id", "_file", "_row_number", "_landed_at", "_landing_order")

# the same record gives the same row id from run to run; two equal rows are told apart by their place among themselves
_CANONICAL = """
create temp table canonical as
with rows as (
    select {columns}, {own} from {model}
),

hashed as (
    select
        *,
        left(sha256(cast(to_json([{contents}, source_relation]) as varchar)), 40) as _hash
    from rows
),

told_apart as (
    select
        *,
        row_number() over (
            partition by _hash order by _landed_at, _landing_order, _run_id, _file, _row_number
        ) as _occurrence
    from hashed
)

select
    * exclude (_hash, _occurrence, _landing_order),
    {name} || _hash || case when _occurrence > 1 then '/' || cast(_occurrence as varchar) else '' end as _row_id,
    row_number() over (order by _landed_at, source_relation, _landing_order, {key}, _hash, _occurrence) as _ordinal
from told_apart
"""


@dataclass(frozen=True)
class Snapshot:
    """One committed snapshot of one entity; `report` is what its mapping left open."""

    number: int
    rows: int
    fingerprint: str
    report: Report


class CanonicalRows:
    """Canonical rows of one entity as staging gives them: the table `canonical` beside an open mapping file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, entity: Entity) -> None:
        self._connection, self.entity = connection, entity

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement over `canonical`."""
        return self._connection.execute(statement).fetchall()

    def write(self, path: Path, number: int, run_id: str) -> int:
        """Write them as a landed part, in landing order; gives their number."""
        columns = {column: identifier(column) for column in self.entity.columns} | {
            "source_relation": identifier("source_relation")
        }
        lineage = {name: Quoted(name) for name in LINEAGE} | {"_batch": Quoted(f"cast({number} as bigint)")}
        query = fill(
            "copy (select {columns}, {lineage} from canonical order by _ordinal) to {path} (format parquet, compression zstd)",
            columns=Quoted(", ".join(columns.values())),
            lineage=Quoted(", ".join(f"{value} as {name}" for name, value in lineage.items())),
            path=literal(path),
        )
        return int(self.query(query)[0][0])


@contextmanager
def read_canonical(database: Path, vendor: str, entity: Entity) -> Iterator[CanonicalRows]:
    """The canonical rows in a mapping file; raises MappingError where the model lacks a column."""
    model = f"stg_{vendor}__{entity.name}"
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        described = connection.execute(fill("describe staging.{model}", model=identifier(model))).fetchall()
        missing = {*entity.columns, *_OWN_LINEAGE} - {row[0] for row in described}
        if missing:
            raise MappingError(f"{model} lacks {', '.join(sorted(missing))}; every canonical column must be there.")
        contents = [fill("coalesce(cast({name} as varchar), '')", name=identifier(column)) for column in entity.columns]
        connection.execute(
            fill(
                _CANONICAL,
                columns=Quoted(
                    ", ".join(
                        fill("cast({name} as varchar) as {name}", name=identifier(column)) for column in entity.columns
                    )
                ),
                own=identifiers(_OWN_LINEAGE),
                model=identifier("staging", model),
                contents=Quoted(", ".join(contents)),
                name=literal(f"{vendor}/{entity.name}/"),
                key=identifier(entity.key),
            )
        )
        yield CanonicalRows(connection, entity)


def commit_snapshot(
    settings: Settings,
    vendor: str,
    entity: Entity,
    rows: CanonicalRows,
    run_id: str,
    fingerprint: str,
    report: Report,
) -> Snapshot:
    """Commit canonical rows as the vendor's newest snapshot of an entity, none of them too; all or nothing."""
    with stream_lock(stream_folder(settings, vendor, entity.name)):
        remove_uncommitted(settings, vendor, entity.name)
        before = committed_batches(settings, vendor, entity.name)
        number = 1 + max((batch.number for batch in before), default=0)
        name = unused_run_id(checked_run_id(run_id), before)
        folder = run_folder(settings, vendor, entity.name, name)
        make_folder(folder)
        try:
            part = folder / _PART
            written = rows.write(part, number, name)
            sync_file(part)
            sync_folder(folder)
            write_manifest(
                folder,
                {
                    "format": FORMAT,
                    "adapter": vendor,
                    "domain": entity.domain,
                    "entity": entity.name,
                    "run_id": name,
                    "batch": number,
                    "landed_at": clock.utc_now().isoformat(),
                    "rows": written,
                    "files": [],
                    "parts": [{"name": part.name, "sha256": sha256_of(part), "rows": written}],
                    "columns": list(entity.columns),
                    "unknown_columns": [],
                    "window": None,
                    "cursor_in": None,
                    "cursor_out": None,
                    "snapshot": True,
                    "fingerprint": fingerprint,
                    "report": report.as_dict(),
                },
            )
        except BaseException:
            discard_uncommitted(folder)
            raise
    return Snapshot(number, written, fingerprint, report)


def newest_snapshot(settings: Settings, vendor: str, entity: Entity) -> Snapshot | None:
    """The newest committed snapshot of an entity, judged or not."""
    batches = committed_batches(settings, vendor, entity.name)
    if not batches:
        return None
    manifest = batches[-1].manifest
    told = manifest.get("report", {})
    report = Report(tuple(told.get("unmapped", ())), tuple(told.get("missing_columns", ())))
    return Snapshot(manifest["batch"], manifest["rows"], manifest.get("fingerprint", ""), report)


def prune(settings: Settings, vendor: str, entity: Entity) -> list[Batch]:
    """Take away snapshots that nothing needs any more, with what the door made of them; gives those."""
    with stream_lock(stream_folder(settings, vendor, entity.name)):
        batches = committed_batches(settings, vendor, entity.name)
        judged = [batch for batch in batches if store.manifest_of(settings, batch) is not None]
        kept = {batch.number for batch in [*batches[-KEPT:], *judged[-1:]]}
        gone = [batch for batch in batches if batch.number not in kept]
        for batch in gone:
            (batch.folder / NAME).unlink()  # from here on it does not exist for any reader
            for folder in (
                batch.folder,
                store.valid_folder(settings, batch),
                store.quarantine_folder(settings, batch),
            ):
                shutil.rmtree(folder, ignore_errors=True)
    return gone
