"""Models as dbt compiles them, to be run in an in-memory DuckDB over tables of a test's own.

A model's inputs are looked up by the names it has in the warehouse (`intermediate.int_quarters`, `rules.tier_rules`).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from scoreboard.settings import Settings
from scoreboard.warehouse import parsed
from scoreboard.warehouse.dbt import DBT_PROJECT, _let_go_of_the_file, dbt_vars, invoke
from scoreboard.warehouse.seeds import lay_out_seeds


@cache
def _folder() -> Path:
    """Where dbt may write; removed when the tests end."""
    folder = tempfile.TemporaryDirectory(prefix="scoreboard-compiled-")
    _KEPT.append(folder)
    return Path(folder.name)


_DATABASE = ":memory:"
_AT_ONCE = 200  # rows of one statement: one by one they take many times as long
_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _dbt(arguments: list[str], manifest: Manifest) -> Any:
    environment = {
        "SCOREBOARD_DBT_DATABASE": _DATABASE,
        "SCOREBOARD_DBT_TARGET": str(_folder() / "target"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    project = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    quiet = ["--quiet", "--no-use-colors", "--log-path", str(_folder() / "logs"), "--log-level-file", "none"]
    quiet += ["--no-write-json"]  # nobody reads what it would write of the whole project each time
    with mock.patch.dict(os.environ, environment):
        outcome = dbtRunner(manifest=manifest).invoke([*quiet, *arguments, *project])
    assert outcome.success, outcome.exception or outcome.result
    return outcome.result


def _read() -> Manifest:
    """The project as dbt reads it for builds and mappings: who comes first reads it for all."""
    settings = Settings(home=_folder(), as_of=date(2026, 3, 31))
    database, seeds, told = _folder() / "warehouse.duckdb", _folder() / "seeds", dbt_vars(settings)
    if not seeds.exists():
        lay_out_seeds(settings, seeds)
    key = parsed.key_of(DBT_PROJECT, "duckdb", database, [path.name for path in seeds.iterdir()], told, {})
    manifest = parsed.recall(DBT_PROJECT, key, seeds)
    if manifest is None:
        where = {"target": _folder() / "target", "logs": _folder() / "logs"}
        invoke(["list", "--quiet", "--select", "dim_dates"], variables=told, database=database, seeds=seeds, **where)
        manifest = parsed.recall(DBT_PROJECT, key, seeds)
    assert manifest is not None
    for node in (*manifest.nodes.values(), *manifest.sources.values()):
        if node.database == database.stem:
            node.database = "memory"
            node.relation_name = (node.relation_name or "").replace(f'"{database.stem}".', '"memory".') or None
    return manifest


_parsed = cache(_read)


@cache
def compiled(names: tuple[str, ...], **variables: Any) -> dict[str, str]:
    """SQL of the named models with these dbt vars; reads the project once, however often it is asked."""
    chosen = ["--select", *names, "--indirect-selection", "empty", "--vars", json.dumps(variables), "--no-introspect"]
    results = _dbt(["compile", *chosen], _parsed()).results
    return {result.node.name: result.node.compiled_code for result in results}


@cache
def compiled_text(text: str, **variables: Any) -> str:
    """What dbt makes of a piece of Jinja in this project, with these dbt vars."""
    chosen = ["--inline", text, "--vars", json.dumps(variables), "--no-introspect"]
    results = _dbt(["compile", *chosen], _parsed()).results
    return str(results[0].node.compiled_code)


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The rows a query gives, by column."""
    cursor = connection.execute(sql)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def give(connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Iterable[Iterable[Any]]) -> None:
    """Fill `schema.table` anew; `columns` as in create table."""
    schema = table.partition(".")[0]
    connection.execute(f"create schema if not exists {schema}")
    connection.execute(f"create or replace table {table} ({columns})")
    listed = [tuple(row) for row in rows]
    for first in range(0, len(listed), _AT_ONCE):
        some = listed[first : first + _AT_ONCE]
        marks = ", ".join("(" + ", ".join("?" for _ in row) + ")" for row in some)
        connection.execute(f"insert into {table} values {marks}", [cell for row in some for cell in row])


def compiled_over(database: Path, names: tuple[str, ...], **variables: Any) -> dict[str, str]:
    """As `compiled`, for models that ask the warehouse what is in it; `database` must be called memory.duckdb, so that
    what is compiled over it also runs in memory."""
    _let_go_of_the_file()
    try:
        with mock.patch.object(sys.modules[__name__], "_DATABASE", str(database)):
            chosen = ["--select", *names, "--indirect-selection", "empty", "--vars", json.dumps(variables)]
            results = _dbt(["compile", *chosen], _read()).results
    finally:
        _let_go_of_the_file()
    return {result.node.name: result.node.compiled_code for result in results}
