"""How far a stream counts as read: never ahead of what landed, never past the source's present, never back."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from scoreboard.landing.cursor import CursorRefused
from scoreboard.landing.pages import land_stream, last_cursor
from scoreboard.landing.raw_store import raw_batches

from .scripted import GROUPS, PLACE, TICKETS, Scripted, at, keys


def land(settings, source, run_id, stream=TICKETS, **options):
    return land_stream(settings, "zendesk", source, stream, run_id, **options)


@pytest.fixture
def source():
    source = Scripted()
    for number in range(5):
        source.put(f"T{number}", at(number))
    return source


def test_the_first_run_reads_everything_and_the_cursor_is_the_newest_version(settings, source):
    report = land(settings, source, "r1")
    assert source.asked == [(None, None)]
    assert keys(settings) == ["T0", "T1", "T2", "T3", "T4"]
    assert last_cursor(settings, PLACE, "tickets") == at(4)
    assert (report["pages"], report["served"], report["rows"], report["dropped"]) == (3, 5, 5, 0)
    manifest = raw_batches(settings, PLACE, "tickets")[0].manifest
    assert manifest["cursor_in"] is None
    assert manifest["cursor_out"] == {"format": 1, "at": at(4).isoformat()}
    assert (manifest["kind"], manifest["mode"], manifest["pages"], manifest["rows"]) == ("raw", "incremental", 3, 5)


def test_the_next_run_reads_from_the_cursor_less_the_lookback(settings, source):
    land(settings, source, "r1")
    land(settings, source, "r2")
    assert source.asked[1] == (at(4) - TICKETS.lookback, None)


def test_what_became_visible_at_the_cursor_itself_is_landed(settings, source):
    stream = TICKETS.__class__("tickets", TICKETS.domains, lookback=timedelta(0))
    land(settings, source, "r1", stream)
    source.put("tie", at(4))
    land(settings, source, "r2", stream)
    assert keys(settings)[5:] == ["tie"]


def test_what_commits_late_within_the_lookback_is_landed(settings, source):
    land(settings, source, "r1")
    source.put("late", at(4) - TICKETS.lookback)
    assert land(settings, source, "r2")["rows"] == 1
    assert keys(settings)[5:] == ["late"]
    assert last_cursor(settings, PLACE, "tickets") == at(4)


def test_a_read_that_sees_only_older_records_leaves_the_cursor(settings, source):
    land(settings, source, "r1")
    source.hidden = {"T3", "T4"}
    source.put("late", at(1.5))
    assert land(settings, source, "r2")["rows"] == 1
    assert last_cursor(settings, PLACE, "tickets") == at(4)


def test_nothing_new_makes_no_batch(settings, source):
    land(settings, source, "r1")
    report = land(settings, source, "r2")
    assert (report["batch"], report["rows"], report["dropped"]) == (None, 0, 5)
    assert len(raw_batches(settings, PLACE, "tickets")) == 1


def test_the_cursor_stays_behind_the_sources_present(settings, source):
    source.time = at(4)
    land(settings, source, "r1")
    assert last_cursor(settings, PLACE, "tickets") == at(4) - TICKETS.horizon
    source.time = at(8)
    assert land(settings, source, "r2")["rows"] == 0
    assert last_cursor(settings, PLACE, "tickets") == at(4), "moved on by a batch without rows"
    assert [batch.manifest["rows"] for batch in raw_batches(settings, PLACE, "tickets")] == [5, 0]


@pytest.mark.parametrize("stamp", [at(60) + timedelta(days=1), datetime(2999, 1, 1, tzinfo=UTC)])
def test_a_stamp_in_the_future_lands_and_does_not_carry_the_cursor_with_it(settings, source, stamp):
    source.put("skewed", stamp)
    land(settings, source, "r1")
    assert last_cursor(settings, PLACE, "tickets") == at(60) - TICKETS.horizon
    source.put("normal", at(60))
    source.time = at(62)
    land(settings, source, "r2")
    assert keys(settings) == ["T0", "T1", "T2", "T3", "T4", "skewed", "normal"]


def test_a_read_that_waits_long_for_its_first_answer_trusts_only_the_time_it_asked_at(settings, source, monkeypatch):
    source.put("skewed", at(10_000))
    moment = [100.0]
    source.before_page = lambda number: moment.append(400.7)
    monkeypatch.setattr("scoreboard.landing.pages.time.monotonic", lambda: moment[-1])
    land(settings, source, "r1")
    assert last_cursor(settings, PLACE, "tickets") == at(60) - timedelta(seconds=300) - TICKETS.horizon


@pytest.mark.parametrize("window", [(at(-60), at(2)), (at(0), at(5000))])
def test_a_window_moves_the_cursor_neither_back_nor_forward(settings, source, window):
    land(settings, source, "r1")
    source.put("old", at(-30))
    source.put("new", at(50))
    report = land(settings, source, "w1", window=window)
    assert source.asked[-1] == window
    assert report["rows"] == 1
    manifest = raw_batches(settings, PLACE, "tickets")[-1].manifest
    assert (manifest["cursor_in"], manifest["cursor_out"]) == (None, None)
    assert manifest["window"] == [end.isoformat() for end in window]
    assert last_cursor(settings, PLACE, "tickets") == at(4)
    land(settings, source, "r2")
    assert keys(settings).count("new") == 1
    assert last_cursor(settings, PLACE, "tickets") == at(50)


def test_a_window_before_the_first_run_leaves_the_first_run_to_read_everything(settings, source):
    land(settings, source, "w1", window=(at(1), at(2)))
    assert last_cursor(settings, PLACE, "tickets") is None
    land(settings, source, "r1")
    assert source.asked[-1] == (None, None)
    assert sorted(keys(settings)) == ["T0", "T1", "T2", "T3", "T4"]


def test_a_window_reads_nothing_of_a_stream_that_is_always_listed_whole(settings, source):
    assert land(settings, source, "w1", GROUPS, window=(at(1), at(2)))["batch"] is None
    assert source.asked == []


def test_a_full_refresh_reads_everything_and_lands_what_was_never_seen(settings, source):
    land(settings, source, "r1")
    source.put("overlooked", at(-5000))
    report = land(settings, source, "r2", full_refresh=True)
    assert source.asked[-1] == (None, None)
    assert (report["mode"], report["rows"]) == ("full_refresh", 1)
    assert keys(settings)[5:] == ["overlooked"]
    assert last_cursor(settings, PLACE, "tickets") == at(4)


def edit(settings, number, **fields):
    """Change some fields of one batch's manifest, as a person with an editor would."""
    path = raw_batches(settings, PLACE, "tickets")[number].folder / "_manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


@pytest.mark.parametrize(
    ("cursor", "why"),
    [
        ("soon", "it reads 'soon'"),
        ({"format": 1}, "it reads"),
        ({"format": 1, "at": "yesterday"}, "it reads"),
        ({"format": 1, "at": "2026-01-05T12:04:00"}, "it reads"),
        ({"format": 1, "at": 7}, "it reads"),
        ({"at": "2026-01-05T12:04:00+00:00"}, "it reads"),
        ({"format": 2, "at": "2026-01-05T12:04:00+00:00"}, "newer Scoreboard"),
        ({"format": 1, "at": "2026-01-05T12:05:00+00:00"}, "ahead of every record"),
    ],
)
def test_a_cursor_that_cannot_be_trusted_is_refused_in_words_and_a_full_refresh_mends_it(settings, source, cursor, why):
    land(settings, source, "r1")
    edit(settings, 0, cursor_out=cursor)
    with pytest.raises(CursorRefused, match=f"(?s)run=r1/_manifest.json.*{why}.*Nothing was read.*full_refresh"):
        land(settings, source, "r2")
    assert len(source.asked) == 1
    source.put("T5", at(5))
    land(settings, source, "r3", full_refresh=True)
    source.put("T6", at(6))
    land(settings, source, "r4")
    assert keys(settings) == [f"T{number}" for number in range(7)]


def test_a_cursor_edited_back_only_makes_the_next_run_read_again(settings, source):
    land(settings, source, "r1")
    edit(settings, 0, cursor_out={"format": 1, "at": at(1).isoformat()})
    assert land(settings, source, "r2")["rows"] == 0
    assert keys(settings) == ["T0", "T1", "T2", "T3", "T4"]


def test_a_batch_that_was_taken_away_is_not_silently_skipped(settings, source, tmp_path):
    land(settings, source, "r1")
    source.put("T5", at(5))
    land(settings, source, "r2")
    source.put("T50", at(50))
    land(settings, source, "r3")
    raw_batches(settings, PLACE, "tickets")[1].folder.rename(tmp_path / "taken")
    with pytest.raises(CursorRefused, match=r"batch 2 of zendesk@main/tickets is not in .* full_refresh"):
        land(settings, source, "r4")
    land(settings, source, "r5", full_refresh=True)
    assert sorted(keys(settings)) == ["T0", "T1", "T2", "T3", "T4", "T5", "T50"]
    land(settings, source, "r6")
    assert last_cursor(settings, PLACE, "tickets") == at(50)


def test_a_batch_without_anything_new_still_mends_a_refused_cursor(settings, source):
    land(settings, source, "r1")
    edit(settings, 0, cursor_out={"format": 9})
    assert land(settings, source, "r2", full_refresh=True)["rows"] == 0
    assert last_cursor(settings, PLACE, "tickets") == at(4)
