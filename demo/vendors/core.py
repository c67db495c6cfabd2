"""What every stand-in vendor is made of: a world of records that knows every version ever visible, and plain requests.

A vendor's own module turns requests into answers (`handle`). It is called straight from tests, without a socket, and
by `serve` over HTTP; both see the same.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import httpx


class Clock:
    """The vendor's clock: stands still until it is moved, or follows the real one when made with `real=True`."""

    def __init__(self, start: datetime | None = None, *, real: bool = False) -> None:
        self._real = real
        self._now = start or datetime(2026, 1, 5, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC) if self._real else self._now

    def advance(self, by: timedelta) -> datetime:
        """Let time pass."""
        self._now += by
        return self._now


@dataclass(frozen=True)
class Version:
    """One version of one record as it became visible; `body` None means deleted."""

    stream: str
    key: str
    stamp: datetime  # what the vendor's cursor field says; may be older or newer than `visible_from`
    visible_from: datetime
    body: dict[str, Any] | None
    is_hard: bool = False  # deleted without a trace in the API


class World:
    """What a vendor holds. Nothing is ever forgotten: `ledger` is the truth that landing is held against.

    A record's body is what the vendor serves, without the stamp: handlers write the stamp into the field the vendor
    uses. Late commits are versions whose `visible_from` lies after their `stamp`.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ledger: list[Version] = []
        self._versions: dict[str, dict[str, list[Version]]] = {}

    def put(
        self,
        stream: str,
        key: str,
        body: Mapping[str, Any],
        *,
        stamp: datetime | None = None,
        visible_from: datetime | None = None,
    ) -> Version:
        """A new record, or a new version of one; stamped and visible now unless told otherwise."""
        now = self.clock.now()
        return self._add(Version(stream, key, stamp or now, visible_from or stamp or now, copy.deepcopy(dict(body))))

    def delete(self, stream: str, key: str, *, is_hard: bool = False, stamp: datetime | None = None) -> Version:
        """Delete a record: softly (the API shows a tombstone) or hard (it is simply gone)."""
        now = self.clock.now()
        return self._add(Version(stream, key, stamp or now, now, None, is_hard))

    def _add(self, version: Version) -> Version:
        self.ledger.append(version)
        self._versions.setdefault(version.stream, {}).setdefault(version.key, []).append(version)
        return version

    def seen(self, stream: str) -> Iterator[Version]:
        """The newest visible version of every record of a stream, deleted ones included; hard-deleted ones are gone."""
        now = self.clock.now()
        for versions in self._versions.get(stream, {}).values():
            version = _newest_visible(versions, now)
            if version is not None:
                yield version

    def current(self, stream: str, key: str) -> Version | None:
        """The newest visible version of one record, None if it does not exist or has been deleted."""
        version = _newest_visible(self._versions.get(stream, {}).get(key, []), self.clock.now())
        return version if version is not None and version.body is not None else None

    def last_body(self, stream: str, key: str, before: Version | None = None) -> dict[str, Any] | None:
        """The body a record had before it was deleted (by `before`, else at last), for APIs that still show it then."""
        body = None
        for version in self._versions.get(stream, {}).get(key, []):
            if version is before:
                break
            body = version.body if version.body is not None else body
        return body

    def alive(self, stream: str) -> Iterator[Version]:
        """The newest visible version of every record that exists."""
        return (version for version in self.seen(stream) if version.body is not None)


def _newest_visible(versions: list[Version], now: datetime) -> Version | None:
    for version in reversed(versions):
        if version.visible_from <= now:
            return None if version.is_hard and version.body is None else version
    return None


@dataclass(frozen=True)
class Request:
    """One request as a vendor's handler sees it: `path` without host, `query` with the last of doubled names."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def base(self) -> str:
        """scheme://host of this request, for answers that name their next page by a whole URL."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def json(self) -> Any:
        return json.loads(self.body or b"{}")


@dataclass
class Response:
    """One answer. `fault` marks one that a scripted fault put in place of the vendor's own."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> Response:
        """A JSON answer."""
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        return cls(status, text.encode(), {"content-type": "application/json; charset=utf-8", **headers})


class Vendor(Protocol):
    """A stand-in vendor."""

    name: str
    world: World

    def handle(self, request: Request) -> Response:
        """Answer one request as the vendor documents it, its error bodies included."""


Fault = Callable[[Request, Callable[[Request], Response]], Response]
"""Stands between request and handler: may answer itself, spoil the answer, or raise httpx.TransportError (reset, timeout)."""


def transport(vendor: Vendor, faults: Fault | None = None) -> httpx.MockTransport:
    """A client transport that asks the vendor in this process, with its Date header and scripted faults."""

    def answer(asked: httpx.Request) -> httpx.Response:
        request = Request(asked.method, str(asked.url), dict(asked.headers), asked.read())
        given = faults(request, vendor.handle) if faults else vendor.handle(request)
        # as a stream: the client unpacks it itself, as it would from a socket, and can tell a body that was cut off
        return httpx.Response(given.status, headers=dated(given, vendor), stream=httpx.ByteStream(given.body))

    return httpx.MockTransport(answer)


def dated(response: Response, vendor: Vendor) -> dict[str, str]:
    """The answer's headers with the vendor's clock among them."""
    return {"date": vendor.world.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT"), **response.headers}
