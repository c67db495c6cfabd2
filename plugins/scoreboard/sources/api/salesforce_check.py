"""What a Salesforce connection can do, in plain words: signing in, the day's requests, and every object that is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scoreboard.sources.api.base import Finding, SourceError, Stream
from scoreboard.sources.api.http import Http, Refused
from scoreboard.sources.api.salesforce_errors import explained
from scoreboard.sources.api.salesforce_objects import Described, described
from scoreboard.sources.api.salesforce_soql import counted
from scoreboard.sources.shapes.salesforce import SHAPES

_NO_LIMITS = ("FORBIDDEN", "INSUFFICIENT_ACCESS")  # how a user is refused who may see objects and not the limits
_FEW = 0.1  # of the day's requests; fewer left than that is worth a word


def findings(
    http: Http, base: str, streams: Sequence[Stream], fields: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    """A finding for the sign-in with the requests left, then one per object; stops where nobody is signed in."""
    try:
        with http.reading("limits"), explained():
            daily = http.get(f"{base}/limits").json()["DailyApiRequests"]
        yield _left(int(daily["Remaining"]), int(daily["Max"]))
    except SourceError as error:
        if not isinstance(error, Refused) or error.code not in _NO_LIMITS:
            yield Finding("sign-in", False, str(error))
            return
        unseen = "how many API requests are left would take View Setup and Configuration, which nothing else needs"
        yield Finding("sign-in", True, f"the app is signed in; {unseen}")
    for stream in streams:
        yield from _object(http, base, stream, fields.get(stream.name, ()))


def _left(left: int, most: int) -> Finding:
    share = f"{left:,} of {most:,} API requests of the org are left for these 24 hours"
    few = ", which is few" if left < most * _FEW else ""
    return Finding("sign-in", left > 0, f"the app is signed in; {share}{few}")


def _object(http: Http, base: str, stream: Stream, wanted: Sequence[str]) -> Iterator[Finding]:
    try:
        with http.reading(stream, "describe"), explained():
            about = described(stream.name, http.get(f"{base}/sobjects/{stream.name}/describe").json(), wanted)
        if not about.is_queryable:
            yield Finding(stream.name, False, f"it cannot be queried; the integration user needs: {stream.permission}")
            return
        with http.reading(stream, "count"), explained():
            rows = int(http.get(f"{base}/query", {"q": counted(stream.name)}).json()["totalSize"])
    except SourceError as error:
        yield Finding(stream.name, False, f"{error} The integration user needs: {stream.permission}.")
        return
    seen = (
        f"{rows:,} records can be seen"
        if rows
        else "no record can be seen; if there are some, this is missing: " + stream.permission
    )
    yield Finding(stream.name, True, seen, rows)
    yield from _missing(about)


def _missing(about: Described) -> Iterator[Finding]:
    """Fields that are wanted and not there: what a user named is a mistake, our own suggestion is only a hint."""
    suggested = {
        column.api: column.name for shape in SHAPES if shape.landed.get("api") == about.name for column in shape.columns
    }
    for path in about.missing:
        column = suggested.get(path)
        if column is None:
            yield Finding(
                f"{about.name}.{path}",
                False,
                "the mapping file names this field; the object does not have it, or the integration user may not see it "
                "(Field-Level Security). Its column stays empty",
            )
        else:
            yield Finding(
                f"{about.name}.{path}",
                True,
                f"there is no such field, so {column} stays empty; if another field says it, name that in "
                "sources/salesforce.yaml under fields",
            )
