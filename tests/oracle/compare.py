"""Holds published tables against computed ones, cell by cell, as strictly as the contract asks.

Numbers to 1e-9 absolute or relative, nulls as nulls (NaN is none), Parquet types that fit, no missing, extra or doubled row.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.oracle.reading import Row

# Binding columns as name:type (s text, f number, i count, b flag, d date, t timestamp); the grain is marked with a leading dot.
_COLUMNS = {
    "fct_survey_responses": ".response_id:s survey_id:s project_id:s respondent_type:s contact_id:s employee_id:s account_id:s ticket_id:s "
    "agent_id:s team_id:s channel:s wave:s responded_at:t quarter_start_date:d overall_score:f is_counted:b exclusion_reason:s",
    "fct_survey_answers": ".answer_id:s response_id:s question_id:s measure:s category:s value:f score_5pt:f score_5pt_ratio:f has_comment:b",
    "fct_satisfaction_quarterly": ".quarter_start_date:d .scope_type:s .scope_id:s scope_name:s .category:s response_count:i respondent_count:i "
    "invitation_count:i response_rate:f mean_score:f sd_score:f ci95_low:f ci95_high:f top2box_rate:f top2box_low:f top2box_high:f "
    "is_in_loyalty_zone:b previous_quarter_mean:f previous_year_mean:f is_closed:b",
    "fct_account_tiers": ".account_id:s .quarter_start_date:d revenue_t4q:f revenue_share:f revenue_share_before:f cost_to_serve_t4q:f "
    "account_tier:s service_tier:s tier_reason:s previous_tier:s is_unprofitable:b",
    "fct_account_quadrants": ".account_id:s .quarter_start_date:d engagement_system:f engagement_staff:f engagement_score:f usage_system:f "
    "usage_staff:f usage_score:f is_usage_known:b quadrant:s quadrant_number:i previous_quadrant:s",
    "rpt_gaps": ".account_id:s .quarter_start_date:d .category:s .gap_kind:s reference_mean:f reference_count:i actual_mean:f actual_count:i "
    "gap:f ci95_low:f ci95_high:f is_significant:b gap_class:s origin:s priority:f",
    "rpt_award_eligibility": ".project_id:s project_name:s company_name:s .category:s .award_year:i response_count:i mean_score:f waves:i "
    "threshold:f min_waves:i rule_pass:b status:s needed_mean_rest_of_year:f decision_depends_on_conversion:b times_received:i",
}
KINDS: dict[str, dict[str, str]] = {}
GRAINS: dict[str, list[str]] = {}


def declare(columns: dict[str, str]) -> None:
    """Make tables known to `compare_rows`: table -> columns as above.

    `rpt_gaps+ranks` are further columns of rpt_gaps, held against the same file beside the binding ones. Raises ValueError for a table known already.
    """
    for table, line in columns.items():
        if table in KINDS:
            raise ValueError(f"{table} is declared twice; further columns of a table go under {table}+<what>")
        tokens = [token.split(":") for token in line.split()]
        KINDS[table] = {name.lstrip("."): kind for name, kind in tokens}
        GRAINS[table] = [name[1:] for name, _ in tokens if name.startswith(".")]


declare(_COLUMNS)
TABLES = tuple(_COLUMNS)  # the binding ones
COUNTS = ("landed", "valid", "quarantined", "replaced", "deduplicated")


def same(want: Any, got: Any) -> bool:
    """Whether two normal cells are equal; NaN equals nothing."""
    if isinstance(want, float) and isinstance(got, float):
        return math.isclose(want, got, rel_tol=1e-9, abs_tol=1e-9)
    return type(want) is type(got) and bool(want == got)


def normal(cell: Any, kind: str) -> Any:
    """One comparable spelling of a cell."""
    if cell is None:
        return None
    if kind in "fi" and isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return float(cell)
    if kind in "dt" and isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return moment.date() if kind == "d" else moment
    return cell if kind == "b" else str(cell)


def fits(kind: str, found: pa.DataType) -> bool:
    """Whether a Parquet type can hold what the contract wants."""
    if kind == "s" or pa.types.is_null(found):
        return True
    whole = pa.types.is_integer(found) or (pa.types.is_decimal(found) and found.scale == 0)
    families = {
        "f": whole or pa.types.is_floating(found) or pa.types.is_decimal(found),
        "i": whole,
        "b": pa.types.is_boolean(found),
        "d": pa.types.is_date(found) or pa.types.is_timestamp(found),
        "t": pa.types.is_timestamp(found),
    }
    return bool(families[kind])


def compare_rows(table: str, want: list[Row], got: list[Row], types: dict[str, pa.DataType] | None = None) -> list[str]:
    """Differences of one table as sentences: rows first, then the first three of each column."""
    grain, kinds = GRAINS[table], KINDS[table]

    def keyed(rows: list[Row]) -> dict[tuple[Any, ...], Row]:
        return {tuple(normal(row.get(column), kinds[column]) for column in grain): row for row in reversed(rows)}

    wanted, found = keyed(want), keyed(got)
    out = []
    for label, keys in (("missing", wanted.keys() - found.keys()), ("extra", found.keys() - wanted.keys())):
        if keys:
            out.append(
                f"{table}: {len(keys)} rows {label}: " + "; ".join(_spell(key) for key in sorted(keys, key=str)[:3])
            )
    for label, rows, unique in (("published", got, found), ("computed", want, wanted)):
        if len(rows) != len(unique):
            out.append(f"{table}: {len(rows) - len(unique)} doubled keys in the {label} rows")
    for column, kind in kinds.items():
        if types is not None and column not in types:
            out.append(f"{table}.{column}: the column is missing")
            continue
        if types is not None and not fits(kind, types[column]):
            out.append(f"{table}.{column}: Parquet type {types[column]} where {kind!r} is wanted")
        cells = (
            (key, normal(wanted[key].get(column), kind), normal(found[key].get(column), kind))
            for key in wanted
            if key in found
        )
        unequal = [cell for cell in cells if not same(cell[1], cell[2])]
        if unequal:
            shown = "; ".join(f"{_spell(key)}: computed {w!r}, published {g!r}" for key, w, g in unequal[:3])
            out.append(f"{table}.{column}: {len(unequal)} cells differ: {shown}")
    return out


def compare_quarantine(want: list[Row], got: list[Row]) -> list[str]:
    """Open quarantined rows as (entity, row_key, rule), each as often as it landed."""

    def counted(rows: list[Row]) -> Counter[tuple[Any, ...]]:
        return Counter(
            (row["entity"], row["row_key"], row["rule"]) for row in rows if row.get("status", "open") == "open"
        )

    wanted, found = counted(want), counted(got)
    return [
        f"quarantine: {label} {times}x {_spell(key)}"
        for label, rows in (("missing", wanted - found), ("extra", found - wanted))
        for key, times in sorted(rows.items(), key=str)
    ]


def compare_counts(want: list[Row], got: list[Row]) -> list[str]:
    """Row counts per entity; `got` are the rows of one run."""
    found = {str(row["entity"]).rpartition(".")[2]: row for row in got}
    return [
        f"counts: {row['entity']}.{column}: computed {row[column]}, published {found.get(row['entity'], {}).get(column)}"
        for row in want
        for column in COUNTS
        if found.get(row["entity"], {}).get(column) != row[column]
        and not (row["landed"] == 0 and row["entity"] not in found)
    ]


def compare_file(table: str, want: list[Row], folder: Path) -> list[str]:
    """One computed table against its Parquet file; a missing file is a difference too."""
    path = folder / f"{table.partition('+')[0]}.parquet"
    if not path.exists():
        return [f"{table}: {path} is missing"]
    data = pq.ParquetFile(path).read()
    return compare_rows(table, want, data.to_pylist(), {field.name: field.type for field in data.schema})


def compare_folder(tables: dict[str, list[Row]], folder: Path) -> list[str]:
    """The binding tables, and the areas' where they are computed, against the Parquet files of a folder; a missing file is a difference too."""
    further = [table for table in KINDS if table not in TABLES and table in tables]
    out = [line for table in (*TABLES, *further) for line in compare_file(table, tables[table], folder)]
    for table, compare, wanted in (
        ("rpt_quarantine", compare_quarantine, "quarantine"),
        ("rpt_data_quality", compare_counts, "counts"),
    ):
        path = folder / f"{table}.parquet"
        if not path.exists():
            out.append(f"{table}: {path} is missing")
            continue
        rows = pq.ParquetFile(path).read().to_pylist()
        if table == "rpt_data_quality":
            latest = max((str(row["run_at"]) for row in rows), default=None)
            rows = [row for row in rows if str(row["run_at"]) == latest]
        out += compare(tables[wanted], rows)
    return out


def _spell(key: tuple[Any, ...]) -> str:
    return " | ".join(map(str, key))
