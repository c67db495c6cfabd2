"""SurveyMonkey's listings, page by page by number, and what tells that one of them is not whole.

A listing shifts when something is deleted while it is read: the rest moves up a place, and the first row of the next page is
skipped. The count that comes with every page tells; the listing is then read again from its first page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scoreboard.sources.api.base import SourceError, SourceUnavailable, Stream
from scoreboard.sources.api.http import BrokenAnswer, Http, Reply

_READS = 4  # of a listing that shifts, before the run gives up

Params = Mapping[str, str | int | None]
Rows = list[dict[str, Any]]
Get = Callable[[str, Params | None, Callable[[Reply], None] | None], Reply]


@dataclass(frozen=True)
class _Listed:
    """One page of a listing; `total`: how many rows the whole of it has, if the answer says so."""

    rows: Rows
    total: int | None
    where: str


def listed(get: Get, http: Http, stream: Stream, path: str, asked: Params) -> Iterator[tuple[Rows, str]]:
    """Every row of a listing, by its pages; rows of one that shifted come again.

    Raises SourceError where the next page is one that was read, SourceUnavailable where the listing does not stand still.
    """
    for _ in range(_READS):
        served, totals = 0, set[int]()
        for page in _pages(get, http, stream, path, asked):
            yield page.rows, page.where
            served += len(page.rows)
            totals |= {page.total} if page.total is not None else set()
        if len(totals) <= 1 and all(served >= total for total in totals):
            return
    raise SourceUnavailable(
        f"{http.name}, {stream.name}: the listing {path} changed during each of {_READS} reads, the last time it counted "
        f"{' and '.join(map(str, sorted(totals)))} rows and gave {served}. The cursor stands; run again."
    )


def refuse_short(reply: Reply) -> None:
    """Raise BrokenAnswer for an only page that has fewer rows than it counts."""
    answer = reply.json()
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
        return  # not shaped as documented: said where it is read
    total, has_more = answer.get("total"), (answer.get("links") or {}).get("next") is not None
    if answer.get("page") == 1 and not has_more and total is not None and len(answer["data"]) < int(total):
        raise BrokenAnswer(f"it counts {total} rows, names no next page and has {len(answer['data'])}")


def _pages(get: Get, http: Http, stream: Stream, path: str, asked: Params) -> Iterator[_Listed]:
    """The pages of one reading, by `links.next`."""
    url: str | None = path
    params: Params | None = asked
    seen: set[str] = set()
    while url is not None:
        with http.reading(stream, len(seen) + 1):
            answer = get(url, params, refuse_short).json()
            rows, link, total = answer["data"], answer.get("links", {}).get("next"), answer.get("total")
            page = _Listed(rows, None if total is None else int(total), f"{path} page {len(seen) + 1}")
        if link is not None and (link == url or link in seen):
            raise SourceError(
                f"{stream.name}, page {len(seen) + 1}: the link to the next page leads back to one that was read. "
                "Nothing was landed and the cursor stands; run again."
            )
        yield page
        seen.add(url)
        url, params = link, None
