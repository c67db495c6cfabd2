"""Tables that a loader fills in PostgreSQL, read in one read-only transaction: all of them as of one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any, cast

import psycopg
from psycopg import errors
from psycopg.conninfo import make_conninfo

from scoreboard.sources import exact_json
from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.loaders.base import BATCH_ROWS, Row, missing_of, nested, spelled
from scoreboard.warehouse.quoting import Quoted, fill, identifier

_TRIES = 3
_STEP = 5.0
_EXTRAS = ("sslmode", "sslrootcert")
_NO_ENTRY = (
    errors.InvalidPassword,
    errors.InvalidAuthorizationSpecification,
    errors.InvalidCatalogName,
)


class Postgres:
    """Tables of one schema of one database; a server-side cursor keeps memory at one batch."""

    def __init__(
        self, credentials: Credentials, schemas: tuple[str, ...], *, wait: Callable[[float], None] = sleep
    ) -> None:
        """`schemas`: names to try, the first that has tables counts."""
        self.connection = credentials.connection
        self._credentials = credentials
        self._schemas = schemas
        self._wait = wait

    def __enter__(self) -> Postgres:
        self._session = self._connected()
        try:
            with self._errors(f"the database {self._credentials.schema}"):
                self._session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                self._session.read_only = True
                self._schema = self._chosen()
        except BaseException:
            self._session.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._session.close()

    def tables(self) -> list[str]:
        """The names of all tables and views, sorted."""
        with self._errors(f"the schema {self._schema}"):
            return sorted(name for schema, name in self._all() if schema == self._schema)

    def missing(self, tables: Iterable[str]) -> list[str]:
        """Those of the named tables that are not there."""
        return missing_of(tables, self.tables())

    def rows(self, table: str) -> Iterator[list[Row]]:
        """Every row, batch by batch; none for a table that is not there."""
        name = spelled(table, self.tables())
        if name is None:
            return
        with self._table(name), self._session.cursor(name="rows") as cursor:
            columns, as_text = self._columns(name)
            cursor.execute(
                _bytes(
                    fill(
                        "select row_to_json(each_row)::text from (select {columns} from {table}) as each_row",
                        columns=columns,
                        table=identifier(self._schema, name),
                    )
                )
            )
            while batch := cursor.fetchmany(BATCH_ROWS):
                yield [_row(text, as_text) for (text,) in batch]

    def count(self, table: str) -> int:
        """How many rows a table has; 0 if it is not there."""
        name = spelled(table, self.tables())
        if name is None:
            return 0
        with self._table(name):
            counted = self._session.execute(
                _bytes(fill("select count(*) from {table}", table=identifier(self._schema, name)))
            ).fetchone()
        return int(counted[0]) if counted else 0

    def _columns(self, table: str) -> tuple[Quoted, list[str]]:
        """The table's columns, and those that come as the text of their JSON: it may name a field twice.

        An instant without zone is UTC, bytes are hexadecimal as they are in other places.
        """
        described = self._session.execute(
            "select attname, format_type(atttypid, null) from pg_attribute where attrelid = %s::regclass "
            "and attnum > 0 and not attisdropped order by attnum",
            (identifier(self._schema, table),),
        ).fetchall()
        forms = {
            "timestamp without time zone": "{name} at time zone 'UTC' as {name}",
            "bytea": "upper(encode({name}, 'hex')) as {name}",
            "json": "{name}::text as {name}",
        }
        columns = ", ".join(fill(forms.get(kind, "{name}"), name=identifier(name)) for name, kind in described)
        return Quoted(columns), [name for name, kind in described if kind == "json"]

    def _connected(self) -> psycopg.Connection[Any]:
        credentials = self._credentials
        credentials.require("postgres")
        extras = {name: credentials.value(f"extra.{name}") for name in _EXTRAS}
        conninfo = make_conninfo(
            host=credentials.host,
            port=credentials.port or 5432,
            user=credentials.login,
            password=credentials.password,
            dbname=credentials.schema,
            connect_timeout=15,
            application_name="scoreboard",
            # row_to_json spells instants in the session's zone
            options="-c TimeZone=UTC -c extra_float_digits=1",
            **{name: value for name, value in extras.items() if value},
        )
        tried = 0
        while True:
            tried += 1
            try:
                return psycopg.connect(conninfo)
            except psycopg.OperationalError as error:
                said = self._said(error)
                if isinstance(error, _NO_ENTRY) or "authentication failed" in said or "does not exist" in said:
                    raise SourceError(
                        f"{self.connection}: PostgreSQL refuses the connection: {said}. Nothing was read; correct its "
                        "login, password or schema (the database)."
                    ) from None
                if tried == _TRIES:
                    raise SourceUnavailable(
                        f"{self.connection}: PostgreSQL at {credentials.host} cannot be reached, {_TRIES} times: {said}. "
                        "Nothing was read; run again later."
                    ) from None
                self._wait(_STEP)

    @contextmanager
    def _table(self, name: str) -> Iterator[None]:
        """A table that cannot be read leaves the moment of the others as it is."""
        with self._errors(f"the table {self._schema}.{name}"), self._session.transaction():
            yield

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except errors.InsufficientPrivilege as error:
            raise SourceError(
                f"{self.connection}: {self._credentials.login} may not read {what} ({self._said(error)}). It needs USAGE on the "
                "schema and SELECT on the table. Nothing of it counts."
            ) from None
        except psycopg.OperationalError as error:
            raise SourceUnavailable(
                f"{self.connection}: PostgreSQL broke off while {what} was read: {self._said(error)}. Nothing of it counts; "
                "run again."
            ) from None
        except psycopg.Error as error:
            raise SourceError(
                f"{self.connection}: {what} cannot be read: {self._said(error)}. Nothing of it counts."
            ) from None

    def _said(self, error: psycopg.Error) -> str:
        text = " ".join((error.diag.message_primary or str(error) or type(error).__name__).split())
        return text.replace(self._credentials.password, "***") if self._credentials.password else text

    def _all(self) -> list[tuple[str, str]]:
        found = self._session.execute(
            "select nspname, relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace "
            "where relkind in ('r', 'p', 'v', 'm', 'f') and nspname <> 'information_schema' and nspname not like 'pg\\_%'"
        ).fetchall()
        return cast("list[tuple[str, str]]", found)

    def _chosen(self) -> str:
        there = dict.fromkeys(sorted(schema for schema, _ in self._all()))
        for schema in self._schemas:
            if found := spelled(schema, there):
                return found
        raise SourceError(
            f"{self.connection}: the database {self._credentials.schema} has no tables in a schema "
            f"{' or '.join(self._schemas)}; it has {', '.join(there) or 'none'}. Name the right one as extra.schema. "
            "Nothing was read."
        )


def _row(text: str, as_text: Iterable[str]) -> Row:
    row: Row = exact_json.loads(text)
    for name in as_text:
        row[name] = None if row[name] is None else nested(row[name])
    return row


def _bytes(statement: str) -> bytes:
    """psycopg takes text only where it is a literal of the code; this one is made of quoted parts."""
    return statement.encode()
