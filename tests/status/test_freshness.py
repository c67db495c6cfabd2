"""Freshness per source: silent, never heard, stamped by a wrong clock, out of reach; and a home that has landed for years."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from scoreboard import journal
from scoreboard.landing import manifest
from scoreboard.settings import utc_now
from scoreboard.status import parts, read_status
from tests.orchestration.tiny_company import AS_OF
from tests.pipeline import settings_for
from tests.status.homes import later, published, reported, shown, told


def feeds(settings):
    return {(feed["source"], feed["stream"]): feed for feed in read_status(settings)["sources"]["feeds"]}


def noted_at(monkeypatch, settings, hours, source="files", stream="tickets"):
    """A read noted by a machine whose clock is so many hours off."""
    monkeypatch.setattr(journal, "utc_now", lambda: datetime.now(UTC) + timedelta(hours=hours))
    journal.note_read(settings, source, stream, "x", 0)
    monkeypatch.undo()


def test_a_stamp_of_a_clock_that_runs_ahead_does_not_pass_for_freshness(landed, monkeypatch):
    noted_at(monkeypatch, landed, 24 * 400)
    assert "in the future" in told(landed)["files tickets"]
    assert feeds(landed)["files", "tickets"]["state"] == "future"
    assert "in the future" in shown(landed)


def test_a_clock_that_is_some_minutes_ahead_needs_nobody(landed, monkeypatch):
    noted_at(monkeypatch, landed, 0.1)
    assert told(landed) == {}
    assert feeds(landed)["files", "tickets"]["state"] == "fresh"


def test_a_stamp_that_is_none_is_told_and_not_taken_for_never(landed, monkeypatch):
    path = landed.home / "status/reads/files/tickets.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"read_at": "yesterday"}))
    assert "yesterday" in told(landed)["files tickets"]
    assert shown(landed)


def test_a_source_that_answers_without_news_is_fresh_and_late_when_it_stops(tmp_path, monkeypatch):
    settings = settings_for(tmp_path, AS_OF, SCOREBOARD_SUPPORT="zendesk")
    journal.note_read(settings, "zendesk@zendesk_default", "tickets", "run1", 0)
    assert feeds(settings)["zendesk@zendesk_default", "tickets"]["state"] == "fresh"
    assert "0 rows so far" in shown(settings)
    later(monkeypatch, 100)
    assert "zendesk@zendesk_default tickets" in told(settings)


def test_a_source_that_was_never_heard_needs_a_person_where_others_land_for_long(landed, monkeypatch):
    settings = settings_for(landed.home, AS_OF, SCOREBOARD_SUPPORT="files,zendesk")
    assert told(settings) == {}
    later(monkeypatch, settings.fresh_hours + 1)
    assert "never answered" in told(settings)["zendesk@zendesk_default"]


def test_entities_of_one_source_are_judged_one_by_one(landed, monkeypatch):
    noted_at(monkeypatch, landed, -50, stream="usage")
    assert set(told(landed)) == {"files usage"}


def test_a_folder_that_may_not_be_read_is_no_empty_home(landed):
    published(landed)
    reported(landed)
    nobody = 65534 if os.geteuid() == 0 else None
    for folder, about in (
        ("landing/files/tickets", "sources"),
        ("landing", "sources"),
        ("runs", "runs"),
        (".", "home"),
    ):
        path = landed.home / folder
        path.mkdir(exist_ok=True)
        mode = path.stat().st_mode
        path.chmod(0o600 if nobody is None else 0o700)
        if nobody is None:
            path.chmod(0)
        else:
            opened = [one for one in landed.home.parents if not one.stat().st_mode & 0o001]
            for one in opened:
                one.chmod(one.stat().st_mode | 0o001)
            os.seteuid(nobody)
        try:
            status = read_status(landed)
        finally:
            if nobody is not None:
                os.seteuid(0)
            path.chmod(mode)
        assert about in {one["about"] for one in status["attention"]}, folder
        assert "Permission" in str(status["attention"]), folder
        assert shown(landed)


def test_each_manifest_is_read_once_however_many_there_are(landed, monkeypatch):
    read = []
    real = manifest.json.loads
    monkeypatch.setattr(manifest.json, "loads", lambda text: read.append(1) or real(text))
    count = 30
    folder = landed.landing / "files" / "tickets" / "run=first"
    judged = landed.valid / "files" / "tickets" / "run=first"
    for number in range(2, count + 1):
        for there, name in ((folder, "run_id"), (judged, "run_id")):
            other = there.with_name(f"run=n{number:03}")
            other.mkdir()
            told_there = json.loads((there / "_manifest.json").read_text())
            (other / "_manifest.json").write_text(json.dumps(told_there | {"batch": number, name: f"n{number:03}"}))
            for part in folder.glob("part-*") if there == folder else ():
                (other / part.name).write_bytes(part.read_bytes())
    read.clear()
    status = read_status(landed)
    assert status["attention"] == [] and feeds(landed)["files", "tickets"]["rows"] == count
    read.clear()
    read_status(landed)
    assert len(read) < 2 * count + 20


@pytest.mark.parametrize(("hours", "said"), [(-400 * 24, "in the future"), (0, "min ago"), (5, "h ago")])
def test_times_are_said_as_a_person_would(hours, said, landed):
    from scoreboard.status.view import _ago

    assert said in _ago((utc_now() - timedelta(hours=hours)).isoformat())


def test_hours_of_a_future_stamp_are_negative():
    assert parts.hours_since((utc_now() + timedelta(hours=2)).isoformat()) < -1.9
