"""An org with a stand-in behind it, and the adapter in front of it; nothing here sleeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from demo.vendors.core import Clock, Request, Response, World, transport
from demo.vendors.salesforce_api import CLIENT_ID, CLIENT_SECRET, SalesforceStandIn
from scoreboard.sources.api.base import Page, Record, Stream
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.salesforce import SalesforceSource
from scoreboard.sources.api.salesforce_auth import ClientCredentials

HOST = "https://acme.my.salesforce.com"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
FIELDS = {"Account": ["Name", "Region__c", "AnnualRevenue"], "Task": ["Type", "IsClosed"]}


class Org:
    """A world of Salesforce records, its stand-in, and every request that was made."""

    def __init__(self, **made: Any) -> None:
        self.world = World(Clock(NOW))
        self.stand_in = SalesforceStandIn(self.world, **{"page_size": 3, **made})
        self.asked: list[Request] = []
        self.waited: list[float] = []
        self.fault: Any = None

    def put(self, key: str, at: datetime = NOW, name: str = "Account", **body: Any) -> None:
        """A record with this stamp."""
        self.world.put(name, key, {"Name": key, **body}, stamp=at)

    def pipe(self) -> httpx.MockTransport:
        """A client's transport into the org."""

        def spied(request: Request, handle: Any) -> Response:
            self.asked.append(request)
            return self.fault(request, handle) if self.fault else handle(request)

        return transport(self.stand_in, spied)

    def source(
        self,
        fields: Mapping[str, Sequence[str]] = FIELDS,
        secret: str = CLIENT_SECRET,
        login: str = CLIENT_ID,
        **options: str,
    ) -> SalesforceSource:
        """The adapter, signed in as the app."""
        pipe = self.pipe()
        auth = ClientCredentials(Http(HOST, name="sf", transport=pipe, wait=self.waited.append), login, secret)
        http = Http(HOST, auth, name="sf", transport=pipe, wait=self.waited.append, jitter=lambda: 0.0)
        return SalesforceSource(http, "sf", fields, {"page_size": "4", **options})

    def queries(self) -> list[str]:
        """The SOQL that was asked."""
        return [request.query["q"] for request in self.asked if "q" in request.query]


def stream(source: SalesforceSource, name: str = "Account") -> Stream:
    """One of the source's streams."""
    return next(one for one in source.streams() if one.name == name)


def pages(source: SalesforceSource, since: datetime | None = None, name: str = "Account", **more: Any) -> list[Page]:
    """Every page of a read."""
    return list(source.read(stream(source, name), since, **more))


def records(
    source: SalesforceSource, since: datetime | None = None, name: str = "Account", **more: Any
) -> list[Record]:
    """Every record of a read, in order."""
    return [record for page in pages(source, since, name, **more) for record in page.records]


def keys(found: Sequence[Record]) -> list[str]:
    """Ids in order."""
    return [record.key for record in found]


def ago(**time: float) -> datetime:
    """So long before the world's beginning."""
    return NOW - timedelta(**time)
