"""What docs/bi.md and docs/postgres.md tell people to type works on the published sample, and says the same on both engines."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.postgres.copying import Session
from scoreboard.postgres.publish import show_live
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse.versions import current, tables_of
from tests.docs.commands import blocks_of

_OURS = "tests/postgres/test_bi_docs.py"
BI = (PROJECT_ROOT / "docs" / "bi.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = BI) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)


def plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(round(value, 9) if isinstance(value, float) else value for value in row) for row in rows]


def test_its_queries_say_the_same_in_the_file_and_in_postgresql(
    published_sample: Settings, connect: Callable[..., Session]
) -> None:
    owner = connect()
    done = show_live(replace(published_sample, postgres_readers=("bi",)), owner)
    record = current(published_sample)
    assert record and done["tables"] == sum(len(tables) for tables in tables_of(record).values())

    bi, queries = connect("bi"), blocks("sql")
    assert len(queries) == 4
    with duckdb.connect(str(published_sample.published / "warehouse.duckdb"), read_only=True) as file:
        for query in queries:
            expected = file.execute(query).fetchall()
            assert expected
            found = bi.execute(query.replace("marts.", "marts_masked.").encode()).fetchall()
            assert plain(found) == plain(expected), query
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


@pytest.mark.parametrize(
    "command",
    [
        line
        for block in blocks_of(PROJECT_ROOT / "docs" / "bi.md")
        if _OURS in block.note
        for line in block.body.splitlines()
    ],
)
def test_its_commands_run(published_sample: Settings, tmp_path: Path, command: str) -> None:
    code = re.fullmatch(r'python -c "(.*)"', command)
    assert code
    here = code[1].replace("var/demo/published", str(published_sample.published))
    done = subprocess.run([sys.executable, "-c", here], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = tmp_path / "award.csv"
    assert (
        "2026-Q1" in (made.read_text(encoding="utf-8") if made.exists() else done.stdout)
        or "award_year" in made.read_text()
    )


def test_its_sql_for_administrators_is_postgresqls(server: Any) -> None:
    text = (PROJECT_ROOT / "docs" / "postgres.md").read_text(encoding="utf-8")
    with server.connect() as administration:
        for block in blocks("sql", text):
            for statement in re.sub(r"--.*", "", block).split(";"):
                if statement.strip():
                    administration.execute(
                        statement.replace("role bi ", "role bi2 ").replace("role care ", "role care2 ")
                    )
        databases = [name for (name,) in administration.execute("select datname from pg_database").fetchall()]
        assert {"insight", "scoreboard_build"} <= set(databases)
