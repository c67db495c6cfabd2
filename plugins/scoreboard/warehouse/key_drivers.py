"""Key drivers of every quarter and scope: cases in, relative weights out (docs/figures.md, section 7).

Called by the dbt model int_key_driver_weights; no SQL and no dbt here, so that another warehouse can be served by the same function.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from scoreboard.statistics.relative_weights import NotEstimable, bootstrap_interval, relative_weights
from scoreboard.warehouse.quoting import fill, literal

if TYPE_CHECKING:
    import duckdb

# as macros/drivers.sql names them
DRIVERS = ("knowledge", "professionalism", "quality_of_solution", "timeliness", "effort")
RESAMPLES = 500
# the last bits differ between processors; beyond these places nothing is published
DECIMALS = 12

SCHEMA = pa.schema(
    [
        ("quarter_start_date", pa.date32()),
        ("scope_type", pa.string()),
        ("scope_id", pa.string()),
        ("driver", pa.string()),
        ("relative_weight", pa.float64()),
        ("weight_low", pa.float64()),
        ("weight_high", pa.float64()),
        ("rescaled_weight", pa.float64()),
        ("mean_score", pa.float64()),
        ("response_count", pa.int64()),
        ("driver_count", pa.int64()),
        ("r2", pa.float64()),
    ]
)


def weights_by_quarter(cases: duckdb.DuckDBPyRelation) -> pa.Table:
    """Weights of every scope in `cases` (int_key_driver_cases_complete), one quarter in memory at a time; columns of SCHEMA."""
    quarters = sorted(row[0] for row in cases.project("quarter_start_date").distinct().fetchall())
    rows = [
        row
        for quarter in quarters
        for row in weights_of_cases(
            cases.filter(fill("quarter_start_date = {day}", day=literal(quarter.isoformat()))).df()
        )
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def weights_of_cases(cases: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """A row of SCHEMA per scope and driver; nothing for a scope whose cases are too few, do not vary or are collinear.

    `cases`: quarter_start_date, scope_type, scope_id, response_id, overall_score and one column per driver, empty where it takes
    no part in the scope. The order of rows does not matter: cases are put in the order of response_id.
    """
    grain = ["quarter_start_date", "scope_type", "scope_id"]
    ordered = cases.sort_values([*grain, "response_id"])
    for _, scope in ordered.groupby(grain):
        first = scope.iloc[0]
        key = (first["quarter_start_date"].date(), str(first["scope_type"]), str(first["scope_id"]))
        names = [driver for driver in DRIVERS if scope[driver].notna().all()]
        yield from (dict(zip(grain, key, strict=True)) | row for row in _weights_of_scope(scope, names, seed_of(*key)))


def seed_of(quarter_start_date: date, scope_type: str, scope_id: str) -> int:
    """Seed of a scope's resamples: the first eight bytes of SHA-256 over `scope_type|scope_id|quarter`, the same on every machine."""
    text = f"{scope_type}|{scope_id}|{quarter_start_date.isoformat()}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _weights_of_scope(scope: pd.DataFrame, names: list[str], seed: int) -> Iterator[dict[str, Any]]:
    outcome = scope["overall_score"].to_numpy(np.float64)
    drivers = scope[names].to_numpy(np.float64)
    try:
        weights = relative_weights(outcome, drivers)
    except NotEstimable:
        return
    low, high = bootstrap_interval(outcome, drivers, resamples=RESAMPLES, seed=seed)
    for place, name in enumerate(names):
        yield {
            "driver": name,
            "relative_weight": _rounded(weights.raw[place]),
            "weight_low": _rounded(low[place]),
            "weight_high": _rounded(high[place]),
            "rescaled_weight": _rounded(weights.rescaled[place]),
            "mean_score": _rounded(math.fsum(drivers[:, place]) / len(drivers)),
            "response_count": len(scope),
            "driver_count": len(names),
            "r2": _rounded(weights.r2),
        }


def _rounded(figure: float) -> float | None:
    """Null where there is no figure; never -0."""
    return None if math.isnan(figure) else round(float(figure), DECIMALS) + 0.0
