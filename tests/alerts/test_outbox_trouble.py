"""The outbox's file when it is broken, locked, full, half made, or an old copy: a sentence that helps, and nothing told twice."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from scoreboard.alerts import outbox
from scoreboard.alerts.outbox import OutboxBroken, OutboxBusy, Store, deliveries, outbox_path
from scoreboard.alerts.report import counts, messages
from scoreboard.settings import Settings
from tests.alerts.company import ALWAYS, AS_OF, NOW, Rows, alert_row
from tests.alerts.test_deliver import Office, show


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, as_of=AS_OF)


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with closing(Store(settings)) as store:
        yield Office(settings, store)


def _ways_to_open(settings: Settings) -> list:
    return [lambda: Store(settings), lambda: deliveries(settings, ["x"]), lambda: counts(settings)]


def test_a_file_that_is_no_outbox_is_said_to_be_none_and_left_alone(settings: Settings) -> None:
    outbox_path(settings).parent.mkdir()
    outbox_path(settings).write_bytes(b"not a database at all" * 1000)
    for attempt in _ways_to_open(settings):
        with pytest.raises(OutboxBroken, match=r"outbox\.sqlite.*nothing is told twice"):
            attempt()
    assert outbox_path(settings).read_bytes().startswith(b"not a database")


def test_a_page_that_is_torn_is_said_wherever_it_is_met(office: Office) -> None:
    office.run(Rows([alert_row(f"R-{number}") for number in range(200)]))
    office.store.close()
    size = outbox_path(office.settings).stat().st_size
    with outbox_path(office.settings).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(OutboxBroken, match="nothing is told twice"):
        deliveries(office.settings, [alert_row("R-1")["alert_id"]])
    with pytest.raises(OutboxBroken), closing(Store(office.settings)) as store:
        Office(office.settings, store).run(Rows([alert_row("R-1")]))


def test_an_outbox_somebody_holds_is_said_to_be_held(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_BUSY_SECONDS", 0.01)
    Store(settings).close()
    with (
        closing(sqlite3.connect(outbox_path(settings), isolation_level=None)) as other,
        closing(Store(settings)) as mine,
    ):
        other.execute("begin immediate")
        with pytest.raises(OutboxBusy, match="locked"), mine.writing():
            pass
        assert counts(settings) == {}  # who only looks is not held up


def test_a_full_disk_leaves_it_as_it_was(office: Office) -> None:
    rows = Rows([alert_row(f"R-{number}") for number in range(2000)])
    pages = office.store.connection.execute("pragma page_count").fetchone()[0]
    office.store.connection.execute(f"pragma max_page_count = {pages + 3}")
    with pytest.raises(OutboxBroken, match="full"):
        office.run(rows)
    assert counts(office.settings) == {} and office.arrived == []
    office.store.connection.execute("pragma max_page_count = 1000000")
    assert office.run(rows) == {("email", "sent"): 4}


def test_a_file_that_was_only_begun_is_none_yet(settings: Settings) -> None:
    """Killed between making the file and what is in it."""
    outbox_path(settings).parent.mkdir()
    outbox_path(settings).touch()
    assert deliveries(settings, ["x"]) == {} and counts(settings) == {} and messages(settings, ["sent"]) == []
    Store(settings).close()
    assert "Nothing was queued yet" in show(settings)


def test_many_may_make_it_at_once(settings: Settings) -> None:
    start = Barrier(8)

    def make(number: int) -> None:
        start.wait()
        Store(settings).close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(8)))
    assert counts(settings) == {}


def test_an_old_copy_put_back_tells_nothing_a_second_time_and_says_so(office: Office) -> None:
    """A backup of last night: it does not know what has been sent since."""
    rows = Rows([alert_row("R-1", "E-1"), alert_row("R-2", "E-2")])
    night = NOW + timedelta(hours=10)
    office.now = night
    office.run(rows)  # queued, and waiting for the morning
    office.store.connection.execute("pragma wal_checkpoint(truncate)")
    backup = office.settings.home / "backup.sqlite"
    shutil.copy(outbox_path(office.settings), backup)
    office.now = night + timedelta(hours=12)
    assert office.run(rows) == {("email", "sent"): 2}
    office.store.close()

    for left_over in outbox_path(office.settings).parent.glob("outbox.sqlite*"):
        left_over.unlink()
    shutil.copy(backup, outbox_path(office.settings))
    rows.alerts.append(alert_row("R-3", "E-3"))
    with closing(Store(office.settings)) as store:
        again = Office(office.settings, store, office.now)
        assert again.run(rows) == {("email", "unknown"): 2, ("email", "sent"): 1}
        assert [line.alert_id for _, _, digest in again.arrived for line in digest.lines] == [
            rows.alerts[2]["alert_id"]
        ]
    reasons = {each.reason for each in messages(office.settings, ["unknown"])}
    assert len(reasons) == 1 and "older copy" in reasons.pop()


def test_an_outbox_that_was_lost_tells_nothing_a_second_time(office: Office) -> None:
    rows = Rows([alert_row("R-1")])
    assert office.run(rows, hours=ALWAYS) == {("email", "sent"): 1}
    office.store.close()
    for lost in outbox_path(office.settings).parent.glob("outbox.sqlite*"):
        lost.unlink()
    with closing(Store(office.settings)) as store:
        again = Office(office.settings, store, office.now)
        rows.alerts.append(alert_row("R-2"))
        assert again.run(rows, hours=ALWAYS) == {("email", "unknown"): 1}
        # what is new does not share its fate
        assert again.run(rows, hours=ALWAYS) == {("email", "sent"): 1}
        assert [line.alert_id for _, _, digest in again.arrived for line in digest.lines] == [
            rows.alerts[1]["alert_id"]
        ]


def test_what_a_person_sends_again_goes_also_after_a_copy_was_put_back(office: Office) -> None:
    from scoreboard.alerts.by_hand import send_again

    rows = Rows([alert_row("R-1")])
    office.run(rows, hours=ALWAYS)
    office.store.close()
    for lost in outbox_path(office.settings).parent.glob("outbox.sqlite*"):
        lost.unlink()
    with closing(Store(office.settings)) as store:
        again = Office(office.settings, store, office.now)
        again.run(rows, hours=ALWAYS)
        [message] = messages(office.settings, ["unknown"])
        send_again(store, message.message_id, "ann")
        again.now += timedelta(days=9999)
        assert again.run(rows, hours=ALWAYS) == {("email", "sent"): 1}
