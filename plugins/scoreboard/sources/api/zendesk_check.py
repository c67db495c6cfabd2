"""What a Zendesk connection can do, in plain words: who is signed in, and every stream that is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoreboard.sources.api.base import Finding, SourceError, Stream
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.seeing import Seen, seen
from scoreboard.sources.api.zendesk_csat import RESPONSES_PATH
from scoreboard.sources.api.zendesk_exports import EXPORT_ROWS, LIST_ROWS, is_end

_COUNTED = {  # stream -> where its records are counted
    "organizations": "/api/v2/organizations/count.json",
    "users": "/api/v2/users/count.json",
    "groups": "/api/v2/groups/count.json",
    "tickets": "/api/v2/tickets/count.json",
    "satisfaction_ratings": "/api/v2/satisfaction_ratings/count.json",
}
_COUNTED_EXACTLY = 100_000  # what is more is counted once a day, and until then said to be so many
_LISTS = {  # stream -> a list of its records, their name in it, and what the list leaves out
    "survey_responses": (RESPONSES_PATH, "survey_responses", ""),
    "ticket_audits": ("/api/v2/ticket_audits.json", "audits", "of tickets that are not archived"),
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
            return seen(stream, _tried(http, stream))
    except SourceError as error:
        return Finding(stream.name, False, f"{error} It needs: {stream.permission}.")


def _tried(http: Http, stream: Stream) -> Seen:
    """The records of a stream as Zendesk counts them, or those on the first page where it does not."""
    if stream.name in _COUNTED:
        rows = int(http.get(_COUNTED[stream.name]).json()["count"]["value"])
        return Seen(min(rows, _COUNTED_EXACTLY), rows < _COUNTED_EXACTLY)
    if stream.name in _LISTS:
        path, resource, where = _LISTS[stream.name]
        answer = http.get(path, {"page[size]": LIST_ROWS}).json()
        return Seen(len(answer[resource]), not where and answer["meta"]["has_more"] is False, where)
    asked = {"start_time": 0, "per_page": EXPORT_ROWS}
    answer = http.get(f"/api/v2/incremental/{stream.name}.json", asked).json()
    return Seen(len(answer[stream.name]), is_end(answer))
