"""What dbt may see of the outside: a fresh private warehouse file whose `landed` schema shows the validated batches.

What it sees of closed periods is in `frozen`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet

from scoreboard.alerts.states import read_states
from scoreboard.entities import ENTITIES, Entity, Kind
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings, utc_now
from scoreboard.validation.store import counted_batches
from scoreboard.warehouse.frozen import show_closed
from scoreboard.warehouse.quoting import Quoted, fill, identifier, identifiers, literal

SQL_TYPES: dict[Kind, str] = {
    "text": "varchar",
    "number": "decimal(20, 6)",
    "flag": "boolean",
    "date": "date",
    "timestamp": "timestamptz",
}
LINEAGE_TYPES = {
    "_row_id": "varchar",
    "_batch": "bigint",
    "_ordinal": "bigint",
    "_run_id": "varchar",
    "_file": "varchar",
    "_row_number": "bigint",
    "_landed_at": "timestamptz",
}
FEED_TYPES = {"source_relation": "varchar", "_feed": "bigint"}
QUARANTINE_TYPES = {
    "entity": "varchar",
    "row_key": "varchar",
    "rule": "varchar",
    "reason": "varchar",
    "file": "varchar",
    "row_number": "bigint",
    "run_id": "varchar",
    "content": "varchar",
    "first_seen_at": "timestamptz",
    "row_id": "varchar",
}
DATA_QUALITY_TYPES = {
    "run_id": "varchar",
    "run_at": "timestamptz",
    "entity": "varchar",
    "landed": "bigint",
    "valid": "bigint",
    "quarantined": "bigint",
    "replaced": "bigint",
    "deduplicated": "bigint",
    "unresolved_references": "varchar",
    "completeness": "double",
    "staleness": "bigint",
}
ALERT_STATE_TYPES = {
    "alert_id": "varchar",
    "state": "varchar",
    "at": "timestamptz",
    "by": "varchar",
    "line": "bigint",
}


class NothingLanded(ScoreboardError):
    """No row of any domain has ever landed: there is nothing to compute from."""


def prepare_warehouse(settings: Settings, run_id: str) -> Path:
    """Make an empty build file whose `landed` schema shows every validated batch; gives its path.

    Raises NothingLanded, saying what to drop where, StateLogBroken, and LedgerError if frozen rows of closed periods
    were tampered with.
    """
    alert_states = read_states(settings)
    settings.build.mkdir(parents=True, exist_ok=True)
    database = settings.build / "warehouse.duckdb"
    for leftover in (database, database.with_name(database.name + ".wal")):
        leftover.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema landed")
        batches = [row for entity in ENTITIES.values() for row in _show_entity(connection, settings, entity)]
        if not batches:
            raise NothingLanded(_what_to_drop(settings))
        _fill(
            connection,
            "batches",
            {
                "adapter": "varchar",
                "entity": "varchar",
                "run_id": "varchar",
                "batch": "bigint",
                "rows_landed": "bigint",
                "rows_valid": "bigint",
                "rows_quarantined": "bigint",
            },
            batches,
        )
        _show_quarantine(connection, settings)
        _show_contents(connection, settings)
        _fill(
            connection, "run", {"run_id": "varchar", "run_at": "timestamptz"}, [{"run_id": run_id, "run_at": utc_now()}]
        )
        _show_published(connection, settings, "rpt_data_quality", "published_data_quality", DATA_QUALITY_TYPES)
        _show_published(
            connection, settings, "rpt_quarantine", "published_quarantine", QUARANTINE_TYPES | {"status": "varchar"}
        )
        _fill(connection, "alert_states", ALERT_STATE_TYPES, [asdict(entry) for entry in alert_states])
        show_closed(connection, settings)
    return database


def _what_to_drop(settings: Settings) -> str:
    patterns = "\n".join(
        f"  {settings.inbox}/{entity.domain}/{entity.name}/<any name>.{{csv,csv.gz,jsonl,parquet,xlsx}}"
        for entity in ENTITIES.values()
        if not entity.parents
    )
    return (
        "nothing has landed in any domain, so there is nothing to compute from. Drop files here and run again, for instance:\n"
        f"{patterns}\n"
        "README.md lists every entity with its columns; `make demo` shows a whole company."
    )


def _show_entity(connection: duckdb.DuckDBPyConnection, settings: Settings, entity: Entity) -> list[dict[str, Any]]:
    """`landed.<entity>` over every feed of the entity's domain; the batches it shows.

    `_feed` is the feed's place in the settings: of two rows that nothing else tells apart, the first feed's landed first.
    """
    types = (
        {column: SQL_TYPES[kind] for column, kind in entity.kinds.items()}
        | LINEAGE_TYPES
        | {"_content_hash": "varchar"}
    )
    batches, selects = [], []
    for place, feed in enumerate(settings.feeds_of(entity.domain), 1):
        judged = counted_batches(settings, feed, entity.name)
        if parts := [part for one in judged for part in one.valid_parts]:
            known = {"source_relation": literal("files")} if feed == "files" else {}
            selects.append(_select(types | FEED_TYPES, parts, known | {"_feed": literal(place)}))
        batches += [
            {"adapter": feed, "entity": entity.name}
            | {key: one.manifest[key] for key in ("run_id", "batch", "rows_landed", "rows_valid", "rows_quarantined")}
            for one in judged
        ]
    _show(connection, entity.name, types | FEED_TYPES, selects)
    return batches


def _show_quarantine(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    parts = [
        one.quarantine_part
        for entity in ENTITIES.values()
        for feed in settings.feeds_of(entity.domain)
        for one in counted_batches(settings, feed, entity.name)
        if one.manifest["rows_quarantined"]
    ]
    _show(connection, "door_quarantine", QUARANTINE_TYPES, [_select(QUARANTINE_TYPES, parts)] if parts else [])


def _show_contents(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """`landed.row_contents`: every judged row as it landed, as JSON, batches of like columns together."""
    selects = []
    for entity in ENTITIES.values():
        for feed in settings.feeds_of(entity.domain):
            parts_by_columns: dict[tuple[str, ...], list[Path]] = defaultdict(list)
            for batch in (one.batch for one in counted_batches(settings, feed, entity.name)):
                columns = (*batch.manifest["columns"], *batch.manifest["unknown_columns"])
                parts_by_columns[tuple(dict.fromkeys(columns))] += batch.part_paths
            for columns, parts in parts_by_columns.items():
                names = _names_in_duckdb(connection, parts)
                cells = ", ".join(f"{literal(column)}, {identifier(names[column])}" for column in columns)
                selects.append(
                    fill(
                        "select _row_id as row_id, cast(json_object({cells}) as varchar) as content from {rows}",
                        cells=Quoted(cells),
                        rows=_parquet(parts),
                    )
                )
    connection.execute("create view landed.row_contents as " + "\nunion all\n".join(selects))


def _names_in_duckdb(connection: duckdb.DuckDBPyConnection, parts: list[Path]) -> dict[str, str]:
    """Landed column -> its name in DuckDB, which tells names apart without case: of `city` and `City` the second is `City_1`."""
    described = connection.execute(fill("describe select * from {rows}", rows=_parquet(parts))).fetchall()
    return dict(zip(pyarrow.parquet.read_schema(parts[0]).names, (row[0] for row in described), strict=True))


def _show_published(
    connection: duckdb.DuckDBPyConnection, settings: Settings, table: str, name: str, types: dict[str, str]
) -> None:
    """A copy of a table as published last, so that building anew does not forget its history."""
    path = settings.published / "parquet" / f"{table}.parquet"
    _fill(connection, name, types, [])
    if path.exists():
        connection.execute(
            fill(
                "insert into {table} select {columns} from {rows}",
                table=identifier("landed", name),
                columns=identifiers(types),
                rows=_parquet([path.resolve()]),
            )
        )


def _show(connection: duckdb.DuckDBPyConnection, name: str, types: dict[str, str], selects: list[str]) -> None:
    """A view over some selects together; an empty table where there are none."""
    if not selects:
        _fill(connection, name, types, [])
        return
    connection.execute(
        fill(
            "create view {view} as {rows}",
            view=identifier("landed", name),
            rows=Quoted("\nunion all\n".join(selects)),
        )
    )


def _select(types: dict[str, str], parts: list[Path], known: Mapping[str, Quoted] | None = None) -> str:
    """The rows of Parquet files, every column of the type it is declared as; `known` columns are not in the files."""
    values = {column: identifier(column) for column in types} | dict(known or {})
    columns = ", ".join(
        fill("cast({value} as {kind}) as {name}", value=values[column], name=identifier(column), kind=Quoted(kind))
        for column, kind in types.items()
    )
    return fill("select {columns} from {rows}", columns=Quoted(columns), rows=_parquet(parts))


def _fill(connection: duckdb.DuckDBPyConnection, name: str, types: dict[str, str], rows: list[dict[str, Any]]) -> None:
    """A table of the declared types with these rows."""
    columns = ", ".join(
        fill("{name} {kind}", name=identifier(column), kind=Quoted(kind)) for column, kind in types.items()
    )
    table = identifier("landed", name)
    connection.execute(fill("create table {table} ({columns})", table=table, columns=Quoted(columns)))
    if rows:
        marks = Quoted(", ".join("?" for _ in types))
        connection.executemany(
            fill("insert into {table} values ({marks})", table=table, marks=marks),
            [[row[column] for column in types] for row in rows],
        )


def _parquet(parts: list[Path]) -> Quoted:
    files = Quoted(", ".join(literal(part) for part in parts))
    return Quoted(fill("read_parquet([{files}], union_by_name = true, hive_partitioning = false)", files=files))
