"""What a check says of a Zendesk account: who is signed in, what is missing, and no more rows than were counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from demo.vendors.core import Request, Response
from tests.sources.api.zendesk_desk import NOW, Desk

LONG_AGO = NOW - timedelta(days=10)


def sentences(desk: Desk) -> dict[str, str]:
    return {finding.subject: finding.sentence for finding in desk.source.check()}


def test_a_check_says_what_works_and_what_is_missing() -> None:
    desk = Desk()
    desk.put("tickets", "7", LONG_AGO)
    found = {finding.subject: finding for finding in desk.source.check()}

    assert all(finding.is_ok for finding in found.values())
    assert found["tickets"].rows == 1
    assert "signed in as an admin" in found["sign-in"].sentence

    agent = {finding.subject: finding for finding in Desk(role="agent").source.check()}

    assert not agent["sign-in"].is_ok
    assert not agent["ticket_events"].is_ok
    assert "admin" in agent["ticket_events"].sentence


def test_a_check_is_not_fooled_by_an_anonymous_answer() -> None:
    def stranger(request: Request, handle: Any) -> Response:
        return Response.of({"user": {"id": None, "role": "end-user"}})

    (finding,) = Desk(stranger).source.check()

    assert not finding.is_ok
    assert "anonymous" in finding.sentence


def test_rows_are_said_for_every_stream() -> None:
    desk = Desk()
    for name in ("tickets", "ticket_events", "satisfaction_ratings", "survey_responses", "ticket_audits"):
        for key in ("7", "8"):
            desk.put(name, key, LONG_AGO)
    found = {finding.subject: (finding.sentence, finding.rows) for finding in desk.source.check()}

    for name in ("tickets", "ticket_events", "satisfaction_ratings", "survey_responses"):
        assert found[name] == ("2 records can be seen", 2)
    assert found["ticket_audits"] == ("at least 2 records can be seen of tickets that are not archived", None)
    assert found["groups"][0].startswith("no record can be seen; if there are some, this is missing: a role")
    assert len(desk.asked) == 9  # each asked once


def test_a_full_page_is_a_lower_bound_and_not_a_total() -> None:
    desk = Desk(page_rows=3, list_rows=2)
    for key in range(5):
        for name in ("ticket_events", "survey_responses", "ticket_audits"):
            desk.put(name, str(key), LONG_AGO + timedelta(minutes=key))
    found = {finding.subject: finding for finding in desk.source.check()}

    assert found["ticket_events"].sentence == "at least 3 records can be seen"
    assert found["survey_responses"].sentence == "at least 2 records can be seen"
    assert found["ticket_audits"].sentence == "at least 2 records can be seen of tickets that are not archived"
    assert {found[name].rows for name in ("ticket_events", "survey_responses", "ticket_audits")} == {None}


@pytest.mark.parametrize("value", [100_000, 1_234_567])
def test_a_count_that_zendesk_only_keeps_by_the_day_is_a_lower_bound(value: int) -> None:
    def many(request: Request, handle: Any) -> Response:
        if request.path.endswith("/count.json"):
            return Response.of({"count": {"value": value, "refreshed_at": None}})
        answer: Response = handle(request)
        return answer

    assert sentences(Desk(many))["tickets"] == "at least 100,000 records can be seen"
