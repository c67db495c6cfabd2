"""Qualtrics by its API v3: surveys, what they ask, whom they were sent to, who that is, and what came back.

Responses come by export jobs (qualtrics_responses). Responses in progress are no responses yet; the export keeps them apart, and
they come once they are closed. Deleted ones are not told of: reconciling finds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from scoreboard.entities import Domain
from scoreboard.sources.api.base import Finding, Listed, Page, Record, SourceError, Stream
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.http import Http, Refused
from scoreboard.sources.api.qualtrics_export import exported
from scoreboard.sources.api.qualtrics_responses import instant, is_within, responses
from scoreboard.sources.api.seeing import Seen, seen
from scoreboard.sources.api.signing import FixedHeader

_ROOT = "/API/v3"
_LOOKED_INTO = 20  # surveys whose responses a check counts
_SURVEY: frozenset[Domain] = frozenset({"survey"})
_LINK_LASTS = timedelta(days=60)  # what Qualtrics gives a link without an expiration date

_HISTORY_INSTANTS = ("sentAt", "openedAt", "responseStartedAt", "responseCompletedAt")

SURVEYS = Stream("surveys", _SURVEY, "full", permission="read:surveys, the Surveys API enabled for the user")
QUESTIONS = Stream("questions", _SURVEY, "full", permission="read:survey_definitions, and access to every survey")
CONTACTS = Stream("contacts", _SURVEY, "full", permission="read:directory_contacts, access to the XM Directory")
DISTRIBUTIONS = Stream("distributions", _SURVEY, "full", permission="read:distributions")
HISTORY = Stream(
    "distribution_history",
    _SURVEY,
    lookback=timedelta(days=7),
    is_ordered=False,
    permission="read:distributions",
)
RESPONSES = Stream(
    "responses",
    _SURVEY,
    lookback=timedelta(days=7),
    horizon=timedelta(minutes=5),
    is_ordered=False,
    permission="read:survey_responses, View and Export Responses on every survey",
)


def auth(credentials: Credentials, client: Http) -> FixedHeader:
    """The connection's password is the user's API token; nothing has to be asked for it."""
    return FixedHeader("X-API-TOKEN", credentials.password)


class QualtricsSource:
    """One Qualtrics brand as one user may see it. Options: `directory`, the id of the only directory to be read."""

    vendor = "qualtrics"

    def __init__(
        self, http: Http, connection: str, fields: Mapping[str, Sequence[str]], options: Mapping[str, str]
    ) -> None:
        self.connection = connection
        self._http = http
        http.requests.budget, http.requests.what = 3000, "requests a minute and brand"
        self._directory = options.get("directory")
        self._tokens: Mapping[str, str] = {}

    def streams(self) -> tuple[Stream, ...]:
        """Surveys before what is asked, sent and answered."""
        return (SURVEYS, QUESTIONS, CONTACTS, DISTRIBUTIONS, HISTORY, RESPONSES)

    def now(self) -> datetime:
        """Qualtrics' clock."""
        return self._http.now()

    def continue_from(self, tokens: Mapping[str, str]) -> None:
        """Survey -> the token its last export gave, `NO_TOKEN` where it gave none."""
        self._tokens = dict(tokens)

    def read(self, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        """Pages of a stream; of responses and sendings those changed at or after `since`, and until `until`."""
        with _naming_requests(), self._http.reading(stream):
            if stream.name == RESPONSES.name:
                yield from responses(self._http, RESPONSES, self._surveys(), self._tokens, since, until)
            elif stream.name == HISTORY.name:
                yield from self._history(since, until)
            else:
                yield from self._whole(stream)

    def listed(self, stream: Stream) -> Iterable[list[Listed]]:
        """Everything that exists now. Responses have no listing of their own: they are exported."""
        for page in self.read(stream, None):
            yield [Listed(record.key, record.version) for record in page.records]

    def fetch(self, stream: Stream, keys: list[str]) -> Iterator[Page]:
        """The named records; only their survey could find them by id, and keys do not tell it, so the stream is read."""
        wanted = set(keys)
        for page in self.read(stream, None):
            found = [record for record in page.records if record.key in wanted]
            wanted -= {record.key for record in found}
            if found:
                yield Page(found, page.where)
            if not wanted:
                return

    def check(self) -> Iterator[Finding]:
        """Who we are, and what of each stream can be seen."""
        try:
            with _naming_requests(), self._http.reading("whoami"):
                who = self._http.get(f"{_ROOT}/whoami").json()["result"]
        except SourceError as error:
            yield Finding("login", False, f"{error} Check host (the data centre's URL) and password (the API token).")
            return
        yield Finding("login", True, f"Signed in as {who.get('userName')} of brand {who.get('brandId')}.")
        for stream in self.streams():
            yield self._checked(stream)

    def _checked(self, stream: Stream) -> Finding:
        try:
            with _naming_requests():
                return seen(stream, self._seen(stream))
        except SourceError as error:
            return Finding(stream.name, False, f"{error} It needs {stream.permission}.")

    def _seen(self, stream: Stream) -> Seen:
        """The records of the whole stream, or, where that were many requests, of a few surveys or of one distribution."""
        if stream.name == RESPONSES.name:
            return self._responses_seen()
        if stream.name != HISTORY.name:
            return Seen(sum(len(page.records) for page in self._whole(stream)), is_all=True)
        for survey in self._surveys():
            for sent in self._distributions_of(survey):
                rows = sum(len(rows) for rows, _ in self._pages(stream, f"/distributions/{sent['id']}/history"))
                return Seen(rows, False, "of the first distribution")
        return Seen(0, is_all=True)

    def _responses_seen(self) -> Seen:
        """What a few surveys count; one response is exported as well, which is a permission of its own."""
        surveys = self._surveys()
        rows = 0
        for survey in surveys[:_LOOKED_INTO]:
            with self._http.reading(RESPONSES, survey):
                about = self._http.get(f"{_ROOT}/surveys/{survey}").json()["result"]
                rows += int(about["responseCounts"]["auditable"])
                if survey == surveys[0]:
                    exported(self._http, survey, {"limit": 1}, self._http.pause)
        if len(surveys) <= _LOOKED_INTO:
            return Seen(rows, is_all=True)
        return Seen(rows, False, f"in {_LOOKED_INTO} of {len(surveys):,} surveys")

    # -- streams that are listed whole

    def _whole(self, stream: Stream) -> Iterator[Page]:
        if stream.name == SURVEYS.name:
            for rows, where in self._pages(stream, "/surveys"):
                yield Page([Record(row["id"], instant(row.get("lastModified")), row) for row in rows], where)
        elif stream.name == QUESTIONS.name:
            for survey in self._surveys():
                for rows, where in self._pages(stream, f"/survey-definitions/{survey}/questions"):
                    bodies = [{"surveyId": survey, **row} for row in rows]
                    yield Page([Record(f"{survey}:{body['QuestionID']}", None, body) for body in bodies], where)
        elif stream.name == CONTACTS.name:
            for directory in [self._directory] if self._directory else self._directories():
                path = f"/directories/{directory}/contacts"
                for rows, where in self._pages(stream, path, pageSize=500, includeEmbedded="true"):
                    yield Page([Record(row["contactId"], None, row) for row in rows], where)
        elif stream.name == DISTRIBUTIONS.name:
            for survey in self._surveys():
                for rows, where in self._pages(stream, "/distributions", surveyId=survey):
                    yield Page([Record(row["id"], instant(row.get("modifiedDate")), row) for row in rows], where)
        else:
            raise SourceError(
                f"Qualtrics has no stream {stream.name}; it has {', '.join(s.name for s in self.streams())}."
            )

    def _surveys(self) -> list[str]:
        return [row["id"] for rows, _ in self._pages(SURVEYS, "/surveys") for row in rows]

    def _directories(self) -> list[str]:
        return [row["directoryId"] for rows, _ in self._pages(CONTACTS, "/directories") for row in rows]

    def _distributions_of(self, survey: str) -> Iterator[dict[str, Any]]:
        for rows, _ in self._pages(DISTRIBUTIONS, "/distributions", surveyId=survey):
            yield from rows

    # -- streams that grow

    def _history(self, since: datetime | None, until: datetime | None) -> Iterator[Page]:
        """Whom each distribution reached. One whose links had all expired before `since` can have changed no more."""
        for survey in self._surveys():
            for distribution in list(self._distributions_of(survey)):
                if since is not None and _open_until(distribution) < since:
                    continue
                for rows, where in self._pages(HISTORY, f"/distributions/{distribution['id']}/history"):
                    bodies = [{"distributionId": distribution["id"], **row} for row in rows]
                    records = [Record(_sending_key(body), _changed(body), body) for body in bodies]
                    yield Page([each for each in records if is_within(each.version, None, until)], where)

    def _pages(self, stream: Stream, path: str, **params: str | int) -> Iterator[tuple[list[dict[str, Any]], str]]:
        """The elements of each page, following `nextPage` until there is none."""
        url: str | None = f"{_ROOT}{path}"
        asked: dict[str, str | int] | None = params
        seen: set[str] = set()
        while url is not None:
            with self._http.reading(stream, len(seen) + 1):
                result = self._http.get(url, asked).json()["result"]
                rows: list[dict[str, Any]] = result["elements"]
                link = result.get("nextPage")
            if link is not None and (link == url or link in seen):
                raise SourceError(
                    f"{stream.name}, page {len(seen) + 1}: the link to the next page leads back to one that was read. "
                    "Nothing was landed and the cursor stands; run again."
                )
            yield rows, f"{path} page {len(seen) + 1}"
            seen.add(url)
            url, asked = link, None


@contextmanager
def _naming_requests() -> Iterator[None]:
    """A refusal names Qualtrics' id of the request, which is what its support asks for."""
    try:
        yield
    except Refused as refusal:
        meta = refusal.body.get("meta") if isinstance(refusal.body, dict) else None
        number = meta.get("requestId") if isinstance(meta, dict) else None
        if number:
            refusal.args = (f"{refusal} Qualtrics' request id: {number}.", *refusal.args[1:])
        raise


def _sending_key(body: Mapping[str, Any]) -> str:
    return f"{body['distributionId']}:{body.get('contactId') or body.get('contactLookupId') or body.get('surveyLink')}"


def _changed(body: Mapping[str, Any]) -> datetime | None:
    return max((at for name in _HISTORY_INSTANTS if (at := instant(body.get(name)))), default=None)


def _open_until(distribution: Mapping[str, Any]) -> datetime:
    """The last instant at which the distribution's history may still change."""
    sent = instant(distribution.get("sendDate")) or datetime.max.replace(tzinfo=UTC)
    link = distribution.get("surveyLink") or {}
    expires = instant(link.get("expirationDate")) or _later(sent, _LINK_LASTS)
    return max(sent, expires, instant(distribution.get("modifiedDate")) or sent)


def _later(at: datetime, by: timedelta) -> datetime:
    return at + by if at < datetime.max.replace(tzinfo=UTC) - by else at
