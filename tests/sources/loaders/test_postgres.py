"""A loader's tables in PostgreSQL, against a real server."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scoreboard.sources import exact_json
from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.loaders.base import BATCH_ROWS
from scoreboard.sources.loaders.postgres import Postgres
from tests.sources.loaders import postgres_server
from tests.sources.loaders.postgres_server import PASSWORD, USER, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_server.running() as server:
        yield server


@pytest.fixture
def database(server: Server) -> Iterator[Any]:
    with server.connect() as administration:
        administration.execute("drop database if exists loaded with (force)")
        administration.execute("create database loaded")
    with server.connect("loaded") as connection:
        connection.execute("create schema zendesk")
        connection.execute("set search_path to zendesk")
        yield connection


@pytest.fixture
def credentials(server: Server) -> Credentials:
    return Credentials("warehouse", "127.0.0.1", USER, PASSWORD, schema="loaded", port=server.port)


def rows_of(credentials: Credentials, table: str, schemas: tuple[str, ...] = ("zendesk", "public")) -> list[Any]:
    with Postgres(credentials, schemas) as loader:
        return [row for batch in loader.rows(table) for row in batch]


def test_every_kind_of_value_comes_out_exact(database: Any, credentials: Credentials) -> None:
    database.execute(
        """create table ticket (id bigint, amount numeric(20, 4), rate numeric, share real, factor double precision,
        created_at timestamptz, updated timestamp, due date, is_public boolean, tags jsonb, labels text[], raw bytea,
        note text, "Odd %% Name" text, nothing text)"""
    )
    database.execute(
        """insert into ticket values (9007199254740993, 1.5000, 0.1234567890123456789012345, 0.1, 6139157572367.0,
        '2026-01-05 12:00:00.123456+02', '2026-01-05 12:00:00', '2026-01-05', true, '{"via": {"id": 1.50}}', '{a,NULL}',
        '\\x00ff', E'line\\n"two" é😀', 'x', null)"""
    )
    [row] = rows_of(credentials, "ticket")
    assert exact_json.dumps(row) == (
        '{"id":9007199254740993,"amount":1.5000,"rate":0.1234567890123456789012345,"share":0.1,"factor":6139157572367,'
        '"created_at":"2026-01-05T10:00:00.123456+00:00","updated":"2026-01-05T12:00:00+00:00","due":"2026-01-05",'
        '"is_public":true,"tags":{"via":{"id":1.50}},"labels":["a",null],"raw":"00FF","note":"line\\n\\"two\\" é😀",'
        '"Odd %% Name":"x","nothing":null}'
    )


def test_instants_without_end_and_numbers_that_are_none_do_not_stop_a_table(
    database: Any, credentials: Credentials
) -> None:
    database.execute("create table t (at timestamptz, plain timestamp, n numeric, d double precision)")
    database.execute("insert into t values ('infinity', '-infinity', 'NaN', 'Infinity')")
    [row] = rows_of(credentials, "t")
    assert row == {"at": "infinity", "plain": "-infinity", "n": "NaN", "d": "Infinity"}


def test_json_that_names_a_field_twice_stays_text_and_does_not_stop_a_table(
    database: Any, credentials: Credentials
) -> None:
    database.execute("create table t (id int, j json, b jsonb)")
    database.execute(
        """insert into t values (1, '{"a": 1, "a": 2}', '{"a": 1}'), (2, '{"a": 1.50}', null), (3, null, '[]')"""
    )
    assert exact_json.dumps(rows_of(credentials, "t")) == (
        r'[{"id":1,"j":"{\"a\": 1, \"a\": 2}","b":{"a":1}},{"id":2,"j":{"a":1.50},"b":null},{"id":3,"j":null,"b":[]}]'
    )


def test_tables_are_found_by_exact_name_then_in_lower_case(database: Any, credentials: Credentials) -> None:
    database.execute('create table "Account" as select 1 as which')
    database.execute("create table account as select 2 as which")
    database.execute("create table contact as select 3 as which")
    database.execute("create view orders as select 4 as which")
    database.execute("create table public.elsewhere as select 5 as which")
    assert rows_of(credentials, "Account") == [{"which": 1}]
    assert rows_of(credentials, "account") == [{"which": 2}]
    assert rows_of(credentials, "Contact") == [{"which": 3}]
    assert rows_of(credentials, "orders") == [{"which": 4}]
    with Postgres(credentials, ("zendesk",)) as loader:
        assert loader.tables() == ["Account", "account", "contact", "orders"]
        assert loader.missing(["Account", "Orders", "elsewhere", "task"]) == ["elsewhere", "task"]
        assert list(loader.rows("task")) == []
        assert (loader.count("contact"), loader.count("task")) == (1, 0)


def test_the_first_schema_that_has_tables_counts(database: Any, credentials: Credentials) -> None:
    database.execute("create table public.t as select 'public' as place")
    assert rows_of(credentials, "t") == [{"place": "public"}]  # zendesk is empty
    database.execute("create table zendesk.t as select 'zendesk' as place")
    assert rows_of(credentials, "t") == [{"place": "zendesk"}]
    with pytest.raises(SourceError, match=r"no tables in a schema nobody; it has public, zendesk"):
        rows_of(credentials, "t", ("nobody",))


def test_all_tables_are_read_as_of_one_moment_and_nothing_can_be_written(
    database: Any, credentials: Credentials
) -> None:
    database.execute("create table a as select 1 as id")
    database.execute("create table b as select 1 as id")
    with Postgres(credentials, ("zendesk",)) as loader:
        assert [list(loader.rows("a"))] == [[[{"id": 1}]]]
        database.execute("insert into a values (2)")
        database.execute("insert into b values (2)")
        assert list(loader.rows("b")) == [[{"id": 1}]]
        assert loader.count("a") == 1
        assert loader._session.execute("show transaction_read_only").fetchone() == ("on",)


def test_memory_does_not_grow_with_the_table(database: Any, credentials: Credentials) -> None:
    def peak(rows: int) -> int:
        database.execute(
            f"create table t{rows} as select n as id, repeat('x', 500) as note from generate_series(1, {rows}) n"
        )
        with Postgres(credentials, ("zendesk",)) as loader:
            tracemalloc.start()
            assert sum(len(batch) for batch in loader.rows(f"t{rows}")) == rows
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    assert peak(60_000) < 1.2 * peak(15_000)


def test_rows_stay_on_the_server_until_their_batch_is_asked_for(database: Any, credentials: Credentials) -> None:
    database.execute(f"create table t as select n as id from generate_series(1, {BATCH_ROWS + 1}) n")
    with Postgres(credentials, ("zendesk",)) as loader:
        batches = loader.rows("t")
        assert len(next(batches)) == BATCH_ROWS
        assert loader._session.execute("select name from pg_cursors").fetchall() == [("rows",)]
        assert [len(batch) for batch in batches] == [1]


def test_a_table_that_may_not_be_read_is_named_and_the_others_still_can(
    database: Any, credentials: Credentials
) -> None:
    database.execute("drop role if exists guest")
    database.execute("create role guest login password 'guest word'")
    database.execute("grant usage on schema zendesk to guest")
    database.execute("create table hidden as select 1 as id")
    database.execute("create table shown as select 1 as id")
    database.execute("grant select on shown to guest")
    guest = replace(credentials, login="guest", password="guest word")  # noqa: S106
    with Postgres(guest, ("zendesk",)) as loader:
        with pytest.raises(SourceError, match=r"guest may not read the table zendesk\.hidden .*needs USAGE.*SELECT"):
            list(loader.rows("hidden"))
        assert list(loader.rows("shown")) == [[{"id": 1}]]


def test_wrong_credentials_fail_at_once_without_showing_them(database: Any, credentials: Credentials) -> None:
    pauses: list[float] = []
    for wrong in (replace(credentials, password="wr0ng word"), replace(credentials, schema="nowhere")):  # noqa: S106
        with pytest.raises(SourceError, match="refuses the connection") as refusal:
            Postgres(wrong, ("zendesk",), wait=pauses.append).__enter__()
        assert not isinstance(refusal.value, SourceUnavailable)
        assert "wr0ng" not in str(refusal.value) and PASSWORD not in str(refusal.value)
    assert pauses == []


def test_a_server_that_is_not_there_is_tried_three_times(credentials: Credentials) -> None:
    pauses: list[float] = []
    nobody = replace(credentials, port=1)
    with pytest.raises(SourceUnavailable, match=r"warehouse: PostgreSQL at 127\.0\.0\.1 cannot be reached, 3 times"):
        Postgres(nobody, ("zendesk",), wait=pauses.append).__enter__()
    assert pauses == [5.0, 5.0]


def test_a_session_that_is_ended_in_mid_table_is_named(database: Any, credentials: Credentials, tmp_path: Path) -> None:
    database.execute(
        "create table ticket as select n as id, repeat('x', 1000) as note from generate_series(1, 50000) n"
    )
    with pytest.raises(SourceUnavailable, match=r"broke off while the table zendesk\.ticket was read"):  # noqa: SIM117
        with Postgres(credentials, ("zendesk",)) as loader:
            for _ in loader.rows("ticket"):
                database.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'scoreboard'"
                )
