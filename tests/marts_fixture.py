"""A small build file with the marts of CONTRACT section 5, for tests that publish, audit, freeze or report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from scoreboard.entities import ENTITIES
from scoreboard.settings import Settings
from scoreboard.warehouse.tables import TABLES

Rows = Iterable[Mapping[str, Any]]

_COUNTS = {
    "landed",
    "valid",
    "quarantined",
    "replaced",
    "deduplicated",
    "row_number",
    "source_row_number",
    "award_year",
    "waves",
    "min_waves",
    "times_received",
    "quadrant_number",
}
_NUMBERS = {
    "value",
    "gap",
    "threshold",
    "priority",
    "completeness",
    "score_5pt",
    "score_5pt_ratio",
    "needed_mean_rest_of_year",
}
_NUMBER_ENDINGS = (
    "_mean",
    "_score",
    "_low",
    "_high",
    "_rate",
    "_share",
    "_t4q",
    "_before",
    "_minutes",
    "_system",
    "_staff",
)
_FLAGS = {"rule_pass", "decision_depends_on_conversion", "has_comment"}
# beyond the contract's least columns, as the warehouse has them
_EXTRA = {
    "rpt_award_evidence": "project_id survey_id account_id contact_id respondent_type responded_at wave overall_score source_run_id",
    "rpt_award_recipients": "project_id",
}


def settings_for(home: Path, as_of: str = "2026-02-01", **changes: Any) -> Settings:
    """Settings in a home of the test's own."""
    return Settings(home=home, as_of=date.fromisoformat(as_of), settle_seconds=0.0, **changes)


def type_of(column: str) -> str:
    """DuckDB type of a published column, told by its name."""
    if column.endswith("_date") or column in {"customer_since_date"}:
        return "date"
    if column.endswith("_at"):
        return "timestamptz"
    if column.startswith("is_") or column in _FLAGS:
        return "boolean"
    if column in _COUNTS or column.endswith("_count"):
        return "bigint"
    if column in _NUMBERS or column.endswith(_NUMBER_ENDINGS):
        return "double"
    return "varchar"


def columns_of(table: str) -> list[str]:
    """Promised columns, then the ones the warehouse adds."""
    return [*TABLES[table].columns, *_EXTRA.get(table, "").split()]


def write_build(
    settings: Settings,
    tables: Mapping[str, Rows] | None = None,
    comments: Mapping[str, str] | None = None,
    only: Iterable[str] = tuple(TABLES),
) -> Path:
    """Write build/warehouse.duckdb with every contract table (or `only` some), those in `tables` filled (absent columns null)."""
    path = settings.build / "warehouse.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema marts")
        for table in only:
            columns = columns_of(table)
            connection.execute(f"create table marts.{table} ({', '.join(f'{c} {type_of(c)}' for c in columns)})")
            fill_table(connection, table, (tables or {}).get(table, []))
        for place, comment in (comments or {}).items():
            kind = "column" if place.count(".") == 1 else "table"
            connection.execute(f"comment on {kind} marts.{place} is '{comment}'")
    return path


def fill_table(connection: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    """Insert rows given as column -> value; those of one shape in one statement."""
    by_shape: dict[tuple[str, ...], list[Any]] = {}
    for row in rows:
        by_shape.setdefault(tuple(row), []).extend(row.values())
    for columns, values in by_shape.items():
        one = f"({', '.join('?' for _ in columns)})"
        places = ", ".join([one] * (len(values) // len(columns)))
        connection.execute(f"insert into marts.{table} ({', '.join(columns)}) values {places}", values)


def write_small_build(settings: Settings, mark: str, accounts: int = 3) -> Path:
    """A build of two tables whose every row carries `mark`: enough to tell versions apart, quick to publish."""
    path = settings.build / "warehouse.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for table in ("dim_accounts", "fct_tickets"):
            connection.execute(f"create table marts.{table} (account_id varchar, mark varchar)")
            connection.execute(f"insert into marts.{table} select 'A' || range, ? from range(?)", [mark, accounts])
    return path


def quality_rows(run_id: str, landed: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """rpt_data_quality of one run: every landed row valid, unless changed afterwards."""
    return [
        {
            "run_id": run_id,
            "run_at": "2026-02-01T08:00:00Z",
            "entity": entity,
            "landed": (landed or {}).get(entity, 0),
            "valid": (landed or {}).get(entity, 0),
            "quarantined": 0,
            "replaced": 0,
            "deduplicated": 0,
            "unresolved_references": "{}",
            "completeness": 1.0,
        }
        for entity in ENTITIES
    ]


def quarter_row(start: str, end: str, label: str, is_closed: bool) -> dict[str, Any]:
    """A row of dim_quarters."""
    return {"quarter_start_date": start, "quarter_end_date": end, "quarter_label": label, "is_closed": is_closed}


def award_row(project: str, year: int = 2025, category: str = "overall", **changes: Any) -> dict[str, Any]:
    """A row of rpt_award_eligibility: no answers yet, unless changed."""
    return {
        "project_id": project,
        "project_name": f"Project {project}",
        "company_name": "OurCo",
        "category": category,
        "award_year": year,
        "response_count": 0,
        "mean_score": None,
        "waves": 0,
        "threshold": 4.0,
        "min_waves": 4,
        "rule_pass": False,
        "status": "no_data",
        "needed_mean_rest_of_year": None,
        "decision_depends_on_conversion": False,
        "evidence_grade": "D",
        "blocking_reasons": "[]",
        "times_received": 0,
    } | changes


def published_marks(folder: Path) -> set[str]:
    """Every mark found in a Parquet folder of a small build."""
    return {
        mark for file in sorted(folder.glob("*.parquet")) for mark in pq.read_table(file).column("mark").to_pylist()
    }
