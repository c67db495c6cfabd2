"""Sends every row of a judged batch one way: to valid/, typed, or to quarantine/, with the first rule it breaks and why.

All in SQL, over the queries that Great Expectations itself reported: its lists of offending rows are capped, its queries are not.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import duckdb

from expectations._rules import ROW_RULES
from scoreboard.atomic import sha256_of, sync_file, sync_folder
from scoreboard.validation.errors import ValidatorError
from scoreboard.validation.judge import BrokenRowRule
from scoreboard.validation.workbench import JUDGED, RAW, Workbench
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal

_SHOWN = 80  # characters of an offending text that a reason quotes

_HITS = """
create temp table hits (_row_id varchar, rank integer, position integer, reason varchar)
"""

_HIT = """
insert into hits
select judged._row_id, ?, ?, replace(?, '{{value}}', concat(
    '''', left(judged.{text}, {shown}), case when length(judged.{text}) > {shown} then '…' end, ''''
))
from (select _row_id from ({query})) as found
inner join {judged} as judged on judged._row_id = found._row_id
"""

# one row per refused row: the first rule it breaks, and what every column says that breaks that very rule
_REFUSED = """
create temp table refused as
select hits._row_id, hits.rank, string_agg(hits.reason, '; ' order by hits.position) as reason
from hits
inner join (select _row_id, min(rank) as rank from hits group by _row_id) as first_broken
    on hits._row_id = first_broken._row_id and hits.rank = first_broken.rank
group by hits._row_id, hits.rank
"""

_VALID = """
select {columns}, {lineage}, md5(cast(to_json({content}) as varchar)) as _content_hash
from {judged} as judged
anti join refused on refused._row_id = judged._row_id
order by _ordinal
"""

_QUARANTINED = """
select
    {entity} as entity,
    case when judged.{key} is not null then {raw_key} end as row_key,
    {rules}[refused.rank + 1] as rule,
    refused.reason,
    judged._file as file,
    judged._row_number as row_number,
    judged._run_id as run_id,
    cast(json_object({content}) as varchar) as content,
    judged._landed_at as first_seen_at,
    judged._row_id as row_id
from refused
inner join {judged} as judged on judged._row_id = refused._row_id
inner join {raw} on {raw}._row_id = refused._row_id
order by judged._ordinal
"""


def find_refused(
    connection: duckdb.DuckDBPyConnection, bench: Workbench, broken: list[BrokenRowRule]
) -> dict[str, int]:
    """Fill the temporary table `refused`; gives rows per rule, rules in the contract's order.

    Raises ValidatorError where a query finds another number of rows than Great Expectations counted.
    """
    connection.execute(_HITS)
    for rule in broken:
        found = _insert_hits(connection, bench, rule)
        if found != rule.rows:
            raise ValidatorError(
                f"{bench.batch.entity} batch {bench.batch.number}: Great Expectations counted {rule.rows} rows that break {rule.rule} of"
                f" {rule.column}, routing found {found}. Nothing of the batch was used. This is a fault in the checks, not in the data."
            )
    connection.execute(_REFUSED)
    counts = dict(connection.execute("select rank, count(*) from refused group by rank order by rank").fetchall())
    return {ROW_RULES[rank]: count for rank, count in counts.items()}


def _insert_hits(connection: duckdb.DuckDBPyConnection, bench: Workbench, rule: BrokenRowRule) -> int:
    statement = fill(
        _HIT,
        text=identifier(rule.column),
        shown=literal(_SHOWN),
        query=Quoted(rule.query),
        judged=identifier(JUDGED),
    )
    position = bench.entity.columns.index(rule.column)
    return _single(connection.execute(statement, [ROW_RULES.index(rule.rule), position, rule.reason]))


def write_valid(connection: duckdb.DuckDBPyConnection, bench: Workbench, path: Path) -> int:
    """Typed rows that broke no rule, in landing order; gives their number."""
    values = {column: identifier(bench.value_name(column)) for column in bench.entity.columns}
    query = fill(
        _VALID,
        columns=Quoted(", ".join(f"{value} as {identifier(column)}" for column, value in values.items())),
        lineage=Quoted(", ".join(identifier("judged", name) for name in bench.lineage)),
        content=Quoted("{" + ", ".join(f"{literal(column)}: {value}" for column, value in values.items()) + "}"),
        judged=identifier(JUDGED),
    )
    return _copy(connection, query, path)


def write_quarantine(connection: duckdb.DuckDBPyConnection, bench: Workbench, path: Path) -> int:
    """Refused rows with rule, reason and full landed content, in landing order; gives their number."""
    entity = bench.entity
    query = fill(
        _QUARANTINED,
        entity=literal(entity.name),
        key=identifier(entity.key),
        raw_key=bench.raw(entity.key),
        rules=Quoted("[" + ", ".join(literal(rule) for rule in ROW_RULES) + "]"),
        content=Quoted(
            ", ".join(f"{literal(column)}, {bench.raw(column)}" for column in (*entity.columns, *bench.unknown_columns))
        ),
        judged=identifier(JUDGED),
        raw=identifier(RAW),
    )
    return _copy(connection, query, path)


def count_filled(connection: duckdb.DuckDBPyConnection, bench: Workbench) -> dict[str, int]:
    """Rows with a value per contract column, over the whole landed batch."""
    columns = bench.entity.columns
    counts = Quoted(", ".join(f"count({identifier(column)})" for column in columns))
    row = connection.execute(fill("select {counts} from {judged}", counts=counts, judged=identifier(JUDGED))).fetchone()
    return dict(zip(columns, row or (), strict=True))


def part_entry(path: Path, rows: int) -> dict[str, object]:
    """How a manifest names a finished part."""
    return {"name": path.name, "sha256": sha256_of(path), "rows": rows}


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write a query's rows as Parquet, all or nothing, replacing what an interrupted run left there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        written = connection.execute(
            fill(
                "copy ({query}) to {path} (format parquet, compression zstd)",
                query=Quoted(query),
                path=literal(unfinished),
            )
        )
        rows = int(_single(written))
        sync_file(unfinished)
        os.replace(unfinished, path)  # noqa: PTH105 - as in scoreboard.atomic
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)
    return rows


def _single(result: duckdb.DuckDBPyConnection) -> int:
    row = result.fetchone()
    if row is None:
        raise ValidatorError("a query that counts rows gave none")
    return int(row[0])
