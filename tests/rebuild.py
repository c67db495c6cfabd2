"""A finished build made again, after its rules were changed or of other rows: the models' own SQL in their order, without dbt around it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from scoreboard.settings import Settings
from scoreboard.warehouse.inputs import prepare_warehouse
from scoreboard.warehouse.key_drivers import weights_by_quarter
from scoreboard.warehouse.tables import OFFICIAL, SCHEMA_NOW, TABLES

# what a change may touch: table -> column -> number of rows
Changes = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Rebuild:
    """A copy of a build, with the build itself attached as `before`, and the nodes that made its tables."""

    copy: duckdb.DuckDBPyConnection
    nodes: dict[str, dict[str, Any]]

    @classmethod
    @contextmanager
    def of(cls, settings: Settings, folder: Path) -> Iterator[Rebuild]:
        """The last build of a home, its copy in `folder`."""
        build = settings.build / "warehouse.duckdb"
        shutil.copyfile(build, folder / build.name)  # the compiled SQL speaks of the file by its name
        # these tables are so small that a second thread is more work than it takes off
        with duckdb.connect(str(folder / build.name), config={"threads": 1}) as connection:
            connection.execute(f"set timezone = 'UTC'; attach '{build}' as before (read_only)")
            yield cls(connection, _nodes(settings))

    def changes(self, seed: str, statement: str, since: str | None = None) -> tuple[Changes, list[str]]:
        """What is another in the marts after `statement` has changed `seed` and every table downstream was made anew.

        Columns that differ, with how many rows; and the tables in which rows of quarters or years before `since` differ.
        Afterwards the copy is as it was.
        """
        self.copy.begin()
        try:
            self.copy.execute(statement)
            return self._compared(self._make_anew(seed), since)
        finally:
            self.copy.rollback()

    def _make_anew(self, seed: str) -> set[str]:
        """Every table downstream of a seed, from its model's own SQL; gives their names."""
        names = set()
        for node in self._downstream(f"seed.scoreboard.{seed}"):
            if node["config"]["materialized"] == "table" and node["language"] == "sql":
                _make(self.copy, node)
                names.add(node["alias"])
        return names

    def _compared(self, made: set[str], since: str | None) -> tuple[Changes, list[str]]:
        """The marts among the tables made anew, against what they were; the others are what they were."""
        found: Changes = {}
        early: list[str] = []
        for table, published in TABLES.items():
            if table not in made or self._is_as_before(table):
                continue
            if not published.grain:
                found[table] = {"*": 1}
                continue
            on = " and ".join(f"new.{column} is not distinct from old.{column}" for column in published.grain)
            joined = f"marts.{table} as new full join before.marts.{table} as old on {on}"
            key = published.grain[0]
            described = self.copy.execute(f"describe marts.{table}").fetchall()
            rest = [name for name, *_ in described if name not in published.grain]
            counts = self.copy.execute(
                f"select count(*) filter (where (new.{key} is null) <> (old.{key} is null)),"
                + ",".join(
                    f" count(*) filter (where new.{key} is not null and old.{key} is not null and new.{c} is distinct from old.{c})"
                    for c in rest
                )
                + f" from {joined}"
            ).fetchone()
            assert counts is not None
            found[table] = {name: count for name, count in zip(["*", *rest], counts, strict=True) if count}
            period = {"quarter_start_date", "award_year"} & set(published.grain)
            if since and period:
                [column] = period
                bound = f"date '{since}'" if column == "quarter_start_date" else since[:4]
                rows = self.copy.execute(
                    f"select count(*) from {joined} where coalesce(new.{column}, old.{column}) < {bound} and"
                    f" (new.{key} is null or old.{key} is null or "
                    + " or ".join(f"new.{c} is distinct from old.{c}" for c in rest)
                    + ")"
                ).fetchone()
                if rows != (0,):
                    early.append(table)
        return found, early

    def _is_as_before(self, table: str) -> bool:
        """Whether a table has the very rows it had."""
        [(same_count, different)] = self.copy.execute(
            f"select (select count(*) from marts.{table}) = (select count(*) from before.marts.{table}),"
            f" exists (select * from marts.{table} except all select * from before.marts.{table})"
        ).fetchall()
        return bool(same_count) and not different

    def _downstream(self, start: str) -> list[dict[str, Any]]:
        """Models below a node, each after all it depends on."""
        touched = {start}
        found = []
        for name, node in _in_order(self.nodes):
            if touched & set(node["depends_on"]["nodes"]):
                touched.add(name)
                found.append(node)
        return found


def build_like(settings: Settings, like: Settings, run_id: str) -> None:
    """Build a home as `like` was built: by its rules, and by its models as they were compiled for it."""
    nodes = _nodes(like)
    with duckdb.connect(str(prepare_warehouse(settings, run_id))) as connection:
        connection.execute(f"set timezone = 'UTC'; attach '{like.build / 'warehouse.duckdb'}' as other (read_only)")
        for schema in sorted({node["schema"] for node in nodes.values()} | {SCHEMA_NOW}):
            connection.execute(f'create schema if not exists "{schema}"')
        for node in nodes.values():
            if node["resource_type"] == "seed":
                relation = f'"{node["schema"]}"."{node["alias"]}"'
                connection.execute(f"create table {relation} as from other.{relation}")
        for _, node in _in_order(nodes):
            if "mapping" not in node["tags"]:
                _make(connection, node)


def _make(connection: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> None:
    """A model's view or table, anew if it is there."""
    relation, kind = f'"{node["schema"]}"."{node["alias"]}"', node["config"]["materialized"]
    if node["language"] == "python":
        weights = weights_by_quarter(connection.table("intermediate.int_key_driver_cases_complete"))
        connection.register("weights", weights)
        connection.execute(f"create or replace table {relation} as from weights")
    else:
        connection.execute(f"create or replace {kind} {relation} as {node['compiled_code']}")
    if node["name"] in OFFICIAL:  # nothing is closed by an event here: official is what is known now
        connection.execute(f'create or replace table "{SCHEMA_NOW}"."{node["alias"]}" as from {relation}')


def _nodes(settings: Settings) -> dict[str, dict[str, Any]]:
    """Models and seeds of a home's last build."""
    manifest = json.loads((settings.build / "target" / "manifest.json").read_text(encoding="utf-8"))
    return {name: node for name, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")}


def _in_order(nodes: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Models, each after all it depends on."""
    reads = {name: set(node["depends_on"].get("nodes", ())) & nodes.keys() for name, node in nodes.items()}
    for name in TopologicalSorter(reads).static_order():
        if nodes[name]["resource_type"] == "model":
            yield name, nodes[name]
