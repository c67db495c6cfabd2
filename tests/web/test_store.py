"""The store: all figures of a page from one version, whatever is published meanwhile; nothing but the version within reach."""

from __future__ import annotations

import threading

import duckdb
import pytest

from scoreboard.warehouse.publish import publish
from scoreboard.warehouse.versions import PublishError
from scoreboard.web import store as stores
from scoreboard.web.store import NothingPublished, Store
from tests.marts_fixture import settings_for, write_small_build


@pytest.fixture
def settings(tmp_path):
    return settings_for(tmp_path)


def publish_small(settings, mark):
    write_small_build(settings, mark)
    return publish(settings, mark)["version"]


def marks(snapshot):
    rows = snapshot.rows("select mark from marts.dim_accounts union all select mark from marts.fct_tickets")
    return {row["mark"] for row in rows}


def test_a_page_begun_before_a_publish_ends_on_its_own_version(settings):
    store = Store(settings)
    publish_small(settings, "one")
    with store.open() as before:
        publish_small(settings, "two")
        with store.open() as after:
            assert marks(after) == {"two"}
        assert marks(before) == {"one"} and before.version != after.version


def test_the_old_version_is_closed_when_its_last_reader_has_gone_and_not_before(settings):
    store = Store(settings)
    publish_small(settings, "one")
    with store.open() as first:
        old = first._opened
        with store.open():
            publish_small(settings, "two")
            with store.open():
                assert old.is_retired and old.readers == 2
        assert marks(first) == {"one"}
    with pytest.raises(duckdb.ConnectionException):
        old.connection.execute("select 1")


def test_no_reader_sees_two_versions_while_others_are_published(settings):
    store = Store(settings)
    publish_small(settings, "0")
    mixed, seen, is_over = [], set(), threading.Event()

    def read():
        while not is_over.is_set():
            with store.open() as snapshot:
                found = marks(snapshot)
                seen.update(found)
                if len(found) != 1:
                    mixed.append(found)
            is_over.wait(0.005)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 7):  # more than are kept: the first are taken away under the readers
            publish_small(settings, str(number))
    finally:
        is_over.set()
        for reader in readers:
            reader.join()
    assert mixed == [] and len(seen) > 1


def test_nothing_but_the_version_is_within_reach(settings, tmp_path):
    publish_small(settings, "one")
    (tmp_path / "other.csv").write_text("a\n1\n")
    with Store(settings).open() as snapshot:
        for statement in (
            f"select * from read_csv('{tmp_path / 'other.csv'}')",
            f"attach '{tmp_path / 'new.duckdb'}' as new",
            f"copy (select 1) to '{tmp_path / 'out.csv'}'",
            "set enable_external_access = true",
            "delete from marts.dim_accounts",
            "create table published.marts.mine as select 1",
        ):
            with pytest.raises(duckdb.Error):
                snapshot.rows(statement)


def test_what_costs_time_is_made_once_however_many_ask(settings):
    publish_small(settings, "one")
    store, made, results = Store(settings), [], []
    gate = threading.Barrier(4)

    def ask():
        with store.open() as snapshot:
            gate.wait()
            results.append(snapshot.once("key", lambda: made.append(1) or len(made)))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert results == [1, 1, 1, 1]
    publish_small(settings, "two")
    with store.open() as snapshot:
        assert snapshot.once("key", lambda: "new") == "new", "another version has its own"


def test_what_is_asked_for_again_and_again_is_kept_however_much_else_is(settings, monkeypatch):
    monkeypatch.setattr(stores, "_MOST_KEPT", 3)
    publish_small(settings, "one")
    made = []
    with Store(settings).open() as snapshot:

        def ask(key):
            return snapshot.once(key, lambda: made.append(key) or key)

        for number in range(5):
            assert (ask("often"), ask(number)) == ("often", number)
        assert made == ["often", 0, 1, 2, 3, 4]
        ask(4)
        ask(0)  # long not asked for
        assert made[6:] == [0]
        place = snapshot.table("first", "select 1 as one")
        for number in range(5, 10):
            ask(number)
        assert snapshot.table("first", "select 2 as one") == place, "a table stays for as long as the version"
        assert snapshot.rows(f"from {place}") == [{"one": 1}]


def test_what_changes_is_kept_until_it_changes(settings):
    publish_small(settings, "one")
    made, before, after = [], object(), object()
    with Store(settings).open() as snapshot:
        for mark in (before, before, after, after):
            snapshot.latest("key", mark, lambda: made.append(1))
        assert len(made) == 2


def test_a_joined_table_is_made_once_and_not_without_end(settings, monkeypatch):
    monkeypatch.setattr(stores, "_MOST_TABLES", 1)
    publish_small(settings, "one")
    with Store(settings).open() as snapshot:
        place = snapshot.table("first", "select account_id from marts.dim_accounts where account_id <> $a", {"a": "A0"})
        assert snapshot.rows(f"select count(*) as n from {place}") == [{"n": 2}]
        assert snapshot.table("first", "select 1 as other") == place
        assert snapshot.table("second", "select 1 as other") is None


def test_before_the_first_publish_there_is_nothing_to_open(settings):
    with pytest.raises(NothingPublished, match="nothing has been published"), Store(settings).open():
        pass


def test_a_version_whose_file_is_broken_is_named(settings):
    version = publish_small(settings, "one")
    path = settings.published / "versions" / version / "warehouse.duckdb"
    path.chmod(0o644)
    path.write_bytes(b"not a database")
    with pytest.raises(PublishError, match=f"{version} cannot be opened.*make rollback"), Store(settings).open():
        pass
