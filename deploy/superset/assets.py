"""Superset's side of the warehouse as one import: a connection, five datasets, five charts and a dashboard.

Written with the standard library and PyYAML alone, because Superset lives in an environment of its own. Ids are made from names, so a
second import updates what the first one made.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

import yaml

DASHBOARD = "scoreboard"
_DATABASE = "Scoreboard"
_SPACE = uuid.UUID("6d1f0b0e-5a0c-4a39-9c0b-9a3f3f5f7c11")
_VERSION = "1.0.0"

# a running quarter has seen a part of its activities only: beside whole ones it would look like a collapse
_OVER = "select * from marts.{table} where quarter_start_date in (select quarter_start_date from marts.dim_quarters where is_closed)"

# table -> (what it answers, its date column, columns by type, metrics that are right for any group)
DATASETS: dict[str, dict[str, Any]] = {
    "fct_satisfaction_quarterly": {
        "description": "One row per quarter, scope and category. Means are never averaged: weight them by responses.",
        "date": "quarter_start_date",
        "columns": {
            "quarter_start_date": "DATE", "scope_type": "VARCHAR", "scope_id": "VARCHAR", "scope_name": "VARCHAR", "category": "VARCHAR",
            "response_count": "BIGINT", "mean_score": "DOUBLE", "ci95_low": "DOUBLE", "ci95_high": "DOUBLE", "is_closed": "BOOLEAN",
        },
        "metrics": {
            "mean_score": "sum(mean_score * response_count) / sum(response_count)",
            "ci95_low": "case when count(*) = 1 then max(ci95_low) end",
            "ci95_high": "case when count(*) = 1 then max(ci95_high) end",
            "responses": "sum(response_count)",
        },
    },
    "rpt_award_eligibility": {
        "description": "One row per project, category and award year.",
        "date": None,
        "columns": {
            "project_name": "VARCHAR", "company_name": "VARCHAR", "category": "VARCHAR", "award_year": "BIGINT", "response_count": "BIGINT",
            "mean_score": "DOUBLE", "waves": "BIGINT", "threshold": "DOUBLE", "status": "VARCHAR", "evidence_grade": "VARCHAR",
        },
        "metrics": {"projects": "count(distinct project_name)"},
    },
    "fct_account_quadrants": {
        "description": "One row per account and quarter in which it was a customer Closed quarters only.",
        "sql": _OVER,
        "date": "quarter_start_date",
        "columns": {
            "account_id": "VARCHAR", "quarter_start_date": "DATE", "engagement_score": "DOUBLE", "usage_score": "DOUBLE", "quadrant": "VARCHAR",
            "previous_quadrant": "VARCHAR",
        },
        "metrics": {"accounts": "count(*)"},
    },
    "fct_account_tiers": {
        "description": "One row per account and quarter; revenue of the last four quarters, in reporting currency Closed quarters only.",
        "sql": _OVER,
        "date": "quarter_start_date",
        "columns": {
            "account_id": "VARCHAR", "quarter_start_date": "DATE", "account_tier": "VARCHAR", "service_tier": "VARCHAR",
            "revenue_t4q": "DOUBLE", "is_unprofitable": "BOOLEAN",
        },
        "metrics": {"accounts": "count(*)", "revenue": "sum(revenue_t4q)"},
    },
    "fct_action_alerts": {
        "description": "One row per alert, with what has become of it.",
        "date": "opened_at",
        "columns": {
            "alert_id": "VARCHAR", "rule_id": "VARCHAR", "severity": "VARCHAR", "account_id": "VARCHAR", "owner_role": "VARCHAR",
            "state": "VARCHAR", "opened_at": "TIMESTAMP",
        },
        "metrics": {"alerts": "count(*)"},
    },
}  # fmt: skip

_GLOBAL = [("scope_type", "==", "global"), ("category", "==", "overall")]

CHARTS: dict[str, dict[str, Any]] = {
    "Satisfaction by quarter, with its interval": {
        "table": "fct_satisfaction_quarterly",
        "type": "echarts_timeseries_line",
        "where": _GLOBAL,
        "params": {
            "x_axis": "quarter_start_date", "time_grain_sqla": "P3M", "metrics": ["mean_score", "ci95_low", "ci95_high"],
            "groupby": [], "y_axis_bounds": [3, 5], "truncateYAxis": True, "markerEnabled": True, "show_legend": True,
            "y_axis_format": ".2f", "x_axis_time_format": "%Y-%m", "rich_tooltip": True,
        },
    },
    "Award 2025: who earned it": {
        "table": "rpt_award_eligibility",
        "type": "table",
        "where": [("category", "==", "overall"), ("award_year", "==", 2025)],
        "params": {
            "query_mode": "raw", "row_limit": 100, "order_by_cols": ['["mean_score", false]'],
            "all_columns": ["project_name", "mean_score", "waves", "response_count", "status", "evidence_grade"],
            "column_config": {"mean_score": {"d3NumberFormat": ".3f"}}, "table_timestamp_format": "smart_date",
        },
    },
    "Quadrants by quarter": {
        "table": "fct_account_quadrants",
        "type": "echarts_timeseries_bar",
        "where": [],
        "params": {
            "x_axis": "quarter_start_date", "time_grain_sqla": "P3M", "metrics": ["accounts"], "groupby": ["quadrant"], "stack": "Stack",
            "show_legend": True, "x_axis_time_format": "%Y-%m", "y_axis_format": "SMART_NUMBER",
        },
    },
    "Revenue of the last four quarters by tier": {
        "table": "fct_account_tiers",
        "type": "echarts_timeseries_bar",
        "where": [],
        "params": {
            "x_axis": "quarter_start_date", "time_grain_sqla": "P3M", "metrics": ["revenue"], "groupby": ["account_tier"], "stack": "Stack",
            "show_legend": True, "x_axis_time_format": "%Y-%m", "y_axis_format": "SMART_NUMBER",
        },
    },
    "Alerts that are not resolved": {
        "table": "fct_action_alerts",
        "type": "echarts_timeseries_bar",
        "where": [("state", "IN", ["open", "acknowledged", "in_progress"])],
        "params": {
            "x_axis": "rule_id", "metrics": ["alerts"], "groupby": ["severity"], "stack": "Stack", "orientation": "horizontal",
            "show_legend": True, "y_axis_format": "SMART_NUMBER", "x_axis_sort_asc": True,
        },
    },
}  # fmt: skip


def archive(uri: str) -> bytes:
    """The import as a zip, for a warehouse at this SQLAlchemy address."""
    database_id, files = (
        _id("database"),
        {"metadata.yaml": {"version": _VERSION, "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"}},
    )
    files[f"databases/{_DATABASE}.yaml"] = _database(uri, database_id)
    for table, about in DATASETS.items():
        files[f"datasets/{_DATABASE}/{table}.yaml"] = _dataset(table, about, database_id)
    for name, about in CHARTS.items():
        files[f"charts/{_id(name)}.yaml"] = _chart(name, about)
    files[f"dashboards/{DASHBOARD}.yaml"] = _dashboard()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in files.items():
            zipped.writestr(f"scoreboard/{path}", yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    return packed.getvalue()


def _id(name: str) -> str:
    return str(uuid.uuid5(_SPACE, name))


def _database(uri: str, database_id: str) -> dict[str, Any]:
    read_only = {"engine_params": {"connect_args": {"read_only": True}}} if uri.startswith("duckdb") else {}
    return {
        "database_name": _DATABASE, "sqlalchemy_uri": uri, "cache_timeout": None, "expose_in_sqllab": True, "allow_run_async": False,
        "allow_ctas": False, "allow_cvas": False, "allow_dml": False, "allow_file_upload": False, "extra": read_only,
        "uuid": database_id, "version": _VERSION,
    }  # fmt: skip


def _dataset(table: str, about: dict[str, Any], database_id: str) -> dict[str, Any]:
    columns = [
        {
            "column_name": name,
            "is_dttm": kind in ("DATE", "TIMESTAMP"),
            "is_active": True,
            "type": kind,
            "groupby": True,
            "filterable": True,
        }
        for name, kind in about["columns"].items()
    ]
    metrics = [
        {"metric_name": name, "expression": sql, "verbose_name": name.replace("_", " ")}
        for name, sql in about["metrics"].items()
    ]
    return {
        "table_name": table, "main_dttm_col": about["date"], "description": about["description"], "schema": "marts", "sql": about["sql"].format(table=table) if "sql" in about else None,
        "filter_select_enabled": True, "columns": columns, "metrics": metrics, "uuid": _id(table), "version": _VERSION,
        "database_uuid": database_id,
    }  # fmt: skip


def _chart(name: str, about: dict[str, Any]) -> dict[str, Any]:
    params = {
        "viz_type": about["type"],
        **about["params"],
        "adhoc_filters": [_filter(*each) for each in about["where"]],
        "row_limit": 10000,
    }
    return {
        "slice_name": name, "viz_type": about["type"], "params": params, "cache_timeout": None, "uuid": _id(name), "version": _VERSION,
        "dataset_uuid": _id(about["table"]),
    }  # fmt: skip


def _filter(column: str, operator: str, value: Any) -> dict[str, Any]:
    return {"expressionType": "SIMPLE", "subject": column, "operator": operator, "comparator": value, "clause": "WHERE"}


def _dashboard() -> dict[str, Any]:
    """Two charts a row, the last one over the whole width."""
    names = list(CHARTS)
    rows = [names[start : start + 2] for start in range(0, len(names), 2)]
    place: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {
            "type": "GRID",
            "id": "GRID_ID",
            "parents": ["ROOT_ID"],
            "children": [f"ROW-{number}" for number in range(len(rows))],
        },
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": "Scoreboard"}},
    }
    for number, row in enumerate(rows):
        place[f"ROW-{number}"] = {
            "type": "ROW", "id": f"ROW-{number}", "parents": ["ROOT_ID", "GRID_ID"], "meta": {"background": "BACKGROUND_TRANSPARENT"},
            "children": [f"CHART-{_id(name)}" for name in row],
        }  # fmt: skip
        for name in row:
            place[f"CHART-{_id(name)}"] = {
                "type": "CHART", "id": f"CHART-{_id(name)}", "children": [], "parents": ["ROOT_ID", "GRID_ID", f"ROW-{number}"],
                "meta": {"chartId": 0, "uuid": _id(name), "sliceName": name, "width": 12 // len(row), "height": 50},
            }  # fmt: skip
    return {
        "dashboard_title": "Scoreboard", "description": "How the customer programme stands", "css": "", "slug": DASHBOARD,
        "uuid": _id("dashboard"), "published": True, "position": place, "metadata": {"color_scheme": "supersetColors"}, "version": _VERSION,
    }  # fmt: skip
