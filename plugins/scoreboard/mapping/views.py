"""What staging sees of a vendor: `raw.<vendor>__<shape>` in a DuckDB file, out of everything its adapters have landed.

They are tables and not views, for several models read each of them and JSON is slow to take apart. The SQL of one adapter's
records is in `records`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from scoreboard.landing.raw_store import raw_batches, source_folder
from scoreboard.landing.store import Batch
from scoreboard.mapping.config import TABLES, Connection, Mapping
from scoreboard.mapping.record_queries import JSON_MACROS
from scoreboard.mapping.records import DERIVED, Feed, has_records, is_there, shown
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS
from scoreboard.sources.shapes.base import Shape
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal

_MADE = "made_of"


@dataclass(frozen=True)
class Raw:
    """The landed batches of one stream, behind one connection of one adapter, that count for one shape."""

    shape: Shape
    adapter: str
    connection: Connection
    stream: str
    batches: tuple[Batch, ...]

    @property
    def source_relation(self) -> str:
        """Where its records come from, as published: adapter@connection."""
        return f"{self.adapter}@{self.connection.id}"


def raw_of(settings: Settings, mapping: Mapping, adapters: Sequence[str]) -> list[Raw]:
    """What has landed of every shape, from every adapter and connection; of a loader's table the newest snapshot only."""
    found = []
    for shape in mapping.shapes:
        for adapter in adapters:
            stream = shape.landed.get(ADAPTERS[adapter].dress)
            for connection in mapping.connections_of(adapter) if stream is not None else ():
                batches = raw_batches(settings, source_folder(adapter, connection.id), str(stream))
                if batches:
                    found.append(Raw(shape, adapter, connection, str(stream), tuple(batches)))
    return found


def show_raw(database: Path, mapping: Mapping, raws: Sequence[Raw]) -> list[str]:
    """Make a fresh DuckDB file with raw.<vendor>__<shape> of every shape and the tables raw.mapping_*.

    Gives a sentence for every declared column that no landed record has. Raises ManifestDamaged for a part that is gone or changed.
    """
    for batch in {batch.folder: batch for raw in raws for batch in raw.batches}.values():
        batch.verify()
    for leftover in (database, database.with_name(database.name + ".wal")):
        leftover.unlink(missing_ok=True)
    database.parent.mkdir(parents=True, exist_ok=True)
    missing: list[str] = []
    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("begin")  # no table waits for the disk on its own
        connection.execute("create schema raw")
        for macro in JSON_MACROS:
            connection.execute(macro)
        for shape in mapping.shapes:
            feeds = [_feed(mapping, raw) for raw in raws if raw.shape == shape]
            table = identifier("raw", f"{mapping.vendor}__{shape.name}")
            _show_shape(connection, table, shape, feeds)
            missing += _missing(connection, table, mapping, [raw for raw in raws if raw.shape == shape])
        for name, columns in TABLES.items():
            _fill(connection, name, columns, mapping.tables()[name])
        connection.execute("commit")
    return missing


def note_made(database: Path, fingerprint: str, missing: Sequence[str]) -> None:
    """Note in the file that its staging is whole, of what, and which columns no record had."""
    with duckdb.connect(str(database)) as connection:
        _fill(connection, _MADE, ("fingerprint", "missing"), [(fingerprint, json.dumps(list(missing)))])


def read_made(database: Path, fingerprint: str) -> list[str] | None:
    """What `note_made` noted, if the file was made of the very same; None where it has to be made anew."""
    if not database.is_file():
        return None
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            statement = fill("select missing from {made} where fingerprint = ?", made=identifier("raw", _MADE))
            noted = connection.execute(statement, [fingerprint]).fetchone()
    except duckdb.Error:  # half made by a run that died, or without the note: as good as none
        return None
    return None if noted is None else list(json.loads(noted[0]))


def _feed(mapping: Mapping, raw: Raw) -> Feed:
    dress = ADAPTERS[raw.adapter].dress
    return Feed(
        shape=raw.shape,
        dress=dress,
        source_relation=raw.source_relation,
        prefix=raw.connection.prefix,
        parts=tuple(part for batch in raw.batches for part in batch.part_paths),
        paths={column.name: mapping.paths(raw.shape, column.name, dress) for column in raw.shape.columns},
    )


def _show_shape(connection: duckdb.DuckDBPyConnection, table: Quoted, shape: Shape, feeds: Sequence[Feed]) -> None:
    types = {column.name: "varchar" for column in shape.columns} | DERIVED
    columns = Quoted(", ".join(f"{identifier(name)} {kind}" for name, kind in types.items()))
    connection.execute(fill("create table {table} ({columns})", table=table, columns=columns))
    for feed in feeds:
        if feed.parts:
            connection.execute(fill("insert into {table} by name {rows}", table=table, rows=shown(feed)))


def _missing(
    connection: duckdb.DuckDBPyConnection, table: Quoted, mapping: Mapping, raws: Sequence[Raw]
) -> Iterator[str]:
    """A column without any value is looked for again: a field that is there and empty is not missing."""
    for raw in raws:
        names = [column.name for column in raw.shape.columns]
        counts = Quoted(", ".join(f"count({identifier(name)})" for name in names))
        where = literal(raw.source_relation)
        query = "select count(*), {counts} from {table} where source_relation = {where}"
        rows, *filled = connection.execute(fill(query, counts=counts, table=table, where=where)).fetchall()[0]
        feed = _feed(mapping, raw)
        view = f"{mapping.vendor}__{raw.shape.name}"
        explode = raw.shape.explode.get(feed.dress)
        if not rows:
            if explode is not None and has_records(connection, feed) and not is_there(connection, feed, explode.path):
                yield f"{raw.source_relation}/{raw.stream}: no record has {explode.path}, so {view} has no rows"
            continue
        for name in (name for name, count in zip(names, filled, strict=True) if not count):
            if not is_there(connection, feed, *feed.paths[name]):
                paths = " or ".join(feed.paths[name])
                yield f"{raw.source_relation}/{raw.stream}: no record has {paths}, so {view}.{name} is empty"


def _fill(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: list[tuple[str | None, ...]]
) -> None:
    table = identifier("raw", name)
    types = Quoted(", ".join(f"{identifier(column)} varchar" for column in columns))
    connection.execute(fill("create table {table} ({types})", table=table, types=types))
    if rows:
        lists = Quoted(", ".join("unnest(cast(? as varchar[]))" for _ in columns))
        values = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(fill("insert into {table} select {lists}", table=table, lists=lists), values)
