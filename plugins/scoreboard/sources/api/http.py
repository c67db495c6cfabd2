"""The one HTTP client of every vendor: what passes is tried again, what does not is said with stream and page.

Every request made here only reads (or starts a job that is read from), so trying one twice does no harm.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol

import httpx

from scoreboard.settings import utc_now
from scoreboard.sources.api.base import Requests, SourceError, Stream
from scoreboard.sources.api.refusals import SAFE, gave_up, redacted, refusal, secrets_in, too_long, whole_url
from scoreboard.sources.api.replies import (
    BrokenAnswer,
    CredentialsRenewed,
    Forbidden,
    Refused,
    Reply,
    date_of,
    pause_asked,
    refuse_kind,
    unpacked,
    value_of,
)
from scoreboard.sources.api.retrying import PASSING, Limits, PassingTrouble, again, random_jitter
from scoreboard.sources.exact_json import NotExact

__all__ = ["Auth", "BrokenAnswer", "CredentialsRenewed", "Forbidden", "Http", "Limits", "Refused", "Reply"]

_Params = Mapping[str, str | int | bool | None]
# at INFO it writes whole URLs, filters and all, into every task's log
logging.getLogger("httpx").setLevel(logging.WARNING)

_Check = Callable[[Reply], None]


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed, as httpx decides it: read once in a process, for reading them takes longer than a request."""
    return httpx.create_ssl_context()


class Auth(Protocol):
    """How requests are signed."""

    def headers(self) -> dict[str, str]:
        """The headers that sign a request; may ask for a token first."""

    def refresh(self) -> bool:
        """Get new credentials after a 401; False if there are no others to be had."""


class Http:
    """Requests to one connection's host. `requests` counts every one made, tries included.

    `base_url` is `https://host`, plain http on loopback only. `hosts`: further hosts a link may lead to, `.suffix` meaning
    every host under it; only what the vendor documents. `name` is what errors call the connection. `wait` sleeps.
    """

    def __init__(
        self,
        base_url: str,
        auth: Auth | None = None,
        *,
        name: str = "",
        hosts: tuple[str, ...] = (),
        transport: httpx.BaseTransport | None = None,
        wait: Callable[[float], None] = sleep,
        jitter: Callable[[], float] = random_jitter,
        limits: Limits | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.auth = auth
        self.name = name
        self.requests = Requests()
        self._hosts = hosts
        self._wait = wait
        self._jitter = jitter
        self._limits = limits or Limits()
        self._label = name
        self._permission = ""
        self._date: datetime | None = None
        self._is_renewed = False
        self._secrets: tuple[str, ...] = ()
        self._client = httpx.Client(
            transport=transport,
            verify=_trusted(),
            timeout=httpx.Timeout(self._limits.silence, connect=self._limits.connect),
            headers={"accept-encoding": "gzip", "user-agent": "scoreboard"},
        )

    def now(self) -> datetime:
        """The vendor's clock as of its last answer, else ours; UTC."""
        return self._date or utc_now()

    @contextmanager
    def reading(self, stream: Stream | str, page: int | str | None = None) -> Iterator[None]:
        """Errors inside name this stream and page; an answer without the documented fields becomes a SourceError."""
        before = self._label, self._permission
        name = stream if isinstance(stream, str) else stream.name
        self._permission = "" if isinstance(stream, str) else stream.permission
        self._label = ", ".join(each for each in (self.name, name, f"page {page}" if page is not None else "") if each)
        try:
            yield
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            raise SourceError(
                f"{self._label}: the answer is not shaped as the vendor documents it "
                f"({type(error).__name__}: {redacted(str(error), self._secrets)}). {SAFE}."
            ) from error
        finally:
            self._label, self._permission = before

    def get(self, path_or_url: str, params: _Params | None = None, **options: Any) -> Reply:
        """GET; options as of `request`."""
        return self.request("GET", path_or_url, params, **options)

    def post(self, path_or_url: str, params: _Params | None = None, **options: Any) -> Reply:
        """POST with `json=`, `form=` or `content=`; options as of `request`."""
        return self.request("POST", path_or_url, params, **options)

    def request(
        self,
        method: str,
        path_or_url: str,
        params: _Params | None = None,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        content: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        expect: str = "json",
        restartable: bool = False,
        check: _Check | None = None,
        into: Path | None = None,
    ) -> Reply:
        """One whole, successful answer.

        `params` that are None are left out; those given replace what the URL has of the same name. `expect`: what its content
        type must contain (`json`: also parsed; empty: anything but HTML). `check` may raise BrokenAnswer, and the answer is
        asked for again. `into`: the body goes to this file instead of memory. `restartable`: renewed credentials are told by
        CredentialsRenewed instead of asking the same again.
        Raises SourceUnavailable, Refused (Forbidden for 403) or SourceError.
        """
        url = httpx.URL(whole_url(self._label, self.base_url, self._hosts, path_or_url))
        if params:
            url = url.copy_merge_params({name: value for name, value in params.items() if value is not None})
        built = {"json": json, "data": form, "content": content}

        def attempt() -> Reply:
            signature = self.auth.headers() if self.auth else {}
            self._secrets = secrets_in(signature, form, json)
            request = self._client.build_request(method, url, headers={**(headers or {}), **signature}, **built)
            return self._once(request, expect, check, into)

        while True:
            try:
                reply = again(attempt, self._limits, self.pause, self._jitter)
            except PassingTrouble as trouble:
                raise gave_up(self._label, method, str(url), self._limits.tries, trouble) from trouble
            except Refused as refused:
                if refused.status != 401:
                    raise
                self._renew(refused)
                if restartable:
                    raise CredentialsRenewed(f"{self._label}: the credentials were renewed") from None
                continue
            self._is_renewed = False
            return reply

    def pause(self, seconds: float) -> None:
        """Wait: before a request is tried again, or for a job at the vendor that is not done yet. Counted."""
        self.requests.waited_seconds += seconds
        self._wait(seconds)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _once(self, request: httpx.Request, expect: str, check: _Check | None, into: Path | None) -> Reply:
        self.requests.made += 1
        try:
            response = self._client.send(request, stream=True)
            try:
                status, headers = response.status_code, {name.lower(): text for name, text in response.headers.items()}
                self.requests.by_status[status] = self.requests.by_status.get(status, 0) + 1
                self._date = date_of(headers) or self._date
                is_kept = into is not None and 200 <= status < 300
                content = self._body(response, into if is_kept else None)
            finally:
                response.close()
        except BrokenAnswer as broken:
            if status >= 400:
                content = b""  # what a refusal says may be lost, the refusal stands
            else:
                raise PassingTrouble(f"the answer is broken: {broken}", is_answer=True) from broken
        except (httpx.TransportError, httpx.DecodingError) as error:
            what = redacted(str(error), self._secrets)
            raise PassingTrouble(f"{type(error).__name__}{': ' + what if what else ''}") from error
        if status in PASSING or status >= 500:
            raise PassingTrouble(f"it answered {status}", self._asked(status, headers))
        if status >= 300:
            raise refusal(self._label, self._permission, status, content, self._secrets)
        try:
            if content or into:
                refuse_kind(headers.get("content-type", ""), "" if into and expect == "json" else expect)
            value = value_of(status, content) if expect == "json" and not into else None
            reply = Reply(status, headers, content, value)
            if check:
                check(reply)
        except BrokenAnswer as broken:
            raise PassingTrouble(f"the answer is broken: {broken}", is_answer=True) from broken
        except NotExact as error:
            raise SourceError(f"{self._label}: {error}. {SAFE}.") from error
        return reply

    def _body(self, response: httpx.Response, into: Path | None) -> bytes:
        """The unpacked body, or nothing when it went into a file. Raises if it is cut off or takes too long in all."""
        if response.is_stream_consumed:  # a transport that answers from memory has read and unpacked it
            chunks, encoding = iter([response.content]), ""
        else:
            chunks, encoding = self._in_time(response), response.headers.get("content-encoding", "").strip().lower()
        if into is None:
            return b"".join(unpacked(chunks, encoding))
        with into.open("wb") as file:
            for chunk in unpacked(chunks, encoding):
                file.write(chunk)
        return b""

    def _in_time(self, response: httpx.Response) -> Iterator[bytes]:
        started = monotonic()
        for chunk in response.iter_raw():
            if monotonic() - started > self._limits.slowest_answer:
                raise httpx.ReadTimeout(f"the answer was not whole after {self._limits.slowest_answer:.0f} s")
            yield chunk

    def _asked(self, status: int, headers: Mapping[str, str]) -> float | None:
        pause = pause_asked(headers, self.now())
        if pause is not None and pause > self._limits.longest_pause:
            raise too_long(self._label, status, pause, self._limits.longest_pause)
        return pause

    def _renew(self, refused: Refused) -> None:
        """New credentials, once: if the next answer is 401 as well, they are wrong and not merely old."""
        if self._is_renewed or self.auth is None or not self.auth.refresh():
            self._is_renewed = False
            raise refused from None
        self._is_renewed = True
