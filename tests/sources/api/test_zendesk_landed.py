"""What lands of Zendesk run by run: everything once, nothing missed, though stamps and pages do as they like."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from scoreboard.landing.pages import land_stream
from scoreboard.settings import Settings
from tests.sources.api.zendesk_desk import NOW, Desk, stream

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, as_of=date(2026, 3, 31))


def landed(settings: Settings, desk: Desk, name: str, run_id: str) -> int:
    """Rows that a run lands of a stream."""
    return int(land_stream(settings, "zendesk", desk.source, stream(name), run_id)["rows"])


def test_a_ticket_that_only_zendesk_touched_lands_again(settings: Settings) -> None:
    desk = Desk(page_rows=2)
    for number in range(5):
        desk.put("tickets", str(number), NOW - 5 * DAY + number * HOUR, updated_at="2025-12-01T00:00:00Z")
    first = landed(settings, desk, "tickets", "r1")
    desk.world.clock.advance(DAY)
    # housekeeping changes its tags, its stamp moves, its updated_at does not
    desk.put("tickets", "0", NOW + HOUR, updated_at="2025-12-01T00:00:00Z", tags=["archived"])

    assert (first, landed(settings, desk, "tickets", "r2"), landed(settings, desk, "tickets", "r3")) == (5, 1, 0)


def test_what_the_last_minute_hid_lands_in_the_next_run(settings: Settings) -> None:
    desk = Desk()
    desk.put("tickets", "1", NOW - HOUR)
    desk.put("tickets", "2", NOW - timedelta(seconds=30))
    desk.put("organizations", "1", NOW - HOUR)
    desk.put("organizations", "2", NOW - timedelta(seconds=30))
    first = [landed(settings, desk, name, "r1") for name in ("tickets", "organizations")]
    desk.world.clock.advance(timedelta(minutes=1))

    assert first == [1, 1]
    assert [landed(settings, desk, name, "r2") for name in ("tickets", "organizations")] == [1, 1]


def test_pages_that_overlap_land_once(settings: Settings) -> None:
    desk = Desk(page_rows=4)
    for number in range(12):
        desk.put("organizations", str(number), NOW - 5 * DAY + (number // 3) * HOUR)

    assert landed(settings, desk, "organizations", "r1") == 12
    assert landed(settings, desk, "organizations", "r2") == 0


@pytest.mark.parametrize("name", ["satisfaction_ratings", "survey_responses"])
def test_an_opinion_edited_weeks_later_lands_as_a_new_version(settings: Settings, name: str) -> None:
    desk = Desk()
    desk.put(name, "1", NOW - DAY, score="good", answers=[{"type": "rating_scale", "rating": 4}])
    first = landed(settings, desk, name, "r1")
    desk.world.clock.advance(27 * DAY)
    desk.put(name, "2", NOW + 26 * DAY, score="good", answers=[{"type": "rating_scale", "rating": 5}])
    second = landed(settings, desk, name, "r2")
    desk.put(name, "1", NOW + 27 * DAY, score="bad", answers=[{"type": "rating_scale", "rating": 1}])

    assert (first, second, landed(settings, desk, name, "r3")) == (1, 1, 1)
