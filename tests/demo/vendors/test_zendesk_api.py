"""The stand-in Zendesk answers as the real one does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.vendors.core import Clock, Request, Response, World
from demo.vendors.zendesk_api import ZendeskStandIn

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SIGNED = {"Authorization": "Basic x"}


def zendesk(**options: Any) -> ZendeskStandIn:
    return ZendeskStandIn(World(Clock(NOW)), **options)


def get(vendor: ZendeskStandIn, path: str, **headers: str) -> tuple[int, Any, Response]:
    answer = vendor.handle(Request("GET", f"https://acme.zendesk.com{path}", headers or SIGNED))
    import json

    return answer.status, json.loads(answer.body), answer


def put(vendor: ZendeskStandIn, stream: str, key: str, age: timedelta, **body: Any) -> None:
    vendor.world.put(stream, key, body, stamp=NOW - age, visible_from=NOW - age)


def test_strangers_are_turned_away_in_json() -> None:
    status, body, _ = get(zendesk(), "/api/v2/groups.json", cookie="x")

    assert (status, body) == (401, {"error": "Couldn't authenticate you"})


def test_a_start_within_the_last_minute_is_refused() -> None:
    vendor = zendesk()
    recent = int((NOW - timedelta(seconds=59)).timestamp())

    status, body, _ = get(vendor, f"/api/v2/incremental/tickets/cursor.json?start_time={recent}")
    allowed, _, _ = get(vendor, f"/api/v2/incremental/tickets/cursor.json?start_time={recent - 1}")

    assert (status, body["error"], allowed) == (422, "StartTimeTooRecent", 200)
    assert get(vendor, "/api/v2/incremental/organizations.json")[0] == 400


def test_the_last_minute_is_left_out_of_exports_and_not_of_lists() -> None:
    vendor = zendesk()
    put(vendor, "organizations", "1", timedelta(seconds=59))
    put(vendor, "organizations", "2", timedelta(seconds=60))

    _, exported, _ = get(vendor, "/api/v2/incremental/organizations.json?start_time=0")
    _, listed, _ = get(vendor, "/api/v2/organizations.json")

    assert [row["id"] for row in exported["organizations"]] == [2]
    assert [row["id"] for row in listed["organizations"]] == [1, 2]


def test_half_of_the_tickets_were_touched_after_their_updated_at() -> None:
    vendor = zendesk()
    for number in range(20):
        put(vendor, "tickets", str(number), timedelta(days=1))

    _, body, _ = get(vendor, "/api/v2/incremental/tickets/cursor.json?start_time=0")
    late = [
        row["generated_timestamp"] > datetime.fromisoformat(row["updated_at"]).timestamp() for row in body["tickets"]
    ]

    assert 0 < sum(late) < 20


def test_a_cursor_chain_has_an_empty_page_that_is_not_its_end() -> None:
    vendor = zendesk(page_rows=2)
    for number in range(4):
        put(vendor, "tickets", str(number), timedelta(days=1))
    _, first, _ = get(vendor, "/api/v2/incremental/tickets/cursor.json?start_time=0")
    _, second, _ = get(vendor, f"/api/v2/incremental/tickets/cursor.json?cursor={first['after_cursor']}")
    _, third, _ = get(vendor, f"/api/v2/incremental/tickets/cursor.json?cursor={second['after_cursor']}")

    sizes = [(len(page["tickets"]), page["end_of_stream"]) for page in (first, second, third)]

    assert sizes == [(2, False), (0, False), (2, True)]
    assert "metric_set" not in first["tickets"][0]


def test_pages_by_time_grow_where_seconds_tie_and_link_elsewhere() -> None:
    vendor = zendesk(page_rows=3)
    for number, age in enumerate((9, 9, 8, 8, 8, 7)):
        put(vendor, "organizations", str(number), timedelta(hours=age))

    _, body, _ = get(vendor, "/api/v2/incremental/organizations.json?start_time=0")

    assert (body["count"], body["end_of_stream"]) == (5, False)
    assert body["end_time"] == int((NOW - timedelta(hours=8)).timestamp())
    assert body["next_page"].startswith("https://acme-legacy.zendesk.com/")


def test_ten_exports_a_minute_and_then_wait() -> None:
    vendor = zendesk(exports_per_minute=10)
    statuses = [get(vendor, "/api/v2/incremental/users/cursor.json?start_time=0")[0] for _ in range(11)]
    _, _, answer = get(vendor, "/api/v2/incremental/users/cursor.json?start_time=0")

    assert statuses == [200] * 10 + [429]
    assert 1 <= int(answer.headers["retry-after"]) <= 61
    assert get(vendor, "/api/v2/groups.json")[0] == 200


def test_a_deleted_ticket_keeps_its_text_for_thirty_days() -> None:
    vendor = zendesk()
    put(vendor, "tickets", "1", timedelta(days=2), subject="Help", status="open")
    vendor.world.delete("tickets", "1", stamp=NOW)
    vendor.world.clock.advance(timedelta(days=29))
    _, body, _ = get(vendor, "/api/v2/incremental/tickets/cursor.json?start_time=0")
    vendor.world.clock.advance(timedelta(days=2))
    since = int((NOW + timedelta(days=29)).timestamp())
    _, later, _ = get(vendor, f"/api/v2/incremental/tickets/cursor.json?start_time={since}")

    assert [(row["status"], row["subject"]) for row in body["tickets"]] == [("deleted", "Help")]
    assert [(row["status"], row["subject"], row["description"]) for row in later["tickets"]] == [
        ("deleted", "SCRUBBED", "X")
    ]
    assert get(vendor, "/api/v2/incremental/tickets/cursor.json?start_time=0&exclude_deleted=true")[1]["tickets"] == []


def test_lists_leave_out_archived_tickets() -> None:
    vendor = zendesk()
    put(vendor, "tickets", "1", timedelta(days=200), status="closed")
    put(vendor, "tickets", "2", timedelta(days=200), status="open")

    _, body, _ = get(vendor, "/api/v2/tickets.json")

    assert [row["id"] for row in body["tickets"]] == [2]


def test_lists_page_by_cursor() -> None:
    vendor = zendesk(list_rows=2)
    for number in range(3):
        put(vendor, "satisfaction_ratings", str(number), timedelta(days=1), score="offered")
    _, first, _ = get(vendor, "/api/v2/satisfaction_ratings.json?page[size]=100")
    after = first["meta"]["after_cursor"]
    _, second, _ = get(vendor, f"/api/v2/satisfaction_ratings.json?page[size]=100&page[after]={after}")

    assert [row["id"] for row in first["satisfaction_ratings"]] == [0, 1]
    assert [row["id"] for row in second["satisfaction_ratings"]] == [2]
    assert (first["meta"]["has_more"], second["meta"]["has_more"]) == (True, False)


def test_comments_are_only_hinted_at_unless_asked_for() -> None:
    vendor = zendesk()
    put(
        vendor,
        "ticket_events",
        "1",
        timedelta(days=1),
        child_events=[{"id": 5, "event_type": "Comment", "body": "Hi", "public": True}],
    )

    _, hinted, _ = get(vendor, "/api/v2/incremental/ticket_events.json?start_time=0")
    _, told, _ = get(vendor, "/api/v2/incremental/ticket_events.json?start_time=0&include=comment_events")

    assert hinted["ticket_events"][0]["child_events"] == [{"id": 5, "comment_present": True, "comment_public": True}]
    assert told["ticket_events"][0]["child_events"][0]["body"] == "Hi"


def test_an_unknown_address_and_a_missing_record_are_not_found() -> None:
    assert get(zendesk(), "/api/v2/nothing.json")[0] == 404
    assert get(zendesk(), "/api/v2/groups/5.json")[0] == 404
