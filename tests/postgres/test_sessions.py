"""Servers as administrators set them up, and as they break: what a session asks for, what it says when it cannot go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scoreboard.postgres import connect as connecting
from scoreboard.postgres import version_schema
from scoreboard.postgres.building import PostgresBuild
from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresBusy, PostgresError
from scoreboard.postgres.publish import publish_to_postgres
from scoreboard.settings import Settings
from scoreboard.warehouse import build as build_module
from scoreboard.warehouse.dbt import DbtFailed, NodeResult
from scoreboard.warehouse.publish import publish
from tests.marts_fixture import settings_for, write_small_build
from tests.postgres.test_building import landed_file
from tests.postgres.test_publish import change_build, publish_marked, schemas, seen
from tests.sources.loaders.postgres_server import Server

Connect = Callable[..., Session]


@pytest.fixture
def settings(tmp_path: Path, server: Any, database: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    address = f"postgres://loader_of_bi:correct%20horse@127.0.0.1:{server.port}/{database}"
    monkeypatch.setenv("AIRFLOW_CONN_BI_POSTGRES", address)
    monkeypatch.setenv("AIRFLOW_CONN_SCOREBOARD_TARGET", address)
    monkeypatch.setattr(connecting, "_STEP", 0.0)
    return settings_for(tmp_path, publish_to_postgres="bi_postgres", target="postgres")


@pytest.fixture
def as_role(server: Any, database: str) -> Iterator[Callable[[str], None]]:
    """Sets something for the role of the tests in this database, as its administrator might have."""

    def set_for_role(setting: str) -> None:
        with server.connect() as administration:
            administration.execute(f"alter role loader_of_bi in database {database} set {setting}")

    yield set_for_role
    with server.connect() as administration:
        administration.execute(f"alter role loader_of_bi in database {database} reset all")


def end_sessions(server: Server, database: str) -> None:
    """What a server that goes away does to our sessions."""
    with server.connect() as administration:
        administration.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            f" where datname = '{database}' and application_name = 'scoreboard'"
        )


@pytest.mark.parametrize(
    "setting",
    [
        "statement_timeout to '1ms'",
        "idle_in_transaction_session_timeout to '1ms'",
        "standard_conforming_strings to off",
        "default_transaction_isolation to serializable",
    ],
)
def test_limits_of_the_role_do_not_cut_a_long_job_short(
    settings: Settings, as_role: Callable[[str], None], server: Any, database: str, setting: str
) -> None:
    as_role(setting)
    about = "ends in a \\"
    write_small_build(settings, "one")
    change_build(settings, f"comment on table marts.dim_accounts is '{about}'")
    publish(settings, "r1")

    publish_to_postgres(settings)

    shown = server.connect(database).execute("select obj_description('marts.dim_accounts'::regclass)").fetchone()
    assert shown == (about,)


def test_dbts_own_sessions_have_the_same_settings(
    settings: Settings, as_role: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg2  # what dbt speaks with

    for setting in ("statement_timeout to '1ms'", "transaction_timeout to '1h'", "datestyle to German"):
        as_role(setting)
    with PostgresBuild(settings, landed_file(tmp_path)) as build:
        for name, value in build.environment.items():
            monkeypatch.setenv(name, value)
    session = psycopg2.connect(
        host="127.0.0.1",
        port=build.environment["SCOREBOARD_DBT_PG_PORT"],
        user=build.environment["SCOREBOARD_DBT_PG_USER"],
        password=build.environment["DBT_ENV_SECRET_SCOREBOARD_PG_PASSWORD"],
        dbname=build.environment["SCOREBOARD_DBT_PG_DATABASE"],
    )
    with session, session.cursor() as cursor:
        found = []
        for name in ("statement_timeout", "transaction_timeout", "datestyle", "timezone", "search_path"):
            cursor.execute(f"show {name}")
            found.append(cursor.fetchone()[0])
    session.close()
    assert found == ["0", "0", "ISO, MDY", "UTC", "build,pg_catalog"]


def test_certificates_of_the_connection_are_dbts_too(
    settings: Settings, server: Any, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "AIRFLOW_CONN_SCOREBOARD_TARGET",
        f"postgres://loader_of_bi:correct%20horse@127.0.0.1:{server.port}/{database}?sslmode=prefer&sslrootcert=/ca.pem&sslcert=/me.pem&sslkey=/me.key",
    )
    told = PostgresBuild(settings, tmp_path / "file").environment
    assert (told["PGSSLROOTCERT"], told["PGSSLCERT"], told["PGSSLKEY"]) == ("/ca.pem", "/me.pem", "/me.key")


def test_a_server_that_only_reads_is_told_in_a_sentence(settings: Settings, as_role: Callable[[str], None]) -> None:
    as_role("default_transaction_read_only to on")  # as a replica answers
    publish_marked(settings, "one")

    with pytest.raises(PostgresError, match=r"'bi_postgres'.*read-only transaction.*What readers see there stays"):
        publish_to_postgres(settings)
    with (
        pytest.raises(PostgresError, match=r"'scoreboard_target'.*read-only transaction.*What is published stays"),
        PostgresBuild(settings, landed_file(settings.home)) as build,
    ):
        build.load()


@pytest.mark.parametrize("refusal", ["alter role loader_of_bi nologin", "alter database {} allow_connections false"])
def test_a_no_that_waiting_does_not_change_is_asked_once(
    settings: Settings, server: Any, database: str, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_marked(settings, "one")
    monkeypatch.setattr(connecting, "_STEP", 60.0)  # which nobody waits for
    with server.connect() as administration:
        administration.execute(refusal.format(database))
        try:
            with pytest.raises(PostgresError, match="PostgreSQL refuses it") as told:
                publish_to_postgres(settings)
        finally:
            administration.execute("alter role loader_of_bi login")
            administration.execute(f"alter database {database} allow_connections true")
    assert not isinstance(told.value, PostgresBusy)


def test_a_connection_lost_in_the_middle_of_a_copy_leaves_what_was_shown(
    settings: Settings, server: Any, database: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_marked(settings, "one")
    publish_to_postgres(settings)
    publish_marked(settings, "two")
    owner, before = connect(), version_schema._copy
    shown = schemas(owner)

    def cut_off(*arguments: Any) -> None:
        before(*arguments)
        end_sessions(server, database)

    with monkeypatch.context() as during:
        during.setattr(version_schema, "_copy", cut_off)
        with pytest.raises(
            PostgresBusy, match=r"broke off: .*terminating connection.*What readers see there stays; run again"
        ):
            publish_to_postgres(settings)
    assert seen(owner) == {"one"}
    assert schemas(owner) == shown

    publish_to_postgres(settings)
    assert seen(owner) == {"two"}


def test_a_connection_lost_after_dbt_worked_is_told_in_a_sentence(
    settings: Settings, server: Any, database: str
) -> None:
    with (
        pytest.raises(PostgresBusy, match=r"broke off: .*What is published stays"),
        PostgresBuild(settings, landed_file(settings.home)) as build,
    ):
        build.load()
        end_sessions(server, database)
        build.fetch()


@pytest.mark.parametrize("dbt_ends", ["cannot begin", "with errors"])
def test_a_server_that_goes_away_under_dbt_is_one_sentence(
    settings: Settings, server: Any, database: str, monkeypatch: pytest.MonkeyPatch, dbt_ends: str
) -> None:
    def invoke(*_: Any, **__: Any) -> list[NodeResult]:
        end_sessions(server, database)
        if dbt_ends == "cannot begin":
            raise DbtFailed("dbt build could not run: connection refused")
        return [NodeResult("dim_accounts", "model", "error", None, "server closed the connection", 0.1, None)] * 99

    monkeypatch.setattr(build_module, "invoke", invoke)
    with pytest.raises(PostgresBusy, match=r"^PostgreSQL broke off: .*What is published stays; run again$"):
        build_module.ENGINES["postgres"](settings, landed_file(settings.home), settings.home, settings.home)


def test_a_name_longer_than_postgresql_has_room_for_is_refused(settings: Settings, connect: Connect) -> None:
    publish_marked(settings, "one")
    publish_to_postgres(settings)
    long = "ä" * 32  # 64 bytes
    for change in (
        f'alter table marts.dim_accounts add column "{long}" integer',
        f'create table marts."{"t" * 64}" as select 1 as one',
    ):
        write_small_build(settings, "long")
        change_build(settings, change)
        publish(settings, f"run-{len(change)}")
        with pytest.raises(PostgresError, match=r"(ä{32}|t{64}).*63 bytes.*What readers see there stays"):
            publish_to_postgres(settings)
    assert seen(connect()) == {"one"}


def test_our_own_sessions_lift_the_limits_of_younger_servers_too(
    settings: Settings, as_role: Callable[[str], None]
) -> None:
    as_role("transaction_timeout to '1h'")
    as_role("idle_session_timeout to '1h'")
    with connecting.open_session("bi_postgres") as session:
        for name in ("transaction_timeout", "idle_session_timeout"):
            assert session.execute(f"show {name}").fetchone() == ("0",)
