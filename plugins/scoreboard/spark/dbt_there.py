"""dbt in the environment that has Spark: a process of its own, because the one that Airflow runs in has no dbt-spark."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scoreboard.progress import step
from scoreboard.settings import Settings
from scoreboard.spark.errors import SparkError
from scoreboard.warehouse.dbt import DBT_PROJECT, DbtFailed, NodeResult

_CHILD = Path(__file__).with_name("child.py")


def require_python(settings: Settings) -> Path:
    """The Python of Spark's environment. Raises SparkError where it was never made."""
    python = settings.spark_venv / "bin" / "python"
    if not python.exists():
        raise SparkError(
            f"SCOREBOARD_TARGET=spark needs dbt-spark, and {settings.spark_venv} is not there: `make spark` makes it (and starts a"
            " Spark to try), or point SCOREBOARD_SPARK_VENV at an environment of deploy/spark/requirements.lock. Nothing was"
            " built; what is published stays"
        )
    return python


def invoke_there(
    settings: Settings,
    command: list[str],
    *,
    variables: dict[str, Any],
    environment: Mapping[str, str],
    logs: Path,
    models: Mapping[str, Callable[[], None]] | None = None,
) -> list[NodeResult]:
    """Run one dbt command against Spark; a result per node. Raises DbtFailed when dbt itself cannot work.

    `models`: what to do the moment dbt starts on a model, before dbt goes on with it.
    """
    python = require_python(settings)
    logs.mkdir(parents=True, exist_ok=True)
    models = models or {}
    order = {
        "waits_for": list(models),
        "command": [
            *("--log-level", "none", "--log-level-file", "none", "--log-path", str(logs)),
            *command,
            *("--target", "spark", "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
            *("--vars", json.dumps(variables)),
        ],
    }
    process = subprocess.Popen(  # noqa: S603 - our own commands
        [python, "-I", _CHILD],
        env={name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
        | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
        | dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    if process.stdin is None or process.stdout is None:
        raise ValueError("both are pipes")
    done, end = 0, None
    with process, (logs / "dbt.log").open("a", encoding="utf-8", buffering=1) as log:
        try:
            print(json.dumps(order), file=process.stdin, flush=True)
            for text in process.stdout:
                line = json.loads(text)
                if line["says"] == "log":
                    log.write(line["text"] + "\n")
                elif line["says"] == "done":
                    done += 1
                    step("dbt", done, line["total"] or None, "models and tests")
                elif line["says"] == "start":
                    models[line["name"]]()
                    print("go on", file=process.stdin, flush=True)
                else:
                    end = line
        except BaseException:
            # else it would go on without what it waits for
            process.kill()
            raise
    if end is None or end["error"]:
        said = end["error"] if end else f"it ended with code {process.returncode}"
        raise DbtFailed(f"dbt {command[0]} could not run on Spark: {said}; dbt's own log: {logs / 'dbt.log'}")
    results = [NodeResult(**result) for result in end["results"]]
    if not results and not end["succeeded"]:
        raise DbtFailed(f"dbt {command[0]} could not run on Spark; dbt's own log: {logs / 'dbt.log'}")
    return results
