"""What a mart promises of its columns, held when it comes back from Spark: dbt-spark itself holds contracts of Delta tables only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scoreboard.spark.errors import SparkError
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal


@dataclass(frozen=True)
class Contract:
    """Columns in their order with types, those that are never null, and what table and columns mean."""

    about: str
    kinds: dict[str, str]
    never_null: frozenset[str]
    meanings: dict[str, str]

    def require(self, table: str, found: dict[str, str]) -> None:
        """Raises SparkError where a table's columns are not those promised, whatever their order."""
        if found != self.kinds:
            wrong = [
                f"{name}: {found.get(name, 'not there')} instead of {self.kinds.get(name, 'nothing')}"
                for name in sorted({*found, *self.kinds})
                if found.get(name) != self.kinds.get(name)
            ]
            raise SparkError(
                f"{table} came back from Spark with columns that its contract does not have ({'; '.join(wrong)}). What is"
                " published stays"
            )

    def statements(self, table: Quoted, never_null: frozenset[str]) -> Iterator[str]:
        """An empty table of these columns in DuckDB, some of them `not null`, and what it means."""
        columns = ", ".join(
            fill(
                "{name} {kind}",
                name=identifier(name),
                kind=Quoted(kind + (" not null" if name in never_null else "")),
            )
            for name, kind in self.kinds.items()
        )
        yield fill("create table {table} ({columns})", table=table, columns=Quoted(columns))
        if self.about:
            yield fill("comment on table {table} is {text}", table=table, text=literal(self.about))
        for name, text in self.meanings.items():
            place = Quoted(f"{table}.{identifier(name)}")
            yield fill("comment on column {place} is {text}", place=place, text=literal(text))


def contracts_of(manifest: Path) -> dict[str, Contract]:
    """Table -> contract of every model that declares the types of its columns, from dbt's manifest."""
    found = {}
    for node in json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values():
        columns = node.get("columns") or {}
        if node["resource_type"] == "model" and columns and all(column.get("data_type") for column in columns.values()):
            found[node["name"]] = Contract(
                about=node["description"],
                kinds={column["name"]: column["data_type"].upper() for column in columns.values()},
                never_null=frozenset(
                    column["name"]
                    for column in columns.values()
                    if any(constraint["type"] == "not_null" for constraint in column.get("constraints") or [])
                ),
                meanings={
                    column["name"]: column["description"] for column in columns.values() if column["description"]
                },
            )
    return found
