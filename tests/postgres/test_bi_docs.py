"""The queries of docs/bi.md work on the published sample, and say the same on both engines."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import duckdb

from scoreboard.postgres.copying import Session
from scoreboard.postgres.publish import show_live
from scoreboard.settings import Settings
from scoreboard.warehouse.versions import current, tables_of
from tests.docs.commands import blocks_of, note_run, runs


def plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(round(value, 9) if isinstance(value, float) else value for value in row) for row in rows]


@runs("bi.md", languages=("sql",))
def test_its_queries_say_the_same_in_the_file_and_in_postgresql(
    published_sample: Settings, connect: Callable[..., Session]
) -> None:
    owner = connect()
    done = show_live(replace(published_sample, postgres_readers=("bi",)), owner)
    record = current(published_sample)
    assert record and done["tables"] == sum(len(tables) for tables in tables_of(record).values())

    bi, queries = connect("bi"), blocks_of("bi.md", "sql")
    assert len(queries) == 4
    with duckdb.connect(str(published_sample.published / "warehouse.duckdb"), read_only=True) as file:
        for query in (block.body for block in queries):
            expected = file.execute(query).fetchall()
            assert expected
            found = bi.execute(query.replace("marts.", "marts_masked.").encode()).fetchall()
            assert plain(found) == plain(expected), query
        note_run(*queries)
        for schema, tables in tables_of(record).items():
            for table, about in tables.items():
                assert owner.execute(f"select count(*) from {schema}.{table}".encode()).fetchone() == (about["rows"],)
        # what it warns of is so: the mean of accounts' means is another figure than the mean
        wrong, right = (
            file.execute(
                "select avg(mean_score) from marts.fct_satisfaction_quarterly where category = 'overall'"
                " and quarter_start_date = '2026-01-01' and scope_type = ?",
                [scope],
            ).fetchone()
            for scope in ("account", "global")
        )
        assert wrong and right and not math.isclose(wrong[0], right[0], abs_tol=0.01)
