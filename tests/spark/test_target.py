"""The Spark target without a Spark: what it refuses, what it asks of dbt's process, and what it accepts back."""

from __future__ import annotations

import json
import re
import stat
import sys
from pathlib import Path

import duckdb
import pytest

from deploy.spark import run
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.spark.building import SparkBuild
from scoreboard.spark.contracts import contracts_of
from scoreboard.spark.dbt_there import invoke_there
from scoreboard.spark.errors import SparkAway, SparkError
from scoreboard.warehouse.dbt import DbtFailed
from scoreboard.warehouse.tables import OFFICIAL
from tests.marts_fixture import settings_for

# stands in for child.py: answers an order as the last line of the file `answers` beside it says
_CHILD = """#!{python}
import json, pathlib, sys
order = json.loads(sys.stdin.readline())
here = pathlib.Path(__file__).parent
(here / "order.json").write_text(json.dumps(order))
for line in (here / "answers").read_text().splitlines():
    print(line, flush=True)
    if json.loads(line)["says"] == "start":
        assert sys.stdin.readline() == "go on\\n"
"""
_NODE = {"kind": "model", "status": "success", "failures": None, "message": None, "seconds": 0.1, "sentence": None}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose Spark environment holds the stand-in; the connection leads nowhere."""
    monkeypatch.setenv("AIRFLOW_CONN_SCOREBOARD_TARGET", "spark://127.0.0.1:9")
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(_CHILD.format(python=sys.executable))
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    settings = settings_for(tmp_path / "home", target="spark", spark_venv=tmp_path / "venv")
    settings.build.mkdir(parents=True)
    return settings


def answer(settings: Settings, *lines: dict[str, object]) -> None:
    text = "\n".join(json.dumps(line) for line in lines)
    (settings.spark_venv / "bin" / "answers").write_text(text)


def end(*results: dict[str, object], error: str | None = None, succeeded: bool = True) -> dict[str, object]:
    return {"says": "end", "error": error, "succeeded": succeeded, "results": list(results)}


def asked(settings: Settings) -> dict[str, list[str]]:
    order: dict[str, list[str]] = json.loads((settings.spark_venv / "bin" / "order.json").read_text())
    return order


def build_of(settings: Settings) -> SparkBuild:
    path = settings.build / "warehouse.duckdb"
    with duckdb.connect(str(path)) as file:
        file.execute("create schema landed")
        file.execute(
            "create table landed.run as select 'r1' as run_id, timestamptz '2026-02-01 08:00:00.000001+00' as run_at"
        )
        file.execute(
            "create view landed.accounts as select 'A' || range as account_id, null::date as day from range(3)"
        )
    return SparkBuild(settings, path, settings.build / "seeds", settings.runs / "dbt")


def test_without_its_environment_it_says_how_to_make_one(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, target="spark", spark_venv=tmp_path / "nowhere")
    with pytest.raises(SparkError, match=r"nowhere is not there: `make spark` makes it.*what is published stays"):
        build_of_none = SparkBuild(settings, tmp_path / "warehouse.duckdb", tmp_path, tmp_path)
        build_of_none.load()


def test_without_a_connection_it_says_what_one_holds(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SCOREBOARD_TARGET", "spark://")
    with pytest.raises(SparkError, match=r"lacks host\. .*the Thrift server.*Nothing was built"):
        build_of(settings)


def test_what_has_landed_is_written_where_the_cluster_reads_it(settings: Settings) -> None:
    answer(settings, end({**_NODE, "name": "run_statements", "kind": "operation"}))
    assert build_of(settings).load() == 4
    [folder] = (settings.build / "spark").iterdir()
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        rows = connection.execute(f"select * from '{folder}/landed/run/*.parquet'").fetchall()
        assert [str(row[1]) for row in rows] == ["2026-02-01 08:00:00.000001+00:00"]
        rows = connection.execute(f"select account_id, day from '{folder}/landed/accounts/*.parquet'").fetchall()
        assert rows == [("A0", None), ("A1", None), ("A2", None)]
    command = asked(settings)["command"]
    statements = json.loads(command[command.index("--args") + 1])["statements"]
    [schema] = re.findall(r"create schema (scoreboard_[0-9a-f]{8}_landed) ", "\n".join(statements))
    assert f"create table {schema}.`run` using parquet location '{folder}/landed/run'" in statements
    assert statements.index(f"drop schema if exists {schema} cascade") < statements.index(
        f"create schema {schema} location '{folder}/landed'"
    )


def test_a_cluster_that_does_not_answer_is_told_apart(settings: Settings) -> None:
    answer(settings, end(error="Could not connect to any of [('127.0.0.1', 9)]", succeeded=False))
    with pytest.raises(SparkAway, match=r"Could not connect.*Is its Thrift server running.*What is published stays"):
        build_of(settings).load()


def test_what_dbt_tells_is_logged_and_a_model_of_ours_is_computed_before_it_goes_on(
    settings: Settings, tmp_path: Path
) -> None:
    answer(
        settings,
        {"says": "log", "text": "12:00:00 info  1 of 2 START"},
        {"says": "start", "name": "ours"},
        {"says": "done", "total": 2},
        end({**_NODE, "name": "ours"}, {**_NODE, "name": "other", "status": "error", "message": "no"}),
    )
    computed: list[str] = []
    results = invoke_there(
        settings,
        ["build"],
        variables={"as_of": "2026-02-01"},
        environment={},
        logs=tmp_path / "logs",
        models={"ours": lambda: computed.append("ours")},
    )
    assert computed == ["ours"]
    assert [(result.name, result.status) for result in results] == [("ours", "success"), ("other", "error")]
    assert (tmp_path / "logs" / "dbt.log").read_text() == "12:00:00 info  1 of 2 START\n"
    assert asked(settings)["waits_for"] == ["ours"]


def test_a_model_of_ours_that_fails_ends_dbt_too(settings: Settings, tmp_path: Path) -> None:
    answer(settings, {"says": "start", "name": "ours"}, end())

    def fail() -> None:
        raise ArithmeticError("no eigenvectors")

    with pytest.raises(ArithmeticError, match="no eigenvectors"):
        invoke_there(settings, ["build"], variables={}, environment={}, logs=tmp_path, models={"ours": fail})


def test_dbt_that_ends_without_a_word_is_a_failure(settings: Settings, tmp_path: Path) -> None:
    answer(settings, {"says": "log", "text": "12:00:00 info  out of memory"})
    with pytest.raises(DbtFailed, match=r"ended with code 0; dbt's own log: .*dbt\.log"):
        invoke_there(settings, ["build"], variables={}, environment={}, logs=tmp_path)


def column(name: str, kind: str, *, required: bool = False) -> dict[str, object]:
    return {
        "name": name,
        "data_type": kind,
        "description": f"The {name}.",
        "constraints": [{"type": "not_null"}] if required else [],
    }


# one whose closed periods stay as they were published
OFFICIAL_TABLE = next(iter(OFFICIAL))
COLUMNS = [column("key", "varchar", required=True), column("at", "timestamp with time zone"), column("share", "double")]


@pytest.fixture
def built(settings: Settings) -> SparkBuild:
    """A build whose cluster has written the mart `odd` and the periods."""
    answer(settings, end({**_NODE, "name": "run_statements", "kind": "operation"}))
    build = build_of(settings)
    build.load()
    manifest = settings.build / "target_spark" / "manifest.json"
    manifest.parent.mkdir()
    columns = {str(one["name"]): one for one in COLUMNS}
    node = {"resource_type": "model", "description": "It's odd.", "columns": columns}
    manifest.write_text(json.dumps({"nodes": {name: node | {"name": name} for name in ("odd", OFFICIAL_TABLE)}}))
    written(build, "intermediate", "int_periods", "select date '2026-01-01' as quarter_start_date")
    written(build, "intermediate", "int_other", "select 1 as one")
    return build


def written(build: SparkBuild, schema: str, table: str, sql: str) -> None:
    folder = build.files / schema / table
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"copy ({sql}) to '{folder}/part-0.snappy.parquet'")


def test_the_marts_come_back_as_their_contracts_say(built: SparkBuild, settings: Settings) -> None:
    written(
        built, "marts", "odd", "select 0.5::double as share, 'a' as key, timestamptz '2026-01-01 12:00:00+00' as at"
    )
    assert built.fetch() == 2
    with duckdb.connect(str(settings.build / "warehouse.duckdb"), read_only=True) as file:
        file.execute("set timezone = 'UTC'")
        described = file.execute("describe marts.odd").fetchall()
        assert [(name, kind, null) for name, kind, null, *_ in described] == [
            ("key", "VARCHAR", "NO"),
            ("at", "TIMESTAMP WITH TIME ZONE", "YES"),
            ("share", "DOUBLE", "YES"),
        ]
        assert file.execute("select key, share from marts.odd").fetchall() == [("a", 0.5)]
        assert file.execute("select comment from duckdb_tables() where table_name = 'odd'").fetchone() == ("It's odd.",)
        about = "select comment from duckdb_columns() where table_name = 'odd' and column_name = 'at'"
        assert file.execute(about).fetchone() == ("The at.",)
        tables = file.execute("select table_name from duckdb_tables() where schema_name = 'intermediate'").fetchall()
        assert tables == [("int_periods",)]


def test_another_type_or_column_than_promised_is_refused(built: SparkBuild) -> None:
    written(built, "marts", "odd", "select 1.5::decimal(2, 1) as share, 'a' as key, now() as at, 1 as extra")
    with pytest.raises(SparkError, match=r"extra: INTEGER instead of nothing; share: DECIMAL\(2,1\) instead of DOUBLE"):
        built.fetch()


def test_a_null_where_none_may_be_is_refused(built: SparkBuild) -> None:
    written(built, "marts", "odd", "select 0.5::double as share, null::varchar as key, now() as at")
    with pytest.raises(SparkError, match=r"odd came back from Spark .*key.*What is published stays"):
        built.fetch()


def test_a_frozen_row_may_lack_a_column_that_is_new(built: SparkBuild, settings: Settings) -> None:
    row = "select 0.5::double as share, null::varchar as key, now() as at"
    written(built, "marts", OFFICIAL_TABLE, row)
    assert built.fetch() == 2
    written(built, "marts_now", OFFICIAL_TABLE, row)
    with pytest.raises(SparkError, match=f"{OFFICIAL_TABLE} came back from Spark with a null"):
        build_again(built, settings).fetch()


def build_again(build: SparkBuild, settings: Settings) -> SparkBuild:
    """The same, its marts not fetched yet."""
    with duckdb.connect(str(settings.build / "warehouse.duckdb")) as file:
        for schema in ("marts", "marts_now", "intermediate"):
            file.execute(f"drop schema if exists {schema} cascade")
    return build


def test_only_models_with_types_have_a_contract(tmp_path: Path) -> None:
    nodes = {
        "a": {
            "resource_type": "model",
            "name": "a",
            "description": "",
            "columns": {"x": {"name": "x", "data_type": None}},
        },
        "b": {"resource_type": "seed", "name": "b", "description": "", "columns": {}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    assert contracts_of(tmp_path / "manifest.json") == {}


def test_the_environment_has_the_versions_of_the_pipelines_own() -> None:
    def versions(lock: Path) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE):
            found.setdefault(name, set()).add(version)
        return found

    own, ours = versions(run.HERE / "requirements.lock"), versions(PROJECT_ROOT / "requirements.lock")
    assert {"pyspark", "dbt-spark", "pyhive"} <= own.keys()
    assert not {"pyspark", "dbt-spark", "pyhive"} & ours.keys()
    assert {name: found for name, found in own.items() if name in ours and found != ours[name]} == {}


def test_make_spark_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(run.NotStarted, match=r"Java 17 or 21.*openjdk-17-jre-headless.*Nothing was started"):
        run.require_java()


def test_make_spark_does_not_take_a_port_that_is_taken(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind((run.LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(run.NotStarted, match=r"answers on 127\.0\.0\.1:\d+ already.*SPARK_PORT"),
            run.running(tmp_path, tmp_path / "spark", port),
        ):
            pass
    assert not (tmp_path / "spark").exists()
