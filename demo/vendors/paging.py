"""Faults that must know where a vendor names its next page: a cursor that repeats, a `next` that points to itself.

One small table says per vendor under which names an answer points on, and with what it would point to itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from demo.vendors.core import Request, Response
from demo.vendors.faults import Handler, Only, Strike, Where, always, anything, copied

Asked = Callable[[Request], Any]


def url(request: Request) -> Any:
    """The whole address that was asked."""
    return request.url


def query(name: str) -> Asked:
    """A parameter of the address; None where it was not given."""
    return lambda request: request.query.get(name)


def body(name: str) -> Asked:
    """A field of the JSON that was sent; None where it was not given."""

    def asked(request: Request) -> Any:
        sent = request.json() if request.body else {}
        return sent.get(name) if isinstance(sent, dict) else None

    return asked


def either(*asked: Asked) -> Asked:
    """The first of several that was given."""
    return lambda request: next((value for of in asked if (value := of(request)) is not None), None)


NEXT: Mapping[str, Mapping[str, Asked]] = {
    "zendesk": {
        "after_cursor": query("cursor"),
        "after_url": url,
        "next_page": url,
        "links.next": url,
        "meta.after_cursor": query("page[after]"),
    },
    "qualtrics": {"result.nextPage": url},
    "hubspot": {"paging.next.after": either(body("after"), query("after")), "paging.next.link": url},
    "surveymonkey": {"links.next": url},
}
"""vendor -> field of an answer that names the next page -> what there names the page just asked for."""


class RepeatedNext(Strike):
    """The answer says that the next page is the one just asked for. Strikes only where an answer names a next page at all."""

    def __init__(
        self, table: Mapping[str, Asked], where: Where = always, *, only: Only = anything, name: str = "repeated next"
    ) -> None:
        super().__init__(name, self._point_back, where, only=only)
        self._table = table

    def strike(self, request: Request, handle: Handler) -> Response:
        answer = handle(request)
        if _pointed_back(request, answer, self._table) is None:
            return answer
        return super().strike(request, lambda _: answer)

    def _point_back(self, request: Request, handle: Handler) -> Response:
        answer = copied(handle(request))
        answer.body = _pointed_back(request, answer, self._table) or answer.body
        return answer


def short_page(rows: str, where: Where = always, *, only: Only = anything) -> Strike:
    """The last of the rows (an answer's field `rows`) is missing, while the answer goes on counting it."""

    def act(request: Request, handle: Handler) -> Response:
        answer = copied(handle(request))
        content = json.loads(answer.body)
        if content.get(rows):
            content[rows].pop()
        answer.body = json.dumps(content).encode()
        return answer

    return Strike("fewer rows than counted", act, where, only=only)


def _pointed_back(request: Request, answer: Response, table: Mapping[str, Asked]) -> bytes | None:
    """The answer's body with every next page replaced; None where there is none, or the request named no page yet."""
    try:
        content = json.loads(answer.body)
    except ValueError:
        return None
    changed = False
    for name, asked in table.items():
        *parents, last = name.split(".")
        place = content
        for parent in parents:
            place = place.get(parent) if isinstance(place, dict) else None
        mine = asked(request)
        if isinstance(place, dict) and place.get(last) and mine is not None:
            place[last] = mine
            changed = True
    return json.dumps(content).encode() if changed else None
