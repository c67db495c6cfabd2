"""What dbt may see of closed periods: the ledger's rows and its story, read as of the run's day, in the build's `landed` schema.

closed_periods              one row per official table and period that has frozen rows: who published it first, what is official
closed_columns              the columns that an event knew of a table; one that came later was not published then
closed_events               names of all events at this moment, by which publish notices one that came after
official__<table>           the rows that are official, where the table has any closed period
first_published__<table>    the rows as first published
"""

from __future__ import annotations

from collections import defaultdict

import duckdb

from scoreboard.settings import Settings
from scoreboard.warehouse import ledger
from scoreboard.warehouse.official import Event, Period, Standing, period_column, standings
from scoreboard.warehouse.periods import rows_of
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal
from scoreboard.warehouse.versions import comparable_settings

Standings = dict[tuple[str, Period], Standing]


def show_closed(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Fill the tables and views above. Raises LedgerError if frozen rows are missing or not what was frozen."""
    found = standings(ledger.events(settings), comparable_settings(settings), settings.as_of)
    connection.execute("create table landed.closed_events (name varchar)")
    _insert(connection, "closed_events", [(name,) for name in ledger.names(settings)])
    tell_closed(connection, found)
    for table in sorted({table for table, _ in found}):
        of_table = {period: standing for (name, period), standing in found.items() if name == table}
        # each view has the columns of every event, also of those of which it shows no row: the two are compared column by column
        both = (event for standing in of_table.values() for event in (standing.first, standing.official))
        events = {event.sequence: event for event in both}
        for prefix, which in (("official", "official"), ("first_published", "first")):
            by_event: dict[int, tuple[Event, list[Period]]] = {number: (event, []) for number, event in events.items()}
            for period, standing in of_table.items():
                by_event[getattr(standing, which).sequence][1].append(period)
            # by name: an event of before a column was added has no figure for it
            selects = [
                fill(
                    "select * from read_parquet({path}) where {chosen}",
                    path=literal(ledger.require_whole(settings, event, table)),
                    chosen=rows_of(periods) if periods else Quoted("false"),
                )
                for event, periods in by_event.values()
            ]
            connection.execute(
                fill(
                    "create view {view} as {selects}",
                    view=identifier("landed", f"{prefix}__{table}"),
                    selects=Quoted(" union all by name ".join(selects)),
                )
            )


def tell_closed(connection: duckdb.DuckDBPyConnection, found: Standings) -> None:
    """Fill `landed.closed_periods` and `landed.closed_columns`."""
    connection.execute(
        "create or replace table landed.closed_periods (table_name varchar, quarter_start_date date, award_year bigint,"
        " first_sequence bigint, official_sequence bigint, first_published_version varchar, first_published_at timestamptz,"
        " restated_at timestamptz, reason varchar, approved_by varchar)"
    )
    connection.execute(
        "create or replace table landed.closed_columns (table_name varchar, sequence bigint, column_name varchar)"
    )
    columns: dict[tuple[str, int], Event] = {}
    rows: list[tuple[object, ...]] = []
    for (table, period), standing in sorted(found.items(), key=lambda item: (item[0][0], str(item[0][1]))):
        first, now = standing.first, standing.official
        is_quarter = period_column(period) == "quarter_start_date"
        is_restated = now.kind == "restated"
        rows.append(
            (
                table,
                period if is_quarter else None,
                None if is_quarter else period,
                first.sequence,
                now.sequence,
                first.version,
                first.at,
                now.at if is_restated else None,
                now.reason,
                now.approved_by,
            )
        )
        columns |= {(table, event.sequence): event for event in (first, now)}
    _insert(connection, "closed_periods", rows)
    _insert(
        connection,
        "closed_columns",
        [(table, sequence, column) for (table, sequence), event in columns.items() for column in event.columns[table]],
    )


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[object, ...]]) -> None:
    if rows:
        columns: dict[int, list[object]] = defaultdict(list)
        for row in rows:
            for place, value in enumerate(row):
                columns[place].append(value)
        marks = Quoted(", ".join("unnest(?)" for _ in columns))
        connection.execute(
            fill("insert into {table} select {marks}", table=identifier("landed", name), marks=marks),
            list(columns.values()),
        )
