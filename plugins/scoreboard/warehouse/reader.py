"""Reading what is published, all tables from one version, whatever is published meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from scoreboard.settings import Settings
from scoreboard.warehouse import versions
from scoreboard.warehouse.quoting import fill, identifier, literal
from scoreboard.warehouse.tables import SCHEMA
from scoreboard.warehouse.versions import parquet_name, tables_of

Row = dict[str, Any]


class Published:
    """One version, open for reading. Tables are called as in the published warehouse.duckdb: `marts.<table>`, and the
    official ones as known now `marts_now.<table>`.
    """

    def __init__(self, record: dict[str, Any], connection: duckdb.DuckDBPyConnection) -> None:
        self.record = record
        self.connection = connection

    @property
    def version(self) -> str:
        """Its name."""
        return str(self.record["version"])

    def has(self, table: str, schema: str = SCHEMA) -> bool:
        """Whether the version holds this table."""
        return table in tables_of(self.record)[schema]

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The statement's rows as column -> value."""
        cursor = self.connection.execute(statement, list(parameters))
        columns = [column[0] for column in cursor.description or []]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def columns(self, table: str, schema: str = SCHEMA) -> list[str]:
        """The columns of one table, in order."""
        cursor = self.connection.execute(fill("select * from {table} limit 0", table=identifier(schema, table)))
        return [column[0] for column in cursor.description or []]


@contextmanager
def open_published(settings: Settings) -> Iterator[Published]:
    """The live version; raises PublishError before the first publish."""
    record = versions.require_current(settings)
    folder = versions.folder_of(settings, record["version"]) / "parquet"
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for schema, tables in tables_of(record).items():
            connection.execute(fill("create schema {schema}", schema=identifier(schema)))
            for table in tables:
                connection.execute(
                    fill(
                        "create view {view} as select * from read_parquet({file})",
                        view=identifier(schema, table),
                        file=literal(folder / parquet_name(schema, table)),
                    )
                )
        yield Published(record, connection)
