"""What the source reads from a Zendesk that behaves as the real one does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from demo.vendors.core import Request, Response
from demo.vendors.zendesk_sign_in import CLIENT_ID, CLIENT_SECRET
from scoreboard.sources.api.base import CursorStuck, SourceError, SourceUnavailable
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.zendesk import auth
from tests.sources.api.zendesk_desk import NOW, Desk, stream

HOUR = timedelta(hours=1)
LONG_AGO = NOW - timedelta(days=10)
KEY = "t0ken"


def changed(answer: Response, change: Any) -> Response:
    """An answer with its JSON changed."""
    body = json.loads(answer.body)
    change(body)
    return Response.of(body, answer.status)


def test_tickets_come_by_their_export_s_stamp_with_metrics() -> None:
    desk = Desk()
    desk.put("tickets", "7", LONG_AGO, updated_at="2025-12-01T00:00:00Z", metric_set={"reopens": 2})

    ((record,),) = [page.records for page in desk.read("tickets")]

    assert (record.key, record.version, record.is_deleted) == ("7", LONG_AGO, False)
    assert record.body["metric_set"] == {"reopens": 2}


def test_a_touch_of_the_system_is_seen_though_updated_at_stands_still() -> None:
    desk = Desk()
    desk.put("tickets", "7", LONG_AGO, updated_at="2025-12-01T00:00:00Z")
    desk.put("tickets", "7", NOW - HOUR, updated_at="2025-12-01T00:00:00Z")

    assert desk.keys("tickets", since=NOW - 2 * HOUR) == ["7"]


def test_every_ticket_comes_though_a_page_in_between_is_empty() -> None:
    desk = Desk(page_rows=3)
    for number in range(10):
        desk.put("tickets", str(number), LONG_AGO + number * HOUR)

    sizes = [len(page.records) for page in desk.read("tickets")]

    assert 0 in sizes[:-1]
    assert desk.keys("tickets") == [str(number) for number in range(10)]


def test_a_chain_starts_once_with_a_time_and_goes_on_by_its_cursor() -> None:
    desk = Desk(page_rows=2)
    for number in range(5):
        desk.put("tickets", str(number), LONG_AGO)
    desk.read("tickets", since=LONG_AGO)

    queries = [parse_qs(urlsplit(url).query) for url in desk.asked]

    assert "start_time" in queries[0]
    assert all("cursor" in query and "start_time" not in query for query in queries[1:])
    assert len({query["cursor"][0] for query in queries[1:]}) == len(queries) - 1


def test_since_is_inclusive() -> None:
    desk = Desk()
    desk.put("tickets", "7", LONG_AGO)
    desk.put("organizations", "8", LONG_AGO)

    assert desk.keys("tickets", since=LONG_AGO) == ["7"]
    assert desk.keys("organizations", since=LONG_AGO) == ["8"]


def test_an_export_never_starts_within_the_last_minute() -> None:
    desk = Desk()
    desk.put("tickets", "7", NOW - timedelta(seconds=61))
    desk.read("tickets")  # Zendesk's clock is known from now on

    assert desk.keys("tickets", since=NOW) == ["7"]


def test_links_are_not_followed_to_another_host() -> None:
    desk = Desk(page_rows=2, list_rows=1, other_host="acme.evil.example")
    for number in range(3):
        desk.put("organizations", str(number), LONG_AGO + number * HOUR)
        desk.put("groups", str(number), LONG_AGO)

    assert sorted(set(desk.keys("organizations"))) == ["0", "1", "2"]
    assert desk.keys("groups") == ["0", "1", "2"]
    assert {urlsplit(url).netloc for url in desk.asked} == {"acme.zendesk.com"}


def test_pages_by_time_overlap_and_lose_nothing() -> None:
    desk = Desk(page_rows=4)
    for number in range(12):
        desk.put("organizations", str(number), LONG_AGO + (number // 3) * HOUR)

    keys = desk.keys("organizations")

    assert set(keys) == {str(number) for number in range(12)}
    assert len(keys) > 12


def test_a_page_full_of_one_second_is_told_and_not_skipped() -> None:
    desk = Desk(page_rows=3)
    for number in range(7):
        desk.put("organizations", str(number), LONG_AGO)
    desk.put("organizations", "99", NOW - HOUR)

    with pytest.raises(CursorStuck, match=r"zendesk@acme, organizations, page 2: .* share the second"):
        desk.read("organizations")


def test_a_cursor_handed_out_twice_ends_in_words() -> None:
    def same_again(request: Request, handle: Any) -> Response:
        return changed(handle(request), lambda body: body.update(end_of_stream=False, after_cursor="MTIz"))

    def without_cursor(request: Request, handle: Any) -> Response:
        query = {"start_time": ["0"]} if "cursor=" in request.url else None
        url = request.url if query is None else f"{request.url.split('?')[0]}?start_time=0"
        return same_again(Request(request.method, url, request.headers), handle)

    desk = Desk(without_cursor)
    desk.put("tickets", "7", LONG_AGO)

    with pytest.raises(CursorStuck, match=r"tickets, page 2: .* same cursor twice"):
        desk.read("tickets")
    assert len(desk.asked) == 2


def test_a_count_that_does_not_fit_is_asked_for_again_and_refused() -> None:
    def lies(request: Request, handle: Any) -> Response:
        return changed(handle(request), lambda body: body.update(count=5))

    desk = Desk(lies)
    desk.put("organizations", "7", LONG_AGO)

    with pytest.raises((SourceError, SourceUnavailable), match="organizations, page 1"):
        desk.read("organizations")
    assert len(desk.asked) == 6


def test_an_answer_without_its_fields_is_never_the_end() -> None:
    def bare(request: Request, handle: Any) -> Response:
        return Response.of({"tickets": []})

    with pytest.raises(SourceError, match=r"tickets, page 1: .* not shaped"):
        Desk(bare).read("tickets")


def test_ten_exports_a_minute_are_kept_to_by_waiting_as_told() -> None:
    desk = Desk(page_rows=1, exports_per_minute=10)
    for number in range(25):
        desk.put("tickets", str(number), LONG_AGO + number * HOUR)

    assert len(desk.keys("tickets")) == 25
    assert desk.http.requests.by_status[429] <= 3
    assert sum(desk.waited) >= 60


def test_a_window_ends_where_it_ends() -> None:
    desk = Desk(page_rows=2)
    for number in range(9):
        desk.put("tickets", str(number), LONG_AGO + number * HOUR)

    assert desk.keys("tickets", LONG_AGO + HOUR, LONG_AGO + 3 * HOUR) == ["1", "2", "3"]
    assert len(desk.asked) < 6


def test_deleted_and_scrubbed_tickets_come_as_deleted() -> None:
    desk = Desk()
    desk.put("tickets", "7", LONG_AGO)
    desk.world.delete("tickets", "7", stamp=NOW - HOUR)
    desk.world.clock.advance(timedelta(minutes=5))

    (deleted,) = [record for page in desk.read("tickets") for record in page.records]
    desk.world.clock.advance(timedelta(days=31))
    (scrubbed,) = [record for page in desk.read("tickets", NOW + HOUR) for record in page.records]

    assert (deleted.is_deleted, deleted.body["status"]) == (True, "deleted")
    assert (scrubbed.is_deleted, scrubbed.body["subject"]) == (True, "SCRUBBED")


def test_deleted_users_are_inactive_and_suspended_ones_are_not_deleted() -> None:
    desk = Desk()
    desk.put("users", "7", LONG_AGO, suspended=True)
    desk.put("users", "8", LONG_AGO)
    desk.world.delete("users", "8", stamp=LONG_AGO)
    desk.world.clock.advance(timedelta(minutes=5))

    assert {record.key: record.is_deleted for page in desk.read("users") for record in page.records} == {
        "7": False,
        "8": True,
    }


def test_listed_tickets_include_archived_ones_and_those_changed_just_now() -> None:
    desk = Desk()
    desk.put("tickets", "1", NOW - timedelta(days=400), status="closed")
    desk.put("tickets", "2", NOW - timedelta(seconds=10))
    desk.put("tickets", "3", LONG_AGO, status="deleted")

    listed = {one.key for page in desk.source.listed(stream("tickets")) for one in page}

    assert listed == {"1", "2"}


@pytest.mark.parametrize(
    "name", ["users", "organizations", "groups", "satisfaction_ratings", "survey_responses", "ticket_events"]
)
def test_every_stream_can_be_listed_and_fetched(name: str) -> None:
    desk = Desk(list_rows=2)
    for number in range(1, 6):
        desk.put(name, str(number), LONG_AGO, ticket_id=1)

    listed = sorted(one.key for page in desk.source.listed(stream(name)) for one in page)
    fetched = sorted(
        record.key for page in desk.source.fetch(stream(name), ["2", "5", "77"]) for record in page.records
    )

    assert listed == ["1", "2", "3", "4", "5"]
    assert fetched == ["2", "5"]


def test_fetched_tickets_have_their_export_s_stamp_and_metrics() -> None:
    desk = Desk()
    desk.put("tickets", "7", LONG_AGO, updated_at="2025-12-01T00:00:00Z", metric_set={"reopens": 2})

    ((record,),) = [page.records for page in desk.source.fetch(stream("tickets"), ["7"])]

    assert (record.version, record.body["metric_set"]) == (LONG_AGO, {"reopens": 2})


def test_comments_come_with_the_events() -> None:
    desk = Desk()
    desk.put(
        "ticket_events", "7", LONG_AGO, child_events=[{"id": 1, "event_type": "Comment", "body": "Hi", "public": True}]
    )

    ((record,),) = [page.records for page in desk.read("ticket_events")]

    assert record.body["child_events"][0]["body"] == "Hi"


def test_json_is_read_whatever_good_status_it_comes_with() -> None:
    desk = Desk(status=201)
    desk.put("groups", "7", LONG_AGO)

    assert desk.keys("groups") == ["7"]


@pytest.mark.parametrize(
    ("credentials", "header"),
    [
        (Credentials("z", login="a@b.example", password=KEY), "Basic YUBiLmV4YW1wbGUvdG9rZW46dDBrZW4="),
        (Credentials("z", login="a@b.example/token", password=KEY), "Basic YUBiLmV4YW1wbGUvdG9rZW46dDBrZW4="),
        (Credentials("z", extra={"oauth_token": "abc"}), "Bearer abc"),
    ],
)
def test_requests_are_signed_by_token_or_oauth(credentials: Credentials, header: str) -> None:
    assert auth(credentials, Http("https://acme.zendesk.com")).headers() == {"authorization": header}


def test_a_token_that_expires_between_pages_is_renewed_and_the_chain_goes_on() -> None:
    desk = Desk(page_rows=2, token_lives=timedelta(minutes=30))
    extra = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    desk.http.auth = auth(Credentials("z", extra=extra), desk.client)
    for number in range(6):
        desk.put("tickets", str(number), LONG_AGO + number * HOUR)

    keys = []
    for page in desk.source.read(stream("tickets"), None):
        keys += [record.key for record in page.records]
        desk.world.clock.advance(timedelta(minutes=20))

    assert keys == [str(number) for number in range(6)]
    assert desk.http.requests.by_status[401] >= 1
    assert desk.client.requests.made >= 2


def test_instants_are_utc() -> None:
    desk = Desk()
    desk.put("users", "7", datetime(2025, 3, 1, 12, tzinfo=UTC))

    assert [record.version for page in desk.read("users") for record in page.records] == [
        datetime(2025, 3, 1, 12, tzinfo=UTC)
    ]
