"""The published version, open for reading: each opened once, shared by all threads, closed when its last reader has gone.

A page takes one `Snapshot` and reads all its figures from it, so they come from one version, whatever is published meanwhile.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from scoreboard.settings import Settings
from scoreboard.warehouse import versions
from scoreboard.warehouse.quoting import fill, identifier, literal
from scoreboard.warehouse.tables import SCHEMA
from scoreboard.warehouse.versions import PublishError, tables_of

Row = dict[str, Any]
Parameters = Sequence[Any] | dict[str, Any]

# a version is taken away when five newer ones have come: nobody opens one that slowly twice
_ATTEMPTS = 3
_MEMORY = "2GB"
# what pages worked out of a version, kept for as long as it is live; beyond this what nobody asked for longest goes
_MOST_KEPT = 512
_MOST_TABLES = 8


class NothingPublished(PublishError):
    """There is no version to show yet."""


class _Opened:
    """A version's file, what was worked out of it, and how many pages read it now."""

    def __init__(self, record: dict[str, Any], connection: duckdb.DuckDBPyConnection) -> None:
        self.record = record
        self.connection = connection
        self.readers = 0
        self.is_retired = False
        self.lock = threading.Lock()
        self.kept: OrderedDict[Hashable, Any] = OrderedDict()  # what was asked for last stands last
        self.latest: dict[Hashable, tuple[object, Any]] = {}
        self.being_made: dict[Hashable, threading.Lock] = {}
        self.tables: set[str] = set()
        self.making_tables = threading.Lock()


class Snapshot:
    """One version, for one page: tables as in the published warehouse, `marts.<table>`. Not for two threads at a time."""

    def __init__(self, opened: _Opened, cursor: duckdb.DuckDBPyConnection) -> None:
        self._opened = opened
        self._cursor = cursor
        self.record = opened.record

    @property
    def version(self) -> str:
        """Its name."""
        return str(self.record["version"])

    def has(self, table: str, schema: str = SCHEMA) -> bool:
        """Whether the version holds this table."""
        return table in tables_of(self.record)[schema]

    def rows(self, statement: str, parameters: Parameters = ()) -> list[Row]:
        """The statement's rows as column -> value. What an address says only ever goes in as a parameter."""
        cursor = self._cursor.execute(statement, parameters)
        columns = [column[0] for column in cursor.description or []]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def row(self, statement: str, parameters: Parameters = ()) -> Row | None:
        """The first row, if there is one."""
        found = self.rows(statement, parameters)
        return found[0] if found else None

    def lend(self, name: str, rows: Any) -> None:
        """Show an Arrow table under a name, to this page alone; it is gone with the page."""
        self._cursor.register(name, rows)

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives, kept with the version: for what costs time and is the same for every reader."""
        opened = self._opened
        with opened.lock:
            if key in opened.kept:
                opened.kept.move_to_end(key)
                return opened.kept[key]
            making = opened.being_made.setdefault(key, threading.Lock())
        with making:
            with opened.lock:
                if key in opened.kept:
                    return opened.kept[key]
            made = make()
            with opened.lock:
                opened.being_made.pop(key, None)
                opened.kept[key] = made
                if len(opened.kept) > _MOST_KEPT:
                    opened.kept.popitem(last=False)
        return made

    def latest(self, key: Hashable, mark: object, make: Callable[[], Any]) -> Any:
        """What `make` gives, kept until it is asked for with another `mark`: for what hangs on the version and on something livelier."""
        opened = self._opened
        with opened.lock:
            kept = opened.latest.get(key)
        if kept is not None and kept[0] is mark:
            return kept[1]
        made = make()
        with opened.lock:
            opened.latest[key] = (mark, made)
        return made

    def table(self, name: str, statement: str, parameters: Parameters = ()) -> str | None:
        """The name of a table in memory that holds the statement's rows, made once per version; None where there are too many.

        A long list is joined once and then searched, sorted and cut in milliseconds. `name` is ours, never the address's.
        """

        opened = self._opened
        place = fill("memory.page.{name}", name=identifier(name))
        with opened.making_tables:
            if name not in opened.tables:
                if len(opened.tables) >= _MOST_TABLES:
                    return None
                self._cursor.execute(f"create table {place} as {statement}", parameters)
                opened.tables.add(name)
        return place


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
                cursor.execute("use published")
                yield Snapshot(opened, cursor)
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
                        connection = self._connect(record["version"])
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

    def _connect(self, version: str) -> duckdb.DuckDBPyConnection:
        """The file read-only beside a memory of our own; after that no statement reaches another file or the network."""
        path = versions.folder_of(self.settings, version) / "warehouse.duckdb"
        connection = duckdb.connect()
        try:
            connection.execute(fill("attach {file} as published (read_only)", file=literal(path)))
            connection.execute("create schema memory.page")
            connection.execute("set global timezone = 'UTC'")
            connection.execute(fill("set memory_limit = {size}", size=literal(_MEMORY)))
            connection.execute("set enable_external_access = false")
            connection.execute("set lock_configuration = true")
        except duckdb.Error:
            connection.close()
            raise
        return connection

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
