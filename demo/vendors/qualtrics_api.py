"""A stand-in for Qualtrics' API v3: surveys and definitions, directory, distributions and their history, export jobs.

Every answer is `{"result": …, "meta": {"httpStatus", "requestId"}}`; errors have `meta.error`. Listings go on by `nextPage`, a
whole URL. Responses come only as the zipped file of a job, whose id is not the file's. A job that was asked to gives a token; a job
that goes on from it exports what was recorded since, and knows no dates beside it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from demo.vendors.core import Request, Response, Version, World

Body = dict[str, Any]
SIGNED = "token-of-the-stand-in"
"""What requests have to be signed with."""

_INSTANTS = ("sentAt", "openedAt", "responseStartedAt", "responseCompletedAt")


@dataclass
class _Job:
    survey: str
    asked: Body
    rows: list[Body]
    token: str | None = None
    looks: int = 0
    is_failed: bool = False


@dataclass
class QualtricsStandIn:
    """One brand. `looks`: how often a job has to be asked for before it is complete; `fails`: surveys whose jobs fail.

    `gives_tokens`: whether jobs give continuation tokens; `forget_tokens` lets all given ones expire.
    """

    world: World
    page_size: int = 100
    token: str = SIGNED
    looks: int = 1
    fails: set[str] = field(default_factory=set)
    gives_tokens: bool = True
    name: str = "qualtrics"
    _jobs: dict[str, _Job] = field(default_factory=dict)
    _recorded: dict[str, frozenset[str]] = field(default_factory=dict)  # token -> what its job had exported
    _expired: set[str] = field(default_factory=set)
    _asked: int = 0
    _indexed: int = -1
    _by_distribution: dict[str, dict[str, None]] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        self._asked += 1
        if request.headers.get("x-api-token") != self.token:
            return self._error(401, "Unauthorized", "AUTH_6.0", "Unrecognized X-API-TOKEN.")
        routes: list[tuple[str, str, Callable[..., Response]]] = [
            ("GET", r"/whoami", self._whoami),
            ("GET", r"/surveys", self._surveys),
            ("GET", r"/surveys/([^/]+)", self._survey),
            ("GET", r"/survey-definitions/([^/]+)/questions", self._questions),
            ("GET", r"/directories", self._directories),
            ("GET", r"/directories/([^/]+)/contacts", self._contacts),
            ("GET", r"/distributions", self._distributions),
            ("GET", r"/distributions/([^/]+)/history", self._history),
            ("POST", r"/surveys/([^/]+)/export-responses", self._start),
            ("GET", r"/surveys/([^/]+)/export-responses/([^/]+)", self._progress),
            ("GET", r"/surveys/([^/]+)/export-responses/([^/]+)/file", self._file),
        ]
        for method, pattern, answer in routes:
            found = re.fullmatch(f"/API/v3{pattern}", request.path)
            if found and method == request.method:
                return answer(request, *found.groups())
        return self._error(404, "Not Found", "RNF_1", "The requested resource does not exist.")

    # -- listings

    def _whoami(self, request: Request) -> Response:
        return self._result(
            {"userId": "UR_1", "userName": "analyst@northwind", "brandId": "northwind", "language": "en"}
        )

    def _surveys(self, request: Request) -> Response:
        return self._listing(
            request, "surveys", lambda version: {**_body(version), "lastModified": _text(version.stamp)}
        )

    def _survey(self, request: Request, survey: str) -> Response:
        known = {version.key: version for version in self.world.alive("surveys")}
        if survey not in known:
            return self._no_survey()
        recorded = sum(1 for version in self.world.alive("responses") if _body(version)["surveyId"] == survey)
        counts = {"auditable": recorded, "generated": 0, "deleted": 0}
        return self._result({**_body(known[survey]), "responseCounts": counts})

    def _questions(self, request: Request, survey: str) -> Response:
        if survey not in {version.key for version in self.world.alive("surveys")}:
            return self._no_survey()
        bodies = [_body(version) for version in self.world.alive("questions")]
        # the definition does not repeat whose it is, and comes in one piece
        rows = [{k: v for k, v in body.items() if k != "surveyId"} for body in bodies if body["surveyId"] == survey]
        return self._result({"elements": rows, "nextPage": None})

    def _directories(self, request: Request) -> Response:
        return self._result(
            {"elements": [{"directoryId": "POOL_1", "name": "Default", "isDefault": True}], "nextPage": None}
        )

    def _contacts(self, request: Request, directory: str) -> Response:
        if directory != "POOL_1":
            return self._error(404, "Not Found", "DIR_1", "The directory does not exist.")
        is_full = request.query.get("includeEmbedded") == "true"

        def served(version: Version) -> Body:
            return {k: v for k, v in _body(version).items() if is_full or k != "embeddedData"}

        return self._listing(request, "contacts", served)

    def _distributions(self, request: Request) -> Response:
        survey = request.query.get("surveyId")
        if not survey:
            return self._error(400, "Bad Request", "QDIST_1", "surveyId is required.")
        return self._listing(
            request,
            "distributions",
            lambda version: {**_body(version), "modifiedDate": _text(version.stamp)},
            lambda body: body["surveyLink"]["surveyId"] == survey,
        )

    def _history(self, request: Request, distribution: str) -> Response:
        def served(version: Version) -> Body:
            body = {k: v for k, v in _body(version).items() if k != "distributionId"}
            newest = max((body[name] for name in _INSTANTS if body.get(name)), default="")
            return body if _text(version.stamp) <= newest else {**body, "openedAt": _text(version.stamp)}

        versions = [self.world.current("distribution_history", key) for key in self._sent_by(distribution)]
        return self._listing(request, "distribution_history", served, among=[each for each in versions if each])

    def _sent_by(self, distribution: str) -> list[str]:
        """Keys of a distribution's history: there are too many distributions to look through all of it for each."""
        if self._indexed != len(self.world.ledger):
            self._by_distribution = {}
            for version in self.world.ledger:
                if version.stream == "distribution_history" and version.body is not None:
                    keys = self._by_distribution.setdefault(version.body["distributionId"], {})
                    keys[version.key] = None
            self._indexed = len(self.world.ledger)
        return list(self._by_distribution.get(distribution, ()))

    def _listing(
        self,
        request: Request,
        stream: str,
        served: Callable[[Version], Body],
        belongs: Callable[[Body], bool] = lambda body: True,
        among: Iterable[Version] | None = None,
    ) -> Response:
        after = request.query.get("skipToken", "")
        size = min(int(request.query.get("pageSize", self.page_size)), self.page_size)
        shown = self.world.alive(stream) if among is None else among
        versions = sorted((each for each in shown if each.key > after), key=lambda each: each.key)
        versions = [version for version in versions if belongs(_body(version))]
        kept = versions[:size]
        link = None
        if len(versions) > size:
            query = {**request.query, "skipToken": kept[-1].key}
            link = f"{request.base}{request.path}?" + "&".join(f"{name}={value}" for name, value in query.items())
        return self._result({"elements": [served(version) for version in kept], "nextPage": link})

    # -- export jobs

    def _start(self, request: Request, survey: str) -> Response:
        if survey not in {version.key for version in self.world.alive("surveys")}:
            return self._no_survey()
        asked = request.json()
        if asked.get("format") != "json":
            return self._error(400, "Bad Request", "RP_1", "The stand-in exports json only.")
        is_open = bool(asked.get("exportResponsesInProgress"))
        if is_open and ("startDate" in asked or "endDate" in asked):
            return self._error(400, "Bad Request", "RP_2", "Responses in progress cannot be filtered by date.")
        token = asked.get("continuationToken")
        if token is not None and (asked.keys() & {"startDate", "endDate", "sortByLastModifiedDate"} or is_open):
            return self._error(400, "Bad Request", "RP_3", "An export that continues another cannot be filtered.")
        if token is not None and (token not in self._recorded or token in self._expired):
            return self._error(400, "Bad Request", "RP_4", "The continuation token is invalid or has expired.")
        stream = "responses_in_progress" if is_open else "responses"
        wanted = self._wanted(stream, survey, asked)
        before = self._recorded[token] if token is not None else frozenset()
        rows = [_response(version) for version in wanted if version.key not in before][: asked.get("limit")]
        number = f"ES_{len(self._jobs) + 1:09}"
        given = (
            self._token(survey, before.union(row["responseId"] for row in rows))
            if asked.get("allowContinuation")
            else None
        )
        self._jobs[number] = _Job(survey, asked, rows, given, is_failed=survey in self.fails)
        return self._result({"progressId": number, "percentComplete": 0.0, "status": "inProgress"})

    def _wanted(self, stream: str, survey: str, asked: Body) -> list[Version]:
        """Responses of a survey between startDate (inclusive) and endDate (exclusive)."""
        start, end = (_instant(asked[name]) if name in asked else None for name in ("startDate", "endDate"))
        found = []
        for version in self.world.alive(stream):
            body = _body(version)
            recorded = body["values"].get("recordedDate")
            at = version.stamp if asked.get("sortByLastModifiedDate") or not recorded else _instant(recorded)
            if body["surveyId"] == survey and (start is None or at >= start) and (end is None or at < end):
                found.append((at, version.key, version))
        return [version for _, _, version in sorted(found, key=lambda each: each[:2])]

    def forget_tokens(self) -> None:
        """Let every token given so far expire."""
        self._expired |= set(self._recorded)

    def _token(self, survey: str, recorded: frozenset[str]) -> str | None:
        """A token for all that has been exported; the same where nothing came since."""
        if not self.gives_tokens:
            return None
        for token, known in self._recorded.items():
            if known == recorded and token.startswith(f"{survey}.") and token not in self._expired:
                return token
        token = f"{survey}.{len(self._recorded) + 1:06}"
        self._recorded[token] = recorded
        return token

    def _progress(self, request: Request, survey: str, number: str) -> Response:
        job = self._jobs.get(number)
        if job is None or job.survey != survey:
            return self._error(404, "Not Found", "RP_404", "There is no such export.")
        job.looks += 1
        if job.looks <= self.looks:
            return self._result({"percentComplete": 50.0, "status": "inProgress"})
        if job.is_failed:
            return self._result({"percentComplete": 50.0, "status": "failed"})
        told = {"fileId": _file_id(number), "percentComplete": 100.0, "status": "complete"}
        return self._result(told if job.token is None else {**told, "continuationToken": job.token})

    def _file(self, request: Request, survey: str, file: str) -> Response:
        job = next((job for number, job in self._jobs.items() if _file_id(number) == file), None)
        if job is None or job.survey != survey:
            return self._error(404, "Not Found", "RP_404", "There is no such file.")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"Survey {survey}.json", json.dumps({"responses": job.rows}, ensure_ascii=False))
        return Response(200, packed.getvalue(), {"content-type": "application/zip"})

    # -- envelopes

    def _result(self, result: Body) -> Response:
        return Response.of({"result": result, "meta": {"httpStatus": "200 - OK", "requestId": self._request_id()}})

    def _no_survey(self) -> Response:
        return self._error(404, "Not Found", "QS_404", "The survey does not exist.")

    def _error(self, status: int, reason: str, code: str, message: str) -> Response:
        error = {"errorMessage": message, "errorCode": code}
        meta = {"httpStatus": f"{status} - {reason}", "error": error, "requestId": self._request_id()}
        return Response.of({"meta": meta}, status)

    def _request_id(self) -> str:
        return f"00000000-0000-4000-8000-{self._asked:012}"


def _response(version: Version) -> Body:
    """A response as the export has it: without its survey, and with labels beside the recodes."""
    body = _body(version)
    values = {**body["values"], "lastModifiedDate": _text(version.stamp)}
    labels = {
        "status": "Survey Preview" if values["status"] == 1 else "IP Address",
        "finished": str(values["finished"] == 1),
    }
    shown = [name for name in values if name.startswith("QID")]
    return {
        "responseId": version.key,
        "values": values,
        "labels": labels,
        "displayedFields": shown,
        "displayedValues": {},
    }


def _file_id(number: str) -> str:
    return f"1dc4c492-fbb6-4713-a7ba-{number[3:]}-def"


def _body(version: Version) -> Body:
    assert version.body is not None  # noqa: S101 - only living records are served
    return version.body


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
