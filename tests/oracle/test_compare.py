"""The comparison notices every kind of difference."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.oracle.company import compute
from tests.oracle.compare import KINDS, compare_counts, compare_folder, compare_quarantine, compare_rows
from tests.oracle.writing import accounts, drop, published, revenue


def test_compare_notices_every_kind_of_difference(tmp_path: Path) -> None:
    drop(
        tmp_path,
        accounts=accounts("A", "B"),
        revenue=revenue(("A", "2025-10-01", "5"), ("B", "2025-10-01", "0.1"), ("GONE", "2025-10-01", "1")),
    )
    tables = compute(tmp_path, date(2025, 12, 31))
    assert compare_folder(tables, published(tables, tmp_path)) == []
    table, rows = "fct_account_tiers", tables["fct_account_tiers"]
    changes: tuple[dict[str, Any], ...] = (
        {"revenue_t4q": 5.00001},
        {"revenue_t4q": float("nan")},
        {"previous_tier": "none"},
        {"is_unprofitable": None},
        {"revenue_share": None},
        {"account_tier": "Key"},
    )
    for change in changes:
        (difference,) = compare_rows(table, rows, [rows[0] | change, *rows[1:]])
        assert next(iter(change)) in difference
    assert compare_rows(table, rows, [rows[0] | {"revenue_t4q": 5 + 1e-10}, *rows[1:]]) == []
    assert "missing" in compare_rows(table, rows, rows[1:])[0]
    assert "extra" in compare_rows(table, rows[1:], rows)[0]
    assert "doubled" in compare_rows(table, rows, [*rows, rows[0]])[0]
    assert "Parquet type" in compare_rows(table, rows, rows, {column: pa.string() for column in KINDS[table]})[0]
    assert compare_quarantine(tables["quarantine"], []) == ["quarantine: missing 1x revenue | V2 | orphan_key"]
    assert compare_counts(
        tables["counts"], [row | {"valid": row["valid"] + (row["entity"] == "revenue")} for row in tables["counts"]]
    ) == ["counts: revenue.valid: computed 2, published 3"]
