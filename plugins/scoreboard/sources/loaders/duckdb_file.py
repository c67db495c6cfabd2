"""A DuckDB file that a loader fills, opened read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import sleep

import duckdb

from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.loaders import in_duckdb
from scoreboard.sources.loaders.base import Row, missing_of, spelled
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal

_FILE = "loaded"
PATIENCE = 60.0
_STEP = 2.0


class DuckdbFile:
    """Tables of one schema of a DuckDB file. A loader that is writing it is waited for, a minute at most."""

    def __init__(
        self,
        connection: str,
        path: Path,
        schemas: tuple[str, ...],
        *,
        wait: Callable[[float], None] = sleep,
        patience: float = PATIENCE,
    ) -> None:
        """`schemas`: names to try, the first that is there counts."""
        self.connection = connection
        self._path = path
        self._schemas = schemas
        self._wait = wait
        self._patience = patience

    def __enter__(self) -> DuckdbFile:
        if not self._path.is_file():
            raise SourceError(f"{self.connection}: there is no DuckDB file {self._path}. Nothing was read.")
        self._duckdb = in_duckdb.connect()
        try:
            self._open()
            self._schema = self._chosen()
        except BaseException:
            self._duckdb.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._duckdb.close()

    def tables(self) -> list[str]:
        """The names of all tables and views, sorted."""
        return sorted(name for schema, name in self._all() if schema == self._schema)

    def missing(self, tables: Iterable[str]) -> list[str]:
        """Those of the named tables that are not there."""
        return missing_of(tables, self.tables())

    def rows(self, table: str) -> Iterator[list[Row]]:
        """Every row, batch by batch; none for a table that is not there."""
        relation = self._relation(table)
        try:
            if relation:
                yield from in_duckdb.batches(self._duckdb, relation)
        except duckdb.Error as error:
            raise self._broken(table, error) from error

    def count(self, table: str) -> int:
        """How many rows a table has; 0 if it is not there."""
        relation = self._relation(table)
        try:
            return in_duckdb.count(self._duckdb, relation) if relation else 0
        except duckdb.Error as error:
            raise self._broken(table, error) from error

    def _relation(self, table: str) -> Quoted | None:
        name = spelled(table, self.tables())
        return identifier(_FILE, self._schema, name) if name else None

    def _open(self) -> None:
        statement = fill("attach {path} as loaded (read_only)", path=literal(self._path))
        waited = 0.0
        while True:
            try:
                self._duckdb.execute(statement)
                return
            except duckdb.IOException as error:
                if "lock" not in str(error).lower():
                    raise self._unreadable(error) from error
                if waited >= self._patience:
                    raise SourceUnavailable(
                        f"{self.connection}: {self._path} is still being written after {waited:.0f} s. Nothing was read; run "
                        "again when the loader is done."
                    ) from error
            except duckdb.Error as error:
                raise self._unreadable(error) from error
            self._wait(_STEP)
            waited += _STEP

    def _broken(self, table: str, error: Exception) -> SourceError:
        return SourceError(
            f"{self.connection}: the table {table} of {self._path} cannot be read: {error}. Nothing of it counts."
        )

    def _unreadable(self, error: Exception) -> SourceError:
        first = str(error).splitlines()[0]
        return SourceError(
            f"{self.connection}: {self._path} cannot be opened as a DuckDB file: {first}. Nothing was read."
        )

    def _all(self) -> list[tuple[str, str]]:
        return self._duckdb.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'loaded' "
            "union all select schema_name, view_name from duckdb_views() where database_name = 'loaded' and not internal"
        ).fetchall()

    def _chosen(self) -> str:
        there = dict.fromkeys(schema for schema, _ in self._all())
        for schema in self._schemas:
            if found := spelled(schema, there):
                return found
        raise SourceError(
            f"{self.connection}: {self._path} has no tables in a schema {' or '.join(self._schemas)}; "
            f"it has {', '.join(there) or 'none'}. Name the right one as `schema`. Nothing was read."
        )
