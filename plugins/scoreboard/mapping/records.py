"""One adapter's landed records as rows of a shape: fields taken out of the JSON, versions told apart, what is gone marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from scoreboard.mapping.paths import json_path, looked_up
from scoreboard.mapping.record_queries import ENTRIES, LANDED, ROWS, VERSIONS
from scoreboard.sources.shapes.base import Column, Dress, Shape
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal

DERIVED = {
    "source_relation": "varchar",
    "record_key": "varchar",
    "version_at": "timestamptz",
    "is_current": "boolean",
    "is_gone": "boolean",
    "_run_id": "varchar",
    "_file": "varchar",
    "_row_number": "bigint",
    "_landed_at": "timestamptz",
    "_landing_order": "bigint",
}
"""What a shape's view has beside its columns, with types."""

_DELETED_FLAGS = ("_fivetran_deleted", "is_deleted", "IsDeleted")


@dataclass(frozen=True)
class Feed:
    """One adapter's landed parts of one shape; `paths` says where each column is found."""

    shape: Shape
    dress: Dress
    source_relation: str
    prefix: str
    parts: tuple[Path, ...]
    paths: Mapping[str, tuple[str, ...]]


def shown(feed: Feed) -> Quoted:
    """The query of the shape's rows: its columns and `DERIVED`."""
    versions = Quoted(fill(VERSIONS, landed=_landed(feed)))
    explode = feed.shape.explode.get(feed.dress)
    found = _Found(feed, "_record", "_values")
    entry = _Found(feed, "_entry.value", "_entry_values")
    columns = Quoted(", ".join(_column(feed, column, found, entry) for column in feed.shape.columns))
    common = {"columns": columns, "source_relation": literal(feed.source_relation), "versions": versions}
    if explode is None:
        key = _prefixed(feed, Quoted("id_text(_record_id)")) if feed.dress == "api" else _key_of(feed.shape.key)
        return Quoted(fill(ROWS, **common, record_key=key, values=found.values()))
    return Quoted(
        fill(
            ENTRIES,
            **common,
            record_key=_key_of(feed.shape.key),
            values=found.values(),
            entry_values=entry.values(),
            entries=_entries(_looked_up(feed, Quoted("_record"), explode.path), explode.within),
        )
    )


def _entries(found: Quoted, within: str) -> Quoted:
    """Key and value of each row that an exploded field gives."""
    if not within:
        return Quoted(fill("json_entries({found})", found=found))
    *around, innermost = within.split(".")
    outer = "$[*]" + "".join(f'."{name}"[*]' for name in around)
    return Quoted(
        fill(
            "flatten(list_transform(json_extract({found}, {outer}), lambda around: list_transform("
            "json_extract(around, {inner}), lambda element: {{'key': json_extract_string(around, '$.id'), 'value': element}})))",
            found=found,
            outer=literal(outer),
            inner=literal(f'$."{innermost}"[*]'),
        )
    )


def is_there(connection: duckdb.DuckDBPyConnection, feed: Feed, *paths: str) -> bool:
    """Whether any landed record has a field at one of the paths, be it empty; an entry's own field counts as there."""
    own = [path for path in paths if not path.startswith("$")]
    if not own:
        return True
    tests = Quoted(" or ".join(f"{_looked_up(feed, Quoted('_record'), path)} is not null" for path in own))
    row = connection.execute(fill("select bool_or({tests}) from {rows}", tests=tests, rows=_parquet(feed.parts)))
    return bool((row.fetchone() or (False,))[0])


def has_records(connection: duckdb.DuckDBPyConnection, feed: Feed) -> bool:
    """Whether anything has landed at all."""
    row = connection.execute(fill("select count(*) from {rows}", rows=_parquet(feed.parts))).fetchone()
    return bool((row or (0,))[0])


class _Found:
    """The texts in one JSON expression: those with a plain path come out of it together, in one list.

    DuckDB takes longer to plan the reading of a value than to read a thousand of them: it is written down once for all of the list.
    """

    def __init__(self, feed: Feed, document: str, values: str) -> None:
        self._feed, self._document, self._list = feed, Quoted(document), values
        self._plain: dict[str, int] = {}

    def text(self, path: str) -> Quoted:
        """The text at a path."""
        plain = json_path(path)
        if plain is None or (self._feed.dress != "api" and "." in path):
            return Quoted(fill("json_text({found})", found=_looked_up(self._feed, self._document, path)))
        place = self._plain.setdefault(plain, len(self._plain) + 1)
        return Quoted(f"{self._list}[{place}]")

    def values(self) -> Quoted:
        """The list that `text` reads from; ask for it last."""
        if not self._plain:
            return Quoted("null")
        paths = Quoted("[" + ", ".join(literal(path) for path in self._plain) + "]")
        found = "list_transform(json_extract({document}, {paths}), lambda found: json_text(found))"
        return Quoted(fill(found, document=self._document, paths=paths))


def _landed(feed: Feed) -> Quoted:
    rows = _parquet(feed.parts)
    if feed.dress == "api":
        return Quoted(
            fill(
                LANDED,
                record=Quoted("_key"),
                version=Quoted("_version"),
                started=Quoted("cast(null as timestamptz)"),
                is_deleted=Quoted("coalesce(_is_deleted, false)"),
                is_active=Quoted("true"),
                is_tombstone=Quoted("coalesce(_is_tombstone, false)"),
                keys=Quoted("null"),
                rows=rows,
            )
        )
    found = _Found(feed, "_record", "_values")
    columns = {column.name: column for column in feed.shape.columns}
    keys = [name for name in feed.shape.key if not any(path.startswith("$") for path in feed.paths[name])]
    record = _joined([_text(feed, columns[name], found, found) for name in keys])
    version = _text(feed, columns[feed.shape.version], found, found) if feed.shape.version else Quoted("null")
    flags = [fill("coalesce({flag} in ('true', '1'), false)", flag=found.text(flag)) for flag in _DELETED_FLAGS]
    flags.append(fill("{at} is not null", at=found.text("_ab_cdc_deleted_at")))
    return Quoted(
        fill(
            LANDED,
            record=record,
            version=Quoted(fill("try_cast({version} as timestamptz)", version=version)),
            started=Quoted(fill("try_cast({at} as timestamptz)", at=found.text("_fivetran_start"))),
            is_deleted=Quoted(" or ".join(flags)),
            is_active=Quoted(fill("coalesce({flag} in ('true', '1'), true)", flag=found.text("_fivetran_active"))),
            is_tombstone=Quoted("false"),
            keys=found.values(),
            rows=rows,
        )
    )


def _column(feed: Feed, column: Column, found: _Found, entry: _Found) -> str:
    return fill("{value} as {name}", value=_text(feed, column, found, entry), name=identifier(column.name))


def _text(feed: Feed, column: Column, found: _Found, entry: _Found) -> Quoted:
    texts = [_at(path, found, entry) for path in feed.paths[column.name]]
    text = Quoted(texts[0] if len(texts) == 1 else "coalesce(" + ", ".join(texts) + ")")
    return _prefixed(feed, Quoted(fill("id_text({text})", text=text))) if column.is_id else text


def _at(path: str, found: _Found, entry: _Found) -> Quoted:
    if path == "$key":
        return Quoted("nullif(_entry.key, '')")
    if path == "$value":
        return Quoted("json_text(_entry.value)")
    if path.startswith("$value."):
        return entry.text(path.removeprefix("$value."))
    return found.text(path)


def _prefixed(feed: Feed, text: Quoted) -> Quoted:
    return Quoted(fill("{prefix} || {text}", prefix=literal(feed.prefix), text=text)) if feed.prefix else text


def _key_of(names: Sequence[str]) -> Quoted:
    return _joined([identifier(name) for name in names])


def _joined(keys: Sequence[Quoted]) -> Quoted:
    """Keys as one text; a row that names no record at all is one of its own, by its place."""
    parts = [fill("coalesce({key}, '')", key=key) for key in keys]
    return Quoted(
        fill(
            "coalesce(nullif({key}, {blank}), '#' || cast(_landing_order as varchar))",
            key=Quoted(" || '/' || ".join(parts) or "''"),
            blank=literal("/" * max(0, len(keys) - 1)),
        )
    )


def _looked_up(feed: Feed, document: Quoted, path: str) -> Quoted:
    return looked_up(document, path, is_text=feed.dress != "api")


def _parquet(parts: Sequence[Path]) -> Quoted:
    files = Quoted(", ".join(literal(part) for part in parts))
    return Quoted(fill("read_parquet([{files}], union_by_name = true, hive_partitioning = false)", files=files))
