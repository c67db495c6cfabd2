"""A stand-in for SurveyMonkey's API v3: surveys and details, collectors, messages, recipients, responses in bulk.

Listings are `{"data", "per_page", "page", "total", "links"}`, paged by number. Every answer says what is left of the app's
allowance. Who is not signed in, or asks for nothing that exists, gets a page of HTML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from demo.vendors.core import Request, Response, Version, World

Body = dict[str, Any]
SIGNED = "token-of-the-stand-in"
"""What requests have to be signed with."""

_BULK = 100
_HTML = b"<!DOCTYPE html><html><head><title>SurveyMonkey</title></head><body>Something went wrong.</body></html>"


@dataclass
class SurveymonkeyStandIn:
    """One account. `page_size` caps every listing, responses at 100 anyhow.

    `day` and `minute` are the app's allowance: what goes beyond is refused until the next day or minute begins.
    """

    world: World
    page_size: int = 1000
    token: str = SIGNED
    day: int = 100_000
    minute: int = 10_000
    name: str = "surveymonkey"
    _asked: Counter[tuple[str, int]] = field(default_factory=Counter)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        now = int(self.world.clock.now().timestamp())
        spans = {"Day": (self.day, 86400), "Minute": (self.minute, 60)}
        counted = {name: (name, now // seconds) for name, (_, seconds) in spans.items()}
        if any(self._asked[counted[name]] >= limit for name, (limit, _) in spans.items()):
            answer = _too_many()
        else:
            self._asked.update(counted.values())
            answer = self._answer(request)
        for name, (limit, seconds) in spans.items():
            answer.headers |= {
                f"X-Ratelimit-App-Global-{name}-Limit": str(limit),
                f"X-Ratelimit-App-Global-{name}-Remaining": str(limit - self._asked[counted[name]]),
                f"X-Ratelimit-App-Global-{name}-Reset": str(seconds - now % seconds),
            }
        return answer

    def _answer(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _page_of_html(401)
        routes: list[tuple[str, Callable[..., Response]]] = [
            (r"/users/me", self._me),
            (r"/surveys", self._surveys),
            (r"/surveys/([^/]+)/details", self._details),
            (r"/surveys/([^/]+)/collectors", self._collectors),
            (r"/surveys/([^/]+)/responses/bulk", self._bulk),
            (r"/collectors/([^/]+)/messages", self._messages),
            (r"/collectors/([^/]+)/recipients", self._recipients),
        ]
        for pattern, answer in routes:
            found = re.fullmatch(f"/v3{pattern}", request.path)
            if found and request.method == "GET":
                return answer(request, *found.groups())
        return _page_of_html(404)

    def _me(self, request: Request) -> Response:
        return Response.of({"id": "1", "username": "analyst@northwind", "account_type": "enterprise"})

    def _surveys(self, request: Request) -> Response:
        return self._listing(request, (_survey(version) for version in self._alive("surveys")))

    def _details(self, request: Request, survey: str) -> Response:
        known = {version.key: version for version in self._alive("surveys")}
        if survey not in known:
            return _page_of_html(404)
        questions = [body for version in self._alive("questions") if (body := _body(version))["survey_id"] == survey]
        inner = [
            {name: cell for name, cell in body.items() if name not in ("survey_id", "page_id")} for body in questions
        ]
        page = {"id": f"{survey}1", "title": "", "position": 1, "questions": inner}
        return Response.of({**_survey(known[survey]), "pages": [page]})

    def _collectors(self, request: Request, survey: str) -> Response:
        if survey not in {version.key for version in self._alive("surveys")}:
            return _page_of_html(404)
        fields = request.query.get("include", "").split(",")
        rows = (body for version in self._alive("collectors") if (body := _body(version))["survey_id"] == survey)
        return self._listing(request, (_shown(body, ("id", "name", "href"), fields) for body in rows))

    def _messages(self, request: Request, collector: str) -> Response:
        rows = (body for version in self._alive("messages") if (body := _body(version))["collector_id"] == collector)
        hidden = "collector_id"
        return self._listing(request, ({name: cell for name, cell in row.items() if name != hidden} for row in rows))

    def _recipients(self, request: Request, collector: str) -> Response:
        fields = request.query.get("include", "").split(",")
        rows = (body for version in self._alive("recipients") if (body := _body(version))["collector_id"] == collector)
        return self._listing(request, (_shown(body, ("id", "email", "href"), fields) for body in rows))

    def _bulk(self, request: Request, survey: str) -> Response:
        """Responses changed between two instants, both excluded here: nobody documents whether they belong."""
        if survey not in {version.key for version in self._alive("surveys")}:
            return _page_of_html(404)
        asked = request.query
        if asked.get("sort_by", "date_modified") != "date_modified":
            return Response.of({"error": {"id": "1004", "name": "Bad Request", "message": "Invalid sort_by."}}, 400)
        start, end = (
            _instant(asked[name]) if name in asked else None for name in ("start_modified_at", "end_modified_at")
        )
        versions = [
            version
            for version in self._alive("responses")
            if _body(version)["survey_id"] == survey
            and (start is None or version.stamp > start)
            and (end is None or version.stamp < end)
        ]
        versions.sort(
            key=lambda version: (version.stamp, version.key), reverse=asked.get("sort_order", "DESC") == "DESC"
        )
        rows = ({**_body(version), "date_modified": _text(version.stamp) + "+00:00"} for version in versions)
        return self._listing(request, rows, most=_BULK)

    def _alive(self, stream: str) -> list[Version]:
        return sorted(self.world.alive(stream), key=lambda version: version.key)

    def _listing(self, request: Request, rows: Iterable[Body], most: int = 1000) -> Response:
        """One page by number: what changes between two requests shifts the rest."""
        every = list(rows)
        size = min(int(request.query.get("per_page", 50)), most, self.page_size)
        page = int(request.query.get("page", 1))
        links = {"self": request.url}
        if page * size < len(every):
            query = {**request.query, "page": str(page + 1), "per_page": str(size)}
            links["next"] = f"{request.base}{request.path}?{urlencode(query)}"
        data = every[(page - 1) * size : page * size]
        return Response.of({"data": data, "per_page": size, "page": page, "total": len(every), "links": links})


def _too_many() -> Response:
    """A refusal as SurveyMonkey words it; when to come back is in the headers of every answer, and there is no Retry-After."""
    error = {"id": "1040", "name": "Rate limit reached", "message": "Too many requests were made, try again later."}
    return Response.of({"error": {**error, "docs": "https://developer.surveymonkey.com/api/v3/#error-codes"}}, 429)


def _page_of_html(status: int) -> Response:
    return Response(status, _HTML, {"content-type": "text/html; charset=utf-8"})


def _survey(version: Version) -> Body:
    return {**_body(version), "date_modified": _text(version.stamp)}


def _shown(body: Body, always: tuple[str, ...], fields: list[str]) -> Body:
    """What a listing shows of a record: more only where `include` names it."""
    return {name: cell for name, cell in body.items() if name in always or name in fields}


def _body(version: Version) -> Body:
    assert version.body is not None  # noqa: S101 - only living records are served
    return version.body


def _text(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat()


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
