"""A source and the stand-in Zendesk behind it, with a clock that runs when somebody waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.vendors.core import Clock, Fault, World, transport
from demo.vendors.zendesk_api import ZendeskStandIn
from scoreboard.sources.api.base import Page, Stream
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.signing import FixedHeader
from scoreboard.sources.api.zendesk import STREAMS, ZendeskSource

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
BY_NAME = {stream.name: stream for stream in STREAMS}


class Desk:
    """A world, its stand-in and a source; `asked` holds what was requested: path and query."""

    def __init__(self, faults: Fault | None = None, **stand_in: Any) -> None:
        self.world = World(Clock(NOW))
        self.stand_in = ZendeskStandIn(self.world, **stand_in)
        self.asked: list[str] = []
        self.waited: list[float] = []

        def watched(request: Any, handle: Any) -> Any:
            self.asked.append(request.url)
            return faults(request, handle) if faults else handle(request)

        common: dict[str, Any] = {
            "name": "zendesk@acme",
            "transport": transport(self.stand_in, watched),
            "wait": self._wait,
            "jitter": lambda: 0.0,
        }
        self.client = Http("https://acme.zendesk.com", **common)  # signs nothing: for asking for tokens
        self.http = Http("https://acme.zendesk.com", FixedHeader("authorization", "Basic x"), **common)
        self.source = ZendeskSource(self.http, "acme", {}, {})

    def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.world.clock.advance(timedelta(seconds=seconds))

    def put(self, stream: str, key: str, at: datetime, **body: Any) -> None:
        """A record stamped and visible at an instant."""
        self.world.put(stream, key, body, stamp=at, visible_from=at)

    def read(self, stream: str, since: datetime | None = None, until: datetime | None = None) -> list[Page]:
        """Every page."""
        return list(self.source.read(BY_NAME[stream], since, until))

    def keys(self, stream: str, since: datetime | None = None, until: datetime | None = None) -> list[str]:
        """The keys read, as often as they came."""
        return [record.key for page in self.read(stream, since, until) for record in page.records]


def stream(name: str) -> Stream:
    """A stream by name."""
    return BY_NAME[name]
