"""`make check-connections` looks at the two PostgreSQL connections as well: what it finds there, or the sentence that matters."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scoreboard.orchestration.check_connections import Checker
from scoreboard.orchestration.findings_view import show
from scoreboard.postgres import connect as connecting
from scoreboard.postgres.publish import publish_to_postgres
from scoreboard.settings import Settings
from tests.marts_fixture import settings_for
from tests.postgres.test_publish import publish_marked

ADDRESS = "postgres://loader_of_bi:correct%20horse@127.0.0.1:{}/{}"


@pytest.fixture
def settings(tmp_path: Path, server: Any, database: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("BI_POSTGRES", "SCOREBOARD_TARGET"):
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}", ADDRESS.format(server.port, database))
    monkeypatch.setattr(connecting, "_STEP", 0.0)
    return settings_for(tmp_path, publish_to_postgres="bi_postgres", target="postgres", postgres_readers=("bi",))


def checked(settings: Settings) -> tuple[bool, str]:
    text = io.StringIO()
    is_ok = show(Checker(settings).check(), Console(file=text, width=400, highlight=False, soft_wrap=True))
    return is_ok, text.getvalue()


def test_it_says_what_it_found_of_both(settings: Settings, server: Any, database: str) -> None:
    with server.connect() as administration:
        version = administration.info.parameter_status("server_version")

    is_ok, text = checked(settings)

    assert is_ok, text
    for words in (
        "postgres@bi_postgres for what is published",
        "postgres@scoreboard_target for the build",
        f"PostgreSQL {version} at 127.0.0.1:{server.port}, database {database}, as loader_of_bi",
        "it may create schemas",
        "✓ readers  bi (masked)",
        "✓ shown    nothing yet; `make publish-postgres` shows what is published",
        "✓ text     is ordered by its bytes, every letter folds",
        "Everything that is configured can be used.",
    ):
        assert words in text, text
    publish_marked(settings, "one")
    publish_to_postgres(settings)
    assert "✓ shown    v000001-run-one" in checked(settings)[1]


def test_it_looks_at_what_is_configured_and_no_further(settings: Settings) -> None:
    is_ok, text = checked(replace(settings, publish_to_postgres="", target="duckdb"))
    assert is_ok and "postgres@" not in text
    assert "for the build" not in checked(replace(settings, target="duckdb"))[1]


def test_what_is_missing_is_said_with_what_to_do(
    settings: Settings, server: Any, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.connect(database) as administration:
        administration.execute("create schema marts")
        administration.execute("create schema build_marts")
    monkeypatch.setenv("AIRFLOW_CONN_BI_POSTGRES", ADDRESS.format(server.port, database).replace("loader_of_bi", "bi"))
    asked = replace(settings, postgres_readers=("bi", "nobody_there"), postgres_personal_readers=("care",))

    is_ok, text = checked(asked)

    assert not is_ok
    for words in (
        f'✗ schemas  it may not create any: grant create on database "{database}" to "bi"',
        '✗ schemas  marts belongs to loader: alter schema "marts" owner to "bi"',
        '✗ schemas  build_marts belongs to loader: alter schema "build_marts" owner to "loader_of_bi"',
        "✗ readers  PostgreSQL has no role nobody_there",
    ):
        assert words in text, text
    assert "stays" not in text  # nothing was to be changed
    assert "correct horse" not in text


def test_a_role_that_sees_everything_is_no_reader_of_masked_views(settings: Settings) -> None:
    is_ok, text = checked(replace(settings, postgres_readers=("loader", "bi")))
    assert not is_ok
    assert "✗ readers  the role loader" in text and "it would see personal data" in text


def test_a_database_that_orders_otherwise_and_one_that_only_reads(
    settings: Settings, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.connect() as administration:
        administration.execute("drop database if exists unfit_2")
        administration.execute(
            "create database unfit_2 owner loader_of_bi template template0 lc_collate 'C' lc_ctype 'C'"
        )
        administration.execute("alter database unfit_2 set default_transaction_read_only to on")
    monkeypatch.setenv("AIRFLOW_CONN_SCOREBOARD_TARGET", ADDRESS.format(server.port, "unfit_2"))

    is_ok, text = checked(replace(settings, publish_to_postgres=""))

    assert not is_ok
    assert "✗ text     the database unfit_2 of 'scoreboard_target' does not order text by its bytes" in text
    assert "✗ server   it only reads" in text


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgres://loader_of_bi:wrong%20horse@127.0.0.1:{}/postgres", "PostgreSQL refuses it"),
        (
            "postgres://loader_of_bi:wrong%20horse@127.0.0.1:9/postgres",
            "failed: Connection refused. Nothing was changed, there or here; run again later",
        ),
        ("postgres://127.0.0.1:{}/", "lacks login, password, schema"),
    ],
)
def test_a_connection_that_does_not_work_is_a_finding(
    settings: Settings, server: Any, monkeypatch: pytest.MonkeyPatch, address: str, says: str
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_BI_POSTGRES", address.format(server.port))
    is_ok, text = checked(settings)
    assert not is_ok
    assert "✗ connection  the connection 'bi_postgres'" in text and says in text
    assert "wrong horse" not in text
    assert "✓ text" in text  # the other one is looked at all the same
