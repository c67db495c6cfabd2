"""What is published reaches PostgreSQL whole, at once, masked where it must be, and leaves readers in peace."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresBusy, PostgresError
from scoreboard.postgres.publish import publish_to_postgres, show_live
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse.publish import publish, rollback
from scoreboard.warehouse.versions import KEPT_VERSIONS
from tests.effort import times
from tests.marts_fixture import settings_for, write_build, write_small_build

Connect = Callable[..., Session]


def publish_marked(settings: Settings, mark: str, accounts: int = 3) -> None:
    write_small_build(settings, mark, accounts)
    publish(settings, f"run-{mark}")


def seen(session: Session, table: str = "dim_accounts", schema: str = "marts") -> set[str]:
    return {mark for (mark,) in session.execute(f"select mark from {schema}.{table}").fetchall()}


def schemas(session: Session) -> list[str]:
    return [
        name
        for (name,) in session.execute("select nspname from pg_namespace where nspname like 'scoreboard%' order by 1")
    ]


def change_build(settings: Settings, statement: str) -> None:
    with duckdb.connect(str(settings.build / "warehouse.duckdb")) as build:
        build.execute(statement)


def test_the_live_version_is_shown_and_then_the_next_one_and_a_rollback_too(tmp_path: Path, connect: Connect) -> None:
    settings, session = settings_for(tmp_path), connect()
    publish_marked(settings, "one")
    first = show_live(settings, session)
    publish_marked(settings, "two")

    assert seen(session) == {"one"}
    second = show_live(settings, session)

    assert (first["before"], second["before"]) == (None, first["version"])
    assert seen(session) == seen(session, "fct_tickets") == {"two"}
    told = session.execute("select version, run_id, as_of::text from marts.published_version").fetchall()
    assert told == [(second["version"], "run-two", "2026-02-01")]
    again = show_live(settings, session)
    assert not again["copied"] and again["schema"] == second["schema"]

    rollback(settings)
    assert show_live(settings, session)["copied"] is False
    assert seen(session) == {"one"}


def test_every_value_arrives_as_it_is(tmp_path: Path, connect: Connect) -> None:
    settings, session = settings_for(tmp_path), connect()
    write_small_build(settings, "one")
    change_build(
        settings,
        """create table marts."odd ""table"";--" as select * from (values
            (1, 12345678901234567890.123456::decimal(38, 16), 0.1::double, 'NaN'::double, '-Infinity'::double, 0.1::float,
             9223372036854775807::bigint, true, date '2026-02-28', timestamptz '2026-03-29 01:30:00.123456+02',
             timestamp '2026-03-29 02:30:00', 'é😀' || chr(10) || '"a",\\N' || chr(9) || '\\.', '', ['a,"b\\', null, '', 'NULL'],
             [1, null], {'k': [1.5], 'n': null}, '{"a":1.50}'::json, '\\x00\\xFF'::blob, 170141183460469231731687303715884105727::hugeint,
             'a' || chr(0) || 'b', interval '1 month 2 days 03:04:05'),
            (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null))
            as v("order", money, "Share %", nan, inf, small, big, flag, day, moment, local, "text ""x"" y", blank, list, numbers, nested,
                 js, raw, huge, nul, span)""",
    )
    publish(settings, "r1")
    show_live(settings, session)

    one, two = session.execute('select * from marts."odd ""table"";--" order by "order"').fetchall()
    kinds = dict(
        session.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            ' where attrelid = \'marts."odd ""table"";--"\'::regclass and attnum > 0'
        ).fetchall()
    )
    assert (
        kinds["money"] == "numeric(38,16)"
        and kinds["moment"] == "timestamp with time zone"
        and kinds["list"] == "text[]"
    )
    assert str(one[1]) == "12345678901234567890.1234560000000000"
    assert one[2] == 0.1 and one[3] != one[3] and one[4] == float("-inf") and kinds["small"] == "real"
    assert (one[6], one[7], str(one[8])) == (2**63 - 1, True, "2026-02-28")
    assert one[9].isoformat() == "2026-03-28T23:30:00.123456+00:00" and one[10].isoformat() == "2026-03-29T02:30:00"
    assert one[11] == 'é😀\n"a",\\N\t\\.' and one[12] == ""
    assert one[13] == ['a,"b\\', None, "", "NULL"] and one[14] == [1, None]
    assert one[15] == {"k": [1.5], "n": None} and one[16] == {"a": 1.5}
    assert (one[17], int(one[18]), one[19]) == (b"\x00\xff", 2**127 - 1, "a\ufffdb")
    assert session.execute(
        'select span = interval \'1 month 2 days 03:04:05\' from marts."odd ""table"";--"'
    ).fetchone() == (True,)
    assert two[0] == 2 and set(two[1:]) == {None}


def test_bi_sees_no_personal_data_and_who_may_sees_all(tmp_path: Path, connect: Connect) -> None:
    settings = replace(settings_for(tmp_path), postgres_readers=("bi",), postgres_personal_readers=("care",))
    contact = {
        "contact_id": "C1",
        "account_id": "A1",
        "full_name": "Ada L.",
        "job_title": "CTO",
        "email": "a@x",
        "is_active": True,
    }
    write_build(
        settings,
        {"dim_contacts": [contact]},
        comments={"dim_contacts": "One row per contact.", "dim_contacts.full_name": "The contact''s name."},
        only=["dim_contacts", "fct_account_tiers"],
    )
    publish(settings, "r1")
    owner = connect()
    owner.execute("create schema marts")
    owner.execute("grant usage on schema marts to bi")  # of a time before it was masked
    show_live(settings, owner)

    bi, care = connect("bi"), connect("care")
    columns = "contact_id, full_name, job_title, email, is_active"
    assert bi.execute(f"select {columns} from marts_masked.dim_contacts").fetchall() == [("C1", None, None, None, True)]
    assert care.execute(f"select {columns} from marts.dim_contacts").fetchall() == [
        ("C1", "Ada L.", "CTO", "a@x", True)
    ]
    assert bi.execute("select version from marts_masked.published_version").fetchone() is not None
    assert bi.execute("select count(*) from marts_now_masked.fct_account_tiers").fetchone() == (0,)
    [schema] = schemas(owner)
    for table in ("marts.dim_contacts", "marts_now.fct_account_tiers", f"{schema}.dim_contacts"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bi.execute(f"select * from {table}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        care.execute("delete from marts.dim_contacts")

    def comment(place: str, column: int) -> Any:
        return owner.execute(
            "select coalesce(col_description(%s::regclass, %s), obj_description(%s::regclass))", (place, column, place)
        ).fetchone()

    assert comment("marts.dim_contacts", 0) == ("One row per contact.",)
    names = [
        row[0]
        for row in owner.execute(
            "select attname from pg_attribute where attrelid = 'marts.dim_contacts'::regclass and attnum > 0 order by attnum"
        )
    ]
    place = names.index("full_name") + 1
    assert comment("marts.dim_contacts", place) == ("The contact's name.",)
    assert comment("marts_masked.dim_contacts", place) == ("Masked here: personal data. The contact's name.",)


def test_a_role_that_could_look_behind_the_mask_is_refused(tmp_path: Path, connect: Connect) -> None:
    settings, owner = settings_for(tmp_path), connect()
    publish_marked(settings, "one")

    with pytest.raises(PostgresError, match=r"no role nobody_there.*create role \"nobody_there\""):
        show_live(replace(settings, postgres_readers=("nobody_there",)), owner)
    with pytest.raises(PostgresError, match=r"the role loader_of_bi .* may use the schema marts all the same"):
        show_live(replace(settings, postgres_readers=("loader_of_bi",)), owner)
    owner.execute("grant usage on schema marts to public")
    with pytest.raises(PostgresError, match="through PUBLIC"):
        show_live(replace(settings, postgres_readers=("bi",)), owner)
    assert owner.execute("select to_regclass('marts.dim_accounts')").fetchone() == (None,)


def test_readers_never_see_half_while_it_is_published_many_times(tmp_path: Path, connect: Connect) -> None:
    settings, writer = settings_for(tmp_path), connect()
    publish_marked(settings, "v0", accounts=50)
    show_live(settings, writer)
    stop, wrong, versions = threading.Event(), [], set()

    def read(reader: Session, isolation: str, tables: tuple[str, ...]) -> None:
        while not stop.is_set():
            try:
                reader.execute(f"begin isolation level {isolation}")
                reader.execute("select 1 from pg_class limit 1")  # a snapshot from before the switch
                stop.wait(0.01)
                found = [
                    (seen(reader, table), reader.execute(f"select count(*) from marts.{table}").fetchone())
                    for table in tables
                ]
                told = reader.execute("select run_id from marts.published_version").fetchall()
                reader.execute("commit")
            except psycopg.Error as error:
                wrong.append(error)
                return
            marks = {mark for marks, _ in found for mark in marks}
            if {count for _, count in found} != {(50,)} or len(marks) != 1 or told != [(f"run-{min(marks)}",)]:
                wrong.append((found, told))
            versions.update(marks)

    ways = {"read committed": ("dim_accounts", "fct_tickets"), "repeatable read": ("fct_tickets", "dim_accounts")}
    readers = [threading.Thread(target=read, args=(connect(), *way)) for way in ways.items()]
    for thread in readers:
        thread.start()
    try:
        for number in range(1, times(10) + 1):
            publish_marked(settings, f"v{number}", accounts=50)
            show_live(settings, writer)
    finally:
        stop.set()
        for thread in readers:
            thread.join()

    assert wrong == []
    assert len(versions) > 5
    assert len(schemas(writer)) <= KEPT_VERSIONS + 2  # the two that readers may still have held


def test_a_snapshot_from_before_the_switch_sees_the_new_version_whole_and_not_an_empty_one(
    tmp_path: Path, connect: Connect
) -> None:
    settings, writer, reader = settings_for(tmp_path), connect(), connect()
    publish_marked(settings, "one")
    show_live(settings, writer)
    reader.execute("begin isolation level repeatable read")
    reader.execute("select 1 from pg_class limit 1")
    publish_marked(settings, "two")
    show_live(settings, writer)

    assert seen(reader) == seen(reader, "fct_tickets") == {"two"}
    assert reader.execute("select run_id from marts.published_version").fetchall() == [("run-two",)]


def test_a_reader_that_does_not_let_go_is_named_and_keeps_what_it_reads(tmp_path: Path, connect: Connect) -> None:
    settings, writer, reader = settings_for(tmp_path), connect(), connect()
    publish_marked(settings, "one")
    show_live(settings, writer)
    publish_marked(settings, "two")
    reader.execute("set application_name = 'Weekly dashboard'")
    reader.execute("begin")
    assert seen(reader) == {"one"}

    with pytest.raises(PostgresBusy, match=r"loader_of_bi by Weekly dashboard .*idle in transaction since"):
        show_live(settings, writer, patience=0)

    assert seen(reader) == seen(reader, "fct_tickets") == {"one"}
    reader.execute("commit")
    assert show_live(settings, writer)["copied"] is False  # what was copied is not copied again
    assert seen(reader) == {"two"}


def test_old_versions_go_but_not_what_somebody_built_upon_them(tmp_path: Path, connect: Connect) -> None:
    settings, session = settings_for(tmp_path), connect()
    publish_marked(settings, "one")
    show_live(settings, session)
    [first] = schemas(session)
    session.execute(f"create view public.mine as select mark from {first}.dim_accounts")
    for number in range(KEPT_VERSIONS):
        publish_marked(settings, f"more{number}")
        done = show_live(settings, session)

    assert done["held_schemas"] == [first]
    assert session.execute("select distinct mark from public.mine").fetchall() == [("one",)]
    session.execute("drop view public.mine")
    assert show_live(settings, session)["dropped_schemas"] == [first]
    assert len(schemas(session)) == KEPT_VERSIONS


def test_a_table_may_change_its_columns(tmp_path: Path, connect: Connect) -> None:
    settings, session = replace(settings_for(tmp_path), postgres_personal_readers=("care",)), connect()
    publish_marked(settings, "one")
    show_live(settings, session)
    session.execute("create view public.mine as select account_id, mark from marts.dim_accounts")

    write_small_build(settings, "two")  # one column more at the end: what others built stays
    change_build(settings, "alter table marts.dim_accounts add column region varchar default 'EMEA'")
    publish(settings, "r2")
    assert show_live(settings, session)["views_made_anew"] == []
    assert session.execute("select distinct mark from public.mine").fetchall() == [("two",)]

    write_small_build(settings, "three")  # a column of another type, and a table less
    change_build(settings, "alter table marts.dim_accounts alter account_id type integer using 1")
    change_build(settings, "drop table marts.fct_tickets")
    publish(settings, "r3")
    with pytest.raises(PostgresError, match=r"view mine depends on view marts.dim_accounts.*make publish-postgres"):
        show_live(settings, session)
    assert seen(session) == seen(session, "fct_tickets") == {"two"}
    session.execute("drop view public.mine")
    assert sorted(show_live(settings, session)["views_made_anew"]) == [
        "marts.dim_accounts",
        "marts_masked.dim_accounts",
    ]
    care = connect("care")
    assert care.execute("select distinct account_id, mark from marts.dim_accounts").fetchall() == [(1, "three")]
    assert session.execute("select to_regclass('marts.fct_tickets')").fetchone() == (None,)


def test_a_table_of_somebody_elses_is_not_touched(tmp_path: Path, connect: Connect) -> None:
    settings, session = settings_for(tmp_path), connect()
    session.execute("create schema marts")
    session.execute("create table marts.dim_accounts as select 'theirs' as mark")
    session.execute("create view marts.own as select 1 as one")
    publish_marked(settings, "one")

    with pytest.raises(PostgresError, match=r"marts\.dim_accounts .*was not made by Scoreboard"):
        show_live(settings, session)
    assert seen(session) == {"theirs"}
    session.execute("alter table marts.dim_accounts rename to theirs")
    show_live(settings, session)
    assert session.execute("select one from marts.own").fetchone() == (1,)


def test_what_cannot_be_copied_leaves_no_trace(tmp_path: Path, connect: Connect) -> None:
    settings, session = settings_for(tmp_path), connect()
    publish_marked(settings, "one")
    show_live(settings, session)
    write_small_build(settings, "two")
    change_build(settings, "create table marts.zeit as select time_ns '12:00:00.123456789' as t")
    publish(settings, "r2")
    before = schemas(session)

    with pytest.raises(PostgresError, match="column t is of the type TIME_NS"):
        show_live(settings, session)

    assert schemas(session) == before
    assert seen(session) == {"one"}


def test_it_is_an_option_and_its_connection_an_airflow_connection(
    tmp_path: Path, server: Any, database: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path)
    publish_marked(settings, "one")
    assert publish_to_postgres(settings) is None

    settings = replace(settings, publish_to_postgres="bi_postgres")
    monkeypatch.setenv(
        "AIRFLOW_CONN_BI_POSTGRES", f"postgres://loader_of_bi:wrong%20horse@127.0.0.1:{server.port}/{database}"
    )
    with pytest.raises(PostgresError, match="refuses it") as refused:
        publish_to_postgres(settings)
    assert "wrong horse" not in str(refused.value)

    monkeypatch.setenv("AIRFLOW_CONN_BI_POSTGRES", f"postgres://bi:correct%20horse@127.0.0.1:{server.port}/{database}")
    with pytest.raises(PostgresError, match="lacks a permission"):
        publish_to_postgres(settings)

    monkeypatch.setenv(
        "AIRFLOW_CONN_BI_POSTGRES", f"postgres://loader_of_bi:correct%20horse@127.0.0.1:{server.port}/{database}"
    )
    done = publish_to_postgres(settings)
    assert done and re.fullmatch(r"scoreboard_v000001_[0-9a-f]{12}", done["schema"])
    assert seen(connect()) == {"one"}


def test_make_rollback_takes_it_back_there_too(tmp_path: Path, server: Any, database: str, connect: Connect) -> None:
    settings, session = settings_for(tmp_path), connect()
    publish_marked(settings, "one")
    publish_marked(settings, "two")
    show_live(settings, session)
    environment = {
        "SCOREBOARD_HOME": str(tmp_path),
        "SCOREBOARD_AS_OF": "2026-02-01",
        "SCOREBOARD_PUBLISH_TO_POSTGRES": "bi_postgres",
        "AIRFLOW_CONN_BI_POSTGRES": f"postgres://loader_of_bi:correct%20horse@127.0.0.1:{server.port}/{database}",
        "PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}",
    }

    done = subprocess.run(
        [sys.executable, "-m", "scoreboard", "rollback"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert "PostgreSQL shows v000001-run-one (before: v000002-run-two); 2 tables copied" in said
    assert seen(session) == {"one"}
