"""Reading Salesforce by REST: nothing lost at equal stamps, deletions and merges seen, refusals in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.vendors.core import Response
from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.salesforce import auth
from scoreboard.sources.api.salesforce_soql import Key, changed, counted, existing, instant, literal, named

from .salesforce_org import FIELDS, HOST, NOW, Org, ago, keys, pages, records, stream

WRONG = "wrong-app-000000"


@pytest.fixture
def org() -> Org:
    return Org()


def test_more_records_of_one_instant_than_a_page_holds_are_read_once_each(org: Org) -> None:
    for number in range(11):
        org.put(f"001{number:02}", ago(hours=1))
    assert keys(records(org.source())) == [f"001{number:02}" for number in range(11)]


def test_the_lower_bound_is_inclusive_and_so_is_a_windows_end(org: Org) -> None:
    for minutes in (30, 20, 10):
        org.put(f"001{minutes}", ago(minutes=minutes))
    assert keys(records(org.source(), ago(minutes=20))) == ["00120", "00110"]
    assert keys(records(org.source(), ago(minutes=30), until=ago(minutes=20))) == ["00130", "00120"]


def test_pages_go_on_by_key_and_never_by_a_locator(org: Org) -> None:
    for number in range(10):
        org.put(f"001{number}", ago(hours=1, seconds=-number))
    assert len(keys(records(org.source()))) == 10
    assert not [request for request in org.asked if "/query/" in request.path or "/queryAll/" in request.path]
    assert all("OFFSET" not in soql for soql in org.queries())


def test_a_record_is_what_rest_served_without_its_attributes(org: Org) -> None:
    org.put("0011", ago(hours=1), Region__c="EMEA", AnnualRevenue=950000000.0)
    (found,) = records(org.source())
    assert found.version == ago(hours=1)
    assert found.body == {
        "Id": "0011",
        "SystemModstamp": "2026-01-05T11:00:00.000+0000",
        "IsDeleted": False,
        "MasterRecordId": None,
        "Name": "0011",
        "Region__c": "EMEA",
        "AnnualRevenue": 950000000.0,
    }


@pytest.mark.parametrize(
    "text", ["2013-05-07T22:07:19.000+0000", "2013-05-07T22:07:19.000Z", "2013-05-08T00:07:19+02:00"]
)
def test_every_spelling_of_an_instant_is_that_instant(text: str) -> None:
    assert instant(text) == datetime(2013, 5, 7, 22, 7, 19, tzinfo=UTC)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        instant("2013-05-07T22:07:19")


def test_a_session_that_expires_on_every_third_request_loses_and_doubles_nothing() -> None:
    org = Org(session_requests=3)
    for number in range(14):
        org.put(f"001{number:02}", ago(hours=1, seconds=-(number // 5)))
    assert keys(records(org.source())) == [f"001{number:02}" for number in range(14)]
    assert sum(request.path.endswith("/token") for request in org.asked) >= 3


@pytest.mark.parametrize(
    ("given", "words"),
    [({"secret": WRONG}, "consumer secret"), ({"login": "wrong-key-000000"}, "consumer key")],
)
def test_a_wrong_app_fails_at_once_without_naming_a_secret(org: Org, given: dict[str, str], words: str) -> None:
    with pytest.raises(SourceError, match=words) as raised:
        records(org.source(**given))
    assert len(org.asked) == 1
    assert next(iter(given.values())) not in str(raised.value)


def test_an_org_that_lives_elsewhere_is_named(org: Org) -> None:
    org.fault = lambda request, handle: Response.of(
        {"access_token": "x" * 20, "instance_url": "https://other.my.salesforce.com"}
    )
    with pytest.raises(SourceError, match=r"other\.my\.salesforce\.com.*connection's host"):
        records(org.source())


def test_a_field_that_is_not_there_is_left_out_and_the_rest_is_read(org: Org) -> None:
    org.put("0011", ago(hours=1), Owner={"Name": "Zoë"})
    (found,) = records(org.source({"Account": ["Name", "Gone__c", "Owner.Name", "BillingAddress.city"]}))
    assert found.body["Name"] == "0011"
    assert found.body["Owner"] == {"Name": "Zoë"}
    assert "Gone__c" not in found.body
    assert any("BillingAddress" in soql and "BillingAddress." not in soql for soql in org.queries())


def test_a_field_that_goes_away_while_reading_is_dropped_and_the_read_goes_on(org: Org) -> None:
    for number in range(8):
        org.put(f"001{number}", ago(hours=1, seconds=-number), Region__c="EMEA")
    source = org.source()
    reading = source.read(stream(source), None)
    first = next(reading)
    org.stand_in.hidden = frozenset({"Account.Region__c"})
    rest = [record for page in reading for record in page.records]
    assert keys([*first.records, *rest]) == [f"001{number}" for number in range(8)]
    assert "Region__c" in first.records[0].body
    assert "Region__c" not in rest[0].body


def test_a_query_that_is_too_slow_is_asked_in_smaller_pieces() -> None:
    org = Org(page_size=100)
    for number in range(40):
        org.put(f"001{number:02}", ago(hours=1))

    def slow(request: Any, handle: Any) -> Response:
        if "LIMIT 32" in request.query.get("q", ""):
            return Response.of(
                [{"errorCode": "QUERY_TIMEOUT", "message": "Your query request was running for too long."}], 400
            )
        return handle(request)

    org.fault = slow
    assert len(keys(records(org.source(page_size="32")))) == 40


def test_an_org_without_requests_left_is_left_for_later(org: Org) -> None:
    org.stand_in.daily_requests = 3
    for number in range(8):
        org.put(f"001{number}", ago(hours=1))
    with pytest.raises(SourceUnavailable, match=r"sf, Account, page .*no API requests left"):
        records(org.source())


def test_the_budget_is_the_orgs_own(org: Org) -> None:
    org.put("0011", ago(hours=1))
    source = org.source()
    records(source)
    assert source.http.requests.budget == 100_000
    assert "24 hours" in source.http.requests.what


def test_an_object_the_user_may_not_see_is_named_with_what_is_needed(org: Org) -> None:
    org.stand_in.hidden = frozenset({"Order"})
    with pytest.raises(SourceError, match=r"Order.*may not see it"):
        records(org.source(), name="Order")


def test_the_page_before_served_again_is_never_taken_for_the_next(org: Org) -> None:
    for number in range(8):
        org.put(f"001{number}", ago(hours=1, seconds=-number))
    first: list[Response] = []

    def again(request: Any, handle: Any) -> Response:
        given = handle(request)
        if "q" in request.query and "COUNT" not in request.query["q"]:
            first.append(given)
            return first[0]
        return given

    org.fault = again
    with pytest.raises(SourceError, match=r"page 2.*repeats records"):
        records(org.source())


@pytest.mark.parametrize("spoil", [{"totalSize": 7}, {"done": False, "records": []}])
def test_an_answer_that_lacks_records_is_asked_for_again(org: Org, spoil: dict[str, Any]) -> None:
    org.put("0011", ago(hours=1))
    spoiled: list[int] = []

    def partial(request: Any, handle: Any) -> Response:
        given = handle(request)
        if "ORDER BY" in request.query.get("q", "") and len(spoiled) < 2:
            spoiled.append(1)
            return Response.of({"totalSize": 1, "done": True, "records": [], **spoil})
        return given

    org.fault = partial
    assert keys(records(org.source())) == ["0011"]


def test_named_records_are_fetched_as_they_are_now(org: Org) -> None:
    org.stand_in.page_size = 2000
    for number in range(450):
        org.put(f"001{number:03}", ago(days=400))
    org.world.delete("Account", "001007", stamp=ago(days=1))
    source = org.source()
    found = [
        record
        for page in source.fetch(stream(source), [f"001{number:03}" for number in range(450)])
        for record in page.records
    ]
    assert len(found) == 450
    assert keys([record for record in found if record.is_deleted]) == ["001007"]
    assert max(len(request.url) for request in org.asked) < 16_384


def test_orders_are_not_asked_for_where_won_opportunities_are_revenue(org: Org) -> None:
    assert "Order" in [one.name for one in org.source().streams()]
    assert "Order" not in [one.name for one in org.source(revenue_from="won_opportunity").streams()]
    assert "Task" not in [one.name for one in org.source(without_objects="Task, Event").streams()]


def test_the_connection_names_the_api_version(org: Org) -> None:
    signed = auth(
        Credentials("sf", host=HOST, login="key", password=WRONG, extra={"api_version": "v60.0"}), org.source().http
    )
    assert signed.api_version == "v60.0"
    source = org.source()
    source.http.auth.api_version = "v60.0"  # type: ignore[union-attr]
    made = type(source)(source.http, "sf", FIELDS, {})
    records(made)
    assert any("/services/data/v60.0/" in request.path for request in org.asked)


def test_the_queries_are_what_salesforce_documents() -> None:
    stamp = datetime(2026, 1, 5, 11, 0, 0, 250_900, tzinfo=UTC)
    assert literal(stamp) == "2026-01-05T11:00:00.250Z"
    assert changed("Account", ["Id", "Name"], stamp, None, None, 10) == (
        "SELECT Id, Name FROM Account WHERE SystemModstamp >= 2026-01-05T11:00:00.250Z"
        " ORDER BY SystemModstamp ASC, Id ASC LIMIT 10"
    )
    assert changed("Account", ["Id"], stamp, NOW, Key(stamp, "0011"), 10) == (
        "SELECT Id FROM Account WHERE (SystemModstamp > 2026-01-05T11:00:00.250Z OR (SystemModstamp = 2026-01-05T11:00:00.250Z"
        " AND Id > '0011')) AND SystemModstamp <= 2026-01-05T12:00:00.000Z ORDER BY SystemModstamp ASC, Id ASC LIMIT 10"
    )
    assert existing("Task", ["Id"], True, "00T1", 5) == (
        "SELECT Id FROM Task WHERE IsDeleted = false AND Id > '00T1' ORDER BY Id ASC LIMIT 5"
    )
    assert counted("Task") == "SELECT COUNT() FROM Task"


@pytest.mark.parametrize("hostile", ["1' OR Id != '", "x\\", "", "1) ALL ROWS"])
def test_nothing_but_names_and_ids_gets_into_a_query(hostile: str) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        named("Account", ["Id"], [hostile])
    with pytest.raises(ValueError, match="cannot be"):
        changed("Account", [hostile], None, None, None, 1)


def test_a_future_stamp_is_read_like_any_other(org: Org) -> None:
    org.world.put("Account", "0011", {"Name": "x"}, stamp=NOW + timedelta(days=300), visible_from=ago(hours=1))
    assert keys(records(org.source(), ago(hours=2))) == ["0011"]


def test_pages_say_where_they_are_from(org: Org) -> None:
    for number in range(4):
        org.put(f"001{number}", ago(hours=1))
    assert [page.where for page in pages(org.source())] == ["Account, page 1", "Account, page 2"]
