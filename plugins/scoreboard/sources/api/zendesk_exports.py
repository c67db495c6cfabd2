"""Paging through Zendesk: exports by cursor, exports by time, and lists by cursor.

Links in answers (next_page, after_url) are never followed: they may name another host, and everything a next page needs is
in the answer beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scoreboard.sources.api.base import CursorStuck, SourceError, Stream
from scoreboard.sources.api.http import BrokenAnswer, Http, Reply

EXPORT_ROWS = 1000
LIST_ROWS = 100
TOO_RECENT = timedelta(seconds=90)
"""An export may not start within the last minute, by Zendesk's clock; the rest is for a clock that is not ours."""

_Bodies = list[dict[str, Any]]


@dataclass(frozen=True)
class Served:
    """The objects of one answer, and the request for a person."""

    bodies: _Bodies
    where: str


def started_at(http: Http, since: datetime | None) -> int:
    """Seconds since 1970 that an export may start at: `since`, but never within the last minute; 0 for everything."""
    return 0 if since is None else max(0, int(min(since, http.now() - TOO_RECENT).timestamp()))


def by_cursor(
    http: Http, stream: Stream, resource: str, start: int, params: dict[str, str] | None = None
) -> Iterator[Served]:
    """Every object of a resource changed since, by its cursor export. An empty page does not end it, end_of_stream does.

    Raises CursorStuck where the export hands out a cursor a second time.
    """
    path, page = f"/api/v2/incremental/{resource}/cursor.json", 1
    asked: dict[str, str | int] = {"start_time": start, "per_page": EXPORT_ROWS}
    seen: set[str] = set()
    while True:
        with http.reading(stream, page):
            answer = http.get(path, {**asked, **(params or {})}).json()
            bodies, is_last = list(answer[resource]), _flag(answer["end_of_stream"])
            after = answer.get("after_cursor")
        yield Served(bodies, f"{resource} export, page {page}")
        if is_last:
            return
        if not after or after in seen:
            raise CursorStuck(_stuck(http, stream, page, "it handed out the same cursor twice"))
        seen.add(after)
        asked, page = {"cursor": after, "per_page": EXPORT_ROWS}, page + 1


def by_time(
    http: Http, stream: Stream, resource: str, start: int, params: dict[str, str] | None = None
) -> Iterator[Served]:
    """Every object of a resource changed since, by its export by time. A page begins at the second the last one ended with.

    Raises CursorStuck where a page ends with the second it began with and more is to come: the next would be the same.
    """
    path, page = f"/api/v2/incremental/{resource}.json", 1
    while True:
        with http.reading(stream, page):
            asked: dict[str, str | int] = {"start_time": start, "per_page": EXPORT_ROWS, **(params or {})}
            answer = http.get(path, asked, check=_counted(resource)).json()
            bodies, is_last, end = list(answer[resource]), is_end(answer), answer.get("end_time")
        yield Served(bodies, f"{resource} export from {start}, page {page}")
        if is_last:
            return
        if end is None or int(end) <= start:
            why = f"{len(bodies)} {resource} or more share the second {start}, and it gives no way past them"
            raise CursorStuck(_stuck(http, stream, page, why))
        start, page = int(end), page + 1


def by_list(
    http: Http,
    stream: Stream,
    path: str,
    resource: str,
    params: dict[str, str | int] | None = None,
    *,
    may_be_whole: bool = False,
) -> Iterator[Served]:
    """Every object of a list, by cursor pagination. Raises CursorStuck where it hands out a cursor a second time.

    `may_be_whole`: an answer that is not paged at all is the whole list.
    """
    after, page = None, 1
    seen: set[str] = set()
    while True:
        with http.reading(stream, page):
            answer = http.get(path, {**(params or {}), "page[size]": LIST_ROWS, "page[after]": after}).json()
            bodies = list(answer[resource])
            meta = answer["meta"] if "meta" in answer or not may_be_whole else _unpaged(answer, len(bodies))
            has_more, after = _flag(meta["has_more"]), meta.get("after_cursor")
        yield Served(bodies, f"{resource} list, page {page}")
        if not has_more:
            return
        if not after or after in seen:
            raise CursorStuck(_stuck(http, stream, page, "it handed out the same cursor twice"))
        seen.add(after)
        page += 1


def by_ids(http: Http, stream: Stream, resource: str, keys: Sequence[str], params: dict[str, str]) -> Iterator[Served]:
    """Named objects, up to a hundred per request; what does not exist is left out."""
    for at in range(0, len(keys), LIST_ROWS):
        ids = ",".join(keys[at : at + LIST_ROWS])
        with http.reading(stream, at // LIST_ROWS + 1):
            bodies = list(http.get(f"/api/v2/{resource}/show_many.json", {"ids": ids, **params}).json()[resource])
        yield Served(bodies, f"{resource} by id, page {at // LIST_ROWS + 1}")


def _unpaged(answer: dict[str, Any], rows: int) -> dict[str, Any]:
    """What `meta` would say of a list that came whole. Raises ValueError where there is more of it after all."""
    if answer.get("next_page") or int(answer.get("count") or rows) != rows:
        raise ValueError(f"it holds {rows} of {answer.get('count')} and names no cursor")
    return {"has_more": False}


def _counted(resource: str) -> Any:
    def check(reply: Reply) -> None:
        answer = reply.json()
        count = answer.get("count") if isinstance(answer, dict) else None
        if count is not None and isinstance(answer.get(resource), list) and int(count) != len(answer[resource]):
            raise BrokenAnswer(f"it says {count} {resource} and holds {len(answer[resource])}")

    return check


def is_end(answer: dict[str, Any]) -> bool:
    """The last page says so; an account that does not say it has ended when a page is not full, as was documented before."""
    if "end_of_stream" in answer:
        return _flag(answer["end_of_stream"])
    return int(answer["count"]) < EXPORT_ROWS


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise SourceError(f"where true or false belongs, the answer says {value!r}")
    return value


def _stuck(http: Http, stream: Stream, page: int, why: str) -> str:
    return (
        f"{http.name}, {stream.name}, page {page}: the export does not move on: {why}. Going on would skip records or never "
        "end. What came before may have landed, the cursor stands before this page; tell Zendesk's support the request, and "
        "run again once the records' stamps differ."
    )
