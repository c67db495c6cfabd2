"""Qualtrics' source against its stand-in: complete, inclusive, and plain about what goes wrong."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.vendors.core import Clock, Fault, Request, Response, World, transport
from demo.vendors.qualtrics_api import SIGNED, QualtricsStandIn
from scoreboard.landing.pages import land_stream
from scoreboard.landing.raw_store import landed_keys
from scoreboard.settings import Settings
from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.qualtrics import HISTORY, RESPONSES, SURVEYS, QualtricsSource
from scoreboard.sources.api.qualtrics_export import ExportLimits, exported
from scoreboard.sources.api.qualtrics_responses import NO_TOKEN
from scoreboard.sources.api.signing import FixedHeader

DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
WRONG = "wrong-but-secret"


def response(survey: str = "SV_1", **values: Any) -> dict[str, Any]:
    told = {"status": 0, "finished": 1, "recordedDate": "2026-01-02T10:00:00Z", "QID1": 5, **values}
    return {"surveyId": survey, "values": told}


@pytest.fixture
def world() -> World:
    world = World(Clock(DAY))
    for survey in ("SV_1", "SV_2"):
        world.put("surveys", survey, {"id": survey, "name": survey}, stamp=DAY - timedelta(days=90))
    return world


def source(world: World, faults: Fault | None = None, signed: str = SIGNED, **options: Any) -> QualtricsSource:
    vendor = QualtricsStandIn(world, **options)
    http = Http(
        "https://fra1.qualtrics.com",
        FixedHeader("X-API-TOKEN", signed),
        transport=transport(vendor, faults),
        wait=lambda _: None,
    )
    return QualtricsSource(http, "main", {}, {})


def keys(source: QualtricsSource, stream: Any, *window: datetime | None) -> list[str]:
    return [record.key for page in source.read(stream, *(window or (None,))) for record in page.records]


def put(world: World, key: str, stamp: datetime, **told: Any) -> None:
    world.put("responses", key, {**response(**told), "responseId": key}, stamp=stamp)


def test_every_survey_is_exported_and_versions_are_the_day_of_the_last_change(world: World) -> None:
    put(world, "R_1", DAY - timedelta(days=3))
    put(world, "R_2", DAY - timedelta(days=2), survey="SV_2")
    pages = list(source(world).read(RESPONSES, None))
    assert [(page.where, [record.key for record in page.records], dict(page.tokens)) for page in pages] == [
        ("export of survey SV_1, responses from 1", ["R_1"], {}),
        ("export of survey SV_1, its end", [], {"SV_1": "SV_1.000001"}),
        ("export of survey SV_2, responses from 1", ["R_2"], {}),
        ("export of survey SV_2, its end", [], {"SV_2": "SV_2.000002"}),
    ]
    assert pages[0].records[0].version == DAY - timedelta(days=3)
    assert pages[0].records[0].body["surveyId"] == "SV_1"


def test_both_ends_of_a_window_belong_to_it(world: World) -> None:
    for place in range(4):
        put(world, f"R_{place}", DAY - timedelta(hours=10 - place))
    since, until = DAY - timedelta(hours=9), DAY - timedelta(hours=8)
    assert keys(source(world), RESPONSES, since, until) == ["R_1", "R_2"]
    mine = source(world)
    mine.continue_from({"SV_1": NO_TOKEN, "SV_2": NO_TOKEN})
    assert keys(mine, RESPONSES, since) == ["R_1", "R_2", "R_3"]


def test_a_response_closed_late_is_read_by_the_day_it_was_closed(world: World) -> None:
    put(world, "R_late", DAY - timedelta(hours=1), recordedDate="2025-10-01T10:00:00Z", finished=0)
    assert keys(source(world), RESPONSES, DAY - timedelta(days=7)) == ["R_late"]


def test_a_response_without_a_day_of_change_goes_by_the_day_it_was_recorded(world: World) -> None:
    put(world, "R_1", DAY)

    def undated(request: Request, handle: Callable[[Request], Response]) -> Response:
        given = handle(request)
        return (
            given
            if not request.path.endswith("/file")
            else zipped({"responses": [{"responseId": "R_1", **response()}]})
        )

    records = [record for page in source(world, undated).read(RESPONSES, None) for record in page.records]
    assert {record.version for record in records} == {datetime(2026, 1, 2, 10, tzinfo=UTC)}


def test_listings_follow_every_page(world: World) -> None:
    for place in range(7):
        world.put("contacts", f"CID_{place}", {"contactId": f"CID_{place}", "extRef": "x", "embeddedData": {"a": "b"}})
    mine = source(world, page_size=3)
    stream = next(each for each in mine.streams() if each.name == "contacts")
    assert keys(mine, stream) == [f"CID_{place}" for place in range(7)]
    assert next(iter(mine.read(stream, None))).records[0].body["embeddedData"] == {"a": "b"}


def test_a_next_page_that_leads_back_is_told_and_not_followed_for_ever(world: World) -> None:
    def looping(request: Request, handle: Callable[[Request], Response]) -> Response:
        answer = json.loads(handle(request).body)
        answer["result"]["nextPage"] = request.url
        return Response.of(answer)

    with pytest.raises(SourceError, match="surveys, page 2: the link to the next page leads back"):
        keys(source(world, looping), SURVEYS)


def history(world: World, number: str, sent: datetime, expires: datetime) -> None:
    link = {"surveyId": "SV_1", "expirationDate": expires.isoformat()}
    world.put("distributions", number, {"id": number, "sendDate": sent.isoformat(), "surveyLink": link}, stamp=sent)
    body = {"distributionId": number, "contactId": "CID_1", "sentAt": sent.isoformat(), "status": "Success"}
    world.put("distribution_history", f"{number}:CID_1", body, stamp=sent)


def test_history_is_asked_only_of_distributions_whose_links_were_open(world: World) -> None:
    history(world, "EMD_closed", DAY - timedelta(days=300), DAY - timedelta(days=210))
    history(world, "EMD_open", DAY - timedelta(days=80), DAY + timedelta(days=10))
    assert keys(source(world), HISTORY) == ["EMD_closed:CID_1", "EMD_open:CID_1"]
    assert keys(source(world), HISTORY, DAY - timedelta(days=7)) == ["EMD_open:CID_1"]
    assert keys(source(world), HISTORY, DAY - timedelta(days=210)) == ["EMD_closed:CID_1", "EMD_open:CID_1"]


def test_a_failed_job_is_named(world: World) -> None:
    with pytest.raises(SourceError, match=r"survey SV_2, export job ES_\d+ failed at Qualtrics at 50"):
        keys(source(world, fails={"SV_2"}), RESPONSES)


def test_a_job_that_never_ends_is_left_for_the_next_run(world: World) -> None:
    mine = source(world, looks=10**6)
    pauses: list[float] = []
    with pytest.raises(SourceUnavailable, match="not complete after 3 looks, 7 s apart"):
        exported(mine._http, "SV_1", {}, pauses.append, ExportLimits(pause_seconds=7, polls=3))
    assert pauses == [7, 7, 7]


def zipped(value: Any, *more: str, size: int = 0) -> Response:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("responses.json", *more):
            archive.writestr(name, json.dumps(value) + " " * size)
    return Response(200, packed.getvalue(), {"content-type": "application/zip"})


def serving(*files: Response) -> Fault:
    """Downloads are these, one after the other."""
    rest = list(files)

    def fault(request: Request, handle: Callable[[Request], Response]) -> Response:
        return rest.pop(0) if request.path.endswith("/file") and rest else handle(request)

    return fault


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (zipped({"responses": []}, "second.json"), "holds responses.json, second.json instead of one JSON file"),
        (zipped({"responses": []}, size=30_000_000), "unpacks to more than"),
        (zipped({"answers": []}), "not shaped as the vendor documents it"),
    ],
)
def test_a_file_that_is_no_export_is_refused(world: World, file: Response, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        keys(source(world, serving(file)), RESPONSES)


def test_a_file_that_was_cut_off_is_fetched_again(world: World) -> None:
    put(world, "R_1", DAY)
    whole = zipped({"responses": [{"responseId": "R_1", **response()}]})
    cut = Response(200, whole.body[:-30], whole.headers)
    assert keys(source(world, serving(cut)), RESPONSES) == ["R_1"]


def test_a_refusal_names_the_request_and_never_the_token(world: World) -> None:
    with pytest.raises(SourceError) as failure:
        keys(source(world, signed=WRONG), SURVEYS)
    assert "request id: 00000000-0000-4000-8000-" in str(failure.value)
    assert WRONG not in str(failure.value)


def test_a_check_says_what_can_be_seen_and_what_cannot(world: World) -> None:
    put(world, "R_1", DAY)

    def forbidding(request: Request, handle: Callable[[Request], Response]) -> Response:
        if "/directories" in request.path:
            return Response.of({"meta": {"error": {"errorMessage": "No access"}}}, 403)
        return handle(request)

    found = {finding.subject: finding for finding in source(world, forbidding).check()}
    assert found["login"].sentence == "Signed in as analyst@northwind of brand northwind."
    assert (found["surveys"].is_ok, found["surveys"].rows) == (True, 2)
    assert (found["responses"].is_ok, found["responses"].rows) == (True, 1)
    assert not found["contacts"].is_ok
    assert "read:directory_contacts" in found["contacts"].sentence
    assert found["responses"].sentence == "1 record can be seen"
    refused = list(source(world, signed=WRONG).check())
    assert [finding.is_ok for finding in refused] == [False]


def test_a_check_counts_the_responses_of_every_survey_or_says_of_how_many(world: World) -> None:
    put(world, "R_1", DAY)
    put(world, "R_2", DAY, survey="SV_2")
    found = {finding.subject: finding for finding in source(world).check()}
    assert (found["responses"].rows, found["responses"].sentence) == (2, "2 records can be seen")

    for place in range(30):
        world.put("surveys", f"SV_{place:02}", {"id": f"SV_{place:02}", "name": "x"}, stamp=DAY)
    found = {finding.subject: finding for finding in source(world).check()}
    assert found["responses"].rows is None
    assert found["responses"].sentence.endswith("in 20 of 32 surveys")


def test_listing_and_fetching_see_what_exists_now(world: World) -> None:
    for place in range(3):
        put(world, f"R_{place}", DAY - timedelta(days=place))
    world.delete("responses", "R_1", is_hard=True)
    mine = source(world)
    assert sorted(listed.key for page in mine.listed(RESPONSES) for listed in page) == ["R_0", "R_2"]
    fetched = [record for page in mine.fetch(RESPONSES, ["R_2", "R_gone"]) for record in page.records]
    assert [(record.key, record.version) for record in fetched] == [("R_2", DAY - timedelta(days=2))]


def test_nothing_is_lost_or_doubled_over_several_landings(world: World, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, as_of=date(2026, 3, 31))
    mine = source(world)

    def land(run: str) -> int:
        return int(land_stream(settings, "qualtrics", mine, RESPONSES, run)["rows"])

    put(world, "R_1", DAY - timedelta(days=1))
    put(world, "R_2", DAY - timedelta(days=1))
    assert land("r1") == 2
    world.clock.advance(timedelta(days=1))
    put(world, "R_3", DAY - timedelta(days=6))  # committed late, with an old stamp
    put(world, "R_1", DAY + timedelta(hours=1), finished=0)
    assert land("r2") == 2
    assert land("r3") == 0
    assert sorted(landed_keys(settings, "qualtrics@main", "responses")) == ["R_1", "R_2", "R_3"]
