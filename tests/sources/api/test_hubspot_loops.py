"""HubSpot's markers of the next page: one that comes back is told after a few requests, never followed for ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import pytest

from demo.vendors.core import Clock, Request, Response, World, transport
from demo.vendors.hubspot_api import HubspotStandIn
from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.hubspot import HubspotSource
from scoreboard.sources.api.hubspot_objects import STREAMS
from scoreboard.sources.api.signing import bearer

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
TOO_MANY = 20


def looping(path: str, change: Callable[[dict[str, Any]], None]) -> HubspotSource:
    """A source whose answers from a path are changed; gives up for the test after too many requests."""
    stand_in = HubspotStandIn(World(Clock(NOON)), page_size=3, associations_per_page=1)
    links = [{"toObjectId": 7, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 5, "label": None}]}]
    stand_in.world.put("deals", "1", {"properties": {}, "associations": {"companies": links}}, stamp=NOON)
    stand_in.world.put("users", "1", {"properties": {}}, stamp=NOON)

    def changed(request: Request, handle: Any) -> Response:
        assert http.requests.made < TOO_MANY, "asked without end"
        answer: Response = handle(request)
        if path not in request.path:
            return answer
        body = json.loads(answer.body)
        change(body)
        return Response.of(body, answer.status)

    http = Http("https://api.hubapi.com", bearer("pat"), transport=transport(stand_in, changed), wait=lambda _: None)
    return HubspotSource(http, "main", {}, {})


@pytest.mark.parametrize("markers", [["1"], ["1", "2"], ["1", "2", "3"]])
def test_a_listing_that_leads_in_a_circle_is_told(markers: list[str]) -> None:
    names = cycle(markers)

    def circle(body: dict[str, Any]) -> None:
        body["paging"] = {"next": {"after": next(names)}}

    users = next(stream for stream in STREAMS if stream.name == "users")
    with pytest.raises(SourceError, match=r"users, page .: HubSpot names a page as the next that was read"):
        list(looping("/objects/users", circle).read(users, None))


@pytest.mark.parametrize("markers", [["1"], ["1", "2"]])
def test_associations_that_lead_in_a_circle_are_told(markers: list[str]) -> None:
    names = cycle(markers)

    def circle(body: dict[str, Any]) -> None:
        for each in body["results"]:
            each["paging"] = {"next": {"after": next(names)}}

    deals = next(stream for stream in STREAMS if stream.name == "deals")
    with pytest.raises(SourceError, match="deals, page 1, its companies: HubSpot names a page as the next"):
        list(looping("/associations/deals/companies", circle).read(deals, None))
