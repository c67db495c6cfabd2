"""A published version in PostgreSQL: a schema of its own, copied whole in one transaction and never written again.

Rows are copied frozen: a reader whose snapshot is older than the copy sees them all the same, not an empty table.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import psycopg

from scoreboard.postgres.copying import Session, copy_rows, create_like, run
from scoreboard.postgres.errors import PostgresError
from scoreboard.postgres.types import columns_of, require_short
from scoreboard.settings import Settings
from scoreboard.warehouse import versions
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal
from scoreboard.warehouse.tables import SCHEMA, SCHEMA_NOW

PREFIX = "scoreboard_v"
# how PostgreSQL tells such a schema from others
VERSION_SCHEMA = f"^{PREFIX}[0-9]+_[0-9a-f]{{12}}$"
VERSION_TABLE = "published_version"
NOW = "__now"


@dataclass
class Table:
    """One published table: where readers find it, its columns and types in PostgreSQL, and what they mean."""

    schema: str
    name: str
    columns: dict[str, str]
    comment: str | None = None
    comments: dict[str, str] = field(default_factory=dict)

    @property
    def stored_as(self) -> str:
        """Its name in the schema of its version."""
        return self.name + (NOW if self.schema == SCHEMA_NOW else "")


def schema_name(manifest: Mapping[str, Any]) -> str:
    """The schema of a version: its number, and a hash of all its rows, so that another home's v000001 is another schema."""
    content = {part: manifest[part] for part in ("version", "tables", "tables_now")}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    number = re.match(r"v(\d+)", manifest["version"])
    return f"{PREFIX}{number[1] if number else '0'}_{digest}"


def copy_version(settings: Settings, record: Mapping[str, Any], session: Session) -> tuple[list[Table], bool]:
    """Make the version's schema hold all its tables, unless it does; returns them, and whether anything was copied."""
    path = versions.folder_of(settings, record["version"]) / "warehouse.duckdb"
    schema = schema_name(record)
    try:
        with duckdb.connect() as source:
            source.execute("set threads = 1")
            source.execute(fill("attach {path} as published (read_only)", path=literal(path)))
            tables = _tables(source, record)
            if _exists(session, schema):
                return [*tables, _version_table()], False
            with session.transaction():
                run(session, fill("create schema {schema}", schema=identifier(schema)))
                _keep_to_its_owner(session, schema)
                for table in tables:
                    _copy(source, session, schema, table, _expected(record, table))
                _copy_version_row(session, schema, record)
    except psycopg.errors.InsufficientPrivilege:
        raise
    except (duckdb.Error, psycopg.DataError, psycopg.ProgrammingError) as error:
        raise PostgresError(
            f"{record['version']} cannot be copied to PostgreSQL: {' '.join(str(error).split())}. What readers see there stays"
        ) from error
    for table in [*tables, _version_table()]:
        run(session, fill("analyze {table}", table=identifier(schema, table.stored_as)))
    return [*tables, _version_table()], True


def prune(settings: Settings, session: Session, shown: str) -> tuple[list[str], list[str]]:
    """Drop the schemas of versions that are not kept any more; returns those dropped, and those somebody still holds on to."""
    kept = {shown, *(schema_name(versions.manifest_of(settings, name)) for name in versions.names(settings))}
    found = session.execute(
        "select nspname from pg_namespace where nspname ~ %s and pg_has_role(nspowner, 'USAGE') order by nspname",
        (VERSION_SCHEMA,),
    ).fetchall()
    dropped, held = [], []
    for (schema,) in found:
        if schema in kept:
            continue
        try:
            _drop(session, schema)
            dropped.append(schema)
        # a reader in the middle of a query, or a view of the user's own: the next publish tries again
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DependentObjectsStillExist):
            held.append(schema)
    return dropped, held


def _drop(session: Session, schema: str) -> None:
    with session.transaction():
        session.execute("set local lock_timeout = '300ms'")
        names = session.execute("select tablename from pg_tables where schemaname = %s", (schema,)).fetchall()
        if names:  # by name and without cascade: what others built upon them is not ours to drop
            tables = Quoted(", ".join(identifier(schema, name) for (name,) in names))
            run(session, fill("drop table {tables}", tables=tables))
        run(session, fill("drop schema {schema}", schema=identifier(schema)))


def _keep_to_its_owner(session: Session, schema: str) -> None:
    """Take back what default privileges gave away: readers come by the views, which may be masked."""
    found = session.execute(
        "select distinct coalesce(rolname, '') from pg_namespace cross join aclexplode(nspacl) as entry"
        " left join pg_roles on pg_roles.oid = grantee where nspname = %s and grantee <> nspowner",
        (schema,),
    ).fetchall()
    if found:
        roles = Quoted(", ".join(identifier(role) if role else "public" for (role,) in found))
        run(session, fill("revoke all on schema {schema} from {roles}", schema=identifier(schema), roles=roles))


def _tables(source: duckdb.DuckDBPyConnection, record: Mapping[str, Any]) -> list[Table]:
    comments = dict(
        source.execute(
            "select table_name, comment from duckdb_tables() where database_name = 'published' and schema_name = ?",
            [SCHEMA],
        ).fetchall()
    )
    described: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, comment in source.execute(
        "select schema_name, table_name, column_name, comment from duckdb_columns()"
        " where database_name = 'published' and comment is not null"
    ).fetchall():
        described.setdefault((schema, table), {})[column] = comment
    tables = [
        Table(
            schema,
            name,
            {one.name: one.kind for one in columns_of(source, identifier("published", schema, name))},
            comments.get(name),
            described.get((schema, name), {}),
        )
        for schema, names in versions.tables_of(record).items()
        for name in names
    ]
    for table in tables:
        require_short(table.stored_as)
    return tables


def _expected(record: Mapping[str, Any], table: Table) -> int:
    return int(versions.tables_of(record)[table.schema][table.name]["rows"])


def _copy(source: duckdb.DuckDBPyConnection, session: Session, schema: str, table: Table, expected: int) -> None:
    origin, target = identifier("published", table.schema, table.name), identifier(schema, table.stored_as)
    columns = create_like(source, origin, session, target)
    rows = copy_rows(source, origin, session, target, columns, frozen=True)
    if rows != expected:
        raise PostgresError(
            f"{table.schema}.{table.name} has {rows} rows where {expected} were published; nothing of it is shown in PostgreSQL"
        )


def _version_table() -> Table:
    meanings = {
        "version": "Name of the version that every view of this schema shows.",
        "run_id": "The run that built it.",
        "as_of": "The date its figures are as of.",
        "built_at": "When it was built, UTC.",
        "copied_at": "When it was copied to this database, UTC.",
    }
    kinds = {
        "version": "text",
        "run_id": "text",
        "as_of": "date",
        "built_at": "timestamptz",
        "copied_at": "timestamptz",
    }
    return Table(SCHEMA, VERSION_TABLE, kinds, "One row: which published version this is.", meanings)


def _copy_version_row(session: Session, schema: str, record: Mapping[str, Any]) -> None:
    about = _version_table()
    columns = ", ".join(
        fill("{name} {kind}", name=identifier(name), kind=Quoted(kind)) for name, kind in about.columns.items()
    )
    table = identifier(schema, VERSION_TABLE)
    run(session, fill("create table {table} ({columns})", table=table, columns=Quoted(columns)))
    row = session.execute("select transaction_timestamp()").fetchone()
    with (
        session.cursor() as cursor,
        cursor.copy(fill("copy {table} from stdin (freeze)", table=table).encode()) as copy,
    ):
        copied_at = row[0] if row else None
        copy.write_row((record["version"], record["run_id"], record["as_of"], record["created_at"], copied_at))


def _exists(session: Session, schema: str) -> bool:
    return session.execute("select 1 from pg_namespace where nspname = %s", (schema,)).fetchone() is not None
