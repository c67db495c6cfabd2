"""One build of the private warehouse file: seeds laid out, batches shown, dbt run and tested."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.warehouse.dbt import BAD, DbtFailed, NodeResult, dbt_vars, invoke
from scoreboard.warehouse.inputs import prepare_warehouse
from scoreboard.warehouse.periods import heal
from scoreboard.warehouse.seeds import lay_out_seeds

RESULTS = "dbt_results.json"
BUILD = ["build", "--exclude-resource-type", "unit_test", "--exclude", "tag:mapping"]


class BuildFailed(ScoreboardError):
    """A model could not be built or a test over the figures failed; nothing of this build is published."""


def build_warehouse(settings: Settings, run_id: str) -> dict[str, Any]:
    """Build every table into build/warehouse.duckdb and test it; gives counts of models and tests.

    Writes runs/<run_id>/dbt_results.json. Raises SeedError, CloseError, LedgerError, NothingLanded or BuildFailed.
    """
    run_folder = settings.runs / run_id
    run_folder.mkdir(parents=True, exist_ok=True)
    seeds = settings.build / "seeds"
    lay_out_seeds(settings, seeds)
    heal(settings, run_id)
    database = prepare_warehouse(settings, run_id)
    results = ENGINES[settings.target](settings, database, seeds, run_folder / "dbt")
    summary = _summarise(results)
    (run_folder / RESULTS).write_text(json.dumps(summary, indent=1), encoding="utf-8")
    broken = [result for result in results if result.status in BAD and result.status != "skipped"]
    if broken:
        raise BuildFailed(
            "the warehouse could not be built; what is published stays as it was:\n"
            + "\n".join(f"  {_sentence(result)}" for result in broken)
            + f"\ndbt's own log: {run_folder / 'dbt' / 'dbt.log'}"
        )
    return {"models": summary["models"], "tests": {key: summary[key] for key in ("passed", "failed", "errors")}}


def _in_duckdb(settings: Settings, database: Path, seeds: Path, logs: Path) -> list[NodeResult]:
    return invoke(
        BUILD,
        variables=dbt_vars(settings),
        database=database,
        seeds=seeds,
        target=settings.build / "target",
        logs=logs,
    )


def _in_postgres(settings: Settings, database: Path, seeds: Path, logs: Path) -> list[NodeResult]:
    """Build in PostgreSQL, and the marts into `database` if every node succeeded."""
    from scoreboard.postgres.building import PostgresBuild

    with PostgresBuild(settings, database) as build:
        build.load()
        try:
            results = build.told_why(
                invoke(
                    BUILD,
                    variables=dbt_vars(settings) | build.variables,
                    database=database,
                    seeds=seeds,
                    target=settings.build / "target_postgres",
                    logs=logs,
                    engine="postgres",
                    connection=build.environment,
                    callback=build.python_models,
                )
            )
        except DbtFailed:
            build.require_server()
            raise
        # one sentence about a server that went away, not one for every model that missed it
        build.require_server()
        if not any(result.status in BAD for result in results):
            build.fetch()
    _parse(settings, database, seeds, logs)
    return results


def _in_spark(settings: Settings, database: Path, seeds: Path, logs: Path) -> list[NodeResult]:
    """Build on a Spark cluster, and the marts into `database` if every node succeeded."""
    from scoreboard.spark.building import SparkBuild

    build = SparkBuild(settings, database, seeds, logs)
    build.load()
    results = build.build(BUILD)
    if not any(result.status in BAD for result in results):
        build.fetch()
    _parse(settings, database, seeds, logs)
    return results


def _parse(settings: Settings, database: Path, seeds: Path, logs: Path) -> None:
    """The manifest of the file that is published, after a build elsewhere: docs and metrics ask it."""
    invoke(
        ["parse"],
        variables=dbt_vars(settings),
        database=database,
        seeds=seeds,
        target=settings.build / "target",
        logs=logs,
    )


ENGINES: dict[str, Callable[[Settings, Path, Path, Path], list[NodeResult]]] = {
    "duckdb": _in_duckdb,
    "postgres": _in_postgres,
    "spark": _in_spark,
}


def _summarise(results: list[NodeResult]) -> dict[str, Any]:
    tests = [result for result in results if result.kind == "test"]
    return {
        "models": sum(result.kind in ("model", "seed") for result in results),
        "passed": sum(test.status in ("pass", "warn") for test in tests),
        "failed": sum(test.status == "fail" for test in tests),
        "errors": sum(result.status in ("error", "runtime error") for result in results),
        "skipped": sum(result.status == "skipped" for result in results),
        "tests": [
            {"name": test.name, "status": test.status, "failures": test.failures, "message": test.message}
            for test in tests
        ],
        "nodes": [asdict(result) for result in results],
    }


def _sentence(result: NodeResult) -> str:
    if result.sentence:
        return f"{result.sentence} ({result.name}: {result.failures} rows)"
    return f"{result.kind} {result.name}: {result.message}"
