"""Types of DuckDB as PostgreSQL has them, and how each value is written so that it arrives as it is.

Text alone can differ: PostgreSQL keeps no NUL character, so one becomes U+FFFD, the sign for what cannot be shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from scoreboard.postgres.errors import PostgresError
from scoreboard.warehouse.quoting import Quoted, fill, identifier

_SAME = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "SMALLINT": "smallint",
    "USMALLINT": "integer",
    "INTEGER": "integer",
    "UINTEGER": "bigint",
    "BIGINT": "bigint",
    "UBIGINT": "numeric(20, 0)",
    "HUGEINT": "numeric(39, 0)",
    "UHUGEINT": "numeric(39, 0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "UUID": "uuid",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "INTERVAL": "interval",
    "JSON": "json",
}
_LONGEST = 63
_LIST = re.compile(r"(.+)\[\d*\]")
_NESTED = re.compile(r"(STRUCT|MAP|UNION)\(|.*\[\d*\]$", re.DOTALL)


@dataclass(frozen=True)
class Column:
    """A column: its name, its type in PostgreSQL, and the DuckDB expression that spells its values for COPY."""

    name: str
    kind: str
    spelling: Quoted


def require_short(name: str) -> None:
    """PostgreSQL would cut the name of a table or column, and two of them might become one. Raises PostgresError."""
    if len(name.encode()) > _LONGEST:
        raise PostgresError(
            f"the name {name} is longer than the {_LONGEST} bytes PostgreSQL has for one; give it a shorter one. What readers see"
            " there stays"
        )


def columns_of(connection: duckdb.DuckDBPyConnection, relation: Quoted) -> list[Column]:
    """The columns of a quoted relation, in its order. Raises PostgresError for a type PostgreSQL has nothing for."""
    described = connection.execute(fill("describe select * from {relation}", relation=relation)).fetchall()
    return [column(name, str(kind)) for name, kind, *_ in described]


def column(name: str, kind: str) -> Column:
    """One column by its DuckDB type."""
    require_short(name)
    value = identifier(name)
    if kind in _SAME:
        return Column(name, _SAME[kind], _text(value) if kind == "VARCHAR" else _spelled(value))
    if kind.startswith("DECIMAL("):
        return Column(name, kind.lower().replace("decimal", "numeric"), _spelled(value))
    if kind.startswith("ENUM("):
        return Column(name, "text", _text(value))
    if kind == "BLOB":
        return Column(name, "bytea", Quoted(fill("'\\x' || hex({value})", value=value)))
    if (inner := _LIST.fullmatch(kind)) and inner[1] in _SAME and inner[1] != "JSON":
        return Column(name, f"{_SAME[inner[1]]}[]", _array(value))
    if _NESTED.match(kind):  # as JSON, whose NUL is an escape that PostgreSQL's json keeps
        return Column(name, "json", Quoted(fill("cast(to_json({value}) as varchar)", value=value)))
    raise PostgresError(
        f"column {name} is of the type {kind}, which this version cannot write to PostgreSQL; what readers see there stays"
    )


def _spelled(value: Quoted) -> Quoted:
    return Quoted(fill("cast({value} as varchar)", value=value))


def _text(value: Quoted) -> Quoted:
    return Quoted(fill("replace(cast({value} as varchar), chr(0), chr(65533))", value=value))


def _array(value: Quoted) -> Quoted:
    """An array as PostgreSQL spells it: every item in quotes, null bare."""
    return Quoted(
        fill(
            "'{{' || array_to_string(list_transform({value}, lambda item: case when item is null then 'NULL' else '\"'"
            " || replace(replace({text}, '\\', '\\\\'), '\"', '\\\"') || '\"' end), ',') || '}}'",
            value=value,
            text=_text(Quoted("item")),
        )
    )
