"""A finished build made again after its rules were changed: the models' own SQL, run in their order, without dbt around it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from scoreboard.settings import Settings
from scoreboard.warehouse.tables import OFFICIAL, SCHEMA_NOW, TABLES

# what a change may touch: table -> column -> number of rows
Changes = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Rebuild:
    """A build file and the SQL that made its tables."""

    database: Path
    nodes: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, settings: Settings) -> Rebuild:
        """The last build of a home."""
        manifest = json.loads((settings.build / "target" / "manifest.json").read_text(encoding="utf-8"))
        return cls(settings.build / "warehouse.duckdb", manifest["nodes"])

    @contextmanager
    def changed(self, seed: str, statement: str, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """A copy of the build in which `statement` has changed `seed` and every table downstream of it was made anew."""
        copy = folder / "copy" / self.database.name  # the compiled SQL speaks of the file by its name
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(self.database, copy)
        with duckdb.connect(str(copy)) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(statement)
            for node in self._downstream(f"seed.scoreboard.{seed}"):
                if node["config"]["materialized"] == "table" and node["language"] == "sql":
                    relation = f'"{node["schema"]}"."{node["alias"]}"'
                    connection.execute(f"create or replace table {relation} as {node['compiled_code']}")
                    if node["name"] in OFFICIAL:  # nothing is closed by an event here: official is what is known now
                        now = f'"{SCHEMA_NOW}"."{node["alias"]}"'
                        connection.execute(f"create or replace table {now} as select * from {relation}")
            yield connection
        copy.unlink()

    def _downstream(self, start: str) -> list[dict[str, Any]]:
        """Models below a node, each after all it depends on."""
        touched, order = {start}, []
        waiting = {name: node for name, node in self.nodes.items() if node["resource_type"] == "model"}
        done = {name for name in self.nodes if name not in waiting}
        while waiting:
            ready = sorted(
                name
                for name, node in waiting.items()
                if all(parent in done or parent not in self.nodes for parent in node["depends_on"]["nodes"])
            )
            for name in ready:
                node = waiting.pop(name)
                done.add(name)
                if touched & set(node["depends_on"]["nodes"]):
                    touched.add(name)
                    order.append(node)
        return order


def changes(before: Path, after: duckdb.DuckDBPyConnection, since: str | None = None) -> tuple[Changes, list[str]]:
    """Columns of the marts that differ, with how many rows; and rows of quarters or years before `since` that differ."""
    after.execute(f"attach '{before}' as before (read_only)")
    found: Changes = {}
    early: list[str] = []
    for table, published in TABLES.items():
        columns = [name for name, *_ in after.execute(f"describe marts.{table}").fetchall()]
        different = after.execute(
            f"select count(*) from (select * from marts.{table} except all select * from before.marts.{table})"
        ).fetchone()
        same_count = after.execute(
            f"select (select count(*) from marts.{table}) = (select count(*) from before.marts.{table})"
        ).fetchone()
        if different == (0,) and same_count == (True,):
            continue
        if not published.grain:
            found[table] = {"*": 1}
            continue
        on = " and ".join(f"new.{column} is not distinct from old.{column}" for column in published.grain)
        joined = f"marts.{table} as new full join before.marts.{table} as old on {on}"
        key = published.grain[0]
        rest = [column for column in columns if column not in published.grain]
        counts = after.execute(
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
            rows = after.execute(
                f"select count(*) from {joined} where coalesce(new.{column}, old.{column}) < {bound} and"
                f" (new.{key} is null or old.{key} is null or "
                + " or ".join(f"new.{c} is distinct from old.{c}" for c in rest)
                + ")"
            ).fetchone()
            if rows != (0,):
                early.append(table)
    after.execute("detach before")
    return found, early
