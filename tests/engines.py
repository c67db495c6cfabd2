"""Tables that two engines built, held against each other."""

from __future__ import annotations

import duckdb

from scoreboard.warehouse.quoting import fill, identifier, identifiers
from scoreboard.warehouse.tables import TABLES

# of a figure's size, at least of one: money in the millions has fewer digits behind the point than a score
TOLERANCE = 1e-9


def differences(both: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    """Rows of a table in the database `one` that `other` does not have or has otherwise, whatever their order."""
    described = both.execute(fill("describe {table}", table=identifier("one", schema, table))).fetchall()
    kinds = {name: kind for name, kind, *_ in described}
    assert kinds == {
        name: kind
        for name, kind, *_ in both.execute(
            fill("describe {table}", table=identifier("other", schema, table))
        ).fetchall()
    }
    figures = [name for name, kind in kinds.items() if kind == "DOUBLE"]
    # by the grain, else by everything that is exact
    key = [name for name in TABLES[table].grain if name in kinds] if table in TABLES else []
    exact = [name for name in kinds if name not in figures]
    order = identifiers(key or exact)
    numbered = "select *, row_number() over (order by {order}, {exact}) as place from {table}"
    one, other = (
        fill(numbered, order=order, exact=identifiers(exact), table=identifier(name, schema, table))
        for name in ("one", "other")
    )
    same = " and ".join(
        [f'one."{name}" is not distinct from other."{name}"' for name in exact]
        + [
            f'(one."{name}" is null and other."{name}" is null'
            f' or abs(one."{name}" - other."{name}") <= {TOLERANCE} * greatest(1, abs(one."{name}")))'
            for name in figures
        ]
    )
    row = both.execute(
        f"select count(*) from ({one}) as one full join ({other}) as other using (place) where not coalesce({same}, false)"
    ).fetchone()
    return int(row[0]) if row else -1
