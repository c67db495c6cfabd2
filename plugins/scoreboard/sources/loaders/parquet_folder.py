"""A folder of Parquet files that a loader fills: `<table>.parquet`, or `<table>/` with any number of files below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from scoreboard.sources.api.base import SourceError
from scoreboard.sources.loaders import in_duckdb
from scoreboard.sources.loaders.base import Row, missing_of, spelled
from scoreboard.warehouse.quoting import Quoted, literal


class ParquetFolder:
    """Tables of one folder. Files and folders whose name begins with `.` or `_` are a writer's own and do not count."""

    def __init__(self, connection: str, path: Path) -> None:
        self.connection = connection
        self._path = path

    def __enter__(self) -> ParquetFolder:
        if not self._path.is_dir():
            raise SourceError(f"{self.connection}: there is no folder {self._path}. Nothing was read.")
        self._files = _tables(self._path)
        if not self._files:
            raise SourceError(
                f"{self.connection}: there are no Parquet files in {self._path}; it takes <table>.parquet or "
                "<table>/*.parquet. Nothing was read."
            )
        self._duckdb = in_duckdb.connect()
        return self

    def __exit__(self, *error: object) -> None:
        self._duckdb.close()

    def tables(self) -> list[str]:
        """The names of all tables, sorted."""
        return sorted(self._files)

    def missing(self, tables: Iterable[str]) -> list[str]:
        """Those of the named tables that are not there."""
        return missing_of(tables, self._files)

    def rows(self, table: str) -> Iterator[list[Row]]:
        """Every row, file by file in the order of their names; none for a table that is not there."""
        relation = self._relation(table)
        try:
            if relation:
                yield from in_duckdb.batches(self._duckdb, relation)
        except duckdb.Error as error:
            raise self._unreadable(table, error) from error

    def count(self, table: str) -> int:
        """How many rows a table has; 0 if it is not there."""
        relation = self._relation(table)
        try:
            return in_duckdb.count(self._duckdb, relation) if relation else 0
        except duckdb.Error as error:
            raise self._unreadable(table, error) from error

    def _relation(self, table: str) -> Quoted | None:
        name = spelled(table, self._files)
        if name is None:
            return None
        files = ", ".join(literal(path) for path in self._files[name])
        # columns by name, as they may have been added later; the folders' names are no columns
        return Quoted(f"read_parquet([{files}], union_by_name = true, hive_partitioning = false)")

    def _unreadable(self, table: str, error: Exception) -> SourceError:
        first = str(error).splitlines()[0]
        return SourceError(
            f"{self.connection}: the table {table} in {self._path} cannot be read: {first}. Nothing of it counts; is a loader "
            "still writing it?"
        )


def _tables(folder: Path) -> dict[str, list[Path]]:
    """table -> its files, sorted."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.parquet")):
        steps = path.relative_to(folder).parts
        if not path.is_file() or any(step.startswith((".", "_")) for step in steps):
            continue
        found.setdefault(steps[0].removesuffix(".parquet"), []).append(path)
    return found
