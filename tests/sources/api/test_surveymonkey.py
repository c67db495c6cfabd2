"""SurveyMonkey's source against its stand-in: complete while rows move, inclusive, within the app's allowance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.vendors.core import Clock, Fault, Request, Response, World, transport
from demo.vendors.surveymonkey_api import SIGNED, SurveymonkeyStandIn
from scoreboard.landing.pages import land_stream
from scoreboard.landing.raw_store import landed_keys
from scoreboard.settings import Settings
from scoreboard.sources.api.base import CursorStuck, SourceError, SourceUnavailable
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.signing import bearer
from scoreboard.sources.api.surveymonkey import RECIPIENTS, RESPONSES, SURVEYS, SurveymonkeySource

DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
WRONG = "wrong-but-secret"


@pytest.fixture
def world() -> World:
    world = World(Clock(DAY))
    for survey in ("1", "2"):
        world.put("surveys", survey, {"id": survey, "title": f"Survey {survey}"}, stamp=DAY - timedelta(days=90))
    return world


def source(
    world: World, faults: Fault | None = None, signed: str = SIGNED, pauses: list[float] | None = None, **options: Any
) -> SurveymonkeySource:
    vendor = SurveymonkeyStandIn(world, **options)
    wait = (pauses if pauses is not None else []).append
    http = Http("https://api.surveymonkey.com", bearer(signed), transport=transport(vendor, faults), wait=wait)
    return SurveymonkeySource(http, "main", {}, {})


def put(world: World, key: str, stamp: datetime, survey: str = "1") -> None:
    world.put("responses", key, {"id": key, "survey_id": survey, "response_status": "completed"}, stamp=stamp)


def keys(source: SurveymonkeySource, stream: Any = RESPONSES, *window: datetime | None) -> list[str]:
    return [record.key for page in source.read(stream, *(window or (None,))) for record in page.records]


def test_many_pages_give_every_response_once(world: World) -> None:
    for place in range(250):
        put(world, f"R{place:03}", DAY - timedelta(minutes=250 - place))
    put(world, "other", DAY - timedelta(days=1), survey="2")
    assert keys(source(world)) == [*(f"R{place:03}" for place in range(250)), "other"]


def test_a_response_that_changes_while_we_read_pushes_nobody_out(world: World) -> None:
    for place in range(150):
        put(world, f"R{place:03}", DAY - timedelta(minutes=150 - place))
    asked = []

    def changing(request: Request, handle: Callable[[Request], Response]) -> Response:
        answer = handle(request)
        if request.path.endswith("/bulk"):
            asked.append(request.query["page"])
            if len(asked) == 1:
                put(world, "R000", DAY)
        return answer

    read = keys(source(world, changing))
    assert set(read) == {f"R{place:03}" for place in range(150)}
    assert read[-1] == "R000"  # its new version, too
    assert set(asked) == {"1"}


def test_both_ends_of_a_window_belong_to_it(world: World) -> None:
    for place in range(4):
        put(world, f"R{place}", DAY - timedelta(hours=10 - place))
    since, until = DAY - timedelta(hours=9), DAY - timedelta(hours=8)
    assert keys(source(world), RESPONSES, since, until) == ["R1", "R2"]
    assert keys(source(world), RESPONSES, since) == ["R1", "R2", "R3"]


def test_a_page_full_of_one_instant_is_told(world: World) -> None:
    for place in range(101):
        put(world, f"R{place:03}", DAY)
    with pytest.raises(
        CursorStuck, match="page 2 of survey 1: 100 responses or more were changed around 2026-01-05T12:00:00"
    ):
        keys(source(world))


def test_questions_come_out_of_details_and_know_their_survey(world: World) -> None:
    for survey in ("1", "2"):
        world.put("questions", f"{survey}:9", {"id": "9", "survey_id": survey, "family": "matrix"})
    mine = source(world)
    stream = next(each for each in mine.streams() if each.name == "questions")
    records = [record for page in mine.read(stream, None) for record in page.records]
    assert [(record.key, record.body["survey_id"]) for record in records] == [("1:9", "1"), ("2:9", "2")]


def mailing(world: World) -> None:
    for collector, kind in (("77", "weblink"), ("88", "email")):
        world.put("collectors", collector, {"id": collector, "survey_id": "1", "name": "x", "type": kind})
        for place in range(7):
            body = {
                "id": str(place),
                "collector_id": collector,
                "email": "x",
                "extra_fields": {"contact_id": f"C{place}"},
            }
            world.put("recipients", f"{collector}:{place}", body)


def test_recipients_are_read_of_mailings_only_and_to_the_last_page(world: World) -> None:
    mailing(world)
    read = [record for page in source(world, page_size=3).read(RECIPIENTS, None) for record in page.records]
    assert [record.key for record in read] == [f"88:{place}" for place in range(7)]
    assert read[3].body["extra_fields"] == {"contact_id": "C3"}


def test_a_next_page_that_leads_back_is_told(world: World) -> None:
    def looping(request: Request, handle: Callable[[Request], Response]) -> Response:
        return Response.of({"data": [], "links": {"next": request.url}})

    with pytest.raises(SourceError, match="the link to the next page leads back"):
        keys(source(world, looping), SURVEYS)


def test_the_last_request_of_a_minute_is_followed_by_a_pause(world: World) -> None:
    pauses: list[float] = []
    mine = source(world, pauses=pauses, minute=1)
    assert keys(mine, SURVEYS) == ["1", "2"]
    assert pauses == [60.0]


def test_no_request_is_made_beyond_the_day_s_allowance(world: World) -> None:
    mine = source(world, day=2)
    with pytest.raises(SourceUnavailable, match=r"today's 2 requests .* used up; it takes more in 43200 s"):
        keys(mine)
    assert mine._http.requests.made == 2
    assert mine._http.requests.budget == 2


def limited(span: str, reset: str, times: int) -> Fault:
    """The first answers are 429, as when another process has used up the allowance; there is no Retry-After."""
    refused = []

    def limiting(request: Request, handle: Callable[[Request], Response]) -> Response:
        answer = handle(request)
        if len(refused) >= times:
            return answer
        refused.append(request)
        name = f"X-Ratelimit-App-Global-{span}"
        return Response.of({}, 429, **{**answer.headers, f"{name}-Remaining": "0", f"{name}-Reset": reset})

    return limiting


def test_a_minute_that_others_used_up_is_waited_out(world: World) -> None:
    pauses: list[float] = []
    assert keys(source(world, limited("Minute", "58", 1), pauses=pauses), SURVEYS) == ["1", "2"]
    assert 58 <= pauses[0] <= 59


def test_a_day_that_others_used_up_is_not_asked_again(world: World) -> None:
    mine = source(world, limited("Day", "40000", 9))
    with pytest.raises(SourceUnavailable, match="asks to come back in 40000 s"):
        keys(mine, SURVEYS)
    assert mine._http.requests.made == 1


def test_a_refusal_in_html_is_a_plain_sentence_without_the_token(world: World) -> None:
    with pytest.raises(SourceError, match="credentials are not accepted \\(401\\)") as failure:
        keys(source(world, signed=WRONG), SURVEYS)
    assert WRONG not in str(failure.value) and "<html" not in str(failure.value)


def test_listing_and_fetching_see_what_exists_now(world: World) -> None:
    for place in range(3):
        put(world, f"R{place}", DAY - timedelta(days=place))
    world.delete("responses", "R1", is_hard=True)
    mine = source(world)
    assert sorted(listed.key for page in mine.listed(RESPONSES) for listed in page) == ["R0", "R2"]
    assert [record.key for page in mine.fetch(RESPONSES, ["R2", "gone"]) for record in page.records] == ["R2"]


def test_nothing_is_lost_or_doubled_over_several_landings(world: World, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, as_of=date(2026, 3, 31))
    mine = source(world)

    def land(run: str) -> int:
        return int(land_stream(settings, "surveymonkey", mine, RESPONSES, run)["rows"])

    put(world, "R1", DAY - timedelta(hours=2))
    put(world, "R2", DAY - timedelta(hours=2))
    assert land("r1") == 2
    world.clock.advance(timedelta(hours=6))
    put(world, "R3", DAY - timedelta(hours=20))  # seen late, with an old stamp
    put(world, "R1", DAY + timedelta(hours=1))
    assert land("r2") == 2
    assert land("r3") == 0
    assert sorted(landed_keys(settings, "surveymonkey@main", "responses")) == ["R1", "R2", "R3"]
