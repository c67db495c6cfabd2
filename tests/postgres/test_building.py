"""SCOREBOARD_TARGET=postgres: what landed goes there, the marts come back. (What is built there: test_pages.py.)"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.postgres import copying
from scoreboard.postgres.building import PREFIX, PostgresBuild
from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresError
from scoreboard.warehouse.quoting import identifier
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


def test_a_database_of_postgresqls_own_locale_will_do(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.connect() as administration:
        administration.execute(
            "create database builtin owner loader_of_bi template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8'"
        )
    monkeypatch.setenv(
        "AIRFLOW_CONN_SCOREBOARD_TARGET", f"postgres://loader_of_bi:correct%20horse@127.0.0.1:{server.port}/builtin"
    )
    with PostgresBuild(settings_for(tmp_path, target="postgres"), landed_file(tmp_path)) as build:
        assert build.load() == 4


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


def test_text_of_lines_that_look_like_rows_comes_back_as_one_value(
    connect: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "LONGEST_ROW", 5_000)  # so that little is more than is read at once
    session = connect()
    session.execute(
        "create table public.notes as select 'K' || n as key, repeat(E'\\n,,', 1000) || n as note, n / 2.0::float8 as score"
        " from generate_series(1, 500) as n"
    )
    with duckdb.connect() as file:
        kinds = {"key": "VARCHAR", "note": "VARCHAR", "score": "DOUBLE"}
        rows = copying.fetch_rows(session, identifier("public", "notes"), file, identifier("notes"), kinds)
        assert rows == 500
        assert file.execute("select count(distinct note), max(length(note)), sum(score) from notes").fetchone() == (
            500,
            3003,
            62625.0,
        )
