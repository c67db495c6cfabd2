"""Opinions out of Zendesk: legacy ratings, the newer surveys, and the audits of tickets that somebody was asked about."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from demo.vendors.core import Request, Response
from scoreboard.sources.api.base import SourceError
from tests.sources.api.zendesk_desk import NOW, Desk, stream

LONG_AGO = NOW - timedelta(days=10)
HOUR = timedelta(hours=1)


def test_audits_are_asked_for_only_where_somebody_was_asked() -> None:
    desk = Desk(list_rows=1)
    for key, rating in (
        ("1", None),
        ("2", {"score": "unoffered"}),
        ("3", {"score": "offered"}),
        ("4", {"score": "good"}),
    ):
        desk.put("tickets", key, LONG_AGO, satisfaction_rating=rating)
        desk.put("ticket_audits", f"{key}1", LONG_AGO, ticket_id=int(key))
        desk.put("ticket_audits", f"{key}2", LONG_AGO + HOUR, ticket_id=int(key))

    assert desk.keys("ticket_audits") == ["31", "32", "41", "42"]


def test_a_ticket_offered_today_brings_its_whole_past() -> None:
    desk = Desk()
    desk.put("tickets", "3", LONG_AGO)
    desk.put("ticket_audits", "31", LONG_AGO, ticket_id=3)
    desk.put("tickets", "3", NOW - HOUR, satisfaction_rating={"score": "offered"})
    desk.put("ticket_audits", "32", NOW - HOUR, ticket_id=3)

    assert desk.keys("ticket_audits", since=NOW - 2 * HOUR) == ["31", "32"]


def unpaged(**more: Any) -> Any:
    """Audits as an archived ticket gives them: all at once, without a cursor."""

    def answered(request: Request, handle: Any) -> Response:
        answer: Response = handle(request)
        if not request.path.endswith("/audits.json"):
            return answer
        audits = json.loads(answer.body)["audits"]
        return Response.of({"audits": audits, "count": len(audits), "next_page": None, "previous_page": None} | more)

    return answered


def test_an_archived_ticket_s_audits_come_whole() -> None:
    desk = Desk(unpaged())
    desk.put("tickets", "3", LONG_AGO, satisfaction_rating={"score": "good"}, status="closed")
    desk.put("ticket_audits", "31", LONG_AGO, ticket_id=3)
    desk.put("ticket_audits", "32", LONG_AGO + HOUR, ticket_id=3)

    assert desk.keys("ticket_audits") == ["31", "32"]


@pytest.mark.parametrize("more", [{"count": 120}, {"next_page": "https://acme.zendesk.com/api/v2/more"}])
def test_audits_without_a_cursor_that_are_not_all_are_refused(more: dict[str, Any]) -> None:
    desk = Desk(unpaged(**more))
    desk.put("tickets", "3", LONG_AGO, satisfaction_rating={"score": "good"})
    desk.put("ticket_audits", "31", LONG_AGO, ticket_id=3)

    with pytest.raises(SourceError, match="ticket_audits, page 1"):
        desk.keys("ticket_audits")


def test_a_deleted_ticket_s_audits_are_not_missed() -> None:
    desk = Desk()
    desk.put("tickets", "3", LONG_AGO, satisfaction_rating={"score": "good"}, status="deleted")

    assert desk.keys("ticket_audits") == []


def test_ratings_come_in_pages_with_their_last_change_as_version() -> None:
    desk = Desk(list_rows=2)
    for number in range(5):
        desk.put("satisfaction_ratings", str(number), LONG_AGO + number * HOUR, score="offered")
    desk.put("satisfaction_ratings", "1", NOW - HOUR, score="good")

    records = {record.key: record for page in desk.read("satisfaction_ratings") for record in page.records}

    assert sorted(records) == ["0", "1", "2", "3", "4"]
    assert (records["1"].version, records["1"].body["score"]) == (NOW - HOUR, "good")


def test_no_ratings_at_all_are_no_rows_and_no_error() -> None:
    assert Desk().keys("satisfaction_ratings") == []


def test_an_edited_response_has_its_answers_latest_change_as_version() -> None:
    desk = Desk()
    answer = {"type": "rating_scale", "rating": 4, "question": {"id": "Q"}}
    desk.put("survey_responses", "SR1", LONG_AGO, answers=[answer])
    desk.put("survey_responses", "SR1", NOW - HOUR, answers=[{**answer, "rating": 5}])

    ((record,),) = [page.records for page in desk.read("survey_responses")]

    assert (record.version, record.body["answers"][0]["rating"]) == (NOW - HOUR, 5)


def test_the_lookback_reaches_as_far_as_opinions_may_be_edited() -> None:
    desk = Desk()
    desk.put("survey_responses", "SR1", NOW - timedelta(days=29))
    desk.put("survey_responses", "SR1", NOW - HOUR)
    desk.put("satisfaction_ratings", "1", NOW - timedelta(days=29), score="offered")
    desk.put("satisfaction_ratings", "1", NOW - HOUR, score="bad")

    for name in ("survey_responses", "satisfaction_ratings"):
        assert len(desk.keys(name, since=NOW - 2 * HOUR - stream(name).lookback)) == 1


def test_events_that_are_asked_for_by_id_are_looked_for_no_further_than_needed() -> None:
    desk = Desk(page_rows=2)
    for key in range(1, 9):
        desk.put("ticket_events", str(key), LONG_AGO + key * HOUR)

    pages = list(desk.source.fetch(stream("ticket_events"), ["1", "2"]))

    assert [record.key for page in pages for record in page.records] == ["1", "2"]
    assert len(desk.asked) == 1


def test_responses_are_filtered_in_the_milliseconds_that_zendesk_documents() -> None:
    desk = Desk()
    since = NOW - HOUR
    desk.put("survey_responses", "SR1", since - timedelta(milliseconds=1500))
    desk.put("survey_responses", "SR2", since)

    assert desk.keys("survey_responses", since=since) == ["SR2"]
    assert f"created_at_start%5D={int(since.timestamp()) * 1000}" in desk.asked[-1]
