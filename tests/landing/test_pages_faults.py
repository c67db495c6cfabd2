"""Whatever stops a read, nothing half-landed is left, the cursor stands, and the next run ends where an undisturbed one would."""

import os
import shutil
import signal
import threading

import pytest

from scoreboard.landing.drop import LandingFailed
from scoreboard.landing.pages import land_stream, last_cursor
from scoreboard.landing.raw_store import landed_keys, raw_batches
from scoreboard.sources.api.base import CursorStuck, SourceError, SourceUnavailable

from .dying import land_records, six_tickets
from .scripted import PLACE, TICKETS, Scripted, at, keys
from .state import files_below


def land(settings, source, run_id, **options):
    return land_stream(settings, "zendesk", source, TICKETS, run_id, **options)


@pytest.fixture
def source():
    return six_tickets()


@pytest.mark.parametrize("error", [SourceError, SourceUnavailable, CursorStuck, KeyboardInterrupt])
@pytest.mark.parametrize("page", [1, 2, 3])
def test_an_error_on_any_page_lands_nothing_and_passes_through(settings, source, error, page):
    land(settings, source, "r1")
    for number in range(6, 12):
        source.put(f"T{number}", at(number))

    def fail(number):
        if number == page:
            raise error("tickets, page 2: no")

    source.before_page = fail
    with pytest.raises(error, match=r"tickets, page 2: no"):
        land(settings, source, "r2")
    assert last_cursor(settings, PLACE, "tickets") == at(5)
    assert len(keys(settings)) == 6
    assert not (raw_batches(settings, PLACE, "tickets")[0].folder.parent / "run=r2").exists()
    source.before_page = lambda number: None
    land(settings, source, "r3")
    assert sorted(keys(settings)) == sorted(source.records)


def test_an_error_after_pieces_keeps_them_with_the_cursor_they_reached(settings, source):
    def fail(number):
        if number == 3:
            raise SourceUnavailable("later")

    source.before_page = fail
    with pytest.raises(SourceUnavailable):
        land(settings, source, "r1", piece_rows=2)
    assert keys(settings) == ["T0", "T1", "T2", "T3"]
    assert last_cursor(settings, PLACE, "tickets") == at(3)
    source.before_page = lambda number: None
    land(settings, source, "r2", piece_rows=2)
    assert keys(settings) == ["T0", "T1", "T2", "T3", "T4", "T5"]


def test_a_read_whose_versions_turn_out_to_fall_is_not_cut_into_pieces(settings, source):
    read = source.read
    source.read = lambda *asked: reversed(list(read(*asked)))

    report = land(settings, source, "r1", piece_rows=3)

    assert report["batches"] == ["r1"]
    assert len(keys(settings)) == 6


def test_empty_pages_are_not_the_end(settings, source):
    read = source.read

    def with_gaps(*asked):
        for page in read(*asked):
            yield page.__class__([], "empty")
            yield page

    source.read = with_gaps
    assert land(settings, source, "r1")["pages"] == 6
    assert len(keys(settings)) == 6


def test_a_source_with_nothing_lands_nothing(settings):
    assert land(settings, Scripted(), "r1")["batch"] is None
    assert raw_batches(settings, PLACE, "tickets") == []
    assert last_cursor(settings, PLACE, "tickets") is None


@pytest.mark.parametrize("retried", ["the same run", "another run"])
def test_a_kill_at_every_step_loses_and_doubles_nothing(settings, source, forked, retried):
    cuts = 0
    while True:
        shutil.rmtree(settings.home, ignore_errors=True)
        ended = forked(land_records, str(settings.home), "r1", cuts + 1)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        cuts += 1
        cursor = last_cursor(settings, PLACE, "tickets")
        assert len(landed_keys(settings, PLACE, "tickets")) == {None: 0, at(3): 4, at(5): 6}[cursor], cuts
        land(settings, source, "r1" if retried == "the same run" else "r2")
        assert sorted(keys(settings)) == sorted(source.records), cuts
        assert last_cursor(settings, PLACE, "tickets") == at(5), cuts
        assert [name for name in files_below(settings.home) if name.endswith(".tmp")] == [], cuts
    assert cuts > 12


def test_rows_without_a_manifest_do_not_exist_and_are_removed(settings, source):
    land(settings, source, "r1")
    batch = raw_batches(settings, PLACE, "tickets")[0]
    (batch.folder / "_manifest.json").unlink()
    assert last_cursor(settings, PLACE, "tickets") is None
    land(settings, source, "r2")
    assert not batch.folder.exists()
    assert len(keys(settings)) == 6


def test_two_runs_at_once_land_everything_once(settings, source):
    barrier = threading.Barrier(4)
    reports = []

    def run(number):
        barrier.wait()
        reports.append(land(settings, source, f"r{number}"))

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report["rows"] for report in reports) == [0, 0, 0, 6]
    assert sorted(keys(settings)) == sorted(source.records)


def test_a_disk_that_refuses_is_named_and_leaves_nothing(settings, source, monkeypatch):
    def refuse(*args):
        raise OSError(28, "No space left on device", "/somewhere/part")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(LandingFailed, match=r"landing tickets of zendesk@main stopped: No space left .* run again"):
            land(settings, source, "r1")
    assert keys(settings) == []
    assert land(settings, source, "r1")["rows"] == 6


def test_a_part_that_was_changed_after_landing_is_found(settings, source):
    land(settings, source, "r1")
    part = raw_batches(settings, PLACE, "tickets")[0].part_paths[0]
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    with pytest.raises(Exception, match="was changed after landing"):
        keys(settings)
