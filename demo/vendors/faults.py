"""Scripted faults between a client and any stand-in vendor: what goes wrong on networks and in front of APIs.

Each is a `core.Fault`: it sees a request, asks the vendor or does not, and spoils what comes back. It knows no vendor, counts
how often it struck, and a seed decides where, so that a run with faults can be repeated to the byte.
`Script` lays several over each other; `demo.vendors.paging` has those that must know where a vendor names its next page.
"""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from email.utils import format_datetime

import httpx

from demo.vendors.core import Clock, Request, Response

Handler = Callable[[Request], Response]
Act = Callable[[Request, Handler], Response]
Where = Callable[[int, Request], bool]
"""Whether to strike at the n-th request (1-based, of those the fault looks at)."""
Only = Callable[[Request], bool]


def anything(request: Request) -> bool:
    """Look at every request."""
    return True


def at(*numbers: int) -> Where:
    """Strike at these requests, the first is 1."""
    return lambda number, request: number in numbers


FIRST, SECOND = at(1), at(2)


def always(number: int, request: Request) -> bool:
    """Strike every time."""
    return True


def first(count: int) -> Where:
    """Strike at the first so many requests: an outage that passes."""
    return lambda number, request: number <= count


def now_and_then(seed: int, share: float) -> Where:
    """Strike at a random share of requests, the same ones for the same seed."""
    dice = random.Random(seed)
    return lambda number, request: dice.random() < share


class Strike:
    """One fault: `act` in place of the vendor's answer, where `where` says so, among the requests that `only` lets it see."""

    def __init__(self, name: str, act: Act, where: Where = always, *, only: Only = anything) -> None:
        self.name = name
        self.injected = 0
        self.looked_at = 0
        self._act, self._where, self._only = act, where, only

    def __call__(self, request: Request, handle: Handler) -> Response:
        if not self._only(request):
            return handle(request)
        self.looked_at += 1
        if not self._where(self.looked_at, request):
            return self.passed(request, handle)
        return self.strike(request, handle)

    def passed(self, request: Request, handle: Handler) -> Response:
        """A request that is let through."""
        return handle(request)

    def strike(self, request: Request, handle: Handler) -> Response:
        """A request that is struck, and counted."""
        self.injected += 1
        answer = self._act(request, handle)
        answer.fault = answer.fault or self.name
        return answer


class Script:
    """Several faults over one another, the first outermost; without any, the vendor as it is."""

    def __init__(self, *strikes: Strike) -> None:
        self.strikes: Sequence[Strike] = strikes
        self.requests = 0

    def __call__(self, request: Request, handle: Handler) -> Response:
        self.requests += 1
        return self._through(0, request, handle)

    def _through(self, place: int, request: Request, handle: Handler) -> Response:
        if place == len(self.strikes):
            return handle(request)
        return self.strikes[place](request, lambda asked: self._through(place + 1, asked, handle))

    @property
    def injected(self) -> Counter[str]:
        """How often each fault struck."""
        return Counter({strike.name: strike.injected for strike in self.strikes})


# ---- the vendor says: later -----------------------------------------------------------------------------------------


def too_many(
    where: Where = FIRST, *, retry_after: str | None = "3", status: int = 429, only: Only = anything
) -> Strike:
    """429 (or 503) with Retry-After as given: seconds, an HTTP date, 0, a day, or missing (None)."""
    headers = {"retry-after": retry_after} if retry_after is not None else {}
    shown = "none" if retry_after is None else retry_after
    refusal = Response.of({"message": "too many requests"}, status, **headers)
    return Strike(f"{status} retry-after {shown}", lambda request, handle: copied(refusal), where, only=only)


def too_many_until(clock: Clock, seconds: int = 3, where: Where = FIRST, *, only: Only = anything) -> Strike:
    """429 whose Retry-After is an HTTP date so many seconds after the vendor's clock."""

    def act(request: Request, handle: Handler) -> Response:
        until = format_datetime(clock.now() + timedelta(seconds=seconds), usegmt=True)
        return Response.of({"message": "too many requests"}, 429, **{"retry-after": until})

    return Strike("429 retry-after date", act, where, only=only)


# ---- something between here and there breaks ------------------------------------------------------------------------


def server_error(status: int = 503, where: Where = FIRST, *, only: Only = anything) -> Strike:
    """500, 502, 503, 504 or 520 with the page of HTML that proxies give."""
    return Strike(str(status), lambda request, handle: _html(status, f"{status} error"), where, only=only)


def reset(where: Where = FIRST, *, only: Only = anything) -> Strike:
    """The connection is reset after the vendor has done its work: the answer is lost."""
    return _broken("reset", httpx.ReadError, where, only, is_lost=False)


def timed_out(where: Where = FIRST, *, only: Only = anything) -> Strike:
    """No connection within the client's limit."""
    return _broken("timeout", httpx.ConnectTimeout, where, only, is_lost=True)


def slow(where: Where = FIRST, *, only: Only = anything) -> Strike:
    """The answer trickles until the client's read limit ends it."""
    return _broken("slow", httpx.ReadTimeout, where, only, is_lost=False)


# ---- 200, and yet no answer -----------------------------------------------------------------------------------------


def truncated(where: Where = FIRST, *, only: Only = anything) -> Strike:
    """The body ends in its middle, headers as if it were whole."""
    return _spoiled("truncated body", lambda answer: answer.body[: len(answer.body) // 2], where, only)


def empty_body(where: Where = FIRST, *, only: Only = anything) -> Strike:
    """200 and no body at all."""
    return _spoiled("empty body", lambda answer: b"", where, only)


def empty_object(where: Where = FIRST, *, only: Only = anything) -> Strike:
    """200 and `{}`: valid JSON that is no page, and must not pass for the last one."""
    return _spoiled("empty object", lambda answer: b"{}", where, only)


def html_page(where: Where = FIRST, *, only: Only = anything) -> Strike:
    """A maintenance page with status 200."""
    return Strike("html page", lambda request, handle: _html(200, "We will be back shortly"), where, only=only)


def wrong_type(where: Where = FIRST, *, only: Only = anything) -> Strike:
    """Plain text that somebody's proxy put in place of the answer, with its content type."""

    def act(request: Request, handle: Handler) -> Response:
        return Response(200, b"upstream request queued", {"content-type": "text/plain"})

    return Strike("wrong content type", act, where, only=only)


def cut_gzip(where: Where = FIRST, *, only: Only = anything) -> Strike:
    """A compressed answer whose stream ends in its middle."""

    def act(request: Request, handle: Handler) -> Response:
        answer = copied(handle(request))
        packed = gzip.compress(answer.body, mtime=0)
        answer.body = packed[: len(packed) // 2]
        answer.headers["content-encoding"] = "gzip"
        return answer

    return Strike("cut gzip", act, where, only=only)


class DuplicatePage(Strike):
    """A cache gives the answer to the request before once more, whatever was asked."""

    def __init__(self, where: Where = SECOND, *, only: Only = anything) -> None:
        super().__init__("duplicate page", self._again, where, only=only)
        self._served: Response | None = None

    def passed(self, request: Request, handle: Handler) -> Response:
        answer = handle(request)
        self._served = copied(answer)
        return answer

    def strike(self, request: Request, handle: Handler) -> Response:
        return super().strike(request, handle) if self._served else self.passed(request, handle)

    def _again(self, request: Request, handle: Handler) -> Response:
        return copied(self._served or handle(request))


# ---- who are you? ---------------------------------------------------------------------------------------------------


class TokenExpiry(Strike):
    """From here on the credentials of this request are refused with the vendor's own body; renewed ones are taken."""

    def __init__(self, refusal: Response, where: Where = SECOND, *, only: Only = anything) -> None:
        super().__init__("token expiry", self._refuse, where, only=only)
        self._refusal = refusal
        self._expired: set[str] = set()

    def passed(self, request: Request, handle: Handler) -> Response:
        return copied(self._refusal) if credentials_of(request) in self._expired else handle(request)

    def _refuse(self, request: Request, handle: Handler) -> Response:
        self._expired.add(credentials_of(request))
        return copied(self._refusal)


def refused(refusal: Response, where: Where = always, *, only: Only = anything) -> Strike:
    """Whoever asks is refused: credentials that were never right, or a permission that is missing."""
    return Strike(f"{refusal.status} refused", lambda request, handle: copied(refusal), where, only=only)


# ---- the world does not stand still ---------------------------------------------------------------------------------


def between(change: Callable[[], object], where: Where = SECOND, *, only: Only = anything) -> Strike:
    """Something happens at the vendor before it answers: rows change while they are being paged through."""

    def act(request: Request, handle: Handler) -> Response:
        change()
        return handle(request)

    return Strike("rows changed between pages", act, where, only=only)


def skewed(clock: Clock, by: timedelta, where: Where = always, *, only: Only = anything) -> Strike:
    """The machine that writes the Date header has a clock of its own; the rows' stamps are right."""

    def act(request: Request, handle: Handler) -> Response:
        answer = copied(handle(request))
        answer.headers["date"] = format_datetime(clock.now() + by, usegmt=True)
        return answer

    return Strike(f"clock skew {by.total_seconds():+.0f} s", act, where, only=only)


def _broken(name: str, error: type[httpx.TransportError], where: Where, only: Only, *, is_lost: bool) -> Strike:
    def act(request: Request, handle: Handler) -> Response:
        if not is_lost:
            handle(request)  # the vendor has done its work, only the answer did not arrive
        raise error(name)

    return Strike(name, act, where, only=only)


def _spoiled(name: str, spoil: Callable[[Response], bytes], where: Where, only: Only) -> Strike:
    def act(request: Request, handle: Handler) -> Response:
        answer = copied(handle(request))
        answer.body = spoil(answer)
        return answer

    return Strike(name, act, where, only=only)


def _html(status: int, title: str) -> Response:
    page = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Response(status, page.encode(), {"content-type": "text/html; charset=utf-8"})


def copied(answer: Response) -> Response:
    """An answer of its own, for one that is kept or spoiled."""
    return Response(answer.status, answer.body, dict(answer.headers), answer.fault)


def credentials_of(request: Request) -> str:
    """What a request proves itself with."""
    return request.headers.get("authorization") or request.headers.get("x-api-token") or ""
