"""Who reads what in PostgreSQL, however its administrator set it up: other roles, rights by default, things of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresBusy, PostgresError
from scoreboard.postgres.publish import show_live
from scoreboard.warehouse.publish import publish
from tests.marts_fixture import settings_for, write_small_build
from tests.postgres.test_publish import change_build, publish_marked, schemas, seen

Connect = Callable[..., Session]


def test_a_reader_of_another_role_that_does_not_let_go_is_named(tmp_path: Path, connect: Connect) -> None:
    settings, writer = replace(settings_for(tmp_path), postgres_readers=("bi",)), connect()
    publish_marked(settings, "one")
    show_live(settings, writer)
    publish_marked(settings, "two")
    reader = connect("bi")
    reader.execute("set application_name = 'Weekly dashboard'")
    reader.execute("begin")
    assert seen(reader, schema="marts_masked") == {None}

    # what another role's session does is not for everybody to see
    with pytest.raises(PostgresBusy, match=r"somebody is in the middle of reading: bi by Weekly dashboard"):
        show_live(settings, writer, patience=0)
    assert seen(reader, schema="marts_masked") == {None}


def test_what_is_not_ours_is_granted_to_nobody_and_stands_in_nobodys_way(
    tmp_path: Path, connect: Connect, server: Any, database: str
) -> None:
    settings, owner = replace(settings_for(tmp_path), postgres_readers=("bi",)), connect()
    publish_marked(settings, "one")
    show_live(settings, owner)
    owner.execute("create table marts_masked.salaries as select 1 as salary")
    owner.execute("create view marts.about as select 'of scoreboard_v000001' as text")
    with server.connect(database) as administration:
        administration.execute("create table marts_masked.theirs as select 1 as one")
        administration.execute("create table marts.theirs as select 1 as one")
    publish_marked(settings, "two")

    show_live(settings, owner)

    assert seen(owner) == {"two"}
    assert owner.execute("select text from marts.about").fetchone() == ("of scoreboard_v000001",)
    bi = connect("bi")
    for table in ("salaries", "theirs"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bi.execute(f"select * from marts_masked.{table}")


def test_rights_given_by_default_do_not_look_behind_the_mask(
    tmp_path: Path, connect: Connect, server: Any, database: str
) -> None:
    settings, owner = replace(settings_for(tmp_path), postgres_readers=("bi",)), connect()
    for kind, right in (("schemas", "usage"), ("tables", "select")):
        owner.execute(f"alter default privileges grant {right} on {kind} to bi")
    publish_marked(settings, "one")
    show_live(settings, owner)

    owner.execute("alter default privileges grant usage on schemas to public")
    publish_marked(settings, "two")
    show_live(settings, owner)

    bi, places = connect("bi"), schemas(owner)
    assert seen(bi, schema="marts_masked") == {None}
    assert len(places) == 2
    for place in ("marts", *places):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            seen(bi, schema=place)


def test_roles_of_any_name_may_read(tmp_path: Path, connect: Connect, server: Any) -> None:
    names = ('Léser "BI"; drop role bi', "Πωλήσεις")
    with server.connect() as administration:
        for name in names:
            administration.execute(
                psycopg.sql.SQL("create role {} login password 'correct horse'").format(psycopg.sql.Identifier(name))
            )
    settings = replace(settings_for(tmp_path), postgres_readers=names[:1], postgres_personal_readers=names[1:])
    publish_marked(settings, "one")
    show_live(settings, connect())

    assert seen(connect(names[0]), schema="marts_masked") == {None}
    assert seen(connect(names[1])) == {"one"}


def test_a_table_of_the_versions_own_name_is_not_read_as_ours(tmp_path: Path, connect: Connect) -> None:
    settings, owner = settings_for(tmp_path), connect()
    owner.execute("create schema marts")
    owner.execute("create table marts.published_version as select 1 as one")
    publish_marked(settings, "one")

    with pytest.raises(PostgresError, match=r"marts\.published_version .*was not made by Scoreboard"):
        show_live(settings, owner)


def test_a_table_of_any_types_keeps_its_view_and_what_is_built_upon_it(tmp_path: Path, connect: Connect) -> None:
    settings, owner = settings_for(tmp_path), connect()
    for mark in ("one", "two"):
        write_small_build(settings, mark)
        change_build(
            settings,
            f"create table marts.figures as select '{mark}' as mark, 1.5::decimal(38, 16) as money, 1::hugeint as large,"
            " [timestamptz '2026-02-01 08:00:00+00'] as moments, time '08:00' as opens, interval '1 day' as wait",
        )
        publish(settings, f"run-{mark}")
        done = show_live(settings, owner)
        if mark == "one":
            owner.execute("create view public.mine as select mark, money from marts.figures")

    assert done["views_made_anew"] == []
    assert owner.execute("select mark from public.mine").fetchone() == ("two",)


def test_a_role_that_may_read_all_data_is_refused_as_a_reader_of_masks(
    tmp_path: Path, connect: Connect, server: Any
) -> None:
    with server.connect() as administration:
        administration.execute("create role auditor login; grant pg_read_all_data to auditor")
    publish_marked(settings_for(tmp_path), "one")

    with pytest.raises(PostgresError, match=r"the role auditor .* would see personal data"):
        show_live(replace(settings_for(tmp_path), postgres_readers=("auditor",)), connect())


def test_two_publishes_at_once_are_one_after_the_other(tmp_path: Path, connect: Connect) -> None:
    settings = settings_for(tmp_path)
    publish_marked(settings, "one", accounts=500)
    sessions = [connect(), connect()]
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda session: show_live(settings, session), sessions))

    assert sorted(each["copied"] for each in done) == [False, True]
    assert len(schemas(sessions[0])) == 1
    assert seen(sessions[1]) == {"one"}
