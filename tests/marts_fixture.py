"""A small build file with the marts of CONTRACT section 5, for tests that publish, audit, freeze or report."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import yaml

from scoreboard.entities import ENTITIES
from scoreboard.quarter import Quarter
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse import ledger
from scoreboard.warehouse.frozen import show_closed
from scoreboard.warehouse.official import Period
from scoreboard.warehouse.tables import OFFICIAL, TABLES

Rows = Iterable[Mapping[str, Any]]

_CONTRACTS = PROJECT_ROOT / "dbt_project" / "models" / "marts"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times as fast


@functools.cache
def contracts() -> dict[str, dict[str, str]]:
    """Table -> column -> type, as the dbt contracts of the marts declare them."""
    found = {}
    for path in sorted(_CONTRACTS.glob("_marts__*.yml")):
        for model in yaml.load(path.read_bytes(), _LOADER).get("models", []):  # noqa: S506 - a safe one
            found[model["name"]] = {column["name"]: column["data_type"] for column in model["columns"]}
    return found


def settings_for(home: Path, as_of: str = "2026-02-01", **changes: Any) -> Settings:
    """Settings in a home of the test's own."""
    return Settings(home=home, as_of=date.fromisoformat(as_of), settle_seconds=0.0, **changes)


def write_build(
    settings: Settings,
    tables: Mapping[str, Rows] | None = None,
    comments: Mapping[str, str] | None = None,
    only: Iterable[str] = tuple(TABLES),
    periods: Iterable[Period] | None = None,
    further: Iterable[tuple[str, list[Any]]] = (),
) -> Path:
    """Write build/warehouse.duckdb with every contract table (or `only` some), those in `tables` filled (absent columns null).

    Closed periods are put in place as dbt's hook does it. `periods`: the calendar; by default the quarters of dim_quarters
    and the years of rpt_award_eligibility. `further`: statements, with their values, that follow.
    """
    path = settings.build / "warehouse.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = {table: list(rows) for table, rows in (tables or {}).items()}
    only, further = tuple(only), list(further)
    periods = periods_of(tables) if periods is None else list(periods)
    wanted = "" if ledger.names(settings) else repr((settings.as_of, tables, comments, only, periods, further))
    if wanted and wanted in _WRITTEN:
        path.write_bytes(_WRITTEN[wanted])
        return path
    path.write_bytes(_empty_build(only))
    filled = {table: rows for table, rows in tables.items() if table in only}
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("begin")  # one wait for the disk instead of one for every statement
        for table, rows in filled.items():
            fill_table(connection, table, rows)
            if table in OFFICIAL:
                connection.execute(f"insert into marts_now.{table} from marts.{table}")
        for place, comment in (comments or {}).items():
            kind = "column" if place.count(".") == 1 else "table"
            connection.execute(f"comment on {kind} marts.{place} is '{comment}'")
        keep_closed(connection, settings, [table for table in only if table in OFFICIAL])
        write_periods(connection, settings, periods)
        for statement, values in further:
            connection.execute(statement, values)
        connection.execute("commit")
    if wanted:
        while len(_WRITTEN) >= _WRITTEN_AT_MOST:
            _WRITTEN.pop(next(iter(_WRITTEN)))
        _WRITTEN[wanted] = path.read_bytes()
    return path


# what was last asked for while nothing was frozen, as most tests ask for the same
_WRITTEN: dict[str, bytes] = {}
_WRITTEN_AT_MOST = 12


@functools.cache
def _empty_build(tables: tuple[str, ...]) -> bytes:
    """A build file with these tables, none of them filled; official ones also in marts_now."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute("begin")
            for schema in ("landed", "marts", "marts_now"):
                connection.execute(f"create schema {schema}")
            for table in tables:
                columns = ", ".join(f"{name} {kind}" for name, kind in contracts()[table].items())
                for schema in ("marts", "marts_now") if table in OFFICIAL else ("marts",):
                    connection.execute(f"create table {schema}.{table} ({columns})")
            connection.execute("commit")
        return path.read_bytes()


def keep_closed(connection: duckdb.DuckDBPyConnection, settings: Settings, tables: Iterable[str]) -> None:
    """Stand in for dbt's hook: marts_now has the tables as computed, marts gets the official rows of closed periods."""
    show_closed(connection, settings)
    held = connection.execute("select distinct table_name from landed.closed_periods").fetchall()
    for table in {name for (name,) in held} & set(tables):
        period = OFFICIAL[table]
        connection.execute(
            f"delete from marts.{table} where {period} in"
            f" (select {period} from landed.closed_periods where table_name = '{table}')"
        )
        connection.execute(f"insert into marts.{table} by name from landed.official__{table}")


def periods_of(tables: Mapping[str, Rows]) -> list[Period]:
    """The quarters and award years that the given rows speak of."""
    quarters = [date.fromisoformat(row["quarter_start_date"]) for row in tables.get("dim_quarters", [])]
    return [*quarters, *sorted({row["award_year"] for row in tables.get("rpt_award_eligibility", [])})]


def write_periods(connection: duckdb.DuckDBPyConnection, settings: Settings, periods: Iterable[Period]) -> None:
    """The calendar of a build: which periods there are, and which are closed as of the settings."""
    connection.execute("create schema intermediate")
    connection.execute(
        "create table intermediate.int_periods (quarter_start_date date, award_year integer, is_closed boolean)"
    )
    for period in periods:
        quarter, year = (None, period) if isinstance(period, int) else (period, None)
        last_quarter = Quarter(date(period, 10, 1)) if isinstance(period, int) else Quarter(period, period.month)
        connection.execute(
            "insert into intermediate.int_periods values (?, ?, ?)",
            [quarter, year, last_quarter.is_closed(settings.as_of)],
        )


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
        connection.execute("begin")
        connection.execute("create schema marts")
        for table in ("dim_accounts", "fct_tickets"):
            connection.execute(f"create table marts.{table} (account_id varchar, mark varchar)")
            connection.execute(f"insert into marts.{table} select 'A' || range, ? from range(?)", [mark, accounts])
        write_periods(connection, settings, [])
        connection.execute("commit")
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
