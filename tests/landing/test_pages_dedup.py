"""What was served before lands once; what changed, changed back or came back lands again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from scoreboard.landing import dedup, pages, vanished
from scoreboard.landing.pages import land_stream
from scoreboard.landing.raw_store import landed_keys
from scoreboard.landing.vanished import TooManyVanished
from scoreboard.sources.api.base import Page, Record, SourceError, Stream

from .scripted import GROUPS, PLACE, TICKETS, Scripted, at, keys, raw_rows


@pytest.fixture(params=["few rows, in memory", "many rows, in DuckDB"])
def source(request, monkeypatch):
    """An empty source; every claim holds however many rows there are."""
    if request.param.startswith("many"):
        monkeypatch.setattr(dedup.Known.__init__, "__defaults__", (1,))
        monkeypatch.setattr(vanished.Listing.__init__, "__defaults__", (1,))
    return Scripted()


def land(settings, source, run_id, stream=TICKETS, **options):
    return land_stream(settings, "zendesk", source, stream, run_id, **options)


def test_a_record_served_again_lands_once(settings, source):
    source.put("A", at(0), "x")
    source.put("B", at(1), "x")
    for run in range(3):
        land(settings, source, f"r{run}")
    assert keys(settings) == ["A", "B"]


def test_a_record_on_two_pages_of_one_read_lands_once(settings, source):
    source.put("A", at(0))
    source.put("B", at(0))
    source.put("C", at(0))
    read = source.read
    source.read = lambda *asked: (page for _ in range(2) for page in read(*asked))
    report = land(settings, source, "r1")
    assert keys(settings) == ["A", "B", "C"]
    assert (report["served"], report["rows"], report["dropped"]) == (6, 3, 3)


def test_the_order_of_fields_is_no_change(settings, source):
    source.records["A"] = Record("A", at(0), {"id": "A", "name": "x"})
    land(settings, source, "r1")
    source.records["A"] = Record("A", at(0), {"name": "x", "id": "A"})
    assert land(settings, source, "r2")["rows"] == 0


@pytest.mark.parametrize("stream", [TICKETS, GROUPS])
def test_a_record_that_changes_and_changes_back_lands_each_time(settings, source, stream):
    for minute, body in enumerate(["x", "y", "x", "x"]):
        version = at(min(minute, 2)) if stream is TICKETS else None
        source.put("A", version, body)
        land(settings, source, f"r{minute}", stream)
    assert [row["_record"] for row in raw_rows(settings, stream.name)] == [
        '{"id":"A","value":"x"}',
        '{"id":"A","value":"y"}',
        '{"id":"A","value":"x"}',
    ]


def test_an_older_version_served_late_does_not_land_twice(settings, source):
    source.put("A", at(0), "x")
    land(settings, source, "r1")
    source.put("A", at(1), "y")
    land(settings, source, "r2")
    source.put("A", at(0), "x")
    assert land(settings, source, "r3")["rows"] == 0


def test_a_record_deleted_at_the_source_lands_as_deleted_and_restored_again(settings, source):
    source.put("A", at(0), "x")
    land(settings, source, "r1")
    source.put("A", at(1), "x", is_deleted=True)
    land(settings, source, "r2")
    assert landed_keys(settings, PLACE, "tickets") == {}
    source.put("A", at(2), "x")
    land(settings, source, "r3")
    assert [(row["_is_deleted"], row["_is_tombstone"]) for row in raw_rows(settings)] == [
        (False, False),
        (True, False),
        (False, False),
    ]
    assert landed_keys(settings, PLACE, "tickets") == {"A": at(2)}


@pytest.mark.parametrize("version", [None, at(0)])
def test_what_is_no_longer_listed_is_buried_once_and_comes_back_unchanged(settings, source, version):
    source.put("A", version, "x")
    source.put("B", version, "x")
    land(settings, source, "r1", GROUPS)
    source.hidden = {"B"}
    assert land(settings, source, "r2", GROUPS)["tombstones"] == 1
    assert land(settings, source, "r3", GROUPS)["rows"] == 0
    assert landed_keys(settings, PLACE, "groups") == {"A": version}
    source.hidden = set()
    assert land(settings, source, "r4", GROUPS)["rows"] == 1
    source.hidden = {"B"}
    land(settings, source, "r5", GROUPS)
    rows = raw_rows(settings, "groups")
    assert [row["_key"] for row in rows] == ["A", "B", "B", "B", "B"]
    assert [row["_is_tombstone"] for row in rows] == [False, False, True, False, True]
    assert {row["_version"] for row in rows} == {version}
    assert [row["_is_deleted"] for row in rows] == [row["_is_tombstone"] for row in rows]


def test_a_record_that_a_full_listing_shows_as_deleted_is_not_buried_beside_that(settings, source):
    source.put("A", None)
    land(settings, source, "r1", GROUPS)
    source.put("A", None, is_deleted=True)
    report = land(settings, source, "r2", GROUPS)
    assert (report["rows"], report["tombstones"]) == (1, 0)


@pytest.mark.parametrize(
    ("known", "gone", "is_refused"), [(40, 20, True), (41, 20, False), (39, 19, False), (20, 20, True)]
)
def test_a_listing_that_lost_half_of_its_records_is_not_believed(settings, source, known, gone, is_refused):
    for number in range(known):
        source.put(f"G{number:02}", None)
    land(settings, source, "r1", GROUPS)
    source.hidden = {f"G{number:02}" for number in range(gone)}
    if not is_refused:
        assert land(settings, source, "r2", GROUPS)["tombstones"] == gone
        return
    with pytest.raises(
        TooManyVanished, match=f"groups of zendesk@main: {gone} of {known} known records .* nothing was landed"
    ):
        land(settings, source, "r2", GROUPS)
    assert len(landed_keys(settings, PLACE, "groups")) == known
    assert land(settings, source, "r3", GROUPS, accept_vanished=True)["tombstones"] == gone


def test_a_record_that_a_listing_leaves_out_but_the_source_gives_by_name_is_kept(settings, source):
    source.put("A", None, "x")
    source.put("B", None, "x")
    land(settings, source, "r1", GROUPS)
    source.unlisted = {"B"}
    report = land(settings, source, "r2", GROUPS)
    assert (report["tombstones"], report["batch"]) == (0, None)
    assert sorted(landed_keys(settings, PLACE, "groups")) == ["A", "B"]


def test_an_incremental_stream_that_has_nothing_new_is_no_collapse(settings, source):
    for number in range(50):
        source.put(f"T{number}", at(number))
    land(settings, source, "r1")
    source.records.clear()
    assert land(settings, source, "r2")["batch"] is None


def test_two_connections_of_one_vendor_land_apart(settings, source):
    source.put("A", at(0))
    land(settings, source, "r1")
    other = Scripted("eu-2")
    other.put("A", at(0))
    assert land(settings, other, "r1")["rows"] == 1
    assert list(landed_keys(settings, "zendesk@eu-2", "tickets")) == ["A"]


def test_a_long_ordered_read_is_committed_in_pieces_without_doubles(settings, source):
    for number in range(10):
        source.put(f"T{number}", at(number // 4))
    report = land(settings, source, "r1", piece_rows=3)
    assert report["batches"] == ["r1", "r1.2", "r1.3"]
    assert keys(settings) == [f"T{number}" for number in range(10)]
    assert land(settings, source, "r2", piece_rows=3)["rows"] == 0


def test_a_record_without_key_or_zone_is_refused_with_its_place(settings, source):
    for key, version in [("", at(0)), ("A", at(0).replace(tzinfo=None))]:
        bad = Record(key, version, {})
        source.read = lambda *asked, bad=bad: iter([Page([bad], "tickets?page=1")])
        with pytest.raises(SourceError, match=r"record 1 of tickets\?page=1 has .*the cursor stands"):
            land(settings, source, "r1")
    assert keys(settings) == []


def test_what_json_cannot_hold_lands_as_text(settings, source):
    source.put("A", at(0), {"half": "a\ud83d", "none": float("nan"), "nul": "\0", "wide": "é\U0001f600"})
    land(settings, source, "r1")
    assert (
        raw_rows(settings)[0]["_record"]
        == '{"id":"A","value":{"half":"a\ufffd","none":"nan","nul":"\\u0000","wide":"é\U0001f600"}}'
    )
    assert land(settings, source, "r2")["rows"] == 0


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden", "a b", "x" * 101])
def test_names_that_are_no_folder_names_are_refused(settings, source, name):
    with pytest.raises(Exception, match="cannot name a folder"):
        land(settings, source, "r1", Stream(name, TICKETS.domains))
    source.connection = name
    with pytest.raises(Exception, match="cannot name a folder"):
        land(settings, source, "r1")


_SERVED = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from([None, 0, 1]), st.sampled_from("xy"), st.booleans()), max_size=9
)


@effort(max_examples=40)
@given(reads=st.lists(_SERVED, max_size=3), is_versioned=st.booleans())
def test_memory_and_duckdb_agree_on_what_has_landed_before(tmp_path_factory, reads, is_versioned):
    """The rule is written twice; whatever is served in whatever order, both land the same rows."""
    landed = []
    for limit in (dedup.SMALL_ROWS, 0):
        settings = pages.Settings(home=tmp_path_factory.mktemp("home"), as_of=at(0).date())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dedup.Known.__init__, "__defaults__", (limit,))
            for number, read in enumerate(reads):
                records = [
                    Record(key, at(version or 0) if is_versioned else None, {"v": body}, gone)
                    for key, version, body, gone in read
                ]
                source = Scripted()
                source.read = lambda *asked, records=records: iter([Page(records, "page 1")])
                land_stream(settings, "zendesk", source, TICKETS, f"r{number}")
        landed.append([(row["_key"], row["_version"], row["_hash"]) for row in raw_rows(settings)])
    assert landed[0] == landed[1]


def test_a_later_lookback_reads_no_further_back_than_asked(settings, source):
    source.put("A", at(30))
    land(settings, source, "r1")
    land(settings, source, "r2")
    assert source.asked[-1][0] == at(30) - timedelta(minutes=10)
