"""What a SurveyMonkey connection can do, in plain words, for about twenty of the day's 500 requests.

Every listing says its total, but most are listings of one survey or one mailing: a few are asked for, and where there are
more the sum is a lower bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from scoreboard.sources.api.base import Finding, SourceError, Stream
from scoreboard.sources.api.http import Forbidden, Http, Reply
from scoreboard.sources.api.seeing import Seen, seen

_FEW = 3  # surveys that are looked into, and mailings
_LISTED = 1000  # the most rows of a listing's page
_MAILS = ("email", "sms")

Get = Callable[..., Reply]
"""An answer to path and params, within the app's allowance."""


def findings(http: Http, get: Get, streams: Sequence[Stream]) -> Iterator[Finding]:
    """A finding for the token, then one per stream; stops where the token is refused."""
    try:
        with http.reading("users/me"):
            whose = f"Signed in as {get('/users/me').json().get('username')}."
    except Forbidden:
        whose = "The token is good; whose it is would take the scope View Users, which nothing else needs."
    except SourceError as error:
        yield Finding("login", False, f"{error} Check password (the app's access token) and host (the data centre).")
        return
    yield Finding("login", True, whose)
    looking = _Looking(get)
    for stream in streams:
        try:
            with http.reading(stream, "check"):
                yield looking.at(stream)
        except SourceError as error:
            yield Finding(stream.name, False, f"{error} It needs {stream.permission}.")


class _Looking:
    """One look at an account; surveys and collectors are asked for once, all streams being found through them."""

    def __init__(self, get: Get) -> None:
        self._get = get
        self._surveys: dict[str, Any] | None = None
        self._collectors: list[dict[str, Any]] | None = None

    def at(self, stream: Stream) -> Finding:
        if stream.name == "surveys":
            return seen(stream, Seen(int(self._listed()["total"]), is_all=True))
        if stream.name in ("messages", "recipients"):
            return self._of_mailings(stream)
        counts = {"questions": self._questions, "collectors": self._collected, "responses": self._responses}
        surveys, total = self._first(), int(self._listed()["total"])
        return seen(stream, _sum(counts[stream.name](surveys), len(surveys), total, "surveys"))

    def _of_mailings(self, stream: Stream) -> Finding:
        surveys, total = self._first(), int(self._listed()["total"])
        places = self._of_surveys(surveys)
        mailings = [row["id"] for place in places for row in place["data"] if row.get("type") in _MAILS]
        is_all = len(surveys) == total and all(len(place["data"]) == int(place["total"]) for place in places)
        if not mailings:
            looked = "" if is_all else f" among the first collectors of {len(surveys)} of {total:,} surveys"
            return Finding(
                stream.name, True, f"there is no mailing{looked}, so there was none to try", 0 if is_all else None
            )
        rows = sum(
            int(self._get(f"/collectors/{mailing}/{stream.name}", {"per_page": 1}).json()["total"])
            for mailing in mailings[:_FEW]
        )
        found = _sum(rows, len(mailings[:_FEW]), len(mailings), "mailings")
        return seen(stream, found if is_all else Seen(rows, False, found.where))

    def _listed(self) -> dict[str, Any]:
        if self._surveys is None:
            self._surveys = self._get("/surveys", {"per_page": _LISTED}).json()
        return self._surveys

    def _first(self) -> list[str]:
        return [row["id"] for row in self._listed()["data"][:_FEW]]

    def _questions(self, surveys: Sequence[str]) -> int:
        details = [self._get(f"/surveys/{survey}/details").json() for survey in surveys]
        return sum(len(page["questions"]) for each in details for page in each["pages"])

    def _collected(self, surveys: Sequence[str]) -> int:
        return sum(int(place["total"]) for place in self._of_surveys(surveys))

    def _of_surveys(self, surveys: Sequence[str]) -> list[dict[str, Any]]:
        if self._collectors is None:
            asked = {"per_page": _LISTED, "include": "type"}
            self._collectors = [self._get(f"/surveys/{survey}/collectors", asked).json() for survey in surveys]
        return self._collectors

    def _responses(self, surveys: Sequence[str]) -> int:
        asked = {"per_page": 1}
        return sum(int(self._get(f"/surveys/{survey}/responses/bulk", asked).json()["total"]) for survey in surveys)


def _sum(rows: int, looked_at: int, there: int, what: str) -> Seen:
    if looked_at == there:
        return Seen(rows, is_all=True)
    return Seen(rows, False, f"in {looked_at} of {there:,} {what}")
