"""The stand-in speaks HubSpot as documented, its limits and quirks included."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.vendors.core import Clock, Request, Response, World
from demo.vendors.hubspot_api import HubspotStandIn

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def stand_in() -> HubspotStandIn:
    made = HubspotStandIn(World(Clock(NOON)))
    for key in range(1, 6):
        made.world.put("companies", str(key), {"properties": {"name": f"C{key}", "e-mail (old)": "x"}}, stamp=NOON)
    return made


def ask(stand_in: HubspotStandIn, path: str, body: Any = None, *, is_signed: bool = True) -> Response:
    headers = {"Authorization": "Bearer any"} if is_signed else {}
    method = "GET" if body is None else "POST"
    return stand_in.handle(
        Request(
            method, f"https://api.hubapi.com{path}", headers, json.dumps(body).encode() if body is not None else b""
        )
    )


def told(response: Response) -> Any:
    return json.loads(response.body)


def search(stand_in: HubspotStandIn, **asked: Any) -> Response:
    return ask(stand_in, "/crm/v3/objects/companies/search", asked)


def test_search_counts_all_and_pages_by_a_count(stand_in: HubspotStandIn) -> None:
    answer = told(search(stand_in, limit=2, properties=["name", "e-mail (old)", "unknown"]))

    assert (answer["total"], len(answer["results"]), answer["paging"]["next"]["after"]) == (5, 2, "2")
    assert set(answer["results"][0]["properties"]) == {"name", "e-mail (old)", "hs_lastmodifieddate", "hs_object_id"}


def test_search_ends_at_ten_thousand(stand_in: HubspotStandIn) -> None:
    assert search(stand_in, limit=200, after="9800").status == 200
    refused = search(stand_in, limit=200, after="9801")

    assert (refused.status, told(refused)["category"]) == (400, "VALIDATION_ERROR")
    assert search(stand_in, limit=201).status == 400


def test_search_does_not_find_what_was_archived_and_the_archive_does(stand_in: HubspotStandIn) -> None:
    stand_in.world.delete("companies", "1")
    stand_in.world.delete("companies", "2", is_hard=True)
    archived = told(ask(stand_in, "/crm/v3/objects/companies?archived=true&limit=100"))["results"]

    assert told(search(stand_in, limit=10))["total"] == 3
    assert [(row["id"], row["archived"], "archivedAt" in row) for row in archived] == [("1", True, True)]


def test_the_archive_forgets_after_ninety_days(stand_in: HubspotStandIn) -> None:
    stand_in.world.delete("companies", "1")
    path = "/crm/v3/objects/companies?archived=true&limit=100"
    stand_in.world.clock.advance(timedelta(days=90))
    assert [row["id"] for row in told(ask(stand_in, path))["results"]] == ["1"]
    stand_in.world.clock.advance(timedelta(seconds=1))
    assert told(ask(stand_in, path))["results"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [{"propertyName": "hs_object_id", "operator": "GT", "value": "0"}] * 7}]},
        {"properties": ["a_property_with_a_long_name"] * 120},
    ],
    ids=["six groups", "seven filters", "more than 3,000 characters"],
)
def test_a_search_that_asks_too_much_is_refused(stand_in: HubspotStandIn, asked: Any) -> None:
    assert search(stand_in, limit=1, **asked).status == 400


def test_associations_of_a_thousand_at_most(stand_in: HubspotStandIn) -> None:
    path = "/crm/v4/associations/companies/contacts/batch/read"

    assert ask(stand_in, path, {"inputs": [{"id": str(key)} for key in range(1000)]}).status == 207
    assert ask(stand_in, path, {"inputs": [{"id": str(key)} for key in range(1001)]}).status == 400


def test_search_finds_a_change_only_once_it_is_indexed(stand_in: HubspotStandIn) -> None:
    late = NOON + timedelta(seconds=20)
    stand_in.world.put("companies", "9", {"properties": {}}, stamp=NOON, visible_from=late)

    assert told(search(stand_in, limit=10))["total"] == 5
    stand_in.world.clock.advance(timedelta(seconds=20))
    assert told(search(stand_in, limit=10))["total"] == 6


def test_searches_of_one_second_are_limited() -> None:
    stand_in = HubspotStandIn(World(Clock(NOON)), searches_per_second=2)
    answers = [search(stand_in, limit=1) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert told(answers[2])["policyName"] == "SECONDLY"
    stand_in.world.clock.advance(timedelta(seconds=1))
    assert search(stand_in, limit=1).status == 200


def test_a_used_up_day_is_said(stand_in: HubspotStandIn) -> None:
    limited = HubspotStandIn(stand_in.world, daily=1)

    assert search(limited, limit=1).status == 200
    assert told(search(limited, limit=1))["policyName"] == "DAILY"


def test_refusals_are_shaped_as_documented(stand_in: HubspotStandIn) -> None:
    unsigned = ask(stand_in, "/crm/v3/owners", is_signed=False)
    stand_in.denied = {"companies"}
    refused = told(search(stand_in, limit=1))

    assert unsigned.status == 401
    assert set(told(unsigned)) == {"status", "message", "correlationId", "category"}
    assert refused["errors"][0]["context"] == {"requiredGranularScopes": ["crm.objects.companies.read"]}


def test_nothing_linked_is_an_error_within_207(stand_in: HubspotStandIn) -> None:
    answer = ask(stand_in, "/crm/v4/associations/companies/contacts/batch/read", {"inputs": [{"id": "1"}]})

    assert answer.status == 207
    assert told(answer)["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"


def test_an_unknown_path_is_not_found(stand_in: HubspotStandIn) -> None:
    assert ask(stand_in, "/crm/v9/anything").status == 404
