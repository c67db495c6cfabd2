"""Disks that fill, processes that die, readers that stay: at every moment one whole version is there."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.settings import Settings
from scoreboard.warehouse import publish as publishing
from scoreboard.warehouse import versions
from scoreboard.warehouse.publish import PublishError, current, publish, rollback
from scoreboard.warehouse.reader import open_published
from tests.effort import times
from tests.marts_fixture import published_marks, settings_for, write_small_build
from tests.warehouse.killing import KillAt, cut_after, disk_full
from tests.warehouse.marked_versions import assert_readers_see, publish_mark


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


# --- failures ---


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Settings]:
    """ready(home): a home with `old` published and `new` built; each gets a copy of the first."""
    first = settings_for(tmp_path_factory.mktemp("ready"))
    publish_mark(first, "old")
    write_small_build(first, "new")

    def copied(home: Path) -> Settings:
        return settings_for(shutil.copytree(first.home, home, symlinks=True))

    return copied


def calls_of_one_publish(settings: Settings) -> int:
    with pytest.MonkeyPatch.context() as monkeypatch:
        counter = cut_after(monkeypatch, -1, disk_full)
        publish(settings, "new")
    return counter[0]


def test_a_disk_that_fills_at_any_step_leaves_one_whole_version_and_the_retry_works(
    tmp_path: Path, ready: Callable[[Path], Settings]
) -> None:
    steps = calls_of_one_publish(ready(tmp_path / "counted"))
    assert steps >= 12
    seen = set()
    for step in range(steps):
        settings = ready(tmp_path / f"home{step}")
        with pytest.MonkeyPatch.context() as monkeypatch:
            cut_after(monkeypatch, step, disk_full)
            with pytest.raises(PublishError, match=r"No space left.*MB are free"):
                publish(settings, "new")
        live = str(versions.require_current(settings)["run_id"])
        seen.add(live)
        assert_readers_see(settings, live)
        assert versions.names(settings) == ["v000001-old", "v000002-new"][: 1 if live == "old" else 2]

        publish(settings, "new")
        assert_readers_see(settings, "new")
        assert versions.names(settings) == ["v000001-old", "v000002-new"]
        assert rollback(settings)["run_id"] == "old"
    assert seen == {"old", "new"}  # both sides of the switch were met


def test_the_message_says_what_readers_see(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_mark(settings, "old")
    write_small_build(settings, "new")
    monkeypatch.setattr(publishing, "_export", lambda *_: disk_full())
    with pytest.raises(
        PublishError, match=r"v000002-new could not be made live.*readers still see v000001-old, untouched"
    ):
        publish(settings, "new")


def test_a_killed_publish_leaves_one_whole_version_and_the_next_run_sweeps_up(
    tmp_path: Path, ready: Callable[[Path], Settings], kill_at: KillAt
) -> None:
    for step in range(0, calls_of_one_publish(ready(tmp_path / "counted")), 3):
        settings = ready(tmp_path / f"home{step}")
        assert kill_at(settings, step, "new") == -signal.SIGKILL
        assert_readers_see(settings, str(versions.require_current(settings)["run_id"]))
        publish(settings, "new")
        assert_readers_see(settings, "new")
        assert rollback(settings)["run_id"] == "old"
        assert not [p for p in settings.published.rglob(".*") if p.name.startswith((".building-", ".deleting-"))]
        assert not list(settings.published.glob(".*.tmp"))


def test_a_version_that_cannot_be_deleted_does_not_unpublish_the_new_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        publish_mark(settings, f"r{number}")

    def refuse(_: Settings) -> list[str]:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(versions, "prune", refuse)
    assert "Permission denied" in publish_mark(settings, "r5")["prune_failed"]
    assert_readers_see(settings, "r5")


def test_two_publishes_never_overlap(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_mark(settings, "old")
    write_small_build(settings, "new")
    monkeypatch.setattr(versions, "LOCK_WAIT_SECONDS", 0.3)
    with versions.lock(settings), pytest.raises(PublishError, match="another publish or rollback"):
        publish(settings, "new")
    assert_readers_see(settings, "old")


def test_a_copy_that_followed_links_is_told_apart(settings: Settings) -> None:
    publish_mark(settings, "old")
    (settings.published / "parquet").unlink()
    (settings.published / "parquet").mkdir()
    write_small_build(settings, "new")
    with pytest.raises(PublishError, match="a folder where a link"):
        publish(settings, "new")


def test_a_corrupt_record_is_named_and_nothing_is_guessed(settings: Settings) -> None:
    record = publish_mark(settings, "old")
    (settings.published / record["folder"] / "current.json").write_text('{"version": "../../etc"}', encoding="utf-8")
    with pytest.raises(PublishError, match="is not a record of a published version"):
        current(settings)


# --- readers ---


def test_a_reader_that_keeps_the_file_open_neither_blocks_nor_sees_the_next_publish(settings: Settings) -> None:
    publish_mark(settings, "old")
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True)\n"
            "q = 'select distinct mark from marts.dim_accounts'\n"
            "print(c.execute(q).fetchall()[0][0], flush=True); sys.stdin.readline(); print(c.execute(q).fetchall()[0][0])",
            str(settings.published / "warehouse.duckdb"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline().strip() == "old"
    for number in range(7):  # more than are kept: even its own version goes
        publish_mark(settings, f"new{number}")
    assert reader.communicate("\n")[0].strip() == "old"
    assert_readers_see(settings, "new6")


def test_an_open_reader_of_one_version_keeps_reading_it_while_the_next_is_published(settings: Settings) -> None:
    publish_mark(settings, "old")
    with open_published(settings) as published:
        publish_mark(settings, "new")
        for table in ("dim_accounts", "fct_tickets"):
            assert published.rows(f"select distinct mark from marts.{table}") == [{"mark": "old"}]


def test_readers_never_see_a_mixed_or_missing_version_while_many_are_published(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three readers read now and then while a version is made, and without a pause while readers are switched to it."""
    publish_mark(settings, "r0", accounts=50)
    stop, reads, wrong = threading.Event(), [0, 0, 0], []
    at_the_switch, switch = threading.Event(), versions.switch

    def switch_watched(*arguments: Any) -> None:
        at_the_switch.set()
        switch(*arguments)

    monkeypatch.setattr(versions, "switch", switch_watched)

    def whole_version() -> None:
        record = current(settings)
        assert record is not None
        marks = published_marks(settings.published / record["folder"] / "parquet")
        assert marks == {record["run_id"]}, f"{record['version']} holds {marks}"

    def plain_parquet() -> None:
        with duckdb.connect() as connection:
            path = settings.published / "parquet" / "fct_tickets.parquet"
            row = connection.execute(
                "select count(*), count(distinct mark) from read_parquet(?)", [str(path)]
            ).fetchone()
        assert row == (50, 1), row

    def warehouse_file() -> None:
        # by its real path: inside one process DuckDB shares what is opened under one name
        path = (settings.published / "warehouse.duckdb").resolve()
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as w (read_only)")
            row = connection.execute(
                "select count(distinct mark) from (select mark from w.marts.dim_accounts union select mark from w.marts.fct_tickets)"
            ).fetchone()
        assert row == (1,), row

    def loop(index: int, read: Callable[[], None]) -> None:
        while not stop.is_set():
            try:
                read()
            except Exception as error:
                wrong.append(repr(error))
                return
            reads[index] += 1
            at_the_switch.wait(0.1)

    threads = [
        threading.Thread(target=loop, args=(index, read), daemon=True)
        for index, read in enumerate((whole_version, plain_parquet, warehouse_file))
    ]
    for thread in threads:
        thread.start()
    last = times(15)
    for number in range(1, last + 1):
        publish_mark(settings, f"r{number}", accounts=50)
        at_the_switch.clear()
    at_the_switch.set()
    while sum(reads) < 12 * last and not wrong:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join(timeout=30)
    assert wrong == []
    assert sum(reads) >= 10 * last
    assert min(reads) > 0
    assert_readers_see(settings, f"r{last}")


def test_the_folder_can_be_moved(settings: Settings, tmp_path: Path) -> None:
    publish_mark(settings, "one")
    moved = settings_for(tmp_path / "elsewhere")
    settings.home.rename(moved.home)
    assert_readers_see(moved, "one")
