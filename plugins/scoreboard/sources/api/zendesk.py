"""Zendesk by its API: incremental exports for what changes, lists for what is small, opinions in zendesk_csat.

Facts: developer.zendesk.com, "Using the Incremental Exports API" and the reference of each endpoint. Exports leave out the
last minute, allow 10 requests a minute, and repeat rows where pages meet; landing drops what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from scoreboard.entities import Domain
from scoreboard.sources.api import zendesk_records as records
from scoreboard.sources.api.base import Finding, Listed, Page, Record, Stream
from scoreboard.sources.api.http import Http, Refused
from scoreboard.sources.api.zendesk_auth import auth
from scoreboard.sources.api.zendesk_check import findings
from scoreboard.sources.api.zendesk_csat import RATINGS_PATH, RESPONSES_PATH, audits, ratings, survey_responses
from scoreboard.sources.api.zendesk_exports import Served, by_cursor, by_ids, by_list, by_time, started_at

__all__ = ["ZendeskSource", "auth"]

_SUPPORT: frozenset[Domain] = frozenset({"support"})
_SURVEY: frozenset[Domain] = frozenset({"survey"})
_BOTH = _SUPPORT | _SURVEY
_HORIZON = timedelta(minutes=2)  # the last minute is left out, and clocks differ
_EDITED_FOR = timedelta(days=45)  # ratings and responses are listed by their creation and may change until they expire
_JUST_NOW = timedelta(minutes=5)
_NOT_FOUND = 404
_WITH_METRICS = {"include": "metric_sets"}
_ADMIN = "the role admin, or an OAuth token with the scope read of an admin"

STREAMS: tuple[Stream, ...] = (
    Stream("organizations", _BOTH, horizon=_HORIZON, permission=_ADMIN),
    # an export of users is not documented to rise by updated_at
    Stream("users", _BOTH, horizon=_HORIZON, is_ordered=False, permission=_ADMIN),
    Stream("groups", _SUPPORT, mode="full", permission="a role that may see groups (any agent)"),
    Stream("tickets", _BOTH, horizon=_HORIZON, permission=_ADMIN),
    Stream("ticket_events", _SUPPORT, horizon=_HORIZON, permission=_ADMIN),
    Stream(
        "satisfaction_ratings", _SURVEY, lookback=_EDITED_FOR, horizon=_HORIZON, is_ordered=False, permission=_ADMIN
    ),
    Stream(
        "survey_responses",
        _SURVEY,
        lookback=_EDITED_FOR,
        horizon=_HORIZON,
        is_ordered=False,
        permission="the role admin, on a plan with customer satisfaction surveys",
    ),
    Stream(
        "ticket_audits",
        _SURVEY,
        horizon=_HORIZON,
        is_ordered=False,
        permission="the global OAuth scope read (auditlogs:read and tickets:read are not enough), or an API token",
    ),
)

_RECORD: Mapping[str, Callable[[dict[str, Any]], Record]] = {
    "organizations": records.organization,
    "users": records.user,
    "groups": records.group,
    "tickets": records.ticket,
    "ticket_events": records.event,
    "satisfaction_ratings": records.rating,
    "survey_responses": records.survey_response,
    "ticket_audits": records.audit,
}


class ZendeskSource:
    """A Zendesk account behind one connection. It gives every field by itself, so `fields` and `options` ask for nothing."""

    vendor = "zendesk"

    def __init__(
        self,
        http: Http,
        connection: str,
        fields: Mapping[str, Sequence[str]] | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.http = http
        self.connection = connection
        self.fields = fields or {}
        self.options = options or {}
        http.requests.what = "10 export requests a minute, and what the plan allows of others (200 to 2,500 a minute)"
        http.requests.budget = 10

    def streams(self) -> tuple[Stream, ...]:
        """The streams, those first that others speak of."""
        return STREAMS

    def now(self) -> datetime:
        """Zendesk's clock, UTC."""
        return self.http.now()

    def read(self, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        """Pages of every record whose version is at or after `since`; more may come, of which landing drops what it has.

        With `until` nothing later is given. Raises SourceError, SourceUnavailable or CursorStuck.
        """
        as_record = _RECORD[stream.name]
        for number, served in enumerate(self._served(stream, since), 1):
            with self.http.reading(stream, number):
                given = [as_record(body) for body in served.bodies]
            if until is None:
                yield Page(given, served.where)
                continue
            yield Page([record for record in given if record.version is None or record.version <= until], served.where)
            if stream.is_ordered and given and all(record.version and record.version > until for record in given):
                return

    def listed(self, stream: Stream) -> Iterable[list[Listed]]:
        """Every record that exists now. Tickets by their export, because lists leave out archived ones."""
        as_record = _RECORD[stream.name]
        for served in self._all(stream):
            given = [as_record(body) for body in served.bodies]
            yield [Listed(record.key, record.version) for record in given if not record.is_deleted]

    def fetch(self, stream: Stream, keys: list[str]) -> Iterator[Page]:
        """The named records as they are now; those that are gone are not among them."""
        as_record = _RECORD[stream.name]
        for served in self._named(stream, keys):
            yield Page([as_record(body) for body in served.bodies], served.where)

    def check(self) -> Iterator[Finding]:
        """What works, what permission is missing, how many rows can be seen."""
        return findings(self.http, STREAMS)

    def _served(self, stream: Stream, since: datetime | None) -> Iterator[Served]:
        http, start = self.http, started_at(self.http, since)
        match stream.name:
            case "tickets":
                return by_cursor(http, stream, "tickets", start, _WITH_METRICS)
            case "users":
                return by_cursor(http, stream, "users", start)
            case "organizations":
                return by_time(http, stream, "organizations", start)
            case "ticket_events":
                return by_time(http, stream, "ticket_events", start, {"include": "comment_events"})
            case "satisfaction_ratings":
                return ratings(http, stream, since)
            case "survey_responses":
                return survey_responses(http, stream, since)
            case "ticket_audits":
                return audits(http, stream, since)
            case _:
                return by_list(http, stream, f"/api/v2/{stream.name}.json", stream.name)

    def _all(self, stream: Stream) -> Iterator[Served]:
        if stream.name == "tickets":
            begun = self.http.now()
            yield from by_cursor(self.http, stream, "tickets", 0, {"exclude_deleted": "true"})
            yield from self._just_changed(stream, begun - _JUST_NOW)
        elif stream.name in ("users", "organizations"):
            yield from by_list(self.http, stream, f"/api/v2/{stream.name}.json", stream.name)
        else:
            yield from self._served(stream, None)

    def _just_changed(self, stream: Stream, since: datetime) -> Iterator[Served]:
        """Tickets changed in the last minutes: an export leaves them out, and they would seem to have vanished."""
        for served in by_list(self.http, stream, "/api/v2/tickets.json", "tickets", {"sort": "-updated_at"}):
            yield served
            stamps = [records.instant(body.get("updated_at")) for body in served.bodies]
            if any(stamp is not None and stamp < since for stamp in stamps):
                return

    def _named(self, stream: Stream, keys: list[str]) -> Iterator[Served]:
        if stream.name in ("tickets", "users", "organizations"):
            params = _WITH_METRICS if stream.name == "tickets" else {}
            yield from by_ids(self.http, stream, stream.name, keys, params)
        elif stream.name in _ONE_BY_ONE:
            path, name = _ONE_BY_ONE[stream.name]
            for number, key in enumerate(keys, 1):
                try:
                    with self.http.reading(stream, number):
                        body = self.http.get(path.format(key=key)).json()[name]
                except Refused as refusal:
                    if refusal.status != _NOT_FOUND:
                        raise
                    continue
                yield Served([body], f"{name} {key}")
        else:  # what happened to a ticket cannot be asked for by its own id
            wanted = set(keys)
            for served in self._served(stream, None):
                found = {key: body for body in served.bodies if (key := records.key(body)) in wanted}
                wanted -= found.keys()
                yield Served(list(found.values()), served.where)
                if not wanted:
                    return


_ONE_BY_ONE = {
    "groups": ("/api/v2/groups/{key}.json", "group"),
    "satisfaction_ratings": (RATINGS_PATH.removesuffix(".json") + "/{key}.json", "satisfaction_rating"),
    "survey_responses": (RESPONSES_PATH + "/{key}", "survey_response"),
}
