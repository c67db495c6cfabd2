"""What no cursor can find: records that vanished without a trace, came too late, or were never landed."""

import errno
import json

import pytest

from scoreboard.landing import dedup, vanished
from scoreboard.landing.drop import LandingFailed
from scoreboard.landing.pages import land_stream, last_cursor
from scoreboard.landing.raw_batch import RawBatch
from scoreboard.landing.raw_store import landed_keys, raw_batches
from scoreboard.landing.reconcile import reconcile_stream
from scoreboard.landing.vanished import TooManyVanished
from scoreboard.sources.api.base import Listed, Page, SourceUnavailable

from .scripted import GROUPS, PLACE, TICKETS, Scripted, at, keys


@pytest.fixture(params=["few records, in memory", "many records, in DuckDB"])
def source(request, monkeypatch, settings):
    """Ten tickets, landed; every claim holds however many records there are."""
    if request.param.startswith("many"):
        monkeypatch.setattr(dedup.Known.__init__, "__defaults__", (1,))
        monkeypatch.setattr(vanished.Listing.__init__, "__defaults__", (1,))
    source = Scripted()
    for number in range(10):
        source.put(f"T{number}", at(number))
    land(settings, source, "r1")
    return source


def land(settings, source, run_id, stream=TICKETS):
    return land_stream(settings, "zendesk", source, stream, run_id)


def reconcile(settings, source, run_id, stream=TICKETS, **options):
    return reconcile_stream(settings, "zendesk", source, stream, run_id, **options)


def found(report):
    return {
        name: report[name] for name in ("vanished", "kept", "missing", "outdated", "fetched", "recent") if report[name]
    }


def test_nothing_to_mend_makes_no_batch_and_says_so(settings, source):
    report = reconcile(settings, source, "w1")
    assert (report["listed"], report["landed"], report["batch"], report["is_whole"]) == (10, 10, None, True)
    assert found(report) == {}
    assert report["sentence"] == "tickets of zendesk@main: 10 records listed, and what is landed agrees."


def test_a_record_that_is_listed_twice_counts_once_and_by_its_newest_version(settings, source, monkeypatch):
    """A listing of two parts names some records twice, once by an older stamp."""
    source.put("T3", at(3.5), "new")
    source.hidden = {"T3"}  # no read brings it
    twice = [[Listed("T3", at(3.5)), *(Listed(f"T{number}", at(number)) for number in range(10))]]
    monkeypatch.setattr(source, "listed", lambda stream: twice)
    monkeypatch.setattr(
        source, "fetch", lambda stream, names: [Page([source.records[name] for name in names], "by id")]
    )
    report = reconcile(settings, source, "w1")
    assert (report["listed"], found(report)) == (10, {"outdated": 1, "fetched": 1})


def test_a_disk_that_refuses_is_named(settings, source, monkeypatch):
    def full(self, row):
        raise OSError(errno.ENOSPC, "No space left on device", "part-00001.parquet")

    del source.records["T3"]
    monkeypatch.setattr(RawBatch, "add", full)
    with pytest.raises(LandingFailed, match="tickets of zendesk@main stopped: No space left on device at part-00001"):
        reconcile(settings, source, "w1")


def test_a_record_deleted_without_a_trace_is_buried(settings, source):
    del source.records["T3"]
    report = reconcile(settings, source, "w1")
    assert (found(report), report["is_whole"]) == ({"vanished": 1}, False)
    assert keys(settings)[10:] == ["T3†"]
    assert "T3" not in landed_keys(settings, PLACE, "tickets")
    manifest = raw_batches(settings, PLACE, "tickets")[-1].manifest
    assert (manifest["mode"], manifest["cursor_out"]) == ("reconciliation", None)
    assert last_cursor(settings, PLACE, "tickets") == at(9)
    assert found(reconcile(settings, source, "w2")) == {}


def test_a_record_that_is_only_missing_in_the_list_is_kept(settings, source):
    source.unlisted = {"T3"}
    report = reconcile(settings, source, "w1")
    assert (found(report), report["batch"], report["is_whole"]) == ({"kept": 1}, None, True)
    assert "T3" in landed_keys(settings, PLACE, "tickets")


def test_a_record_that_the_source_gives_as_deleted_is_buried_with_its_deletion(settings, source):
    source.put("T3", at(3), is_deleted=True)
    assert found(reconcile(settings, source, "w1")) == {"vanished": 1}
    assert keys(settings)[10:] == ["T3"]
    assert "T3" not in landed_keys(settings, PLACE, "tickets")
    assert found(reconcile(settings, source, "w2")) == {}


def test_a_deletion_older_than_what_is_landed_needs_a_tombstone(settings, source):
    source.put("T3", at(1), is_deleted=True)
    assert found(reconcile(settings, source, "w1")) == {"vanished": 1}
    assert keys(settings)[10:] == ["T3", "T3†"]
    assert "T3" not in landed_keys(settings, PLACE, "tickets")
    assert found(reconcile(settings, source, "w2")) == {}


def test_a_record_that_came_later_than_the_lookback_is_fetched_and_reported(settings, source):
    source.put("late", at(9) - 2 * TICKETS.lookback)
    assert land(settings, source, "r2")["rows"] == 0
    report = reconcile(settings, source, "w1")
    assert found(report) == {"missing": 1, "fetched": 1}
    assert keys(settings)[10:] == ["late"]
    assert report["sentence"] == (
        "tickets of zendesk@main: 11 records listed; 1 missing. Of the 1 asked for again, 1 came."
    )


def test_an_update_that_was_missed_is_fetched(settings, source, monkeypatch):
    source.put("T3", at(4), "changed")
    report = reconcile(settings, source, "w1")
    assert found(report) == {"outdated": 1, "fetched": 1}
    assert landed_keys(settings, PLACE, "tickets")["T3"] == at(4)
    assert found(reconcile(settings, source, "w2")) == {}


def test_what_is_newer_than_the_cursor_is_left_to_the_next_read(settings, source):
    source.put("new", at(20))
    source.put("T3", at(21), "changed")
    report = reconcile(settings, source, "w1")
    assert (found(report), report["batch"], report["is_whole"]) == ({"recent": 2}, None, True)
    assert land(settings, source, "r2")["rows"] == 2


def test_a_buried_record_that_is_listed_again_comes_back(settings, source):
    record = source.records.pop("T3")
    reconcile(settings, source, "w1")
    source.records["T3"] = record
    assert found(reconcile(settings, source, "w2")) == {"missing": 1, "fetched": 1}
    assert keys(settings)[10:] == ["T3†", "T3"]
    assert landed_keys(settings, PLACE, "tickets")["T3"] == at(3)


def test_a_missing_record_that_is_gone_before_it_is_fetched_is_reported_as_not_come(settings, source):
    source.put("late", at(-60))
    source.fetch = lambda stream, keys: iter([])
    report = reconcile(settings, source, "w1")
    assert (found(report), report["is_whole"]) == ({"missing": 1}, False)
    assert report["sentence"].endswith("Of the 1 asked for again, 0 came.")


def test_a_listing_that_lost_half_buries_nobody_until_a_person_accepts_it(settings, source):
    for number in range(10, 40):
        source.put(f"T{number}", at(number))
    land(settings, source, "r2")
    for number in range(20):
        del source.records[f"T{number}"]
    with pytest.raises(TooManyVanished, match="tickets of zendesk@main: 20 of 40 known records"):
        reconcile(settings, source, "w1")
    assert len(landed_keys(settings, PLACE, "tickets")) == 40
    assert found(reconcile(settings, source, "w2", accept_vanished=True)) == {"vanished": 20}


def test_an_error_while_mending_leaves_nothing_half_done(settings, source):
    del source.records["T3"]
    source.put("late", at(-60))
    fetch = source.fetch

    def failing(stream, keys):
        if "late" in keys:
            raise SourceUnavailable("tickets: later")
        return fetch(stream, keys)

    source.fetch = failing
    with pytest.raises(SourceUnavailable):
        reconcile(settings, source, "w1")
    assert len(keys(settings)) == 10
    assert not (settings.runs / "w1").exists()


def test_a_stream_that_never_landed_is_left_to_its_first_read(settings, source):
    other = Scripted("eu")
    other.put("A", at(0))
    other.listed = None  # not even asked
    report = reconcile(settings, other, "w1")
    assert (found(report), report["batch"], report["is_whole"]) == ({}, None, True)
    assert "nothing has landed yet" in report["sentence"]


def test_a_full_stream_is_landed_which_does_the_same(settings, source):
    land(settings, source, "g1", GROUPS)
    del source.records["T3"]
    report = reconcile(settings, source, "w1", GROUPS)
    assert (report["listed"], report["landed"], report["vanished"], report["rows"]) == (9, 10, 1, 1)


def test_the_reports_of_a_run_are_kept_together(settings, source):
    land(settings, source, "g1", GROUPS)
    reconcile(settings, source, "w1")
    del source.records["T3"]
    reconcile(settings, source, "w1", GROUPS)
    kept = json.loads((settings.runs / "w1" / "reconciliation.json").read_text())
    assert (kept["run_id"], kept["is_whole"]) == ("w1", False)
    assert [(one["stream"], one["vanished"]) for one in kept["streams"]] == [("groups", 1), ("tickets", 0)]
