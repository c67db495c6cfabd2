"""Rows of anything DuckDB can select from, as JSON knows them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import duckdb

from scoreboard.sources import exact_json
from scoreboard.sources.loaders.base import BATCH_ROWS, Row, nested
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal

MEMORY = "512MB"
_AS_IT_IS = {
    *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    *("UHUGEINT", "VARCHAR"),
}


def connect() -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own, in memory, that leaves room for others."""
    connection = duckdb.connect()
    connection.execute("set threads = 1")  # rows in the place's own order, and one row group in memory at a time
    connection.execute(fill("set memory_limit = {limit}", limit=literal(MEMORY)))
    connection.execute("set temp_directory = ''")  # nothing of a user's data is spilled beside their code
    return connection


def batches(connection: duckdb.DuckDBPyConnection, relation: Quoted) -> Iterator[list[Row]]:
    """The rows of a quoted relation (a table's name, or read_parquet(…)); memory for one batch."""
    described = connection.execute(fill("describe select * from {relation}", relation=relation)).fetchall()
    names = [name for name, *_ in described]
    columns = [_column(identifier(name), str(kind)) for name, kind, *_ in described]
    read = [reader for _, reader in columns]
    selected = Quoted(", ".join(sql for sql, _ in columns))
    # a cursor of its own, so that the connection may be asked other things meanwhile; a zone holds for one cursor only
    rows = connection.cursor()
    rows.execute("set timezone = 'UTC'")
    rows.execute(fill("select {columns} from {relation}", columns=selected, relation=relation))
    while batch := rows.fetchmany(BATCH_ROWS):
        yield [
            {
                name: None if value is None else as_json(value)
                for name, as_json, value in zip(names, read, row, strict=True)
            }
            for row in batch
        ]


def count(connection: duckdb.DuckDBPyConnection, relation: Quoted) -> int:
    """How many rows a quoted relation has."""
    [number] = connection.execute(fill("select count(*) from {relation}", relation=relation)).fetchone() or (0,)
    return int(number)


def _column(name: Quoted, kind: str) -> tuple[str, Callable[[Any], Any]]:
    """How a column is selected, and what is made of its values."""
    if kind in _AS_IT_IS:
        return name, _same
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):  # first: a list is named by what it holds
        return fill("to_json({name})::varchar", name=name), nested
    if kind == "TIMESTAMP WITH TIME ZONE":
        return fill("strftime({name}, '%Y-%m-%dT%H:%M:%S.%f') || '+00:00'", name=name), _same
    if kind.startswith("TIMESTAMP"):
        return fill("strftime({name}, '%Y-%m-%dT%H:%M:%S.%f') || '+00:00'", name=name), _same
    if kind.startswith("DECIMAL"):
        return name, _decimal
    if kind in ("DOUBLE", "FLOAT"):
        return fill("{name}::varchar::double", name=name), _float  # 0.1 of four bytes stays 0.1
    if kind == "BLOB":
        return fill("hex({name})", name=name), _same
    if kind == "JSON":
        return fill("{name}::varchar", name=name), nested
    return fill("{name}::varchar", name=name), _same


def _same(value: Any) -> Any:
    return value


def _decimal(value: Decimal) -> exact_json.ServedNumber:
    return exact_json.ServedNumber(format(value, "f"))


def _float(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)
