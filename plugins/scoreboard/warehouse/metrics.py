"""Questions to the semantic layer: MetricFlow turns metrics and dimensions into SQL, the published version answers it.

Metrics are declared in dbt_project/models/semantic/. Nothing but marts is read, so an answer is as good as the version it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import duckdb
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.warehouse import versions

Row = dict[str, Any]


class MetricError(ScoreboardError):
    """The question names a metric or dimension that is not declared, or nothing was built yet."""


class Metrics:
    """The metrics of one build; `manifest` is the semantic_manifest.json that dbt wrote."""

    def __init__(self, manifest: Path) -> None:
        if not manifest.exists():
            raise MetricError(f"{manifest} is not there yet: run `make demo` or `make run` first")
        parsed = parse_manifest_from_dbt_generated_manifest(manifest.read_text(encoding="utf-8"))
        # the engine only explains: of a client it asks the dialect alone
        self._engine = MetricFlowEngine(SemanticManifestLookup(parsed), cast(SqlClient, _DuckDbDialect()))

    def described(self) -> dict[str, str]:
        """Every metric that can be asked for -> what it means, by name."""
        return {
            metric.name: metric.description or ""
            for metric in sorted(self._engine.list_metrics(), key=lambda one: one.name)
        }

    def sql(self, metrics: Sequence[str], by: Sequence[str] = (), where: Sequence[str] = ()) -> str:
        """The query that answers a question, ordered by what it is grouped by. Raises MetricError for unknown names."""
        return self._compiled(
            MetricFlowQueryRequest.create(
                metric_names=list(metrics),
                group_by_names=list(by) or None,
                where_constraints=list(where) or None,
                order_by_names=list(by) or None,
            )
        )

    def saved_sql(self, saved_query: str) -> str:
        """The query of a saved query. Raises MetricError for an unknown name."""
        return self._compiled(MetricFlowQueryRequest.create(saved_query_name=saved_query))

    def _compiled(self, request: MetricFlowQueryRequest) -> str:
        try:
            return str(self._engine.explain(request).sql_statement.sql)
        except Exception as error:
            # whatever MetricFlow does not understand is a question put wrongly; its own message says which name it does not know
            raise MetricError(str(error)) from error


def answer(database: Path, sql: str) -> list[Row]:
    """Rows of a metric query over a warehouse file, column -> value; the file is only read."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        cursor = connection.execute(sql)
        columns = [column[0] for column in cursor.description or []]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def declared(settings: Settings) -> dict[str, str]:
    """Metric -> what it means, as of the last build. Raises MetricError before the first one."""
    return _metrics(settings).described()


def query(settings: Settings, metrics: Sequence[str], by: Sequence[str] = (), where: Sequence[str] = ()) -> list[Row]:
    """Metrics of the live published version, such as `query(settings, ["nps"], ["metric_time__reporting_quarter"])`.

    `by`: dimensions as entity__name (account__region) or metric_time__<granularity>; `where`: MetricFlow filters. Raises MetricError,
    and PublishError before the first publish.
    """
    record = versions.require_current(settings)
    sql = _metrics(settings).sql(metrics, by, where)
    return answer(versions.folder_of(settings, record["version"]) / "warehouse.duckdb", sql)


def _metrics(settings: Settings) -> Metrics:
    return Metrics(settings.build / "target" / "semantic_manifest.json")


class _DuckDbDialect:
    """What MetricFlow asks of a warehouse when it only writes SQL: how DuckDB spells it."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()
