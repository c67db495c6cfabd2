"""What a check says of a SurveyMonkey account: totals where they are, lower bounds elsewhere, and few requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from demo.vendors.core import Clock, Fault, Request, Response, World, transport
from demo.vendors.surveymonkey_api import SIGNED, SurveymonkeyStandIn
from scoreboard.sources.api.base import Finding
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.signing import bearer
from scoreboard.sources.api.surveymonkey import SurveymonkeySource

DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
WRONG = "wrong-but-secret"


def account(surveys: int) -> World:
    """Surveys, each with a question, a link, a mailing of one message and two recipients, and four responses."""
    world = World(Clock(DAY))
    for survey in map(str, range(1, surveys + 1)):
        world.put("surveys", survey, {"id": survey, "title": f"Survey {survey}"})
        world.put("questions", f"{survey}:9", {"id": "9", "survey_id": survey, "family": "matrix"})
        for collector, kind in ((f"{survey}1", "weblink"), (f"{survey}2", "email")):
            world.put("collectors", collector, {"id": collector, "survey_id": survey, "name": "x", "type": kind})
            world.put("messages", f"{collector}5", {"id": f"{collector}5", "collector_id": collector})
            for place in ("1", "2"):
                body = {"id": place, "collector_id": collector, "email": "x"}
                world.put("recipients", f"{collector}:{place}", body)
        for place in range(4):
            key = f"R{survey}-{place}"
            world.put("responses", key, {"id": key, "survey_id": survey, "response_status": "completed"}, stamp=DAY)
    return world


def check(world: World, faults: Fault | None = None, signed: str = SIGNED) -> tuple[dict[str, Finding], int]:
    """Findings by subject, and how many requests they took."""
    http = Http("https://api.surveymonkey.com", bearer(signed), transport=transport(SurveymonkeyStandIn(world), faults))
    found = SurveymonkeySource(http, "main", {}, {}).check()
    return {finding.subject: finding for finding in found}, http.requests.made


def test_totals_are_said_where_everything_was_looked_at() -> None:
    found, _ = check(account(2))
    assert found["login"].sentence == "Signed in as analyst@northwind."
    counted = {name: finding.rows for name, finding in found.items() if name != "login"}
    assert counted == {
        "surveys": 2, "questions": 2, "collectors": 4, "messages": 2, "recipients": 4, "responses": 8
    }  # fmt: skip
    assert found["responses"].sentence == "8 records can be seen"


def test_a_few_of_many_surveys_give_a_lower_bound_for_few_requests() -> None:
    found, requests = check(account(40))
    assert (found["surveys"].rows, found["surveys"].sentence) == (40, "40 records can be seen")
    assert found["responses"].sentence == "at least 12 records can be seen in 3 of 40 surveys"
    assert found["questions"].sentence == "at least 3 records can be seen in 3 of 40 surveys"
    assert found["recipients"].sentence.startswith("at least 6 records can be seen")
    assert {found[name].rows for name in ("questions", "collectors", "messages", "recipients", "responses")} == {None}
    assert requests <= 20


def test_an_account_without_mailings_has_none_to_try() -> None:
    world = World(Clock(DAY))
    world.put("surveys", "1", {"id": "1", "title": "Survey 1"})
    found, _ = check(world)
    assert (found["recipients"].is_ok, found["recipients"].rows) == (True, 0)
    assert found["recipients"].sentence == "there is no mailing, so there was none to try"
    assert "this is missing: the scopes View Responses" in found["responses"].sentence


@pytest.mark.parametrize(("part", "missing"), [("/responses", "responses"), ("/recipients", "recipients")])
def test_what_is_refused_names_its_scope_and_hides_nothing_else(part: str, missing: str) -> None:
    def forbidding(request: Request, handle: Callable[[Request], Response]) -> Response:
        if part in request.path:
            return Response.of({"error": {"id": "1014", "message": "Permission has not been granted"}}, 403)
        return handle(request)

    found, _ = check(account(2), forbidding)
    assert [name for name, finding in found.items() if not finding.is_ok] == [missing]
    assert "It needs the scope" in found[missing].sentence


def test_a_token_that_may_not_tell_whose_it_is_is_checked_all_the_same() -> None:
    def forbidding(request: Request, handle: Callable[[Request], Response]) -> Response:
        return Response.of({"error": {"id": "1014"}}, 403) if request.path.endswith("/users/me") else handle(request)

    found, _ = check(account(1), forbidding)
    assert found["login"].is_ok
    assert "View Users" in found["login"].sentence
    assert found["responses"].rows == 4


def test_a_wrong_token_ends_the_check_and_is_not_repeated() -> None:
    found, _ = check(account(1), signed=WRONG)
    assert [finding.is_ok for finding in found.values()] == [False]
    assert WRONG not in found["login"].sentence
