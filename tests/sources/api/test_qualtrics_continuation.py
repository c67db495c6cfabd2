"""Exports that go on from one another: what was recorded since the last one comes, whatever its dates say, and once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.vendors.core import Clock, Request, Response, World, transport
from demo.vendors.qualtrics_api import SIGNED, QualtricsStandIn
from scoreboard.landing.cursor import stored_tokens
from scoreboard.landing.pages import land_stream
from scoreboard.landing.raw_store import landed_keys, raw_batches
from scoreboard.settings import Settings
from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.qualtrics import RESPONSES, QualtricsSource
from scoreboard.sources.api.qualtrics_responses import NO_TOKEN
from scoreboard.sources.api.signing import FixedHeader

from .test_qualtrics import DAY, response

YEAR_AGO = DAY - timedelta(days=365)
Handle = Callable[[Request], Response]


class Brand:
    """A brand with one survey, landed into a home; it notes what every export was asked for."""

    def __init__(self, home: Path) -> None:
        self.world = World(Clock(DAY))
        self.vendor = QualtricsStandIn(self.world)
        self.settings = Settings(home=home, as_of=date(2026, 3, 31))
        self.asked: list[dict[str, Any]] = []
        self.spoil: Callable[[Request, Handle], Response] = lambda request, handle: handle(request)
        self.runs = 0
        self.share("SV_1")

    def share(self, survey: str) -> None:
        self.world.put("surveys", survey, {"id": survey, "name": survey}, stamp=YEAR_AGO)

    def put(self, key: str, days_ago: float = 0, survey: str = "SV_1", **told: Any) -> None:
        stamp = self.world.clock.now() - timedelta(days=days_ago)
        body = {**response(survey, **told), "responseId": key}
        self.world.put("responses", key, body, stamp=stamp, visible_from=self.world.clock.now())

    def land(self, **options: Any) -> int:
        """Rows that one run lands."""
        self.asked.clear()
        self.runs += 1
        http = Http(
            "https://fra1.qualtrics.com",
            FixedHeader("x-api-token", SIGNED),
            transport=transport(self.vendor, self._noted),
            wait=lambda _: None,
        )
        source = QualtricsSource(http, "main", {}, {})
        return int(land_stream(self.settings, "qualtrics", source, RESPONSES, f"r{self.runs}", **options)["rows"])

    def next_day(self) -> None:
        self.world.clock.advance(timedelta(days=1))

    @property
    def keys(self) -> list[str]:
        return sorted(landed_keys(self.settings, "qualtrics@main", "responses"))

    @property
    def tokens(self) -> dict[str, str]:
        return stored_tokens(raw_batches(self.settings, "qualtrics@main", "responses"))

    def _noted(self, request: Request, handle: Handle) -> Response:
        if request.method == "POST":
            self.asked.append({k: v for k, v in request.json().items() if k not in ("format", "compress")})
        return self.spoil(request, handle)


@pytest.fixture
def brand(tmp_path: Path) -> Brand:
    brand = Brand(tmp_path)
    brand.put("R_1", days_ago=2)
    brand.put("R_2", days_ago=1)
    assert brand.land() == 2
    brand.next_day()
    return brand


def whole(brand: Brand) -> list[dict[str, Any]]:
    return [asked for asked in brand.asked if asked == {"allowContinuation": True}]


def test_the_first_export_is_whole_and_asks_for_a_token_that_later_ones_go_on_from(brand: Brand) -> None:
    assert brand.asked == [{"allowContinuation": True}]
    assert brand.tokens == {"SV_1": "SV_1.000001"}
    brand.put("R_3")
    assert brand.land() == 1
    assert brand.asked == [
        {"allowContinuation": True, "continuationToken": "SV_1.000001"},
        {"sortByLastModifiedDate": True, "startDate": (DAY - timedelta(days=8)).strftime("%Y-%m-%dT%H:%M:%SZ")},
    ]
    assert brand.tokens == {"SV_1": "SV_1.000002"}


def test_what_was_recorded_since_comes_however_old_its_dates_are(brand: Brand) -> None:
    brand.put("R_old", days_ago=300, recordedDate="2025-03-01T00:00:00Z")
    assert brand.land() == 1
    assert brand.keys == ["R_1", "R_2", "R_old"]


def test_what_was_changed_since_comes_by_its_date_though_it_was_exported_before(brand: Brand) -> None:
    brand.put("R_1", QID1=1)
    assert brand.land() == 1
    assert brand.land() == 0


def test_a_survey_that_is_shared_late_is_read_whole(brand: Brand) -> None:
    brand.share("SV_2")
    brand.put("R_9", days_ago=200, survey="SV_2")
    assert brand.land() == 1
    assert whole(brand) == [{"allowContinuation": True}]
    assert set(brand.tokens) == {"SV_1", "SV_2"}


def test_where_nothing_came_nothing_is_committed_and_the_token_stays(brand: Brand) -> None:
    before = brand.tokens
    assert brand.land() == 0
    assert brand.tokens == before
    assert len(raw_batches(brand.settings, "qualtrics@main", "responses")) == 1


def test_an_expired_token_has_the_survey_read_whole_once(brand: Brand, caplog: pytest.LogCaptureFixture) -> None:
    brand.vendor.forget_tokens()
    brand.put("R_old", days_ago=300)
    with caplog.at_level(logging.WARNING):
        assert brand.land() == 1
    assert "Survey SV_1: its continuation token is not taken any more, so it is read whole" in caplog.text
    assert "SV_1.000001" not in caplog.text
    assert len(whole(brand)) == 1
    brand.vendor.forget_tokens()
    assert brand.land() == 0  # nothing landed, and yet the new token is kept …
    assert len(whole(brand)) == 1
    brand.land()
    assert whole(brand) == []  # … so that the next run goes on from it


def test_a_job_that_fails_on_its_token_is_started_again_without(brand: Brand) -> None:
    failing: set[str] = set()

    def spoil(request: Request, handle: Handle) -> Response:
        given = handle(request)
        if request.method == "POST" and "continuationToken" in request.json():
            failing.add(json.loads(given.body)["result"]["progressId"])
        if request.path.rsplit("/", 1)[-1] in failing:
            return Response.of({"result": {"status": "failed", "percentComplete": 10.0}, "meta": {}})
        return given

    brand.spoil = spoil
    brand.put("R_3")
    assert brand.land() == 1
    assert len(failing) == 1


def test_another_refusal_is_no_expired_token(brand: Brand) -> None:
    def spoil(request: Request, handle: Handle) -> Response:
        if request.method == "POST":
            return Response.of({"meta": {"error": {"errorMessage": "no", "errorCode": "AUTH_7.0"}}}, 403)
        return handle(request)

    brand.spoil = spoil
    with pytest.raises(SourceError, match="survey SV_1: the connection is not permitted"):
        brand.land()
    assert len(brand.asked) == 1
    assert brand.tokens == {"SV_1": "SV_1.000001"}


def test_a_read_that_breaks_off_keeps_the_old_tokens(brand: Brand) -> None:
    brand.share("SV_2")
    brand.put("R_old", days_ago=300)
    brand.vendor.fails = {"SV_2"}
    with pytest.raises(SourceError, match="survey SV_2"):
        brand.land()
    assert brand.tokens == {"SV_1": "SV_1.000001"}
    brand.vendor.fails = set()
    assert brand.land() == 1
    assert brand.keys == ["R_1", "R_2", "R_old"]


def test_a_brand_that_gives_no_tokens_is_read_by_date(tmp_path: Path) -> None:
    brand = Brand(tmp_path)
    brand.vendor.gives_tokens = False
    brand.put("R_1")
    assert brand.land() == 1
    assert brand.tokens == {"SV_1": NO_TOKEN}
    brand.next_day()
    brand.put("R_2")
    assert brand.land() == 1
    assert [set(asked) for asked in brand.asked] == [{"sortByLastModifiedDate", "startDate"}]


def test_a_window_neither_goes_on_from_a_token_nor_moves_it(brand: Brand) -> None:
    brand.put("R_3")
    before = brand.tokens
    assert brand.land(window=(DAY, DAY + timedelta(days=2))) == 1
    assert [set(asked) for asked in brand.asked] == [{"sortByLastModifiedDate", "startDate", "endDate"}]
    assert brand.tokens == before
    assert brand.land() == 0


def test_a_full_refresh_reads_whole_and_starts_a_new_chain(brand: Brand) -> None:
    brand.put("R_3")
    assert brand.land(full_refresh=True) == 1
    assert brand.asked == [{"allowContinuation": True}]
    assert brand.tokens == {"SV_1": "SV_1.000002"}


@pytest.mark.parametrize("stored", ["no mapping", {"SV_1": 7}])
def test_tokens_that_cannot_be_read_only_cost_a_whole_export(brand: Brand, stored: Any) -> None:
    path = raw_batches(brand.settings, "qualtrics@main", "responses")[0].folder / "_manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "continuation": stored}))
    brand.put("R_old", days_ago=300)
    assert brand.land() == 1
    assert len(whole(brand)) == 1
