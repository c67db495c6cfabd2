"""Opinions in Zendesk: legacy ratings, responses to the newer 1-5 surveys, and the audits that say who was assigned.

A ticket's audits are asked for only where the ticket was rated or a rating was offered: Zendesk writes that into the ticket
for both kinds of survey, so nobody's opinion is missed, and a quiet ticket costs no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from scoreboard.sources.api.base import Stream
from scoreboard.sources.api.http import Http, Refused
from scoreboard.sources.api.zendesk_exports import Served, by_cursor, by_list, started_at

RATINGS_PATH = "/api/v2/satisfaction_ratings.json"
RESPONSES_PATH = "/api/v2/guide/survey_responses"
_NOT_ASKED = (None, "", "unoffered")
_NOT_FOUND = 404


def ratings(http: Http, stream: Stream, since: datetime | None) -> Iterator[Served]:
    """Legacy ratings created since; an account that never used them has none."""
    start = None if since is None else max(0, int(since.timestamp()))
    params: dict[str, str | int] = {} if start is None else {"start_time": start}
    yield from by_list(http, stream, RATINGS_PATH, "satisfaction_ratings", params)


def survey_responses(http: Http, stream: Stream, since: datetime | None) -> Iterator[Served]:
    """Responses to the newer surveys created since; one may be edited until it expires, which the lookback covers."""
    # in milliseconds, unlike every other filter of Zendesk's
    start = None if since is None else max(0, int(since.timestamp())) * 1000
    params: dict[str, str | int] = {} if start is None else {"filter[created_at_start]": start}
    yield from by_list(http, stream, RESPONSES_PATH, "survey_responses", params)


def audits(http: Http, stream: Stream, since: datetime | None) -> Iterator[Served]:
    """Every audit of each ticket that changed since and that somebody was asked about."""
    for page in by_cursor(http, stream, "tickets", started_at(http, since)):
        for body in page.bodies:
            score = (body.get("satisfaction_rating") or {}).get("score")
            if score not in _NOT_ASKED and body.get("status") != "deleted":
                yield from _audits_of(http, stream, str(body["id"]))


def _audits_of(http: Http, stream: Stream, ticket: str) -> Iterator[Served]:
    try:
        # the audits of an archived ticket come unpaged, all at once
        path = f"/api/v2/tickets/{ticket}/audits.json"
        for page in by_list(http, stream, path, "audits", may_be_whole=True):
            yield Served(page.bodies, f"ticket {ticket}, {page.where}")
    except Refused as refusal:
        if refusal.status != _NOT_FOUND:  # deleted between its export and this request: its export will say so
            raise
