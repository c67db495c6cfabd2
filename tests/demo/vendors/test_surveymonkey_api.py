"""The stand-in answers as SurveyMonkey documents it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.vendors.core import Clock, Request, Response, World
from demo.vendors.surveymonkey_api import SIGNED, SurveymonkeyStandIn

DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def vendor() -> SurveymonkeyStandIn:
    world = World(Clock(DAY))
    for survey in ("1", "2"):
        world.put("surveys", survey, {"id": survey, "title": "Pulse"}, stamp=DAY - timedelta(days=9))
    world.put("questions", "1:5", {"id": "5", "survey_id": "1", "family": "matrix"})
    world.put("collectors", "7", {"id": "7", "survey_id": "1", "name": "mail", "type": "email", "href": "x"})
    for place in range(5):
        world.put("responses", f"R{place}", {"id": f"R{place}", "survey_id": "1"}, stamp=DAY - timedelta(hours=place))
    return SurveymonkeyStandIn(world, page_size=2)


def ask(vendor: SurveymonkeyStandIn, path: str, signed: str = SIGNED) -> Response:
    url = path if path.startswith("http") else f"https://api.surveymonkey.com/v3{path}"
    return vendor.handle(Request("GET", url, {"authorization": f"Bearer {signed}"}))


def value(answer: Response) -> Any:
    assert answer.status == 200
    return json.loads(answer.body)


def test_pages_by_number_shift_when_rows_change(vendor: SurveymonkeyStandIn) -> None:
    first = value(ask(vendor, "/surveys/1/responses/bulk?sort_by=date_modified&sort_order=ASC"))
    assert [row["id"] for row in first["data"]] == ["R4", "R3"]
    vendor.world.put("responses", "R4", {"id": "R4", "survey_id": "1"}, stamp=DAY + timedelta(hours=1))
    vendor.world.clock.advance(timedelta(hours=2))
    second = value(ask(vendor, first["links"]["next"]))
    assert [row["id"] for row in second["data"]] == ["R1", "R0"]  # R2 moved up to the page that was read
    assert first["total"] == 5


def test_a_survey_without_responses_is_an_empty_page(vendor: SurveymonkeyStandIn) -> None:
    empty = value(ask(vendor, "/surveys/2/responses/bulk"))
    assert (empty["data"], empty["total"], "next" in empty["links"]) == ([], 0, False)


def test_dates_have_an_offset_in_responses_only(vendor: SurveymonkeyStandIn) -> None:
    assert value(ask(vendor, "/surveys"))["data"][0]["date_modified"] == "2025-12-27T12:00:00"
    row = value(ask(vendor, "/surveys/1/responses/bulk?sort_order=ASC"))["data"][0]
    assert row["date_modified"] == "2026-01-05T08:00:00+00:00"


def test_listings_show_more_only_where_it_is_asked_for(vendor: SurveymonkeyStandIn) -> None:
    assert "type" not in value(ask(vendor, "/surveys/1/collectors"))["data"][0]
    assert value(ask(vendor, "/surveys/1/collectors?include=type"))["data"][0]["type"] == "email"
    assert value(ask(vendor, "/surveys/1/details"))["pages"][0]["questions"] == [{"id": "5", "family": "matrix"}]


@pytest.mark.parametrize(("path", "token", "status"), [("/surveys", "wrong", 401), ("/surveys/9/details", "", 404)])
def test_errors_are_pages_of_html(vendor: SurveymonkeyStandIn, path: str, token: str, status: int) -> None:
    answer = ask(vendor, path, token or SIGNED)
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


def test_every_answer_says_what_is_left(vendor: SurveymonkeyStandIn) -> None:
    left = [ask(vendor, "/surveys").headers["X-Ratelimit-App-Global-Day-Remaining"] for _ in range(2)]
    assert left == ["99999", "99998"]


def test_a_minute_and_a_day_allow_so_many_requests() -> None:
    vendor = SurveymonkeyStandIn(World(Clock(DAY)), minute=2, day=3)
    answers = [ask(vendor, "/surveys") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert json.loads(answers[2].body)["error"]["id"] == "1040"
    assert answers[2].headers["X-Ratelimit-App-Global-Minute-Remaining"] == "0"

    vendor.world.clock.advance(timedelta(seconds=int(answers[2].headers["X-Ratelimit-App-Global-Minute-Reset"])))
    assert [ask(vendor, "/surveys").status for _ in range(2)] == [200, 429]  # the day's third, and no fourth
    vendor.world.clock.advance(timedelta(days=1))
    assert ask(vendor, "/surveys").status == 200
