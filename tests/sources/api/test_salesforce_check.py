"""What a check of a Salesforce connection says: each object in plain words, and never an exception."""

from __future__ import annotations

from typing import Any

from demo.vendors.core import Request, Response
from scoreboard.sources.api.base import Finding

from .salesforce_org import Org, ago

WRONG = "wrong-app-000000"
WANTED = {"Account": ["Name", "Region__c", "My_Region__c"], "Order": ["TotalAmount"]}


def found(org: Org, **given: str) -> dict[str, Finding]:
    return {finding.subject: finding for finding in org.source(WANTED, **given).check()}


def test_every_object_says_how_many_records_can_be_seen() -> None:
    org = Org()
    for number in range(5):
        org.put(f"001{number}", ago(hours=1))
    says = found(org)
    assert says["sign-in"].is_ok
    assert (says["Account"].is_ok, says["Account"].rows) == (True, 5)
    assert "5 records can be seen" in says["Account"].sentence
    assert says["Task"].rows == 0
    assert "View All Data" in says["Task"].sentence


def test_an_object_that_is_not_there_says_what_is_missing() -> None:
    says = found(Org(hidden=frozenset({"Order"})))
    assert not says["Order"].is_ok
    assert "Enable Orders" in says["Order"].sentence
    assert says["Account"].is_ok


def test_a_field_of_the_mapping_file_that_is_not_there_is_a_mistake_and_our_suggestion_a_hint() -> None:
    says = found(Org())
    assert not says["Account.My_Region__c"].is_ok
    assert "Field-Level Security" in says["Account.My_Region__c"].sentence
    assert says["Account.Region__c"].is_ok
    assert "region stays empty" in says["Account.Region__c"].sentence


def test_a_wrong_secret_ends_the_check_with_who_mends_what() -> None:
    says = found(Org(), secret=WRONG)
    assert list(says) == ["sign-in"]
    assert "consumer secret" in says["sign-in"].sentence
    assert WRONG not in says["sign-in"].sentence


def test_few_requests_left_are_mentioned() -> None:
    org = Org(daily_requests=40)
    org.stand_in.requests = 37
    assert "which is few" in found(org)["sign-in"].sentence


def test_a_user_who_may_not_see_the_limits_is_signed_in_all_the_same() -> None:
    org = Org()
    org.put("0011", ago(hours=1))

    def forbidding(request: Request, handle: Any) -> Response:
        if request.path.endswith("/limits"):
            return Response.of([{"errorCode": "FORBIDDEN", "message": "You do not have access"}], 403)
        answer: Response = handle(request)
        return answer

    org.fault = forbidding
    says = found(org)
    assert says["sign-in"].is_ok
    assert "View Setup and Configuration" in says["sign-in"].sentence
    assert says["Account"].rows == 1
