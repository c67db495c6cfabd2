"""What stands in a schema of PostgreSQL: tables, their columns as DuckDB types, what they mean."""

from __future__ import annotations

from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresError

_KINDS = {
    "text": "VARCHAR",
    "character varying": "VARCHAR",
    "double precision": "DOUBLE",
    "real": "FLOAT",
    "bigint": "BIGINT",
    "integer": "INTEGER",
    "smallint": "SMALLINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
    "timestamp without time zone": "TIMESTAMP",
}


def tables_in(session: Session, schema: str) -> list[str]:
    """The tables of a schema, by name."""
    found = session.execute(
        "select tablename from pg_catalog.pg_tables where schemaname = %s order by 1", (schema,)
    ).fetchall()
    return [str(name) for (name,) in found]


def kinds_of(session: Session, schema: str, table: str) -> dict[str, str]:
    """Column -> DuckDB type of one table, in its order."""
    return {name: _kind(table, name, kind) for name, kind, _ in _described(session, schema, table)}


def comments_of(session: Session, schema: str, table: str) -> tuple[str | None, dict[str, str]]:
    """What a table and its columns mean, as far as PostgreSQL was told."""
    about = session.execute(
        "select obj_description(pg_class.oid, 'pg_class') from pg_class join pg_namespace on pg_namespace.oid = relnamespace"
        " where nspname = %s and relname = %s",
        (schema, table),
    ).fetchone()
    columns = {name: text for name, _, text in _described(session, schema, table) if text}
    return (about[0] if about else None), columns


def _described(session: Session, schema: str, table: str) -> list[tuple[str, str, str | None]]:
    # a column of a domain is one of the domain's type
    return session.execute(
        "select attname, format_type(coalesce(nullif(typbasetype, 0), atttypid), atttypmod), col_description(attrelid, attnum)"
        " from pg_attribute join pg_type on pg_type.oid = atttypid join pg_class on pg_class.oid = attrelid"
        " join pg_namespace on pg_namespace.oid = relnamespace"
        " where nspname = %s and relname = %s and attnum > 0 and not attisdropped order by attnum",
        (schema, table),
    ).fetchall()


def _kind(table: str, column: str, kind: str) -> str:
    if kind in _KINDS:
        return _KINDS[kind]
    if kind.startswith("numeric("):
        return kind.replace("numeric", "DECIMAL")
    raise PostgresError(f"{table}.{column} is of the type {kind} in PostgreSQL, which this version does not read back")
