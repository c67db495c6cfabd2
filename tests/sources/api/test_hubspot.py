"""HubSpot's API as a source, against the stand-in: nothing lost, nothing doubled, refusals in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from demo.vendors.core import Clock, Fault, Request, Response, World, transport
from demo.vendors.hubspot_api import HubspotStandIn
from scoreboard.sources.api.base import CursorStuck, Record, SourceError, SourceUnavailable, Stream
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.hubspot import HubspotSource
from scoreboard.sources.api.hubspot_objects import STREAMS
from scoreboard.sources.api.hubspot_paging import Answer, by_key
from scoreboard.sources.api.signing import bearer

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OTHER = "another one"


def stream(name: str) -> Stream:
    return next(each for each in STREAMS if each.name == name)


def source(stand_in: HubspotStandIn, faults: Fault | None = None, waits: list[float] | None = None) -> HubspotSource:
    http = Http(
        "https://api.hubapi.com",
        bearer("pat-eu1-secret-canary"),
        transport=transport(stand_in, faults),
        wait=(waits if waits is not None else []).append,
    )
    return HubspotSource(http, "hubspot_default", {"companies": ["id", "properties.name", "properties.region"]}, {})


def read(of: HubspotSource, name: str, since: datetime | None = None, until: datetime | None = None) -> list[Record]:
    return [record for page in of.read(stream(name), since, until) for record in page.records]


def versions(records: list[Record]) -> list[tuple[str, datetime | None]]:
    return [(record.key, record.version) for record in records]


@pytest.fixture
def stand_in() -> HubspotStandIn:
    return HubspotStandIn(World(Clock(NOON + timedelta(hours=1))), page_size=3)


def put(stand_in: HubspotStandIn, key: int, at: datetime, kind: str = "companies", **properties: Any) -> None:
    stand_in.world.put(kind, str(key), {"properties": {"name": f"Company {key}", **properties}}, stamp=at)


def test_every_record_comes_once_by_rising_change(stand_in: HubspotStandIn) -> None:
    for key in range(1, 12):
        put(stand_in, key, NOON + key * SECOND)

    assert versions(read(source(stand_in), "companies")) == [(str(key), NOON + key * SECOND) for key in range(1, 12)]


def test_the_lower_bound_is_inclusive(stand_in: HubspotStandIn) -> None:
    put(stand_in, 1, NOON)
    put(stand_in, 2, NOON + SECOND)

    assert [record.key for record in read(source(stand_in), "companies", since=NOON)] == ["1", "2"]
    assert [record.key for record in read(source(stand_in), "companies", since=NOON + SECOND)] == ["2"]


def test_a_window_is_closed_at_both_ends(stand_in: HubspotStandIn) -> None:
    for key in range(5):
        put(stand_in, key + 1, NOON + key * SECOND)

    found = read(source(stand_in), "companies", since=NOON + SECOND, until=NOON + 3 * SECOND)
    assert [record.key for record in found] == ["2", "3", "4"]


@pytest.mark.parametrize("tied", [2, 3, 4, 10])
def test_ties_across_pages_are_neither_lost_nor_doubled(stand_in: HubspotStandIn, tied: int) -> None:
    put(stand_in, 1, NOON)
    for key in range(2, 2 + tied):
        put(stand_in, key, NOON + SECOND)
    put(stand_in, 90, NOON + 2 * SECOND)

    assert sorted(record.key for record in read(source(stand_in), "companies")) == sorted(
        ["1", *(str(key) for key in range(2, 2 + tied)), "90"]
    )


def test_more_than_ten_thousand_records_are_read_past_the_cap() -> None:
    stand_in = HubspotStandIn(World(Clock(NOON + timedelta(days=1))))
    for key in range(1, 10_402):
        put(stand_in, key, NOON if key <= 10_200 else NOON + key * SECOND)

    assert sorted(int(record.key) for record in read(source(stand_in), "companies")) == list(range(1, 10_402))


def test_a_record_changed_while_it_is_read_hides_no_other(stand_in: HubspotStandIn) -> None:
    for key in range(1, 10):
        put(stand_in, key, NOON + key * SECOND)
    pages = source(stand_in).read(stream("companies"), None)
    seen = [record.key for record in next(iter(pages)).records]
    put(stand_in, 1, NOON + timedelta(minutes=30))
    seen += [record.key for page in pages for record in page.records]

    assert sorted(set(seen)) == [str(key) for key in range(1, 10)]
    assert seen.count("1") == 2


def test_an_unsorted_search_is_stuck_and_said_so() -> None:
    def ask(filters: list[dict[str, str]], by: str) -> Answer:
        return Answer([{"id": "1", "properties": {"hs_lastmodifieddate": "2025-01-01T00:00:00Z"}}], True)

    with pytest.raises(CursorStuck, match="not sorted"):
        list(by_key(ask, "hs_lastmodifieddate", NOON))


def test_an_instant_without_a_way_past_is_stuck_and_said_so() -> None:
    def ask(filters: list[dict[str, str]], by: str) -> Answer:
        return Answer([{"id": "1", "properties": {"hs_lastmodifieddate": "2026-01-05T12:00:00Z"}}], True)

    with pytest.raises(CursorStuck, match="no way past"):
        list(by_key(ask, "hs_lastmodifieddate", NOON))


def test_what_was_deleted_comes_as_deleted_in_order_and_without_a_persons_data(stand_in: HubspotStandIn) -> None:
    for key in range(1, 7):
        put(stand_in, key, NOON + key * SECOND, kind="contacts", email="person@us.example")
    stand_in.world.delete("contacts", "2", stamp=NOON + timedelta(seconds=4.5))
    stand_in.world.delete("contacts", "3", stamp=NOON + timedelta(minutes=9))

    records = read(source(stand_in), "contacts")
    assert [(record.key, record.is_deleted) for record in records] == [
        ("1", False), ("4", False), ("2", True), ("5", False), ("6", False), ("3", True),
    ]  # fmt: skip
    assert "person@us.example" not in str([record.body for record in records if record.is_deleted])
    assert [record.key for record in read(source(stand_in), "contacts", since=NOON + timedelta(minutes=8))] == ["3"]


def test_contacts_have_their_own_name_for_the_stamp(stand_in: HubspotStandIn) -> None:
    put(stand_in, 1, NOON, kind="contacts")

    [record] = read(source(stand_in), "contacts", since=NOON - SECOND)
    assert record.version == NOON
    assert "hs_lastmodifieddate" not in record.body["properties"]


def test_only_properties_that_are_mapped_are_asked_for(stand_in: HubspotStandIn) -> None:
    put(stand_in, 1, NOON, region="EMEA", annualrevenue="950000000")

    [record] = read(source(stand_in), "companies")
    assert set(record.body["properties"]) == {"name", "region", "hs_lastmodifieddate", "hs_object_id"}


def test_associations_come_with_their_record_all_of_them_and_in_one_order() -> None:
    stand_in = HubspotStandIn(World(Clock(NOON + timedelta(hours=1))), associations_per_page=2)

    def deal(numbers: list[int]) -> dict[str, Any]:
        kinds = [{"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None}]
        return {
            "properties": {},
            "associations": {"companies": [{"toObjectId": number, "associationTypes": kinds} for number in numbers]},
        }

    stand_in.world.put("deals", "1", deal([5, 3, 9, 1, 7]), stamp=NOON)
    stand_in.world.put("deals", "2", deal([]), stamp=NOON + SECOND)

    one, two = read(source(stand_in), "deals")
    assert [link["toObjectId"] for link in one.body["associations"]["companies"]] == [1, 3, 5, 7, 9]
    assert (two.body["associations"]["companies"], two.body["associations"]["contacts"]) == ([], [])


def test_owners_include_the_deactivated(stand_in: HubspotStandIn) -> None:
    for key, archived in (("1", False), ("2", True)):
        stand_in.world.put("owners", key, {"email": "o@us.example", "archived": archived, "teams": []}, stamp=NOON)

    assert [
        (record.key, record.body["archived"], record.is_deleted) for record in read(source(stand_in), "owners")
    ] == [
        ("1", False, False),
        ("2", True, False),
    ]


def test_listed_names_what_is_there_and_fetch_gets_it(stand_in: HubspotStandIn) -> None:
    for key in range(1, 8):
        put(stand_in, key, NOON + key * SECOND)
    stand_in.world.delete("companies", "2")
    stand_in.world.delete("companies", "3", is_hard=True)
    of = source(stand_in)

    found = [each for page in of.listed(stream("companies")) for each in page]
    assert [(each.key, each.version) for each in found] == [(str(key), NOON + key * SECOND) for key in (1, 4, 5, 6, 7)]
    fetched = [record for page in of.fetch(stream("companies"), ["1", "3", "7"]) for record in page.records]
    assert versions(fetched) == [("1", NOON + SECOND), ("7", NOON + 7 * SECOND)]
    assert fetched[0].body == read(of, "companies")[0].body


def test_pipelines_are_listed_whole(stand_in: HubspotStandIn) -> None:
    stand_in.world.put("deal_pipelines", "default", {"label": "Sales", "stages": [{"id": "won"}]}, stamp=NOON)

    [record] = read(source(stand_in), "deal_pipelines")
    assert (record.key, record.body["stages"]) == ("default", [{"id": "won"}])


def test_a_secondly_limit_is_waited_out(stand_in: HubspotStandIn) -> None:
    put(stand_in, 1, NOON)
    asked = 0

    def limited(request: Request, handle: Any) -> Response:
        nonlocal asked
        asked += 1
        if asked <= 2:
            return Response.of({"status": "error", "errorType": "RATE_LIMIT", "policyName": "SECONDLY"}, 429)
        return handle(request)

    waits: list[float] = []
    assert len(read(source(stand_in, limited, waits), "companies")) == 1
    assert len(waits) == 2


def test_a_used_up_day_ends_the_read_naming_the_stream() -> None:
    stand_in = HubspotStandIn(World(Clock(NOON)), daily=0)

    with pytest.raises(SourceUnavailable, match="companies"):
        read(source(stand_in), "companies")


def test_a_reset_is_tried_again(stand_in: HubspotStandIn) -> None:
    put(stand_in, 1, NOON)
    asked = 0

    def reset(request: Request, handle: Any) -> Response:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise httpx.ReadError("connection reset by peer")
        return handle(request)

    assert len(read(source(stand_in, reset), "companies")) == 1


def test_a_wrong_token_fails_at_once_without_showing_it() -> None:
    stand_in = HubspotStandIn(World(Clock(NOON)), token=OTHER)

    with pytest.raises(SourceError) as failed:
        read(source(stand_in), "companies")
    assert "credentials" in str(failed.value)
    assert "secret-canary" not in str(failed.value)


def test_a_broken_association_lookup_lands_nothing(stand_in: HubspotStandIn) -> None:
    stand_in.world.put("deals", "1", {"properties": {}}, stamp=NOON)

    def broken(request: Request, handle: Any) -> Response:
        if "/crm/v4/" in request.path:
            return Response.of(
                {"results": [], "numErrors": 1, "errors": [{"category": "INTERNAL", "message": "no"}]}, 207
            )
        return handle(request)

    with pytest.raises(SourceError, match="associations with companies"):
        read(source(stand_in, broken), "deals")


def test_check_says_what_works_what_is_missing_and_what_stays_empty(stand_in: HubspotStandIn) -> None:
    put(stand_in, 1, NOON)
    stand_in.denied = {"deals", "owners"}
    found = {finding.subject: finding for finding in source(stand_in).check()}

    assert found["credentials"].is_ok and "4711" in found["credentials"].sentence
    assert (found["companies"].is_ok, found["companies"].rows) == (True, 1)
    assert "region" in found["companies"].sentence
    assert not found["deals"].is_ok and "crm.objects.deals.read" in found["deals"].sentence
    assert not found["owners"].is_ok and "crm.objects.owners.read" in found["owners"].sentence


def test_check_stops_at_a_wrong_token() -> None:
    found = list(source(HubspotStandIn(World(Clock(NOON)), token=OTHER)).check())

    assert [(finding.subject, finding.is_ok) for finding in found] == [("credentials", False)]
    assert "secret-canary" not in found[0].sentence
