"""The audit's part about closed periods: a build must show what was published of them, to the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from scoreboard.settings import Settings
from scoreboard.warehouse import ledger
from scoreboard.warehouse.official import standings
from scoreboard.warehouse.quoting import fill, identifier, identifiers, literal
from scoreboard.warehouse.tables import OFFICIAL, SCHEMA, SCHEMA_NOW


def judge_closed(build: duckdb.DuckDBPyConnection, problems: list[str]) -> int:
    """Every official table has its twin in marts_now, and its closed periods hold exactly the rows that are official.

    Returns the number of closed periods, table by table, that were compared.
    """
    found = _columns(build)
    if ("landed", "closed_periods") not in found:
        problems.append("the build does not say which periods were published closed (landed.closed_periods is missing)")
        return 0
    for table in OFFICIAL:
        official, now = found.get((SCHEMA, table)), found.get((SCHEMA_NOW, table))
        if official and official != now:
            problems.append(f"table {table} has no equal in {SCHEMA_NOW}, so it cannot be read as known now")
    held = build.execute(
        "select table_name, count(*) from landed.closed_periods group by table_name order by 1"
    ).fetchall()
    compared = 0
    for table, periods in held:
        if table in OFFICIAL and (SCHEMA, table) in found:
            compared += periods
            moved = _moved_rows(build, table, found)
            if moved:
                problems.append(
                    f"{table}: {moved} rows of closed periods are not those that were published or restated"
                )
    return compared


def closed_before(settings: Settings, before: Mapping[str, Any]) -> int:
    """How many closed periods, table by table, were published under other settings: this run would cut them anew."""
    return len(standings(ledger.events(settings), before, settings.as_of))


def _columns(build: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[str]]:
    """(schema, table or view) -> its columns in order."""
    found: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in build.execute(
        "select schema_name, table_name, column_name from duckdb_columns() where database_name = 'build' order by column_index"
    ).fetchall():
        found.setdefault((schema, table), []).append(column)
    return found


def _moved_rows(build: duckdb.DuckDBPyConnection, table: str, found: Mapping[tuple[str, str], list[str]]) -> int:
    frozen = found["landed", f"official__{table}"]
    statement = fill(
        "with closed as (select {columns} from {mart} where {period} in"
        " (select {period} from landed.closed_periods where table_name = {name})),"
        " frozen as (select {columns} from {official})"
        " select count(*) from ((from closed except all from frozen) union all (from frozen except all from closed))",
        columns=identifiers(column for column in found[SCHEMA, table] if column in frozen),
        mart=identifier(SCHEMA, table),
        official=identifier("landed", f"official__{table}"),
        period=identifier(OFFICIAL[table]),
        name=literal(table),
    )
    row = build.execute(statement).fetchone()
    return int(row[0]) if row else 0
