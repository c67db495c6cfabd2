"""dbt in this process: one start-up for the whole build, one writer of the build file (DESIGN decision 4)."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoreboard.errors import ScoreboardError
from scoreboard.progress import step
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse import parsed
from scoreboard.warehouse.tables import OFFICIAL, TABLES

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
_DONE = ("LogModelResult", "LogSeedResult", "LogTestResult", "SkippingDetails")
BAD = ("error", "fail", "runtime error", "skipped")


class DbtFailed(ScoreboardError):
    """dbt could not even start: the project does not parse or the build file cannot be opened."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test."""

    name: str
    kind: str
    status: str
    failures: int | None
    message: str | None
    seconds: float
    sentence: str | None


def dbt_vars(settings: Settings) -> dict[str, Any]:
    """The run's settings as dbt vars; whatever is not here has its default in dbt_project.yml."""
    return {
        "as_of": settings.as_of.isoformat(),
        "timezone": settings.timezone,
        "fiscal_start_month": settings.fiscal_start_month,
        "reporting_currency": settings.currency,
        "official_tables": {
            name: {"period": period, "key": list(TABLES[name].key)} for name, period in OFFICIAL.items()
        },
    }


def invoke(
    command: list[str],
    *,
    variables: dict[str, Any],
    database: Path,
    seeds: Path,
    target: Path,
    logs: Path,
    engine: str = "duckdb",
    connection: Mapping[str, str] | None = None,
    callback: Callable[[Any], None] | None = None,
) -> list[NodeResult]:
    """Run one dbt command over the project; a result per node. Raises DbtFailed when dbt itself cannot work.

    `engine`: a target of profiles.yml; `connection`: what it reads of the environment; `callback`: told of every event.
    """
    environment = {
        **(connection or {}),
        "SCOREBOARD_DBT_DATABASE": str(database),
        "SCOREBOARD_DBT_SEEDS": str(seeds),
        "SCOREBOARD_DBT_TARGET": str(target),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    common = [
        # dbt's own loggers spell out every debug event before they drop it: a sixth of a build's time
        "--log-level",
        "none",
        "--log-level-file",
        "none",
        "--log-path",
        str(logs),
        "--target",
        engine,
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--vars",
        json.dumps(variables),
    ]
    from scoreboard.warehouse.dbt_thrift import thrift

    with _environment(environment), thrift(), _Log(logs) as log:
        callbacks: list[Callable[[Any], None]] = [log, *([callback] if callback else [])]
        try:
            names = [path.name for path in seeds.iterdir()]
            read = parsed.key_of(DBT_PROJECT, engine, database, names, variables, connection or {})
            with parsed.sole_reader(DBT_PROJECT):
                project = parsed.recall(DBT_PROJECT, read, seeds)
                if project is None:
                    project = _run(["parse", "--no-write-json"], common, callbacks).result
                    parsed.keep(DBT_PROJECT, read, project)
            outcome = _run(command, common, callbacks, project)
            if command[0] == "parse":  # dbt writes only what it has just read
                _write(project, target)
        finally:
            _let_go_of_the_file()
    return [_node_result(result) for result in getattr(outcome.result, "results", None) or []]


def _run(command: list[str], common: list[str], callbacks: list[Callable[[Any], None]], project: Any = None) -> Any:
    """One command of dbt, over the project as it was read or, without that, reading it first."""
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner(manifest=project, callbacks=callbacks).invoke([*command, *common])
    if outcome.exception is not None:
        raise DbtFailed(f"dbt {command[0]} could not run: {outcome.exception}") from outcome.exception
    return outcome


def _write(project: Any, target: Path) -> None:
    """The project as it was read, for docs and metrics: manifest.json and semantic_manifest.json."""
    from dbt.parser.manifest import write_manifest

    write_manifest(project, str(target))


class _Log:
    """Writes what dbt says, debug events left out, to dbt.log in a folder, and tells how many nodes are done."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "dbt.log").open("a", buffering=1, encoding="utf-8")
        self._done = 0

    def __enter__(self) -> _Log:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __call__(self, event: Any) -> None:
        if event.info.name in _DONE:
            self._done += 1
            total = getattr(event.data, "total", 0) or getattr(event.data, "num_models", 0)  # models, tests
            step("dbt", self._done, total or None, "models and tests")
        if event.info.level in ("info", "warn", "error"):
            self._file.write(f"{event.info.ts.ToDatetime():%H:%M:%S} {event.info.level:<5} {event.info.msg}\n")


def _let_go_of_the_file() -> None:
    """Close the build file: the adapter keeps it open for the rest of the process, and the audit could not attach it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    held = DuckDBConnectionManager._ENV
    if held is not None:
        held.close()
        DuckDBConnectionManager.close_all_connections()


def _node_result(result: Any) -> NodeResult:
    node = result.node
    meta = getattr(getattr(node, "config", None), "meta", None) or {}
    return NodeResult(
        name=node.name,
        kind=str(node.resource_type),
        status=str(result.status),
        failures=result.failures,
        message=result.message,
        seconds=result.execution_time,
        sentence=meta.get("sentence"),
    )


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
