"""The stand-in answers as Qualtrics documents it."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.vendors.core import Clock, Request, Response, World
from demo.vendors.qualtrics_api import SIGNED, QualtricsStandIn

DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
EXPORT = "/API/v3/surveys/SV_1/export-responses"


@pytest.fixture
def vendor() -> QualtricsStandIn:
    world = World(Clock(DAY))
    world.put("surveys", "SV_1", {"id": "SV_1", "name": "Pulse"}, stamp=DAY - timedelta(days=9))
    for place in range(5):
        values = {"status": 0, "finished": 1, "recordedDate": "2025-12-01T10:00:00Z", "QID1": place}
        world.put("responses", f"R_{place}", {"surveyId": "SV_1", "values": values}, stamp=DAY - timedelta(hours=place))
    return QualtricsStandIn(world, page_size=2)


def ask(vendor: QualtricsStandIn, path: str, body: Any = None, signed: str = SIGNED) -> Response:
    url = path if path.startswith("http") else f"https://fra1.qualtrics.com{path}"
    sent = b"" if body is None else json.dumps(body).encode()
    return vendor.handle(Request("GET" if body is None else "POST", url, {"x-api-token": signed}, sent))


def result(answer: Response) -> Any:
    assert answer.status == 200
    return json.loads(answer.body)["result"]


def export(vendor: QualtricsStandIn, **asked: Any) -> list[str]:
    job = result(ask(vendor, EXPORT, {"format": "json", **asked}))["progressId"]
    assert result(ask(vendor, f"{EXPORT}/{job}"))["status"] == "inProgress"
    file = result(ask(vendor, f"{EXPORT}/{job}"))["fileId"]
    assert file != job
    assert ask(vendor, f"{EXPORT}/{job}/file").status == 404  # the job's id is not the file's
    with zipfile.ZipFile(io.BytesIO(ask(vendor, f"{EXPORT}/{file}/file").body)) as archive:
        responses = json.loads(archive.read(archive.namelist()[0]))["responses"]
    assert all("surveyId" not in response for response in responses)
    return [response["responseId"] for response in responses]


def test_exports_go_by_the_last_change_only_when_asked_to(vendor: QualtricsStandIn) -> None:
    start, end = "2026-01-05T09:00:00Z", "2026-01-05T12:00:00Z"
    assert export(vendor) == ["R_0", "R_1", "R_2", "R_3", "R_4"]
    assert export(vendor, sortByLastModifiedDate=True, startDate=start, endDate=end) == ["R_3", "R_2", "R_1"]
    assert export(vendor, startDate=start) == []


def test_responses_in_progress_are_apart_and_know_no_dates(vendor: QualtricsStandIn) -> None:
    assert export(vendor, exportResponsesInProgress=True) == []
    answer = ask(
        vendor, EXPORT, {"format": "json", "exportResponsesInProgress": True, "startDate": "2026-01-01T00:00:00Z"}
    )
    assert answer.status == 400


def test_listings_page_by_links(vendor: QualtricsStandIn) -> None:
    for place in range(5):
        vendor.world.put("contacts", f"CID_{place}", {"contactId": f"CID_{place}", "embeddedData": {}})
    url, seen = "/API/v3/directories/POOL_1/contacts?pageSize=500", []
    while url:
        page = result(ask(vendor, url))
        seen.append([row["contactId"] for row in page["elements"]])
        assert all("embeddedData" not in row for row in page["elements"])
        url = page["nextPage"]
    assert seen == [["CID_0", "CID_1"], ["CID_2", "CID_3"], ["CID_4"]]


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        ("/API/v3/surveys", "wrong", 401),
        ("/API/v3/surveys/SV_9", SIGNED, 404),
        ("/API/v3/distributions", SIGNED, 400),
        ("/API/v3/elsewhere", SIGNED, 404),
    ],
)
def test_errors_have_a_code_and_a_request_id(vendor: QualtricsStandIn, path: str, token: str, status: int) -> None:
    answer = ask(vendor, path, signed=token)
    meta = json.loads(answer.body)["meta"]
    assert answer.status == status
    assert meta["requestId"] and meta["error"]["errorCode"]
