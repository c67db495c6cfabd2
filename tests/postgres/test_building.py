"""SCOREBOARD_TARGET=postgres computes what DuckDB computes.

The first test is the expensive one of this folder (about a minute): it builds the sample company in PostgreSQL, without dbt's tests,
and compares every published table with the one that DuckDB built.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.postgres.building import PREFIX, PostgresBuild
from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresError
from scoreboard.settings import Settings
from scoreboard.warehouse.dbt import BAD, dbt_vars, invoke
from scoreboard.warehouse.seeds import lay_out_seeds
from scoreboard.warehouse.tables import SCHEMA, SCHEMA_NOW
from tests.engines import differences
from tests.marts_fixture import settings_for


@pytest.fixture
def target(server: Any, database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that dislikes UTC, behind the Airflow Connection of the target."""
    with server.connect(database) as administration:
        administration.execute(f"alter database {database} set timezone to 'Asia/Kolkata'")
        administration.execute(f"alter database {database} set datestyle to 'German'")
    address = f"postgres://loader_of_bi:correct%20horse@127.0.0.1:{server.port}/{database}"
    monkeypatch.setenv("AIRFLOW_CONN_SCOREBOARD_TARGET", address)
    return database


def test_the_sample_company_has_the_same_figures_in_postgresql(
    published_sample: Settings, tmp_path: Path, target: str, connect: Callable[..., Session]
) -> None:
    settings = replace(published_sample, target="postgres")
    expected = published_sample.build / "warehouse.duckdb"
    landed = tmp_path / "warehouse.duckdb"
    shutil.copy(expected, landed)
    with duckdb.connect(str(landed)) as file:
        for schema in (SCHEMA, SCHEMA_NOW, "intermediate", "staging", "rules"):
            file.execute(f"drop schema {schema} cascade")
    lay_out_seeds(settings, tmp_path / "seeds")

    with PostgresBuild(settings, landed) as build:
        build.load()
        results = build.told_why(
            invoke(
                ["build", "--exclude-resource-type", "unit_test", "test", "--exclude", "tag:mapping"],
                variables=dbt_vars(settings) | build.variables,
                database=landed,
                seeds=tmp_path / "seeds",
                target=tmp_path / "target",
                logs=tmp_path / "logs",
                engine="postgres",
                connection=build.environment,
                callback=build.python_models,
            )
        )
        assert [(result.name, result.message) for result in results if result.status in BAD] == []
        build.fetch()

    with duckdb.connect() as both:
        both.execute("set timezone = 'UTC'")
        both.execute(f"attach '{expected}' as one (read_only)")
        both.execute(f"attach '{landed}' as other (read_only)")
        tables = [
            (schema, table)
            for schema, table in both.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'one' and schema_name in (?, ?)",
                [SCHEMA, SCHEMA_NOW],
            ).fetchall()
        ]
        assert len(tables) > 60
        assert {place: differences(both, *place) for place in tables} == dict.fromkeys(tables, 0)
        comments = "select count(*) from duckdb_columns() where database_name = ? and schema_name = 'marts' and comment is not null"
        assert both.execute(comments, ["other"]).fetchone() == both.execute(comments, ["one"]).fetchone()
        assert (
            both.execute("select * from other.intermediate.int_periods order by all").fetchall()
            == both.execute("select * from one.intermediate.int_periods order by all").fetchall()
        )


def landed_file(folder: Path) -> Path:
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as file:
        file.execute("create schema landed")
        file.execute(
            "create table landed.run as select 'r1' as run_id, timestamptz '2026-02-01 08:00:00.000001+00' as run_at"
        )
        file.execute(
            "create view landed.accounts as select 'A' || range as account_id, null::date as day from range(3)"
        )
    return path


def test_what_landed_goes_there_and_the_marts_come_back(
    tmp_path: Path, target: str, connect: Callable[..., Session]
) -> None:
    path, owner = landed_file(tmp_path), connect()
    owner.execute(f"create schema {PREFIX}marts")
    owner.execute(f"create table {PREFIX}marts.leftover ()")
    with PostgresBuild(settings_for(tmp_path, target="postgres"), path) as build:
        assert build.load() == 4
        assert owner.execute(f"select to_regclass('{PREFIX}marts.leftover')").fetchone() == (None,)
        landed_at = owner.execute(
            "select run_at = timestamptz '2026-02-01 08:00:00.000001+00' from build_landed.run"
        ).fetchone()
        assert landed_at == (True,)
        owner.execute("create schema build_marts")
        owner.execute("create schema build_intermediate")
        owner.execute(
            "create table build_intermediate.int_periods (quarter_start_date date, award_year integer, is_closed boolean)"
        )
        owner.execute(
            'create table build_marts.odd (key text, "Share %" build.double, moment timestamptz, day date, flag boolean, money numeric(38, 16))'
        )
        owner.execute("comment on table build_marts.odd is 'It''s odd.'")
        owner.execute("comment on column build_marts.odd.key is 'The key.'")
        owner.execute(
            "insert into build_marts.odd values ('', 0.1, '2026-03-28 23:30:00.123456+00', '2026-02-28', true, 1.5),"
            " (null, 'NaN', null, null, null, null), (E'a,\"b\"\\nc', '-Infinity', 'infinity', null, false, -0.0000000000000001)"
        )
        assert build.fetch() == 3
    with duckdb.connect(str(path), read_only=True) as file:
        file.execute("set timezone = 'UTC'")
        rows = file.execute(
            'select key, "Share %", cast(moment as varchar), day, flag, cast(money as varchar) from marts.odd'
        ).fetchall()
        assert rows[0] == ("", 0.1, "2026-03-28 23:30:00.123456+00", rows[0][3], True, "1.5000000000000000")
        assert (
            str(rows[0][3]) == "2026-02-28"
            and rows[1][0] is None
            and rows[1][1] != rows[1][1]
            and rows[1][2:] == (None,) * 4
        )
        assert rows[2] == ('a,"b"\nc', float("-inf"), "infinity", None, False, "-0.0000000000000001")
        assert file.execute("select comment from duckdb_tables() where table_name = 'odd'").fetchone() == ("It's odd.",)
        assert file.execute("select comment from duckdb_columns() where column_name = 'key'").fetchone() == (
            "The key.",
        )


def test_one_build_at_a_time(tmp_path: Path, target: str) -> None:
    settings, path = settings_for(tmp_path, target="postgres"), landed_file(tmp_path)
    with (
        PostgresBuild(settings, path),
        pytest.raises(PostgresError, match="another build is at work"),
        PostgresBuild(settings, path),
    ):
        pass


def test_a_database_that_does_not_fold_every_letter_is_refused(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.connect() as administration:
        administration.execute("drop database if exists unfit")
        administration.execute(
            "create database unfit owner loader_of_bi template template0 lc_collate 'C' lc_ctype 'C'"
        )
    monkeypatch.setenv(
        "AIRFLOW_CONN_SCOREBOARD_TARGET", f"postgres://loader_of_bi:correct%20horse@127.0.0.1:{server.port}/unfit"
    )
    with (
        pytest.raises(PostgresError, match=r"unfit .*nothing was built.*lc_collate 'C'"),
        PostgresBuild(settings_for(tmp_path, target="postgres"), landed_file(tmp_path)),
    ):
        pass
