"""SCOREBOARD_TARGET=postgres: dbt builds in a PostgreSQL database what it otherwise builds in a file (docs/decisions/0024).

What has landed goes there by COPY, the marts come back into build/warehouse.duckdb the same way. Audit, publish and everything after
them read that file, whatever engine made it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import duckdb

from scoreboard.postgres.connect import credentials, open_session, options, parameters, younger_limits
from scoreboard.postgres.copying import Session, copy_rows, create_like, fetch_rows, run
from scoreboard.postgres.errors import PostgresBusy, PostgresError
from scoreboard.postgres.python_models import MODEL, PythonModels
from scoreboard.postgres.relations import comments_of, kinds_of, tables_in
from scoreboard.postgres.telling import in_words
from scoreboard.settings import Settings
from scoreboard.warehouse.dbt import NodeResult
from scoreboard.warehouse.quoting import fill, identifier, literal
from scoreboard.warehouse.tables import SCHEMA, SCHEMA_NOW

PREFIX = "build_"
_HOME = "build"
_LANDED = "landed"
# what dbt makes there, begun anew by every build
_BUILT = ("staging", "intermediate", "rules", SCHEMA, SCHEMA_NOW)
# what audit and publish read of a build
_READ = {SCHEMA: None, SCHEMA_NOW: None, "intermediate": ("int_periods",)}
SCHEMAS = (_HOME, *(PREFIX + schema for schema in (*_BUILT, _LANDED)))
_LOCK = 7_245_368_121
NEEDS = "CREATE on the database and to own the schemas build and build_*"


class PostgresBuild:
    """One build in the database of SCOREBOARD_TARGET_CONNECTION; to be used in a `with`, which keeps other builds out."""

    variables: ClassVar[dict[str, str]] = {"schema_prefix": PREFIX}

    def __init__(self, settings: Settings, database: Path) -> None:
        """`database`: the build file with its schema `landed`."""
        self._connection = settings.target_connection
        self._database = database
        # asked for once, here: dbt's threads are no place to ask Airflow for it
        self._credentials = credentials(self._connection)
        self.python_models = PythonModels(
            lambda: open_session(self._connection, self._credentials), PREFIX + "intermediate"
        )
        self._limits: list[str] = []

    def __enter__(self) -> PostgresBuild:
        self._session = open_session(self._connection, self._credentials)
        try:
            with self._in_words():
                self._keep_others_out()
                require_fit(self._session, self._connection)
                self._limits = younger_limits(self._session)
        except BaseException:
            self._session.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._session.close()

    @property
    def environment(self) -> dict[str, str]:
        """The connection as profiles.yml reads it."""
        found = parameters(self._credentials)
        return {
            "SCOREBOARD_DBT_PG_HOST": str(found["host"]),
            "SCOREBOARD_DBT_PG_PORT": str(found["port"]),
            "SCOREBOARD_DBT_PG_USER": str(found["user"]),
            "DBT_ENV_SECRET_SCOREBOARD_PG_PASSWORD": str(found["password"]),
            "SCOREBOARD_DBT_PG_DATABASE": str(found["dbname"]),
            "SCOREBOARD_DBT_PG_SSLMODE": str(found.get("sslmode", "prefer")),
            # what profiles.yml has no place for, libpq reads itself
            "PGOPTIONS": options(f"{_HOME},pg_catalog", self._limits),
            **{f"PG{name.upper()}": str(found[name]) for name in ("sslrootcert", "sslcert", "sslkey") if name in found},
        }

    def load(self) -> int:
        """Empty schemas, and what has landed in them; returns the rows copied."""
        session, rows = self._session, 0
        with self._in_words():
            with self._open_file() as connection, session.transaction():
                for schema in SCHEMAS[1:]:
                    run(session, fill("drop schema if exists {schema} cascade", schema=identifier(schema)))
                run(session, fill("create schema {schema}", schema=identifier(PREFIX + _LANDED)))
                run(session, fill("create schema if not exists {schema}", schema=identifier(_HOME)))
                # contracts and seeds say double, which PostgreSQL calls otherwise
                run(session, fill("drop domain if exists {double}", double=identifier(_HOME, "double")))
                run(session, fill("create domain {double} as double precision", double=identifier(_HOME, "double")))
                for name in _names(connection, _LANDED):
                    origin, target = identifier("build", _LANDED, name), identifier(PREFIX + _LANDED, name)
                    rows += copy_rows(
                        connection, origin, session, target, create_like(connection, origin, session, target)
                    )
            for name in tables_in(session, PREFIX + _LANDED):
                run(session, fill("analyze {table}", table=identifier(PREFIX + _LANDED, name)))
        return rows

    def require_server(self) -> None:
        """Raises PostgresBusy if the session that keeps other builds out is gone, and the server with it, or so it seems."""
        with self._in_words():
            self._session.execute("select 1")

    def told_why(self, results: list[NodeResult]) -> list[NodeResult]:
        """The results, that of a model in Python with what was wrong with it."""
        error = self.python_models.error
        return [
            replace(result, message=f"{error}")
            if error and result.name == MODEL and result.status == "error"
            else result
            for result in results
        ]

    def fetch(self) -> int:
        """The marts back into the build file, with what their columns mean; returns the rows copied."""
        rows = 0
        with self._in_words(), self._open_file(read_only=False) as connection, self._session.transaction():
            for schema, chosen in _READ.items():
                connection.execute(fill("create schema if not exists {schema}", schema=identifier("build", schema)))
                for name in chosen or tables_in(self._session, PREFIX + schema):
                    rows += fetch_rows(
                        self._session,
                        identifier(PREFIX + schema, name),
                        connection,
                        identifier("build", schema, name),
                        kinds_of(self._session, PREFIX + schema, name),
                    )
                    self._describe(connection, schema, name)
        return rows

    def _describe(self, connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
        about, columns = comments_of(self._session, PREFIX + schema, table)
        place = identifier("build", schema, table)
        if about:
            connection.execute(fill("comment on table {place} is {text}", place=place, text=literal(about)))
        for column, text in columns.items():
            place = identifier("build", schema, table, column)
            connection.execute(fill("comment on column {place} is {text}", place=place, text=literal(text)))

    def _open_file(self, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        mode = "attach {path} as build (read_only)" if read_only else "attach {path} as build"
        connection.execute(fill(mode, path=literal(self._database)))
        connection.execute("set timezone = 'UTC'")
        return connection

    def _in_words(self) -> AbstractContextManager[None]:
        return in_words(self._connection, needs=NEEDS, kept="What is published stays")

    def _keep_others_out(self) -> None:
        row = self._session.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
        if not row or not row[0]:
            raise PostgresBusy(
                f"another build is at work in the database of {self._connection!r}; one at a time. What is published stays"
            )


def _names(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    found = connection.execute(
        "select table_name from information_schema.tables where table_catalog = 'build' and table_schema = ? order by 1",
        [schema],
    ).fetchall()
    return [name for (name,) in found]


def require_fit(session: Session, connection: str) -> None:
    """Ties are broken by the bytes of keys and names compared in lower case: the database must order and fold text so."""
    row = session.execute(
        "select current_database(), getdatabaseencoding() = 'UTF8' and lower('ÄÉ') = 'äé'"
        " and 'a-b' collate \"default\" > 'Z' and 'a-c' collate \"default\" < 'a0', current_setting('server_version_num')::int"
    ).fetchone()
    name, is_fit, version = row if row else ("", False, 0)
    if version < 140000:
        raise PostgresError(f"the database of {connection!r} is older than PostgreSQL 14; nothing was built")
    if not is_fit:
        raise PostgresError(
            f"the database {name} of {connection!r} does not order text by its bytes, or does not fold letters beyond ASCII, so that"
            " figures would differ from those of other engines; nothing was built. Make one that does: create database"
            f" {identifier(name + '_build')} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'"
        )
