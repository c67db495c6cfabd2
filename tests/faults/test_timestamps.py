"""Fault 12: however a vendor spells an instant, it is one instant in UTC and one business date.

Each spelling goes the way of a landed field: staging's macro, the door's reading of the contract's text, the calendar's local
date. The dates are written out, so that a library's mistake about summer time cannot hide behind the same mistake here.
"""

from __future__ import annotations

from functools import cache

import duckdb
import pytest

from expectations._rules.spelling import MACROS
from tests.compiled_models import compiled_text

# (as spelled, in UTC, the date in Berlin, the date in New York)
CASES = (
    # as Salesforce spells it
    ("2013-05-07T22:07:19.000+0000", "2013-05-07 22:07:19", "2013-05-08", "2013-05-07"),
    ("2013-05-07T22:07:19.000Z", "2013-05-07 22:07:19", "2013-05-08", "2013-05-07"),
    ("2026-03-31T23:59:59.999+0200", "2026-03-31 21:59:59.999000", "2026-03-31", "2026-03-31"),
    ("2026-03-31T18:59:59.999-0500", "2026-03-31 23:59:59.999000", "2026-04-01", "2026-03-31"),
    # as Zendesk, HubSpot, Qualtrics and SurveyMonkey spell it
    ("2026-01-05T12:00:00Z", "2026-01-05 12:00:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05T12:00:00.5Z", "2026-01-05 12:00:00.500000", "2026-01-05", "2026-01-05"),
    ("2026-01-05T12:00:00.123Z", "2026-01-05 12:00:00.123000", "2026-01-05", "2026-01-05"),
    ("2026-01-05T12:00:00.123456Z", "2026-01-05 12:00:00.123456", "2026-01-05", "2026-01-05"),
    ("2026-01-05T12:00:00+00:00", "2026-01-05 12:00:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05T12:00:00-05:00", "2026-01-05 17:00:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05T12:00:00+05:30", "2026-01-05 06:30:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05T12:00:00+05:45", "2026-01-05 06:15:00", "2026-01-05", "2026-01-05"),
    # as loaders and databases spell it
    ("2026-01-05 12:00:00", "2026-01-05 12:00:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05 12:00:00+00", "2026-01-05 12:00:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05 12:00:00.123+00", "2026-01-05 12:00:00.123000", "2026-01-05", "2026-01-05"),
    ("2026-01-05 12:00:00.123456+00", "2026-01-05 12:00:00.123456", "2026-01-05", "2026-01-05"),
    ("2026-01-05 12:00:00+02", "2026-01-05 10:00:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05 12:00:00-08", "2026-01-05 20:00:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05 12:00:00.123456789+00", "2026-01-05 12:00:00.123456", "2026-01-05", "2026-01-05"),
    ("2026-01-05T12:00:00.1234567Z", "2026-01-05 12:00:00.123456", "2026-01-05", "2026-01-05"),
    ("2026-01-05 12:00:00Z", "2026-01-05 12:00:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05T12:00:00", "2026-01-05 12:00:00", "2026-01-05", "2026-01-05"),
    ("2026-01-05", "2026-01-05 00:00:00", "2026-01-05", "2026-01-04"),
    # without an offset it is UTC, also where UTC is another day than here
    ("2026-01-05T23:30:00", "2026-01-05 23:30:00", "2026-01-06", "2026-01-05"),
    ("2026-01-05T00:15:00", "2026-01-05 00:15:00", "2026-01-05", "2026-01-04"),
    ("2026-06-30T22:00:00", "2026-06-30 22:00:00", "2026-07-01", "2026-06-30"),
    ("2026-07-01T03:59:59", "2026-07-01 03:59:59", "2026-07-01", "2026-06-30"),
    # Berlin's clocks go forward: 02:00 to 03:00 does not exist
    ("2026-03-29T01:59:59+01:00", "2026-03-29 00:59:59", "2026-03-29", "2026-03-28"),
    ("2026-03-29T03:00:00+02:00", "2026-03-29 01:00:00", "2026-03-29", "2026-03-28"),
    ("2026-03-29T00:59:59Z", "2026-03-29 00:59:59", "2026-03-29", "2026-03-28"),
    ("2026-03-29T01:00:00Z", "2026-03-29 01:00:00", "2026-03-29", "2026-03-28"),
    # Berlin's clocks go back: 02:00 to 03:00 comes twice
    ("2026-10-25T02:30:00+02:00", "2026-10-25 00:30:00", "2026-10-25", "2026-10-24"),
    ("2026-10-25T02:30:00+01:00", "2026-10-25 01:30:00", "2026-10-25", "2026-10-24"),
    ("2026-10-25T00:30:00Z", "2026-10-25 00:30:00", "2026-10-25", "2026-10-24"),
    ("2026-10-25T01:30:00Z", "2026-10-25 01:30:00", "2026-10-25", "2026-10-24"),
    # New York's clocks go forward
    ("2026-03-08T01:59:59-05:00", "2026-03-08 06:59:59", "2026-03-08", "2026-03-08"),
    ("2026-03-08T03:00:00-04:00", "2026-03-08 07:00:00", "2026-03-08", "2026-03-08"),
    ("2026-03-08T06:59:59Z", "2026-03-08 06:59:59", "2026-03-08", "2026-03-08"),
    ("2026-03-08T07:00:00Z", "2026-03-08 07:00:00", "2026-03-08", "2026-03-08"),
    # New York's clocks go back
    ("2026-11-01T01:30:00-04:00", "2026-11-01 05:30:00", "2026-11-01", "2026-11-01"),
    ("2026-11-01T01:30:00-05:00", "2026-11-01 06:30:00", "2026-11-01", "2026-11-01"),
    ("2026-11-01T05:30:00Z", "2026-11-01 05:30:00", "2026-11-01", "2026-11-01"),
    ("2026-11-01T06:30:00Z", "2026-11-01 06:30:00", "2026-11-01", "2026-11-01"),
    # midnights between the days, on both sides of a change of clocks
    ("2026-03-28T23:00:00Z", "2026-03-28 23:00:00", "2026-03-29", "2026-03-28"),
    ("2026-03-29T22:00:00Z", "2026-03-29 22:00:00", "2026-03-30", "2026-03-29"),
    ("2026-10-24T22:00:00Z", "2026-10-24 22:00:00", "2026-10-25", "2026-10-24"),
    ("2026-10-25T23:00:00Z", "2026-10-25 23:00:00", "2026-10-26", "2026-10-25"),
    ("2026-03-09T04:00:00Z", "2026-03-09 04:00:00", "2026-03-09", "2026-03-09"),
    ("2026-03-09T03:59:59.999999Z", "2026-03-09 03:59:59.999999", "2026-03-09", "2026-03-08"),
    # the last moment of a quarter, the first of the next
    ("2026-03-31T21:59:59.999Z", "2026-03-31 21:59:59.999000", "2026-03-31", "2026-03-31"),
    ("2026-03-31T22:00:00Z", "2026-03-31 22:00:00", "2026-04-01", "2026-03-31"),
    ("2026-03-31T23:59:59.999-04:00", "2026-04-01 03:59:59.999000", "2026-04-01", "2026-03-31"),
    ("2026-04-01T00:00:00-04:00", "2026-04-01 04:00:00", "2026-04-01", "2026-04-01"),
    ("2025-12-31T23:59:59.999+01:00", "2025-12-31 22:59:59.999000", "2025-12-31", "2025-12-31"),
    ("2025-12-31T23:59:59.999999-05:00", "2026-01-01 04:59:59.999999", "2026-01-01", "2025-12-31"),
    # leap days
    ("2024-02-29T12:00:00Z", "2024-02-29 12:00:00", "2024-02-29", "2024-02-29"),
    ("2024-02-29T23:59:59.999+01:00", "2024-02-29 22:59:59.999000", "2024-02-29", "2024-02-29"),
    ("2024-02-29T20:00:00-05:00", "2024-03-01 01:00:00", "2024-03-01", "2024-02-29"),
    ("2000-02-29T00:00:00Z", "2000-02-29 00:00:00", "2000-02-29", "2000-02-28"),
    # beyond the usual years
    ("1970-01-01T00:00:00Z", "1970-01-01 00:00:00", "1970-01-01", "1969-12-31"),
    ("1969-12-31T23:59:59Z", "1969-12-31 23:59:59", "1970-01-01", "1969-12-31"),
    ("2999-12-31T23:59:59Z", "2999-12-31 23:59:59", "3000-01-01", "2999-12-31"),
)

NO_INSTANTS = (
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-06-31T00:00:00Z",
    "2026-01-05T24:00:00Z",
    "2026-01-05T12:60:00Z",
    "2026-01-05T12:00:00+25:00",
    "05.01.2026 12:00:00",
    "1/5/2026 12:00",
    "yesterday",
    "SCRUBBED",
    "",
)


INSTANTS = tuple(spelled for spelled, *_ in CASES)


def of_each(spellings: tuple[str, ...], query: str, session: str = "UTC") -> dict[str, tuple[str | None, ...]]:
    """What a query over `spelled` finds of each spelling, in DuckDB as the door uses it; the session's zone must not matter."""
    with duckdb.connect() as door:
        for macro in MACROS:
            door.execute(macro)
        door.execute(f"set TimeZone = '{session}'")
        told = door.execute(
            f"select spelled, {query} from (select unnest(cast(? as varchar[])) as spelled)", [list(spellings)]
        )
        return {spelled: tuple(found) for spelled, *found in told.fetchall()}


@cache
def read(session: str) -> dict[str, tuple[str | None, ...]]:
    """Of each spelling the instant in UTC and its dates in Berlin and New York."""
    text = compiled_text("{{ instant_text('spelled') }}")
    instant = f"as_timestamp(as_text({text}))"
    return of_each(
        INSTANTS + NO_INSTANTS,
        f"""
        strftime({instant} at time zone 'UTC', '%Y-%m-%d %H:%M:%S.%f'),
        cast(cast({instant} at time zone 'Europe/Berlin' as date) as varchar),
        cast(cast({instant} at time zone 'America/New_York' as date) as varchar)
        """,
        session,
    )


@cache
def local_days(zone: str) -> dict[str, tuple[str | None, ...]]:
    """The local day of each spelling as staging cuts it."""
    return of_each(INSTANTS, compiled_text("{{ local_day_text('spelled') }}", timezone=zone))


def test_the_matrix_is_as_large_as_promised() -> None:
    assert len({spelled for spelled, *_ in CASES}) >= 40


@pytest.mark.parametrize("session", ["UTC", "Asia/Kolkata"])
@pytest.mark.parametrize(("spelled", "utc", "berlin", "new_york"), CASES)
def test_one_instant_and_one_date(spelled: str, utc: str, berlin: str, new_york: str, session: str) -> None:
    whole = utc if "." in utc else f"{utc}.000000"

    assert read(session)[spelled] == (whole, berlin, new_york)


@pytest.mark.parametrize("spelled", NO_INSTANTS)
def test_what_is_no_instant_is_none_and_no_guess(spelled: str) -> None:
    assert read("UTC")[spelled] == (None, None, None)


@pytest.mark.parametrize(("spelled", "utc", "berlin", "new_york"), CASES)
def test_staging_cuts_the_local_day_like_the_calendar(spelled: str, utc: str, berlin: str, new_york: str) -> None:
    for zone, day in (("Europe/Berlin", berlin), ("America/New_York", new_york)):
        assert local_days(zone)[spelled] == (day if len(spelled) > 10 else spelled,), zone
