"""Two runs never land one stream at the same time."""

import multiprocessing
import threading
import time

import pytest

from scoreboard.landing import drop as landing
from scoreboard.landing.drop import land_entity
from scoreboard.landing.lock import LandingBusy, stream_lock

from .state import landed_keys


def test_a_second_run_waits_and_then_says_what_holds_it(tmp_path):
    folder = tmp_path / "files" / "projects"
    busy = pytest.raises(LandingBusy, match=r"another run is landing files/projects .*\.lock")
    with stream_lock(folder), busy, stream_lock(folder, wait_seconds=0.1):
        pytest.fail("two runs hold one stream")


def test_the_lock_is_given_back_also_after_an_error(tmp_path):
    with pytest.raises(KeyError), stream_lock(tmp_path):
        raise KeyError
    with stream_lock(tmp_path, wait_seconds=0):
        pass


def test_other_streams_are_not_held(tmp_path):
    with stream_lock(tmp_path / "a"), stream_lock(tmp_path / "b", wait_seconds=0):
        pass


def test_who_waits_gets_the_lock_once_it_is_free(tmp_path):
    released = []

    def hold():
        with stream_lock(tmp_path):
            held.set()
            time.sleep(0.2)
            released.append(True)

    held = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    with stream_lock(tmp_path, wait_seconds=10):
        assert released
    holder.join()


def _hold_forever(folder, held):
    with stream_lock(folder):
        held.set()
        time.sleep(600)


def test_a_killed_process_holds_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    holder = context.Process(target=_hold_forever, args=(tmp_path, held))
    holder.start()
    assert held.wait(60)
    with pytest.raises(LandingBusy), stream_lock(tmp_path, wait_seconds=0):
        pass
    holder.kill()
    holder.join()
    with stream_lock(tmp_path, wait_seconds=0):
        pass


def test_two_runs_at_once_land_each_file_once(settings, drop, monkeypatch):
    for number in range(5):
        drop(f"{number}.csv", f"P{number}")
    start = threading.Barrier(4)
    results = []

    def run(name):
        start.wait()
        results.append(land_entity(settings, "projects", name))

    threads = [threading.Thread(target=run, args=(f"run_{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(landed_keys(settings)) == [f"P{n}" for n in range(5)]
    assert sorted(result["rows"] for result in results) == [0, 0, 0, 5]


def test_landing_takes_the_lock(settings, drop, monkeypatch):
    drop("a.csv", "P1")
    monkeypatch.setattr(landing, "stream_lock", lambda folder: stream_lock(folder, wait_seconds=0))
    with stream_lock(settings.landing / "files/projects"), pytest.raises(LandingBusy):
        land_entity(settings, "projects", "run_1")

    assert (settings.inbox / "crm/projects/a.csv").exists()
