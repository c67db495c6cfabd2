"""A service that answers by a script, an answer or an exception per request; nothing here sleeps."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx

from scoreboard.sources.api.http import Http, Limits

BASE = "https://acme.example.com"
DATE = "Mon, 05 Jan 2026 12:00:00 GMT"
Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def answer(body: Any = b"", status: int = 200, **headers: str) -> httpx.Response:
    """One answer as it comes off the wire: JSON unless it is bytes; header names with _ for -."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(
        status, headers={"content-type": "application/json", "date": DATE, **named}, stream=httpx.ByteStream(content)
    )


def packed(body: Any, cut: int | None = None, **headers: str) -> httpx.Response:
    """A gzip-packed answer, or only its first `cut` bytes."""
    content = gzip.compress(body if isinstance(body, bytes) else json.dumps(body).encode())
    return answer(content[:cut], content_encoding="gzip", **headers)


class Service:
    """Answers by the script, then the last answer for ever; remembers what it was asked."""

    def __init__(self, *script: Answer) -> None:
        self.script = list(script)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        given = self.script[min(len(self.asked), len(self.script)) - 1]
        if isinstance(given, Exception):
            raise given
        if isinstance(given, httpx.Response):
            body = given.stream
            return httpx.Response(given.status_code, headers=given.headers, stream=body)
        return given(request)


class Token:
    """Signs with a token; gives out the next one when refreshed."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens[0]}"}

    def refresh(self) -> bool:
        if len(self.tokens) > 1:
            del self.tokens[0]
            return True
        return False


class Scripted:
    """An Http over a script, with the pauses it made."""

    def __init__(self, *script: Answer, limits: Limits | None = None, **options: Any) -> None:
        self.service = Service(*script)
        self.pauses: list[float] = []
        self.http = Http(
            BASE,
            name="acme@main",
            transport=httpx.MockTransport(self.service),
            wait=self.pauses.append,
            jitter=lambda: 0.5,
            limits=limits,
            **options,
        )
