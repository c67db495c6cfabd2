"""What a Zendesk connection can do, in plain words: who is signed in, and every stream that is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from scoreboard.sources.api.base import Finding, SourceError, Stream
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.zendesk_csat import RATINGS_PATH, RESPONSES_PATH
from scoreboard.sources.api.zendesk_exports import started_at

_COUNTED = {  # stream -> where its records are counted
    "organizations": "/api/v2/organizations/count.json",
    "users": "/api/v2/users/count.json",
    "groups": "/api/v2/groups/count.json",
    "tickets": "/api/v2/tickets/count.json",
}


def findings(http: Http, streams: Sequence[Stream]) -> Iterator[Finding]:
    """A finding for the sign-in, then one per stream; stops where nobody is signed in."""
    try:
        with http.reading("sign-in"):
            me = http.get("/api/v2/users/me.json").json()["user"]
    except SourceError as error:
        yield Finding("sign-in", False, str(error))
        return
    if me.get("id") is None:  # Zendesk answers strangers as an anonymous visitor, with 200
        yield Finding(
            "sign-in",
            False,
            "Zendesk takes the connection for an anonymous visitor: correct login and token, and see that token access is "
            "switched on in Admin Center, Apps and integrations, Zendesk API",
        )
        return
    role = str(me.get("role"))
    if role == "admin":
        yield Finding("sign-in", True, "signed in as an admin")
    else:
        yield Finding(
            "sign-in",
            False,
            f"signed in with the role {role}; exports are for admins: let an admin make the token, or give this user the role",
        )
    for stream in streams:
        yield _stream(http, stream)


def _stream(http: Http, stream: Stream) -> Finding:
    try:
        with http.reading(stream, "check"):
            rows = _tried(http, stream)
    except SourceError as error:
        return Finding(stream.name, False, f"{error} It needs: {stream.permission}.")
    if rows is None:
        return Finding(stream.name, True, "it can be read")
    if rows:
        return Finding(stream.name, True, f"{rows:,} records can be seen", rows)
    return Finding(
        stream.name, True, f"no record can be seen; if there are some, this is missing: {stream.permission}", 0
    )


def _tried(http: Http, stream: Stream) -> int | None:
    """How many records of a stream can be seen; None where Zendesk does not count them and one may be read."""
    if stream.name in _COUNTED:
        return int(http.get(_COUNTED[stream.name]).json()["count"]["value"])
    recently = started_at(http, http.now() - timedelta(days=1))
    asked: dict[str, tuple[str, dict[str, Any], str]] = {
        "ticket_events": ("/api/v2/incremental/ticket_events.json", {"start_time": recently}, "ticket_events"),
        "satisfaction_ratings": (RATINGS_PATH, {"page[size]": 1}, "satisfaction_ratings"),
        "survey_responses": (RESPONSES_PATH, {"page[size]": 1}, "survey_responses"),
    }
    if stream.name in asked:
        path, params, resource = asked[stream.name]
        http.get(path, params).json()[resource]
        return None
    http.get("/api/v2/ticket_audits.json", {"limit": 1}).json()["audits"]
    return None
