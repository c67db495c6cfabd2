"""The stand-in Salesforce speaks as the vendor documents: shapes, spellings, paging, refusals, and what it forgets."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from demo.vendors.core import Clock, Request, Response, World
from demo.vendors.salesforce_api import CLIENT_ID, CLIENT_SECRET, SalesforceStandIn

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
BASE = "https://acme.my.salesforce.com"
DATA = "/services/data/v62.0"


class Client:
    """Requests to a stand-in, signed."""

    def __init__(self, **made: Any) -> None:
        self.world = World(Clock(NOW))
        self.org = SalesforceStandIn(self.world, **made)
        self.token = self.sign_in()["access_token"]

    def sign_in(self, **changed: str) -> Any:
        form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **changed}
        return json.loads(self.ask("POST", "/services/oauth2/token", urlencode(form).encode()).body)

    def ask(self, method: str, path: str, body: bytes = b"") -> Response:
        headers = {"Authorization": f"Bearer {getattr(self, 'token', '')}"}
        return self.org.handle(Request(method, BASE + path, headers, body))

    def get(self, path: str) -> Any:
        return json.loads(self.ask("GET", DATA + path).body)

    def query(self, soql: str, resource: str = "queryAll") -> Any:
        return self.get(f"/{resource}?q={quote(soql)}")


@pytest.fixture
def client() -> Client:
    client = Client(page_size=2)
    for number in range(5):
        body = {"Name": f"Account {number}", "AnnualRevenue": 950000000.0, "Region__c": "EMEA"}
        client.world.put("Account", f"001{number}", body, stamp=NOW - timedelta(days=2, seconds=-number))
    return client


def test_a_query_answers_in_pages_with_attributes_and_a_locator(client: Client) -> None:
    first = client.query("SELECT Id, Name, SystemModstamp FROM Account ORDER BY SystemModstamp ASC")
    assert (first["totalSize"], first["done"], len(first["records"])) == (5, False, 2)
    assert first["records"][0] == {
        "attributes": {"type": "Account", "url": f"{DATA}/sobjects/Account/0010"},
        "Id": "0010",
        "Name": "Account 0",
        "SystemModstamp": "2026-01-03T12:00:00.000+0000",
    }
    second = json.loads(client.ask("GET", first["nextRecordsUrl"]).body)
    third = json.loads(client.ask("GET", second["nextRecordsUrl"]).body)
    assert third["done"]
    assert "nextRecordsUrl" not in third
    assert [record["Id"] for record in third["records"]] == ["0014"]


def test_a_locator_dies_with_its_session(client: Client) -> None:
    first = client.query("SELECT Id FROM Account")
    client.org.expire_session()
    assert client.get("/limits") == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    client.token = client.sign_in()["access_token"]
    assert json.loads(client.ask("GET", first["nextRecordsUrl"]).body)[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_ten_locators_are_kept_open(client: Client) -> None:
    first = [client.query("SELECT Id FROM Account")["nextRecordsUrl"] for _ in range(11)]
    assert len(set(first)) == 11
    assert json.loads(client.ask("GET", first[0]).body)[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    assert json.loads(client.ask("GET", first[10]).body)["totalSize"] == 5


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id Account", "MALFORMED_QUERY"),
        ("SELECT Id, Id FROM Account", "MALFORMED_QUERY"),
        ("SELECT * FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE SystemModstamp > '2026-01-05'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Id > '1' AND Id > '2' OR Id > '3'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Id != '1'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account LIMIT", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account LIMIT 5 OFFSET 5", "MALFORMED_QUERY"),
        ("SELECT Id, Nope__c FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Nope", "INVALID_TYPE"),
    ],
)
def test_what_is_no_query_is_refused_in_salesforces_words(client: Client, soql: str, code: str) -> None:
    answer = client.query(soql)
    assert [sorted(error) for error in answer] == [["errorCode", "message"]]
    assert answer[0]["errorCode"] == code


def test_conditions_and_limits_select(client: Client) -> None:
    stamp = "2026-01-03T12:00:02.000Z"
    soql = (
        f"SELECT Id FROM Account WHERE (SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '0011'))"
        " ORDER BY SystemModstamp ASC, Id ASC LIMIT 2"
    )
    assert [record["Id"] for record in client.query(soql)["records"]] == ["0012", "0013"]
    assert [record["Id"] for record in client.query("SELECT Id FROM Account WHERE Id IN ('0013', '9')")["records"]] == [
        "0013"
    ]
    assert client.query("SELECT COUNT() FROM Account")["totalSize"] == 5


def test_the_recycle_bin_is_seen_by_query_all_until_it_is_emptied(client: Client) -> None:
    client.world.delete("Account", "0011")
    client.org.merge("Account", "0012", "0013")
    client.world.delete("Account", "0014", is_hard=True)
    soql = "SELECT Id, IsDeleted, MasterRecordId, Name FROM Account WHERE IsDeleted = true"
    records = {record["Id"]: record for record in client.query(soql)["records"]}
    assert records.keys() == {"0011", "0012"}
    assert records["0012"]["MasterRecordId"] == "0013"
    assert client.query("SELECT COUNT() FROM Account", "query")["totalSize"] == 2
    client.org.empty_bin("Account", "0011")
    assert [record["Id"] for record in client.query(soql)["records"]] == ["0012"]
    client.world.clock.advance(timedelta(days=15, minutes=1))
    assert client.query(soql)["records"] == []


def test_the_log_of_deletions_covers_fifteen_days(client: Client) -> None:
    client.world.delete("Account", "0011", stamp=NOW - timedelta(hours=1))
    client.world.delete("Account", "0012", is_hard=True, stamp=NOW - timedelta(hours=2))
    log = client.get("/sobjects/Account/deleted/?start=2026-01-05T09:00:00.000Z&end=2026-01-05T12:00:00.000Z")
    assert log == {
        "deletedRecords": [
            {"id": "0011", "deletedDate": "2026-01-05T11:00:00.000+0000"},
            {"id": "0012", "deletedDate": "2026-01-05T10:00:00.000+0000"},
        ],
        "earliestDateAvailable": "2025-12-21T12:00:00.000+0000",
        "latestDateCovered": "2026-01-05T12:00:00.000+0000",
    }
    early = client.get("/sobjects/Account/deleted/?start=2025-12-20T09:00:00.000Z&end=2026-01-05T12:00:00.000Z")
    assert early[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_the_log_of_deletions_is_purged_and_answers_so_many_ids(client: Client) -> None:
    for number in range(3):
        client.world.delete("Account", f"001{number}", stamp=NOW - timedelta(hours=number + 1))
    path = "/sobjects/Account/deleted/?end=2026-01-05T12:00:00.000Z&start=2026-01-05T"
    client.org.log_ids = 2
    assert client.get(f"{path}08:00:00.000Z")[0]["errorCode"] == "EXCEEDED_ID_LIMIT"
    assert len(client.get(f"{path}09:30:00.000Z")["deletedRecords"]) == 2
    client.org.log_kept = timedelta(hours=2)
    assert client.get(f"{path}09:30:00.000Z")[0]["errorCode"] == "INVALID_REPLICATION_DATE"
    assert client.get(f"{path}10:30:00.000Z")["earliestDateAvailable"] == "2026-01-05T10:00:00.000+0000"
    assert client.get(path.replace("Account", "UserRole") + "11:00:00.000Z")[0]["errorCode"] == "INVALID_TYPE"


def test_a_query_longer_than_a_url_may_be_is_refused(client: Client) -> None:
    keys = ", ".join(f"'001{number:015}'" for number in range(800))
    assert client.ask("GET", f"{DATA}/queryAll?q={quote(f'SELECT Id FROM Account WHERE Id IN ({keys})')}").status == 414


def test_a_record_becomes_visible_after_its_stamp(client: Client) -> None:
    later = NOW + timedelta(minutes=3)
    client.world.put("Account", "0019", {"Name": "late"}, stamp=NOW, visible_from=later)
    assert client.query("SELECT COUNT() FROM Account")["totalSize"] == 5
    client.world.clock.advance(timedelta(minutes=3))
    assert client.query("SELECT COUNT() FROM Account")["totalSize"] == 6


def test_describe_tells_the_fields_that_can_be_seen(client: Client) -> None:
    types = {field["name"]: field["type"] for field in client.get("/sobjects/Account/describe")["fields"]}
    assert types["Region__c"] == "string"
    assert types["BillingAddress"] == "address"
    assert types["SystemModstamp"] == "datetime"
    client.org.hidden = frozenset({"Account.Region__c", "Order"})
    assert "Region__c" not in {field["name"] for field in client.get("/sobjects/Account/describe")["fields"]}
    assert client.get("/sobjects/Order/describe")[0]["errorCode"] == "NOT_FOUND"


def test_limits_are_counted_and_end(client: Client) -> None:
    answer = client.ask("GET", f"{DATA}/limits")
    assert json.loads(answer.body)["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_999}
    assert answer.headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    client.org.daily_requests = 1
    assert client.get("/limits") == [
        {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    ]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client_id"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_only_the_app_signs_in(client: Client, changed: dict[str, str], error: str) -> None:
    assert client.sign_in(**changed)["error"] == error


def test_a_session_lasts_for_so_many_requests() -> None:
    client = Client(session_requests=2)
    assert [isinstance(client.get("/limits"), dict) for _ in range(4)] == [True, True, False, False]


def test_a_bulk_job_gives_csv_in_chunks(client: Client) -> None:
    order = {"operation": "queryAll", "query": "SELECT Id, SystemModstamp, AnnualRevenue, MasterRecordId FROM Account"}
    job = json.loads(client.ask("POST", f"{DATA}/jobs/query", json.dumps(order).encode()).body)
    assert job["state"] == "UploadComplete"
    results = f"{DATA}/jobs/query/{job['id']}/results?maxRecords=3"
    assert json.loads(client.ask("GET", results).body)[0]["errorCode"] == "INVALIDJOBSTATE"
    states = [client.get(f"/jobs/query/{job['id']}")["state"] for _ in range(2)]
    assert states == ["InProgress", "JobComplete"]
    first = client.ask("GET", results)
    lines = list(csv.reader(io.StringIO(first.body.decode())))
    assert lines[0] == ["Id", "SystemModstamp", "AnnualRevenue", "MasterRecordId"]
    assert lines[1] == ["0010", "2026-01-03T12:00:00.000Z", "950000000.0", ""]
    assert (first.headers["Sforce-Locator"], first.headers["Sforce-NumberOfRecords"]) == ("3", "3")
    last = client.ask("GET", f"{results}&locator=3")
    assert (last.headers["Sforce-Locator"], last.headers["Sforce-NumberOfRecords"]) == ("null", "2")
    assert client.ask("DELETE", f"{DATA}/jobs/query/{job['id']}").status == 204
    assert client.ask("GET", f"{DATA}/jobs/query/{job['id']}").status == 404


@pytest.mark.parametrize("fields", ["COUNT()", "BillingAddress"])
def test_bulk_refuses_what_it_does_not_support(client: Client, fields: str) -> None:
    order = {"operation": "query", "query": f"SELECT {fields} FROM Account"}
    assert client.ask("POST", f"{DATA}/jobs/query", json.dumps(order).encode()).status == 400
