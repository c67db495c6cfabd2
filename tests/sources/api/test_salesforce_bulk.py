"""Bulk 2.0: the same records as REST, whatever becomes of the job."""

from __future__ import annotations

from typing import Any

import pytest

from demo.vendors.core import Response
from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.api.salesforce_bulk import PATIENCE

from .salesforce_org import Org, ago, keys, pages, records

WANTED = {"Account": ["Name", "Region__c", "AnnualRevenue", "NumberOfEmployees", "Key__c", "Since__c", "CreatedDate"]}
BULK = {"bulk_above": "5", "bulk_chunk": "4"}


@pytest.fixture
def org() -> Org:
    return filled(Org())


def filled(org: Org) -> Org:
    for number in range(14):
        org.put(
            f"001{number:02}",
            ago(days=9, seconds=-(number // 6)),
            Region__c=None if number % 3 == 0 else 'North, "far"\nand wide',
            AnnualRevenue=None if number % 4 == 0 else 950000000.0 + number / 4,
            NumberOfEmployees=number,
            Key__c=number % 2 == 0,
            Since__c="2017-04-14",
            CreatedDate="2017-04-14T08:09:10.000+0000",
        )
    return org


def results(request: Any) -> bool:
    return bool(request.path.endswith("/results"))


def test_a_record_is_the_same_by_bulk_and_by_rest(org: Org) -> None:
    by_rest = records(org.source(WANTED, bulk_above="100"))
    assert org.stand_in.jobs.made == 0
    by_bulk = records(org.source(WANTED, **BULK))
    assert org.stand_in.jobs.made == 1
    assert by_bulk == by_rest
    assert len(by_bulk) == 14


def test_the_job_is_looked_at_until_it_is_done_read_in_chunks_and_deleted(org: Org) -> None:
    org.stand_in.jobs.looks_needed = 4
    found = pages(org.source(WANTED, **BULK))
    assert [len(page.records) for page in found] == [4, 4, 4, 2]
    assert len([seconds for seconds in org.waited if seconds >= 2]) == 3
    assert org.stand_in.jobs.deleted == ["750000000000001AAA"]


def test_small_and_recent_reads_make_no_job(org: Org) -> None:
    assert len(records(org.source(WANTED, bulk_above="14"))) == 14
    assert records(org.source(WANTED, **BULK), ago(hours=1)) == []
    assert org.stand_in.jobs.made == 0
    assert not any("COUNT" in soql for soql in org.queries()[-2:])


def test_compound_fields_are_read_by_rest(org: Org) -> None:
    assert len(records(org.source({"Account": ["BillingAddress.city"]}, **BULK))) == 14
    assert org.stand_in.jobs.made == 0


def test_without_bulk_permission_the_records_are_paged_through() -> None:
    org = filled(Org(has_bulk=False))
    assert len(records(org.source(WANTED, **BULK))) == 14


def test_a_job_that_is_lost_half_way_is_gone_on_from_the_last_key(org: Org) -> None:
    looked: list[int] = []

    def lose(request: Any, handle: Any) -> Response:
        if results(request):
            looked.append(1)
            if len(looked) == 3:
                org.stand_in.jobs.lose()
        return handle(request)

    org.fault = lose
    assert keys(records(org.source(WANTED, **BULK))) == [f"001{number:02}" for number in range(14)]


def test_a_job_that_fails_is_an_error_with_its_reason(org: Org) -> None:
    org.stand_in.jobs.fail = "InternalServerError"
    with pytest.raises(SourceError, match=r"Account.*Failed \(InternalServerError\)"):
        records(org.source(WANTED, **BULK))
    assert org.stand_in.jobs.deleted


def test_a_job_that_never_ends_is_left_for_later(org: Org) -> None:
    org.stand_in.jobs.looks_needed = 10**9
    with pytest.raises(SourceUnavailable, match="not done after"):
        records(org.source(WANTED, **BULK))
    assert sum(org.waited) < PATIENCE.total_seconds() * 1.1


@pytest.mark.parametrize("cut", [b'"', b"\n"], ids=["in a cell", "between lines"])
def test_a_chunk_that_is_cut_off_is_asked_for_again(org: Org, cut: bytes) -> None:
    spoiled: list[int] = []

    def shorten(request: Any, handle: Any) -> Response:
        given = handle(request)
        if results(request) and not spoiled:
            spoiled.append(1)
            end = given.body.rstrip(b"\n").rfind(cut)
            return Response(given.status, given.body[:end], given.headers)
        return given

    org.fault = shorten
    assert len(records(org.source(WANTED, **BULK))) == 14
    assert spoiled


def test_a_chunk_without_names_above_it_is_read_all_the_same(org: Org) -> None:
    def headless(request: Any, handle: Any) -> Response:
        given = handle(request)
        if results(request) and "locator" in request.query:
            return Response(given.status, given.body.split(b"\n", 1)[1], given.headers)
        return given

    org.fault = headless
    assert len(records(org.source(WANTED, **BULK))) == 14


def test_a_locator_that_repeats_is_an_error(org: Org) -> None:
    def circle(request: Any, handle: Any) -> Response:
        given = handle(request)
        if results(request):
            given.headers["Sforce-Locator"] = "4"
        return given

    org.fault = circle
    with pytest.raises(SourceError, match=r"locator 4 twice|out of order"):
        records(org.source(WANTED, **BULK))


def test_a_session_that_expires_between_chunks_goes_on(org: Org) -> None:
    org = filled(Org(session_requests=4))
    assert keys(records(org.source(WANTED, **BULK))) == [f"001{number:02}" for number in range(14)]


def test_hard_deletions_come_with_a_bulk_read_too(org: Org) -> None:
    org.world.delete("Account", "00103", is_hard=True, stamp=ago(hours=1))
    found = records(org.source(WANTED, **BULK), ago(days=20))
    assert len(found) == 14
    assert keys([record for record in found if record.is_deleted]) == ["00103"]
