"""The one table of vendors under trial: the same faults, the same histories, the same mutations for every row of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx

from demo.vendors import qualtrics_api, surveymonkey_api
from demo.vendors.core import Request, Response
from demo.vendors.hubspot_api import HubspotStandIn
from demo.vendors.paging import NEXT, query
from demo.vendors.qualtrics_api import QualtricsStandIn
from demo.vendors.salesforce_api import CLIENT_ID, CLIENT_SECRET, SalesforceStandIn
from demo.vendors.surveymonkey_api import SurveymonkeyStandIn
from demo.vendors.zendesk_api import ZendeskStandIn
from scoreboard.sources.adapters import make_source
from scoreboard.sources.api.base import ApiSource
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.http import Http
from tests.effort import times
from tests.faults import seams
from tests.faults.counted import Budget
from tests.faults.rig import Trial
from tests.faults.toy import BUDGET, UNAUTHORIZED, ToyAuth, ToySource, ToyStandIn

MILLISECOND = timedelta(milliseconds=1)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """What a mapping asks a source for."""

    options: Mapping[str, str | None] = field(default_factory=dict)
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def fields_by_stream(self) -> Mapping[str, Sequence[str]]:
        return self.fields


def made(
    adapter: str, credentials: Credentials, wanted: Wanted
) -> Callable[[httpx.BaseTransport, Callable[[float], None]], ApiSource]:
    """The adapter as the pipeline makes it, but for the network and for sleeping."""
    return lambda transport, wait: make_source(adapter, credentials, wanted, transport=transport, wait=wait)


def path_ends(*ends: str) -> Callable[[Request], bool]:
    """Whether a request is for one of these."""
    return lambda request: request.path.endswith(ends)


TOY = Trial(
    vendor="toy",
    adapter="toy",
    stream="items",
    stand_in=ToyStandIn,
    source=lambda transport, wait: ToySource(
        Http("https://toy.test", ToyAuth(transport), name="toy@toy_default", transport=transport, wait=wait),
        "toy_default",
    ),
    row=lambda key, mark: {"name": mark},
    mark_of=lambda body: body.get("name"),
    key=lambda number: f"item{number:04}",
    unauthorized=UNAUTHORIZED,
    next_page={"next": query("after")},
    counted="items",
    is_page=path_ends("/items"),
    budget=Budget(BUDGET, DAY, "a day"),
    mutants={"pages go on from the instant alone": seams.toy_by_instant_alone},
)

SALESFORCE = Trial(
    vendor="salesforce",
    adapter="salesforce",
    stream="Account",
    stand_in=lambda world, size: SalesforceStandIn(world),  # the source limits its queries itself
    source=made(
        "salesforce",
        Credentials("salesforce_default", "acme.my.salesforce.com", CLIENT_ID, CLIENT_SECRET),
        Wanted({"page_size": "3"}, {"Account": ["Name"]}),
    ),
    row=lambda key, mark: {"Name": mark, "Type": "Customer"},
    mark_of=lambda body: body.get("Name"),
    key=lambda number: f"001{number:015}",
    unauthorized=Response.of([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}], 401),
    next_page={},  # reads on by key, never by a link
    counted="records",
    is_page=lambda request: request.path.endswith("/queryAll") and "COUNT" not in request.url,
    serves_everything=False,
    tick=MILLISECOND,
    budget=Budget(100_000, DAY, "a day (Enterprise)"),
    mutants={"pages go on from the instant alone": seams.salesforce_by_instant_alone},
)

OPPORTUNITIES = replace(  # their first read goes through a bulk job, whose results are CSV
    SALESFORCE,
    stream="Opportunity",
    source=made(
        "salesforce",
        Credentials("salesforce_default", "acme.my.salesforce.com", CLIENT_ID, CLIENT_SECRET),
        Wanted({"page_size": "3", "bulk_above": "2", "bulk_chunk": "3"}, {"Opportunity": ["Name"]}),
    ),
    row=lambda key, mark: {"Name": mark, "StageName": "Prospecting"},
    key=lambda number: f"006{number:015}",
    is_page=lambda request: (
        request.path.endswith("/results") or (request.path.endswith("/queryAll") and "COUNT" not in request.url)
    ),
)

_ZENDESK = Credentials("zendesk_default", "acme.zendesk.com", "admin@acme.example", "zendesk-api-token")
_ZENDESK_REFUSES = Response.of({"error": "Couldn't authenticate you"}, 401)

_EXPORTS = Budget(10, MINUTE, "exports a minute", lambda request: "/incremental/" in request.path)

TICKETS = Trial(
    vendor="zendesk",
    adapter="zendesk",
    stream="tickets",
    stand_in=lambda world, size: ZendeskStandIn(world, page_rows=size, list_rows=size, exports_per_minute=10),
    source=made("zendesk", _ZENDESK, Wanted()),
    row=lambda key, mark: {"subject": mark},
    mark_of=lambda body: body.get("subject"),
    key=lambda number: str(1000 + number),
    unauthorized=_ZENDESK_REFUSES,
    next_page={"after_cursor": NEXT["zendesk"]["after_cursor"]},
    is_page=path_ends("/incremental/tickets/cursor.json"),
    hidden=timedelta(minutes=1),
    renews=False,  # an API token is good or not
    budget=_EXPORTS,
    mutants={"an empty page is the last one": seams.zendesk_empty_page_ends},
)

ORGANIZATIONS = Trial(
    vendor="zendesk",
    adapter="zendesk",
    stream="organizations",
    stand_in=lambda world, size: ZendeskStandIn(world, page_rows=size, list_rows=size, exports_per_minute=10),
    source=made("zendesk", _ZENDESK, Wanted()),
    row=lambda key, mark: {"name": mark},
    mark_of=lambda body: body.get("name"),
    key=lambda number: str(2000 + number),
    unauthorized=_ZENDESK_REFUSES,
    next_page={"end_time": query("start_time")},
    counted="organizations",
    is_page=path_ends("/incremental/organizations.json"),
    hidden=timedelta(minutes=1),
    renews=False,
    ties="stuck",  # an export by time has no way past a page full of one second
    page_size_of_histories=20,
    budget=_EXPORTS,
)

RESPONSES = Trial(
    vendor="qualtrics",
    adapter="qualtrics",
    stream="responses",
    stand_in=lambda world, size: QualtricsStandIn(world),
    source=made(
        "qualtrics", Credentials("qualtrics_default", "fra1.qualtrics.com", "", qualtrics_api.SIGNED), Wanted()
    ),
    row=lambda key, mark: {"surveyId": "SV_1", "values": {"status": 0, "finished": 1, "QID1_TEXT": mark}},
    mark_of=lambda body: body["values"].get("QID1_TEXT"),
    key=lambda number: f"R_{number:06}",
    unauthorized=Response.of(
        {"meta": {"error": {"errorMessage": "Unrecognized X-API-TOKEN.", "errorCode": "AUTH_6.0"}}}, 401
    ),
    next_page={},
    is_page=path_ends("/export-responses", "/file"),
    prepare=lambda world: world.put("surveys", "SV_1", {"id": "SV_1", "name": "Relationship", "isActive": True}),
    is_paged=False,
    requests_at_least=2,
    serves_everything=False,
    shows_deleted=False,
    renews=False,
    budget=Budget(3000, MINUTE, "a minute"),
    has_tokens=True,
)

RESPONSES_BY_DATE = replace(
    RESPONSES,
    variant="by date",
    stand_in=lambda world, size: QualtricsStandIn(world, gives_tokens=False),
    has_tokens=False,
    mutants={"responses go by the day they were recorded": seams.qualtrics_by_recorded_day},
)

CONTACTS = Trial(
    vendor="qualtrics",
    adapter="qualtrics",
    stream="contacts",
    stand_in=lambda world, size: QualtricsStandIn(world, page_size=size),
    source=made(
        "qualtrics", Credentials("qualtrics_default", "fra1.qualtrics.com", "", qualtrics_api.SIGNED), Wanted()
    ),
    row=lambda key, mark: {"contactId": key, "firstName": mark},
    mark_of=lambda body: body.get("firstName"),
    key=lambda number: f"CID_{number:06}",
    unauthorized=RESPONSES.unauthorized,
    next_page=NEXT["qualtrics"],
    is_page=path_ends("/contacts"),
    is_full=True,
    shows_deleted=False,
    renews=False,
    budget=Budget(3000, MINUTE, "a minute"),
    mutants={"what is no longer listed stays": seams.nothing_vanishes},
)

COMPANIES = Trial(
    vendor="hubspot",
    adapter="hubspot",
    stream="companies",
    stand_in=lambda world, size: HubspotStandIn(world, page_size=size, searches_per_second=5),
    source=made(
        "hubspot",
        Credentials("hubspot_default", "", "", "private-app-token"),
        Wanted({}, {"companies": ["properties.name"]}),
    ),
    row=lambda key, mark: {"properties": {"name": mark}},
    mark_of=lambda body: body["properties"].get("name"),
    key=lambda number: str(5000 + number),
    unauthorized=Response.of(
        {"status": "error", "message": "Authentication credentials not found.", "category": "INVALID_AUTHENTICATION"},
        401,
    ),
    next_page={},  # reads on by key, never by the marker
    counted="results",
    is_page=path_ends("/companies/search"),
    renews=False,
    serves_everything=False,
    tick=MILLISECOND,
    budget=Budget(5, timedelta(seconds=1), "searches a second", path_ends("/search")),
    mutants={"ties over a page are passed over": seams.hubspot_skips_ties},
)

_SURVEYMONKEY = Credentials("surveymonkey_default", "", "", surveymonkey_api.SIGNED)

ANSWERS = Trial(
    vendor="surveymonkey",
    adapter="surveymonkey",
    stream="responses",
    stand_in=lambda world, size: SurveymonkeyStandIn(world, page_size=size, day=500, minute=120),
    source=made("surveymonkey", _SURVEYMONKEY, Wanted()),
    row=lambda key, mark: {"id": key, "survey_id": "7", "custom_value": mark},
    mark_of=lambda body: body.get("custom_value"),
    key=lambda number: str(9000 + number),
    unauthorized=Response(401, b"<!DOCTYPE html><html><body>Sorry</body></html>", {"content-type": "text/html"}),
    next_page={},  # reads on by time, never by a link
    counted="data",
    is_page=path_ends("/responses/bulk"),
    prepare=lambda world: world.put("surveys", "7", {"id": "7", "title": "After the visit"}),
    shows_deleted=False,
    renews=False,
    ties="stuck",
    page_size_of_histories=40,
    budget=Budget(500, DAY, "a day (private app)"),
    mutants={"an instant's rest is passed over": seams.surveymonkey_past_the_instant},
)

SURVEYS = Trial(
    vendor="surveymonkey",
    adapter="surveymonkey",
    stream="surveys",
    stand_in=ANSWERS.stand_in,
    source=ANSWERS.source,
    row=lambda key, mark: {"id": key, "title": mark},
    mark_of=lambda body: body.get("title"),
    key=lambda number: str(9000 + number),
    unauthorized=ANSWERS.unauthorized,
    next_page=NEXT["surveymonkey"],
    counted="data",
    is_page=path_ends("/surveys"),
    is_full=True,
    shows_deleted=False,
    renews=False,
    budget=Budget(500, DAY, "a day (private app)"),
    mutants={"what is no longer listed stays": seams.nothing_vanishes},
)

TRIALS = (
    TOY,
    SALESFORCE,
    OPPORTUNITIES,
    TICKETS,
    ORGANIZATIONS,
    RESPONSES,
    RESPONSES_BY_DATE,
    CONTACTS,
    COMPANIES,
    ANSWERS,
    SURVEYS,
)
PAGED = tuple(trial for trial in TRIALS if trial.is_paged)
LINKED = tuple(trial for trial in TRIALS if trial.next_page)
COUNTED = tuple(trial for trial in TRIALS if trial.counted)
INCREMENTAL = tuple(trial for trial in TRIALS if not trial.is_full)

HISTORIES = {str(trial): times(40) for trial in TRIALS} | {
    str(TOY): times(10),
    str(ORGANIZATIONS): times(10),
    str(CONTACTS): times(10),
    str(SURVEYS): times(10),
}
"""How many random histories each row of the table gets; the toy's do not count towards the 200, or 2,000 with ten times the effort."""
