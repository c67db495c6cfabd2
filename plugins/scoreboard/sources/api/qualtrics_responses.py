"""A survey's responses at Qualtrics, export after export.

The first job exports a survey whole and gives a token. Every later read goes on from the token, which brings what was recorded
since whatever its dates say, and asks by date for what was changed since.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from scoreboard.sources.api.base import Page, Record, Stream
from scoreboard.sources.api.http import Http, Refused
from scoreboard.sources.api.qualtrics_export import Export, JobFailed, exported

log = logging.getLogger(__name__)

NO_TOKEN = ""
"""What is kept of a survey whose export gave no token: from then on it is read by date alone."""

_ROWS_PER_PAGE = 1000
_TOKEN_REFUSED = (400, 404, 410)


def responses(
    http: Http,
    stream: Stream,
    surveys: Iterable[str],
    tokens: Mapping[str, str],
    since: datetime | None,
    until: datetime | None,
) -> Iterator[Page]:
    """Pages of responses changed at or after `since` (and until `until`), recorded since the `tokens` (survey -> token) were given."""
    for survey in surveys:
        token = tokens.get(survey)
        with http.reading(stream, f"survey {survey}"):
            if until is not None:
                exports = [_exported(http, survey, _by_change(since, until))]
            elif since is None or token is None:  # never read, or only now to be seen: none of it has landed
                exports = [_exported(http, survey, {"allowContinuation": True})]
            else:
                exports = [
                    _recorded_after(http, survey, token),
                    _exported(http, survey, _by_change(since, None)),
                ]
        rows = [_response(survey, row) for export in exports for row in export.responses]
        if until is not None:
            rows = [row for row in rows if is_within(row.version, since, until)]
        is_continued = until is None and (
            rows or token is not None
        )  # an empty survey costs nothing to read whole again
        told = {survey: exports[0].token or NO_TOKEN} if is_continued else {}
        for start in range(0, len(rows), _ROWS_PER_PAGE):
            yield Page(rows[start : start + _ROWS_PER_PAGE], f"export of survey {survey}, responses from {start + 1}")
        yield Page([], f"export of survey {survey}, its end", told)


def _recorded_after(http: Http, survey: str, token: str) -> Export:
    """What was recorded since the export that gave the token; the whole survey where Qualtrics takes it no more."""
    if token == NO_TOKEN:
        return Export([], None)
    try:
        return _exported(http, survey, {"allowContinuation": True, "continuationToken": token})
    except (Refused, JobFailed) as error:
        if isinstance(error, Refused) and error.status not in _TOKEN_REFUSED:
            raise
        log.warning("Survey %s: its continuation token is not taken any more, so it is read whole. %s", survey, error)
        return _exported(http, survey, {"allowContinuation": True})


def _exported(http: Http, survey: str, asked: Mapping[str, Any]) -> Export:
    return exported(http, survey, asked, http.pause)


def _response(survey: str, row: dict[str, Any]) -> Record:
    values = row["values"]
    changed = values.get("lastModifiedDate") or values.get("recordedDate") or values.get("endDate")
    return Record(row["responseId"], instant(changed), {"surveyId": survey, **row})


def _by_change(since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """Options of an export of what was changed in a stretch of time, both ends included."""
    asked: dict[str, Any] = {"sortByLastModifiedDate": True}
    if since is not None:
        asked["startDate"] = _text(since)  # inclusive
    if until is not None:
        asked["endDate"] = _text(until + timedelta(seconds=1))  # exclusive, and seconds is all it knows
    return asked


def is_within(version: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    """Whether a record belongs to the window, both ends included; one without a version always does."""
    return version is None or ((since is None or version >= since) and (until is None or version <= until))


def instant(text: str | None) -> datetime | None:
    """An instant as Qualtrics spells it; without a zone it is UTC."""
    if not text or text.startswith("0000"):
        return None
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
