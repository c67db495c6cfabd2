"""The smallest vendor that has everything: the fault suite is tried out on it before it judges real ones.

Items by (stamp, id) keyset from an inclusive instant on, deleted ones shown; tokens that can be renewed; a listing; single items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.vendors.core import Request, Response, Version, World
from scoreboard.sources.api.base import CursorStuck, Finding, Listed, Page, Record, Stream
from scoreboard.sources.api.http import BrokenAnswer, CredentialsRenewed, Http, Refused, Reply

BUDGET = 1000
UNAUTHORIZED = Response.of({"error": "the token has expired"}, 401)
ITEMS = Stream(
    "items", frozenset({"crm"}), lookback=timedelta(minutes=30), horizon=timedelta(minutes=1), permission="items:read"
)


class ToyStandIn:
    """GET /items, /items/<id>, /ids and POST /token; `page_size` items a page."""

    name = "toy"

    def __init__(self, world: World, page_size: int = 3) -> None:
        self.world = world
        self.page_size = page_size
        self.token = 1

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if request.path == "/token":
            self.token += 1
            return Response.of({"token": f"secret-{self.token}"})
        if request.headers.get("authorization") != f"Bearer secret-{self.token}":
            return UNAUTHORIZED
        if request.path == "/items":
            return self._items(request.query)
        if request.path == "/ids":
            return Response.of({"ids": [version.key for version in self.world.alive("items")]})
        key = request.path.removeprefix("/items/")
        found = [version for version in self.world.alive("items") if version.key == key]
        return Response.of(self._shown(found[0])) if found else Response.of({"error": "no such item"}, 404)

    def _items(self, query: dict[str, str]) -> Response:
        after = query.get("after", "")
        since = query.get("since", "")
        seen = sorted(
            (f"{stamped(version)}|{version.key}", version)
            for version in self.world.seen("items")
            if stamped(version) >= since and stamped(version) <= query.get("until", "9999")
        )
        rest = [(place, version) for place, version in seen if place > after]
        page = rest[: self.page_size]
        is_last = len(rest) <= self.page_size
        return Response.of(
            {
                "items": [self._shown(version) for _, version in page],
                "count": len(page),
                "next": None if is_last else page[-1][0],
            }
        )

    def _shown(self, version: Version) -> dict[str, Any]:
        body = {} if version.body is None else version.body
        return {"id": version.key, "at": stamped(version), "deleted": version.body is None, **body}


def stamped(version: Version) -> str:
    """A version's stamp as the toy spells it, in whole seconds."""
    return version.stamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class ToyAuth:
    """A bearer token that /token renews."""

    def __init__(self, transport: Any) -> None:
        self._http = Http("https://toy.test", transport=transport, name="toy@toy_default")
        self._token = "secret-1"  # noqa: S105 - the toy's

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token}"}

    def refresh(self) -> bool:
        self._token = self._http.post("/token").json()["token"]
        return True


class ToySource:
    """Reads the toy."""

    vendor = "toy"

    def __init__(self, http: Http, connection: str) -> None:
        self.http = http
        self.connection = connection

    def streams(self) -> tuple[Stream, ...]:
        return (ITEMS,)

    def now(self) -> datetime:
        return self.http.now()

    def read(self, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        number, after = 1, ""
        while True:
            where = f"items since {since}, page {number}"
            try:
                with self.http.reading(stream, number):
                    asked = self.http.get(
                        "/items", self.query(since, until, after), restartable=True, check=_counted
                    ).json()
                    records = [record_of(item) for item in asked["items"]]
                    onward = asked["next"]
            except CredentialsRenewed:
                continue  # a keyset asks the same again under any token
            yield Page(records, where)
            if onward is None:
                return
            if onward <= after:
                raise CursorStuck(f"items, page {number}: the next page is named {onward}, which is not past {after}")
            number, after = number + 1, onward

    @staticmethod
    def query(since: datetime | None, until: datetime | None, after: str) -> dict[str, str | None]:
        """What is asked for: from `since` on, the instant itself included."""
        return {
            "since": f"{since:%Y-%m-%dT%H:%M:%SZ}" if since else None,
            "until": f"{until:%Y-%m-%dT%H:%M:%SZ}" if until else None,
            "after": after or None,
        }

    def listed(self, stream: Stream) -> Iterable[list[Listed]]:
        with self.http.reading(stream, "ids"):
            yield [Listed(key) for key in self.http.get("/ids").json()["ids"]]

    def fetch(self, stream: Stream, keys: list[str]) -> Iterator[Page]:
        for key in keys:
            try:
                with self.http.reading(stream, key):
                    item = self.http.get(f"/items/{key}").json()
            except Refused as refusal:
                if refusal.status != 404:
                    raise
                continue
            yield Page([record_of(item)], f"item {key}")

    def check(self) -> Iterator[Finding]:
        yield Finding("items", True, "items can be read")


def _counted(reply: Reply) -> None:
    """An answer that counts more items than it has is asked for again."""
    answer = reply.json()
    if "items" in answer and answer["count"] != len(answer["items"]):
        raise BrokenAnswer(f"it counts {answer['count']} items and has {len(answer['items'])}")


def record_of(item: dict[str, Any]) -> Record:
    """One item as landing takes it."""
    at = datetime.fromisoformat(item["at"])
    return Record(item["id"], at, item, item["deleted"])
