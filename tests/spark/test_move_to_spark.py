"""The page about Spark does what it says: `make spark` starts a cluster, a run builds on it, and the tables are those of DuckDB.

Minutes long, and it needs Java and some 500 MB of packages: it runs on demand, where `make spark` has made the environment.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse.build import BUILD
from scoreboard.warehouse.dbt import BAD, dbt_vars, invoke
from scoreboard.warehouse.seeds import lay_out_seeds
from scoreboard.warehouse.tables import SCHEMA, SCHEMA_NOW
from tests.docs.commands import DOCS, blocks_of
from tests.engines import differences
from tests.oracle.check import read_settings
from tests.oracle.random_company import write_company
from tests.oracle.random_world import Options
from tests.pipeline import run_pipeline

PAGE = DOCS / "how-to" / "move-to-spark.md"
NOTE = "run by tests/spark/test_move_to_spark.py"
VENV = Path(os.environ.get("SCOREBOARD_SPARK_VENV") or PROJECT_ROOT / ".venv-spark")
# a company whose days are not UTC's and whose fiscal year is not the calendar's
SEED = 4
_PATIENCE = 3600.0


@pytest.mark.skipif(not (VENV / ".installed").exists(), reason=f"{VENV} is not there; `make spark` makes it")
@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java")
def test_a_run_on_spark_publishes_what_duckdb_computes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_company(SEED, home, Options(responses=30, big_group=False))
    told = read_settings(home / "settings.env") | {"SCOREBOARD_HOME": str(home), "SCOREBOARD_SETTLE_SECONDS": "0"}
    settings = Settings.from_environment(told)
    # a version first: the run on Spark then finds closed periods whose rows are frozen
    run_pipeline(settings, "first")
    start, build = (block.body for block in blocks_of(PAGE) if block.note == NOTE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SCOREBOARD_", "AIRFLOW"))}
    (tmp_path / "installed").touch()
    environment |= told | {
        "SCOREBOARD_SPARK_VENV": str(VENV),
        "SPARK_PORT": port,
        "MAKEFLAGS": f"BIN={Path(sys.executable).parent} INSTALLED={tmp_path / 'installed'}",
    }

    with serving(start, environment, tmp_path / "spark.log"):
        assert "10000" in build
        done = subprocess.run(
            ["bash", "-euc", build.replace("10000", port)],
            cwd=PROJECT_ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "Published" in done.stdout
    assert different_tables(settings, tmp_path) == {}


def different_tables(settings: Settings, scratch: Path) -> dict[tuple[str, str], int]:
    """Table -> rows that differ between the last build and DuckDB's of the same landed rows; needs every published table."""
    spark = settings.build / "warehouse.duckdb"
    duck = scratch / "duck" / "warehouse.duckdb"
    duck.parent.mkdir()
    shutil.copy(spark, duck)
    with duckdb.connect(str(duck)) as file:
        for schema in (SCHEMA, SCHEMA_NOW, "intermediate"):
            file.execute(f"drop schema {schema} cascade")
    lay_out_seeds(settings, scratch / "seeds")
    results = invoke(
        [*BUILD[:2], "unit_test", "test", *BUILD[3:]],
        variables=dbt_vars(settings),
        database=duck,
        seeds=scratch / "seeds",
        target=scratch / "target",
        logs=scratch / "logs",
    )
    assert [(result.name, result.message) for result in results if result.status in BAD] == []
    with duckdb.connect() as both:
        both.execute("set timezone = 'UTC'")
        both.execute(f"attach '{duck}' as one (read_only)")
        both.execute(f"attach '{spark}' as other (read_only)")
        tables = both.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'one' and schema_name in (?, ?)",
            [SCHEMA, SCHEMA_NOW],
        ).fetchall()
        assert len(tables) > 60
        comments = "select count(*) from duckdb_columns() where database_name = ? and schema_name = 'marts' and comment is not null"
        assert both.execute(comments, ["one"]).fetchone() == both.execute(comments, ["other"]).fetchone()
        # what spells figures as text shows their last bits
        counted = {place: differences(both, *place) for place in tables if place[1] != "rpt_restatements"}
    return {place: count for place, count in counted.items() if count}


@contextmanager
def serving(command: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    """The command's processes, ready; ended as Ctrl-C would."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command.strip()}"],
            cwd=PROJECT_ROOT,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + _PATIENCE
        while "Spark answers on" not in log.read_text():
            assert process.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.5)
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(120)
    assert "Spark has ended" in log.read_text()
