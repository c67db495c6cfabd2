"""The published version, open for reading: each opened once, shared by all threads, closed when its last reader has gone.

A page takes one `Snapshot` and reads all its figures from it, so they come from one version, whatever is published meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from scoreboard.settings import Settings
from scoreboard.warehouse import versions
from scoreboard.warehouse.tables import SCHEMA
from scoreboard.warehouse.versions import PublishError, tables_of

Row = dict[str, Any]

# a version is taken away when five newer ones have come: nobody opens one that slowly twice
_ATTEMPTS = 3
# no statement of a page reaches another file or the network, not even one that came in through a hole
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": False, "memory_limit": "2GB"}


class NothingPublished(PublishError):
    """There is no version to show yet."""


class Snapshot:
    """One version, for one page: tables as in the published warehouse, `marts.<table>`. Not for two threads at a time."""

    def __init__(self, record: dict[str, Any], connection: duckdb.DuckDBPyConnection) -> None:
        self.record = record
        self._connection = connection

    @property
    def version(self) -> str:
        """Its name."""
        return str(self.record["version"])

    def has(self, table: str, schema: str = SCHEMA) -> bool:
        """Whether the version holds this table."""
        return table in tables_of(self.record)[schema]

    def rows(self, statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """The statement's rows as column -> value. Values only ever go in as parameters."""
        cursor = self._connection.execute(statement, parameters)
        columns = [column[0] for column in cursor.description or []]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def row(self, statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Row | None:
        """The first row, if there is one."""
        found = self.rows(statement, parameters)
        return found[0] if found else None

    def lend(self, name: str, rows: Any) -> None:
        """Show an Arrow table under a name, to this page alone; it is gone with the page."""
        self._connection.register(name, rows)


class _Opened:
    """A version's file and how many pages read it now."""

    def __init__(self, record: dict[str, Any], connection: duckdb.DuckDBPyConnection) -> None:
        self.record = record
        self.connection = connection
        self.readers = 0
        self.is_retired = False


class Store:
    """Gives out snapshots of the live version."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._live: _Opened | None = None

    @contextmanager
    def open(self) -> Iterator[Snapshot]:
        """A snapshot of what is live now. Raises NothingPublished, and PublishError for a version that cannot be read."""
        opened = self._take()
        try:
            with opened.connection.cursor() as cursor:
                cursor.execute("set timezone = 'UTC'")
                yield Snapshot(opened.record, cursor)
        finally:
            self._give_back(opened)

    def close(self) -> None:
        """Let go of the file as soon as nobody reads it."""
        with self._lock:
            self._retire()

    def _take(self) -> _Opened:
        with self._lock:
            for attempt in range(1, _ATTEMPTS + 1):
                record = versions.current(self.settings)
                if record is None:
                    raise NothingPublished(f"nothing has been published in {self.settings.published} yet")
                if self._live is None or self._live.record != record:
                    try:
                        connection = self._connect(record)
                    except duckdb.Error as error:
                        if attempt == _ATTEMPTS:
                            raise PublishError(
                                f"version {record['version']} cannot be opened ({error}); nothing was changed:"
                                " `make rollback` goes back to the version before"
                            ) from error
                        continue
                    self._retire()
                    self._live = _Opened(record, connection)
                self._live.readers += 1
                return self._live
        raise AssertionError("the last attempt returns or raises")

    def _connect(self, record: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        path = versions.folder_of(self.settings, record["version"]) / "warehouse.duckdb"
        return duckdb.connect(str(path), read_only=True, config=_SETTINGS)

    def _give_back(self, opened: _Opened) -> None:
        with self._lock:
            opened.readers -= 1
            if opened.is_retired and not opened.readers:
                opened.connection.close()

    def _retire(self) -> None:
        if self._live is None:
            return
        self._live.is_retired = True
        if not self._live.readers:
            self._live.connection.close()
        self._live = None
