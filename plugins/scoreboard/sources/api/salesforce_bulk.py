"""Bulk API 2.0: a query as a job whose results come as CSV, for reads too large to page through.

Records are given the form that REST serves, so that one version of a record is the same whichever way it came.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.api.http import BrokenAnswer, Http, Reply
from scoreboard.sources.api.salesforce_objects import Described, is_number
from scoreboard.sources.api.salesforce_soql import instant
from scoreboard.sources.exact_json import ServedNumber

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 30.0  # seconds between two looks at a job
PATIENCE = timedelta(hours=2)
_LAST = ("", "null")  # how the locator says that nothing follows
csv.field_size_limit(2**27)  # long text areas hold 131,072 characters, and more once quoted


@dataclass(frozen=True)
class BulkJobs:
    """Query jobs of one connection; `base` is /services/data/vNN.N, `chunk` the records of one results request."""

    http: Http
    base: str
    chunk: int

    def rows(self, soql: str, about: Described) -> Iterator[tuple[list[dict[str, Any]], str]]:
        """Chunks of records as REST bodies, with the request's name; the job is deleted in the end, come what may.

        Raises Refused where the org does not allow bulk queries or the job is gone, SourceError where it failed.
        """
        job = str(self.http.post(self._path(), json={"operation": "queryAll", "query": soql}).json()["id"])
        try:
            self._wait_for(job)
            yield from self._results(job, about)
        finally:
            self._delete(job)

    def _path(self, rest: str = "") -> str:
        return f"{self.base}/jobs/query{rest}"

    def _wait_for(self, job: str) -> None:
        pause, waited = _FIRST_PAUSE, 0.0
        while True:
            answer = self.http.get(self._path(f"/{job}")).json()
            state = answer["state"]
            if state == "JobComplete":
                return
            if state in ("Failed", "Aborted"):
                reason = str(answer.get("errorMessage") or "no reason given")[:200]
                raise SourceError(
                    f"Salesforce's bulk query job {job} for {answer.get('object', 'an object')} ended as {state} "
                    f"({reason}). What had landed before stays; the next run reads on from there."
                )
            if waited > PATIENCE.total_seconds():
                raise SourceUnavailable(
                    f"Salesforce's bulk query job {job} is not done after {waited / 60:.0f} minutes. What had landed "
                    "before stays; the next run reads on from there."
                )
            self.http.pause(pause)
            waited += pause
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _results(self, job: str, about: Described) -> Iterator[tuple[list[dict[str, Any]], str]]:
        locator, seen = "", {""}
        while True:
            reply = self.http.get(
                self._path(f"/{job}/results"),
                {"maxRecords": self.chunk, "locator": locator or None},
                headers={"accept": "text/csv"},
                expect="csv",
                check=lambda answer: _refuse_partial(answer, about),
            )
            records = [_body(dict(zip(about.asked, line, strict=True)), about) for line in _rows(reply, about)]
            yield records, f"job {job}, locator {locator or 'first'}"
            locator = reply.headers.get("sforce-locator", "")
            if locator in _LAST:
                return
            if locator in seen:
                raise SourceError(
                    f"Salesforce's bulk query job {job} gives the locator {locator} twice: it would never end."
                )
            seen.add(locator)

    def _delete(self, job: str) -> None:
        try:
            self.http.request("DELETE", self._path(f"/{job}"), expect="")
        except SourceError:
            return  # Salesforce deletes it after seven days; the rows are here


def _rows(reply: Reply, about: Described) -> list[list[str]]:
    """The records' cells; the line of names above them, which not every chunk has, is left out."""
    text = reply.content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    names = [name.lower() for name in about.asked]
    return lines[1:] if lines and [cell.lower() for cell in lines[0]] == names else lines


def _refuse_partial(reply: Reply, about: Described) -> None:
    """Raise BrokenAnswer unless the CSV holds as many whole records as its headers promise."""
    promised = reply.headers.get("sforce-numberofrecords", "")
    try:
        rows = _rows(reply, about)
    except (csv.Error, UnicodeDecodeError) as error:
        raise BrokenAnswer(f"its CSV cannot be read to the end: {error}") from error
    if any(len(row) != len(about.asked) for row in rows):
        raise BrokenAnswer("a line of its CSV has not one cell for every field asked")
    if promised.isdigit() and int(promised) != len(rows):
        raise BrokenAnswer(f"it promised {promised} records and has {len(rows)}")


def _body(cells: Mapping[str, str], about: Described) -> dict[str, Any]:
    return {name: _value(text, about.types.get(name, "string")) for name, text in cells.items()}


def _value(text: str, kind: str) -> Any:
    """A CSV cell as REST would have served it: Salesforce knows no empty text, only null."""
    if text == "":
        return None
    if kind == "boolean":
        return text.lower() == "true"
    if kind == "int":
        return int(Decimal(text))
    if is_number(kind):
        number = float(text)
        return number if Decimal(repr(number)) == Decimal(text) else ServedNumber(text)
    if kind == "datetime":
        at = instant(text)
        return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"
    return text
