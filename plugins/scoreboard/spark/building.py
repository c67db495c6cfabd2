"""SCOREBOARD_TARGET=spark: dbt builds on a Spark cluster what it otherwise builds in a file (docs/decisions/0027).

What has landed is written as Parquet where the cluster reads it, the marts come back into build/warehouse.duckdb from the Parquet
that the cluster wrote. Audit, publish and everything after them read that file, whatever engine made it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from pathlib import Path

import duckdb

from scoreboard.settings import Settings
from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connections import credentials_of
from scoreboard.spark.contracts import Contract, contracts_of
from scoreboard.spark.dbt_there import invoke_there, require_python
from scoreboard.spark.errors import SparkAway, SparkError
from scoreboard.warehouse.dbt import BAD, DbtFailed, NodeResult, dbt_vars
from scoreboard.warehouse.key_drivers import weights_by_quarter
from scoreboard.warehouse.quoting import Quoted, fill, identifier, identifiers, literal
from scoreboard.warehouse.tables import OFFICIAL, SCHEMA, SCHEMA_NOW

_LANDED = "landed"
_RULES, _INTERMEDIATE, _PYTHON = "rules", "intermediate", "python"
# what dbt makes there, begun anew by every build
_BUILT = ("staging", _INTERMEDIATE, _RULES, SCHEMA, SCHEMA_NOW)
# what audit and publish read of a build besides the marts
_READ_BESIDES = ("int_periods",)
WEIGHTS, _CASES = "int_key_driver_weights", "int_key_driver_cases_complete"


class SparkBuild:
    """One build on the cluster behind SCOREBOARD_TARGET_CONNECTION."""

    def __init__(self, settings: Settings, database: Path, seeds: Path, logs: Path) -> None:
        """`database`: the build file with its schema `landed`. Raises SparkError where Spark's environment or connection is missing."""
        require_python(settings)
        self._settings = settings
        self._database = database
        self._logs = logs
        # two homes on one cluster never meet
        self._prefix = f"scoreboard_{hashlib.sha256(str(settings.home).encode()).hexdigest()[:8]}_"
        self._root = settings.build / "spark"
        # where the cluster reads and writes; new each time: what a server of yesterday still knows of lies elsewhere
        self.files = self._root / uuid.uuid4().hex[:12]
        self._target = settings.build / "target_spark"
        self._environment = self._connection() | {
            "SCOREBOARD_DBT_SEEDS": str(seeds),
            "SCOREBOARD_DBT_TARGET": str(self._target),
            "SCOREBOARD_DBT_SPARK_FILES": str(self.files),
        }

    def load(self) -> int:
        """Empty schemas, and what has landed in them; returns the rows written."""
        shutil.rmtree(self._root, ignore_errors=True)
        rows, statements = 0, []
        for schema in (*_BUILT, _LANDED):
            (self.files / schema).mkdir(parents=True)
            statements += [
                f"drop schema if exists {self._prefix}{schema} cascade",
                f"create schema {self._prefix}{schema} location {_spark_text(self.files / schema)}",
            ]
        with self._open_file() as connection:
            for name in _names(connection, _LANDED):
                folder = self.files / _LANDED / name
                folder.mkdir()
                (count,) = connection.execute(
                    fill(
                        "copy {table} to {path} (format parquet, compression zstd)",
                        table=identifier("build", _LANDED, name),
                        path=literal(folder / "rows.parquet"),
                    )
                ).fetchone() or (0,)
                rows += count
                statements.append(
                    f"create table {self._prefix}{_LANDED}.`{name}` using parquet location {_spark_text(folder)}"
                )
        try:
            done = self._invoke(["run-operation", "run_statements", "--args", json.dumps({"statements": statements})])
            said = "; ".join(result.message or result.status for result in done if result.status in BAD)
        except DbtFailed as error:
            said = str(error)
        if said:
            raise SparkAway(
                f"Spark did not take the landed rows: {said}. Is its Thrift server running (`make spark`), and does it see"
                f" {self._root} under that path? What is published stays"
            )
        return rows

    def build(self, command: list[str]) -> list[NodeResult]:
        """Run dbt; a result per node."""
        return self._invoke(command)

    def fetch(self) -> int:
        """The marts back into the build file, held against their contracts; returns the rows read."""
        contracts = contracts_of(self._target / "manifest.json")
        rows = 0
        with self._open_file(read_only=False) as connection:
            for schema in (SCHEMA, SCHEMA_NOW, _INTERMEDIATE):
                connection.execute(fill("create schema if not exists {schema}", schema=identifier("build", schema)))
                for folder in sorted(path for path in (self.files / schema).iterdir() if path.is_dir()):
                    if schema != _INTERMEDIATE or folder.name in _READ_BESIDES:
                        rows += self._fetch_table(connection, schema, folder, contracts.get(folder.name))
        return rows

    def _fetch_table(
        self, connection: duckdb.DuckDBPyConnection, schema: str, folder: Path, contract: Contract | None
    ) -> int:
        table, origin = identifier("build", schema, folder.name), _parquet(folder)
        if contract is None:
            connection.execute(fill("create table {table} as select * from {rows}", table=table, rows=origin))
        else:
            found = {
                name: str(kind)
                for name, kind, *_ in connection.execute(fill("describe select * from {rows}", rows=origin)).fetchall()
            }
            contract.require(folder.name, found)
            # rows frozen long ago may lack a column that is new
            may_be_null = _null_somewhere(connection, origin) if schema == SCHEMA and folder.name in OFFICIAL else set()
            for statement in contract.statements(table, contract.never_null - may_be_null):
                connection.execute(statement)
            try:
                connection.execute(
                    fill(
                        "insert into {table} by name select {columns} from {rows}",
                        table=table,
                        columns=identifiers(contract.kinds),
                        rows=origin,
                    )
                )
            except duckdb.ConstraintException as error:
                raise SparkError(
                    f"{folder.name} came back from Spark with a null where its contract has none: {error}. What is published stays"
                ) from error
        row = connection.execute(fill("select count(*) from {table}", table=table)).fetchone()
        return int(row[0]) if row else 0

    def _write_weights(self) -> None:
        """The one model in Python (docs/decisions/0014), computed here the moment dbt comes to it; dbt makes a table over the file."""
        folder = self.files / _PYTHON / WEIGHTS
        folder.mkdir(parents=True)
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            cases = connection.sql(fill("select * from {rows}", rows=_parquet(self.files / _INTERMEDIATE / _CASES)))
            connection.register("computed", weights_by_quarter(cases))
            connection.execute(fill("copy computed to {path} (format parquet)", path=literal(folder / "rows.parquet")))

    def _invoke(self, command: list[str]) -> list[NodeResult]:
        return invoke_there(
            self._settings,
            command,
            variables=dbt_vars(self._settings) | {"schema_prefix": self._prefix},
            environment=self._environment,
            logs=self._logs,
            models={WEIGHTS: self._write_weights},
        )

    def _connection(self) -> dict[str, str]:
        try:
            found = credentials_of(self._settings.target_connection, "spark")
            found.require("spark")
        except SourceError as error:
            raise SparkError(str(error).replace("Nothing was read", "Nothing was built")) from error
        return {
            "SCOREBOARD_DBT_SPARK_HOST": found.host,
            "SCOREBOARD_DBT_SPARK_PORT": str(found.port or 10000),
            "SCOREBOARD_DBT_SPARK_USER": found.login or "scoreboard",
        }

    def _open_file(self, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        mode = "attach {path} as build (read_only)" if read_only else "attach {path} as build"
        connection.execute(fill(mode, path=literal(self._database)))
        connection.execute("set timezone = 'UTC'")
        return connection


def _null_somewhere(connection: duckdb.DuckDBPyConnection, rows: Quoted) -> set[str]:
    """The columns that hold a null."""
    counted = connection.execute(fill("select count(*) - count(columns(*)) from {rows}", rows=rows))
    names = [column[0] for column in counted.description or []]
    return {name for name, count in zip(names, counted.fetchone() or (), strict=True) if count}


def _names(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    found = connection.execute(
        "select table_name from information_schema.tables where table_catalog = 'build' and table_schema = ? order by 1",
        [schema],
    ).fetchall()
    return [name for (name,) in found]


def _parquet(folder: Path) -> Quoted:
    return Quoted(fill("read_parquet({files}, hive_partitioning = false)", files=literal(folder / "*.parquet")))


def _spark_text(path: Path) -> str:
    """A text as Spark reads it, where a backslash begins an escape."""
    return "'" + str(path).replace("\\", "\\\\").replace("'", "\\'") + "'"
