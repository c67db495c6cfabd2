"""Ways to break the reading that only one vendor has, each by replacing one named function of its adapter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from scoreboard.landing.vanished import Listing
from scoreboard.sources.api import hubspot, hubspot_paging, qualtrics_responses, salesforce, surveymonkey, zendesk
from scoreboard.sources.api.salesforce_soql import changed
from tests.faults.toy import ToySource


def toy_by_instant_alone(patch: pytest.MonkeyPatch) -> None:
    """The keyset forgets the key: ties over a page boundary are skipped."""
    query = ToySource.query
    patch.setattr(
        ToySource,
        "query",
        staticmethod(lambda since, until, after: query(since, until, f"{after.split('|')[0]}|~" if after else "")),
    )


def salesforce_by_instant_alone(patch: pytest.MonkeyPatch) -> None:
    """The query goes on after the last SystemModstamp and not after (SystemModstamp, Id)."""

    def by_instant(*asked: Any) -> str:
        soql = changed(*asked)
        head, found, rest = soql.partition(" OR (SystemModstamp = ")
        return head + rest[rest.index("))") + 1 :] if found else soql

    patch.setattr(salesforce, "changed", by_instant)


def zendesk_empty_page_ends(patch: pytest.MonkeyPatch) -> None:
    """An export's empty page is taken for its end."""
    by_cursor = zendesk.by_cursor

    def to_the_first_gap(*asked: Any) -> Iterator[Any]:
        for served in by_cursor(*asked):
            yield served
            if not served.bodies:
                return

    patch.setattr(zendesk, "by_cursor", to_the_first_gap)


def qualtrics_by_recorded_day(patch: pytest.MonkeyPatch) -> None:
    """What was changed since is asked for by the day it was begun, which for a late change is long ago."""
    exported = qualtrics_responses.exported

    def by_day(http: Any, survey: str, asked: dict[str, Any], *rest: Any) -> Any:
        if "startDate" in asked:
            day = datetime.fromisoformat(asked["startDate"]) + timedelta(days=7)
            asked = {**asked, "startDate": day.strftime("%Y-%m-%dT%H:%M:%SZ")}
        return exported(http, survey, asked, *rest)

    patch.setattr(qualtrics_responses, "exported", by_day)


def nothing_vanishes(patch: pytest.MonkeyPatch) -> None:
    """A stream that is listed whole keeps what is listed no more."""
    patch.setattr(Listing, "vanished", lambda self, landed: (0, 0, iter(())))


def surveymonkey_past_the_instant(patch: pytest.MonkeyPatch) -> None:
    """The next page starts after the second that the last one ended with."""
    bulk = surveymonkey.SurveymonkeySource._bulk

    def past_it(self: Any, survey: str, start: datetime | None, until: datetime | None) -> Any:
        return bulk(self, survey, start + timedelta(seconds=2) if start else None, until)

    patch.setattr(surveymonkey.SurveymonkeySource, "_bulk", past_it)


def hubspot_skips_ties(patch: pytest.MonkeyPatch) -> None:
    """An instant with more records than a page holds is passed over after its first page."""
    patch.setattr(hubspot_paging, "_of_one_instant", lambda ask, modified, at: iter(()))
    assert hubspot.by_key is hubspot_paging.by_key
