"""Rows between DuckDB and PostgreSQL by COPY, in batches: memory holds one of them, however long the table."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from pyarrow import csv

from scoreboard.postgres.types import Column, columns_of
from scoreboard.warehouse.quoting import Quoted, fill, identifier, identifiers, literal

Session = psycopg.Connection[Any]

BATCH_ROWS = 20_000
# bytes of a row that comes back; what is read at once is two of them
LONGEST_ROW = 100_000_000
# null is bare, everything else in quotes: '' stays '' and never becomes null
_QUOTED = csv.WriteOptions(include_header=False, quoting_style="all_valid")


def run(session: Session, statement: str) -> psycopg.Cursor[Any]:
    """Execute a statement made of quoted parts: psycopg takes text only where it is a literal of the code."""
    return session.execute(statement.encode())


def create_like(
    connection: duckdb.DuckDBPyConnection, relation: Quoted, session: Session, table: Quoted
) -> list[Column]:
    """An empty table in PostgreSQL with the columns of a relation in DuckDB; gives them."""
    columns = columns_of(connection, relation)
    spelled = ", ".join(fill("{name} {kind}", name=identifier(one.name), kind=Quoted(one.kind)) for one in columns)
    run(session, fill("create table {table} ({columns})", table=table, columns=Quoted(spelled)))
    return columns


def copy_rows(
    connection: duckdb.DuckDBPyConnection,
    relation: Quoted,
    session: Session,
    table: Quoted,
    columns: list[Column],
    *,
    frozen: bool = False,
) -> int:
    """Every row of a relation in DuckDB into a table in PostgreSQL; returns how many.

    `frozen`: whoever may see the table sees the rows, also by a snapshot taken before; the table must be of this transaction.
    """
    selected = Quoted(
        ", ".join(fill("{value} as {name}", value=one.spelling, name=identifier(one.name)) for one in columns)
    )
    cursor = connection.cursor()
    cursor.execute("set timezone = 'UTC'")
    reader = cursor.sql(fill("select {columns} from {relation}", columns=selected, relation=relation)).to_arrow_reader(
        BATCH_ROWS
    )
    statement = fill(
        "copy {table} ({columns}) from stdin (format csv{freeze})",
        table=table,
        columns=identifiers(one.name for one in columns),
        freeze=Quoted(", freeze" if frozen else ""),
    )
    rows = 0
    with session.cursor() as writer, writer.copy(statement.encode()) as copy:
        for batch in reader:
            text = io.BytesIO()
            csv.write_csv(batch, text, _QUOTED)
            copy.write(text.getvalue())
            rows += batch.num_rows
    return rows


def fetch_rows(
    session: Session, relation: Quoted, connection: duckdb.DuckDBPyConnection, table: Quoted, kinds: dict[str, str]
) -> int:
    """Every row of a relation in PostgreSQL into a new table in DuckDB with the columns and types of `kinds`; returns how many."""
    columns = Quoted(
        ", ".join(fill("{name} {kind}", name=identifier(name), kind=Quoted(kind)) for name, kind in kinds.items())
    )
    connection.execute(fill("create table {table} ({columns})", table=table, columns=columns))
    statement = fill(
        "copy (select {columns} from {relation}) to stdout (format csv, force_quote *)",
        columns=identifiers(kinds),
        relation=relation,
    )
    with tempfile.TemporaryDirectory(prefix="scoreboard-") as folder:
        path = Path(folder) / "rows.csv"
        with path.open("wb") as file, session.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for block in copy:
                file.write(block)
        types = Quoted(
            ", ".join(fill("{name}: {kind}", name=literal(name), kind=literal(kind)) for name, kind in kinds.items())
        )
        # not in parallel: a second reader could not know whether a line of a text is a row
        read = fill(
            "insert into {table} select * from read_csv({path}, header = false, delim = ',', quote = '\"', escape = '\"',"
            " nullstr = '', allow_quoted_nulls = false, auto_detect = false, new_line = '\\n', max_line_size = {longest},"
            " buffer_size = {buffer}, parallel = false, columns = {{{types}}})",
            table=table,
            path=literal(path),
            types=types,
            longest=literal(LONGEST_ROW),
            buffer=literal(2 * LONGEST_ROW),
        )
        counted = connection.execute(read).fetchone()
    return int(counted[0]) if counted else 0
