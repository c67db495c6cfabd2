"""SurveyMonkey by its API v3: surveys, what they ask, collectors, whom they mailed, and what came back.

Responses are paged by time, not by page number: a response that changes while we read moves to the end of the list, the others
move up, and the first of the next page would be skipped. Deleted responses are not told of: reconciling finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from scoreboard.entities import Domain
from scoreboard.sources.api.base import (
    CursorStuck,
    Finding,
    Listed,
    Page,
    Record,
    SourceError,
    SourceUnavailable,
    Stream,
)
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.http import Http, Reply
from scoreboard.sources.api.signing import FixedHeader, bearer
from scoreboard.sources.api.surveymonkey_check import findings
from scoreboard.sources.api.surveymonkey_pages import Params, listed, refuse_short

_ROOT = "/v3"
_SURVEY: frozenset[Domain] = frozenset({"survey"})
_BULK = 100  # the most responses of one page
_LISTED = 1000  # the most rows of any other listing's page
_SECOND = timedelta(seconds=1)
_LONGEST_WAIT = 120.0  # seconds; a minute's allowance comes back within one

SURVEYS = Stream("surveys", _SURVEY, "full", permission="the scope View Surveys")
QUESTIONS = Stream("questions", _SURVEY, "full", permission="the scope View Surveys")
COLLECTORS = Stream("collectors", _SURVEY, "full", permission="the scope View Collectors")
MESSAGES = Stream("messages", _SURVEY, "full", permission="the scope View Collectors")
RECIPIENTS = Stream("recipients", _SURVEY, "full", permission="the scope View Collectors")
RESPONSES = Stream(
    "responses",
    _SURVEY,
    lookback=timedelta(days=1),
    horizon=timedelta(minutes=5),
    is_ordered=False,
    permission="the scopes View Responses and View Response Details, on a plan with API access to responses",
)
_COLLECTOR_FIELDS = "type,status,response_count,date_created,date_modified,url"
_RECIPIENT_FIELDS = "survey_response_status,mail_status,custom_fields,remove_link,extra_fields,survey_link"


def auth(credentials: Credentials, client: Http) -> FixedHeader:
    """The connection's password is the app's access token; nothing has to be asked for it."""
    return bearer(credentials.password)


class SurveymonkeySource:
    """One SurveyMonkey account as one app may see it."""

    vendor = "surveymonkey"

    def __init__(
        self, http: Http, connection: str, fields: Mapping[str, Sequence[str]], options: Mapping[str, str]
    ) -> None:
        self.connection = connection
        self._http = http
        self._spent = ""  # said before the next request, once the day's allowance is used up
        http.requests.what = "requests a day (a private app: 500, and 120 a minute)"

    def streams(self) -> tuple[Stream, ...]:
        """Surveys before what is asked, sent and answered."""
        return (SURVEYS, QUESTIONS, COLLECTORS, MESSAGES, RECIPIENTS, RESPONSES)

    def now(self) -> datetime:
        """SurveyMonkey's clock."""
        return self._http.now()

    def read(self, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        """Pages of a stream; of responses those changed at or after `since`, and until `until`."""
        with self._http.reading(stream):
            yield from self._reader(stream, since, until)

    def listed(self, stream: Stream) -> Iterable[list[Listed]]:
        """Everything that exists now. Responses, too, by time: one that paging skips would count as deleted."""
        for page in self.read(stream, None):
            yield [Listed(record.key, record.version) for record in page.records]

    def fetch(self, stream: Stream, keys: list[str]) -> Iterator[Page]:
        """The named records; a key does not tell its survey, without which none can be asked for, so the stream is read."""
        wanted = set(keys)
        for page in self.read(stream, None):
            found = [record for record in page.records if record.key in wanted]
            wanted -= {record.key for record in found}
            if found:
                yield Page(found, page.where)
            if not wanted:
                return

    def check(self) -> Iterator[Finding]:
        """Who we are, and what of each stream can be seen; see surveymonkey_check."""
        return findings(self._http, self._get, self.streams())

    def _reader(self, stream: Stream, since: datetime | None, until: datetime | None) -> Iterator[Page]:
        readers: dict[str, Callable[[], Iterator[Page]]] = {
            SURVEYS.name: self._surveys,
            QUESTIONS.name: self._questions,
            COLLECTORS.name: self._collectors,
            MESSAGES.name: lambda: self._of_mailings(MESSAGES),
            RECIPIENTS.name: lambda: self._of_mailings(RECIPIENTS),
        }
        if stream.name == RESPONSES.name:
            return self._responses(since, until)
        if stream.name not in readers:
            raise SourceError(
                f"SurveyMonkey has no stream {stream.name}; it has {', '.join([*readers, RESPONSES.name])}."
            )
        return readers[stream.name]()

    # -- streams that are listed whole

    def _surveys(self) -> Iterator[Page]:
        for rows, where in self._listing(
            SURVEYS, "/surveys", include="date_created,date_modified,language,question_count"
        ):
            yield Page([Record(row["id"], _instant(row.get("date_modified")), row) for row in rows], where)

    def _questions(self) -> Iterator[Page]:
        """What each survey asks, out of its details; a question is named with its survey, whose number it needs."""
        for survey in self._ids(SURVEYS, "/surveys"):
            with self._http.reading(QUESTIONS, f"survey {survey}"):
                details = self._get(f"/surveys/{survey}/details").json()
                bodies = [
                    {"survey_id": survey, "page_id": page["id"], **question}
                    for page in details["pages"]
                    for question in page["questions"]
                ]
                records = [Record(f"{survey}:{body['id']}", None, body) for body in bodies]
            yield Page(records, f"/surveys/{survey}/details")

    def _collectors(self) -> Iterator[Page]:
        for survey in self._ids(SURVEYS, "/surveys"):
            for rows, where in self._listing(COLLECTORS, f"/surveys/{survey}/collectors", include=_COLLECTOR_FIELDS):
                bodies = [{"survey_id": survey, **row} for row in rows]
                yield Page([Record(body["id"], _instant(body.get("date_modified")), body) for body in bodies], where)

    def _of_mailings(self, stream: Stream) -> Iterator[Page]:
        """Messages or recipients of every collector that mails; links have neither."""
        mailings = {
            record.key: None
            for page in self._collectors()
            for record in page.records
            if record.body.get("type") in ("email", "sms")
        }
        params = {"include": _RECIPIENT_FIELDS} if stream.name == RECIPIENTS.name else {}
        for mailing in mailings:
            for rows, where in self._listing(stream, f"/collectors/{mailing}/{stream.name}", **params):
                bodies = [{"collector_id": mailing, **row} for row in rows]
                yield Page([Record(_key_of(stream, body), None, body) for body in bodies], where)

    def _ids(self, stream: Stream, path: str) -> list[str]:
        """Each once, also of a listing that had to be read again."""
        return list(dict.fromkeys(row["id"] for rows, _ in self._listing(stream, path) for row in rows))

    def _listing(self, stream: Stream, path: str, **params: str) -> Iterator[tuple[list[dict[str, Any]], str]]:
        return listed(self._get, self._http, stream, path, {"per_page": _LISTED, **params})

    # -- responses

    def _responses(self, since: datetime | None, until: datetime | None) -> Iterator[Page]:
        for survey in self._ids(SURVEYS, "/surveys"):
            yield from self._responses_of(survey, since, until)

    def _responses_of(self, survey: str, since: datetime | None, until: datetime | None) -> Iterator[Page]:
        """The first page from an instant on, again and again; each starts where the one before ended."""
        start, served, number = since, set[tuple[str, datetime | None]](), 0
        while True:
            number += 1
            with self._http.reading(RESPONSES, f"{number} of survey {survey}"):
                rows, has_more = self._bulk(survey, start, until)
                records = [Record(row["id"], _instant(row["date_modified"]), row) for row in rows]
            fresh = [
                each
                for each in records
                if (each.key, each.version) not in served and _is_within(each.version, since, until)
            ]
            yield Page(fresh, f"/surveys/{survey}/responses/bulk page {number}")
            if not has_more:
                return
            last = max((record.version for record in records if record.version is not None), default=start)
            if last is None or (start is not None and last <= start):
                raise CursorStuck(
                    f"responses, page {number} of survey {survey}: {len(records)} responses or more were changed around {_text(last or self.now())} "
                    "UTC, and SurveyMonkey pages them by time only. Nothing of this survey was landed and the cursor "
                    "stands; ask SurveyMonkey support what changed them at once."
                )
            served = {(record.key, record.version) for record in records}
            start = last

    def _bulk(self, survey: str, start: datetime | None, until: datetime | None) -> tuple[list[dict[str, Any]], bool]:
        """The first page of what was changed between two instants, and whether there are more: a short page need not be the last."""
        asked: dict[str, str | int | None] = {
            "per_page": _BULK,
            "page": 1,
            "sort_by": "date_modified",
            "sort_order": "ASC",
            # whether the bounds themselves belong to it is nowhere said, so ask for a second more on both sides
            "start_modified_at": _text(start - _SECOND) if start is not None else None,
            "end_modified_at": _text(until + 2 * _SECOND) if until is not None else None,
        }
        answer = self._get(f"/surveys/{survey}/responses/bulk", asked, refuse_short).json()
        return answer["data"], answer["links"].get("next") is not None

    def _get(self, path: str, params: Params | None = None, check: Callable[[Reply], None] | None = None) -> Reply:
        """One answer, and a pause where it was the last that this minute allows; SurveyMonkey sends no Retry-After."""
        if self._spent:
            raise SourceUnavailable(self._spent)
        reply = self._http.get(path if "://" in path else f"{_ROOT}{path}", params, check=check)
        self._heed(reply.headers)
        return reply

    def _heed(self, headers: Mapping[str, str]) -> None:
        """Wait until the minute is over when its requests are used up; ask no more when the day's are."""
        limit = headers.get("x-ratelimit-app-global-day-limit", "")
        if limit.isdigit():
            self._http.requests.budget = int(limit)
        if headers.get("x-ratelimit-app-global-day-remaining") == "0":
            seconds = headers.get("x-ratelimit-app-global-day-reset", "?")
            self._spent = (
                f"{self._http.name}: today's {limit} requests that SurveyMonkey allows the app are used up; it takes more in "
                f"{seconds} s. What was committed stays landed and the cursor stands: a later run reads on. A paid plan allows more."
            )
        if headers.get("x-ratelimit-app-global-minute-remaining") == "0":
            reset = headers.get("x-ratelimit-app-global-minute-reset", "")
            self._http.pause(min(float(reset) if reset.isdigit() else 60.0, _LONGEST_WAIT))


def _key_of(stream: Stream, body: Mapping[str, Any]) -> str:
    return f"{body['collector_id']}:{body['id']}" if stream.name == RECIPIENTS.name else str(body["id"])


def _is_within(version: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    """Whether a record belongs to the window, both ends included; one without a version always does."""
    return version is None or ((since is None or version >= since) and (until is None or version <= until))


def _instant(text: str | None) -> datetime | None:
    """An instant as SurveyMonkey spells it: surveys without an offset, which is UTC, responses with one."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
