"""Bulk API 2.0 query jobs of the stand-in Salesforce: made, looked at, read as CSV in chunks, deleted."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from demo.vendors.core import Request, Response
from demo.vendors.salesforce_errors import ApiError
from demo.vendors.salesforce_objects import in_bulk


@dataclass
class Job:
    """One job; it is done at the `looks_needed`-th look at it."""

    id: str
    soql: str
    looks: int = 0
    header: tuple[str, ...] = ()
    lines: list[list[str]] = field(default_factory=list)
    state: str = "UploadComplete"


class Jobs:
    """The query jobs of an org; `made` counts them, `deleted` lists those that were deleted. `fail` makes new ones fail."""

    def __init__(self) -> None:
        self.made = 0
        self.deleted: list[str] = []
        self.looks_needed = 2
        self.fail = ""
        self._jobs: dict[str, Job] = {}

    def lose(self) -> None:
        """All jobs are gone, as after seven days."""
        self._jobs.clear()

    def handle(self, request: Request, rest: list[str], select: Callable[[str], tuple[Any, list[Any]]]) -> Response:
        """Answer a request below jobs/query; `select` runs a query."""
        match (request.method, rest):
            case ("POST", []):
                return self._make(request, select)
            case ("GET", [key]):
                return Response.of(self._look(self._job(key), select))
            case ("GET", [key, "results"]):
                return self._results(self._job(key), request)
            case ("DELETE", [key]):
                self._job(key)
                del self._jobs[key]
                self.deleted.append(key)
                return Response(204)
        raise ApiError(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{request.method}' not allowed")

    def _make(self, request: Request, select: Callable[[str], tuple[Any, list[Any]]]) -> Response:
        asked = request.json()
        if asked.get("operation") not in ("query", "queryAll") or "query" not in asked:
            raise ApiError(400, "INVALIDJOB", "operation must be query or queryAll, with a query")
        query, _ = select(asked["query"])
        if query.is_count or any("." in name or name.endswith("Address") for name in query.fields):
            raise ApiError(400, "API_ERROR", "the bulk query does not support what it selects")
        self.made += 1
        job = Job(f"750{self.made:012d}AAA", asked["query"])
        self._jobs[job.id] = job
        return Response.of(_told(job, query.object))

    def _look(self, job: Job, select: Callable[[str], tuple[Any, list[Any]]]) -> dict[str, Any]:
        job.looks += 1
        query, rows = select(job.soql)
        if self.fail:
            job.state = "Failed"
            return {**_told(job, query.object), "errorMessage": self.fail}
        if job.looks < self.looks_needed:
            job.state = "InProgress"
        elif job.state != "JobComplete":
            job.state, job.header = "JobComplete", query.fields
            job.lines = [[in_bulk(row.value(name)) for name in query.fields] for row in rows]
        return {**_told(job, query.object), "numberRecordsProcessed": len(job.lines), "retries": 0}

    def _results(self, job: Job, request: Request) -> Response:
        if job.state != "JobComplete":
            raise ApiError(400, "INVALIDJOBSTATE", "the job is not complete")
        start = int(request.query.get("locator") or 0)
        chunk = job.lines[start : start + int(request.query.get("maxRecords", "50000"))]
        end = start + len(chunk)
        text = io.StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([job.header, *chunk])
        return Response(
            200,
            text.getvalue().encode(),
            {
                "content-type": "text/csv; charset=utf-8",
                "Sforce-Locator": str(end) if end < len(job.lines) else "null",
                "Sforce-NumberOfRecords": str(len(chunk)),
            },
        )

    def _job(self, key: str) -> Job:
        if key not in self._jobs:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        return self._jobs[key]


def _told(job: Job, name: str) -> dict[str, Any]:
    return {
        "id": job.id,
        "operation": "queryAll",
        "object": name,
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": 62.0,
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }
