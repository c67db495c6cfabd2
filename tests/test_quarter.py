"""Quarter arithmetic holds for every fiscal year start and time zone, in Python and in the warehouse's SQL alike."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.quarter import Quarter
from tests.compiled_models import compiled, give, rows_of

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
FISCAL_STARTS = st.integers(1, 12)
# none of them alike: whole and half hours, both hemispheres, one that changed sides of the date line
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "America/St_Johns",
    "Pacific/Honolulu",
    "Africa/Cairo",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)
AS_OF = date(2040, 12, 31)


# --- arithmetic ---


@given(DAYS, FISCAL_STARTS)
def test_a_quarter_holds_its_day_and_quarters_follow_without_gap(day: date, fiscal_start: int) -> None:
    quarter = Quarter.containing(day, fiscal_start)
    assert quarter.start <= day <= quarter.end
    assert quarter.next.start == quarter.end + timedelta(days=1)
    assert quarter.next.previous == quarter == quarter.previous.next
    assert Quarter.containing(quarter.end, fiscal_start) == quarter


@given(DAYS, FISCAL_STARTS)
def test_quarters_start_in_the_fiscal_years_first_month_and_every_third_after(day: date, fiscal_start: int) -> None:
    quarter = Quarter.containing(day, fiscal_start)
    starts = [
        quarter.start.month,
        quarter.next.start.month,
        quarter.next.next.start.month,
        quarter.previous.start.month,
    ]
    assert sorted(starts) == sorted((fiscal_start - 1 + offset) % 12 + 1 for offset in (0, 3, 6, 9))
    assert (quarter.number == 1) == (quarter.start.month == fiscal_start)


@given(DAYS, FISCAL_STARTS)
def test_the_label_carries_the_year_in_which_the_fiscal_year_ends(day: date, fiscal_start: int) -> None:
    quarter = Quarter.containing(day, fiscal_start)
    last = quarter
    while last.number != 4:
        last = last.next
    assert quarter.label == f"{last.end.year}-Q{quarter.number}"


@given(DAYS, FISCAL_STARTS)
def test_a_label_names_its_quarter_again(day: date, fiscal_start: int) -> None:
    quarter = Quarter.containing(day, fiscal_start)
    assert Quarter.parse(quarter.label, fiscal_start) == quarter
    assert str(quarter) == quarter.label


@pytest.mark.parametrize("label", ["2026Q1", "2026-Q0", "2026-Q5", "26-Q1", "2026-q1", " 2026-Q1", "2026-Q1\n", ""])
def test_anything_else_is_no_label(label: str) -> None:
    with pytest.raises(ValueError, match="not a quarter label"):
        Quarter.parse(label)


@pytest.mark.parametrize(
    ("start", "fiscal_start"), [(date(2026, 1, 2), 1), (date(2026, 2, 1), 1), (date(2026, 1, 1), 2)]
)
def test_no_other_day_starts_a_quarter(start: date, fiscal_start: int) -> None:
    with pytest.raises(ValueError, match="not the first day of a quarter"):
        Quarter(start, fiscal_start)


@given(DAYS, FISCAL_STARTS)
def test_a_quarter_is_closed_from_the_fifteenth_day_after_its_last_on(day: date, fiscal_start: int) -> None:
    quarter = Quarter.containing(day, fiscal_start)
    assert not quarter.is_closed(quarter.end + timedelta(days=14))
    assert quarter.is_closed(quarter.end + timedelta(days=15))


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2040, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(ZONES),
    FISCAL_STARTS,
)
def test_an_instant_belongs_to_the_quarter_of_its_local_date(
    moment: datetime, offset: int, zone: str, fiscal_start: int
) -> None:
    instant = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    local = instant.astimezone(UTC).astimezone(ZoneInfo(zone)).date()
    assert Quarter.of_instant(instant, zone, fiscal_start) == Quarter.containing(local, fiscal_start)


def test_the_turn_of_the_year_comes_earlier_in_the_east() -> None:
    instant = datetime(2025, 12, 31, 20, tzinfo=UTC)
    assert Quarter.of_instant(instant, "Asia/Tokyo").label == "2026-Q1"
    assert Quarter.of_instant(instant, "America/New_York").label == "2025-Q4"


def test_an_instant_without_an_offset_has_no_quarter() -> None:
    with pytest.raises(ValueError, match="offset"):
        Quarter.of_instant(datetime(2026, 1, 1), "UTC")


# --- the warehouse agrees ---


@cache
def quarters_in_sql(fiscal_start: int) -> dict[date, dict[str, Any]]:
    """int_quarters from 1990 to 2040 by first day, as the warehouse builds it for that fiscal start."""
    sql = models(fiscal_start)["int_quarters"]
    with duckdb.connect() as connection:
        give(connection, "intermediate.int_events_first_date", "first_date date", [[date(1990, 1, 1)]])
        return {row["quarter_start_date"]: row for row in rows_of(connection, sql)}


@cache
def models(fiscal_start: int) -> dict[str, str]:
    # one compilation each: the zones go along with the fiscal starts
    return compiled(
        ("int_quarters", "int_invitations_answered"),
        as_of=AS_OF.isoformat(),
        fiscal_start_month=fiscal_start,
        timezone=ZONES[fiscal_start - 1],
    )


@settings(deadline=None, max_examples=400)
@given(DAYS, FISCAL_STARTS)
def test_the_warehouse_names_the_same_quarter_for_every_day(day: date, fiscal_start: int) -> None:
    quarter = Quarter.containing(day, fiscal_start)
    row = quarters_in_sql(fiscal_start)[quarter.start]
    assert row["quarter_end_date"] == quarter.end
    assert f"{row['fiscal_year']}-Q{row['fiscal_quarter_number']}" == quarter.label
    assert row["is_closed"] == quarter.is_closed(AS_OF)


@pytest.mark.parametrize("fiscal_start", range(1, 13))
def test_the_warehouse_has_every_quarter_once_and_numbers_them_on(fiscal_start: int) -> None:
    rows = sorted(quarters_in_sql(fiscal_start).values(), key=lambda row: row["quarter_start_date"])
    expected = [Quarter.containing(date(1990, 1, 1), fiscal_start)]
    while expected[-1].end < AS_OF:
        expected.append(expected[-1].next)
    assert [row["quarter_start_date"] for row in rows] == [quarter.start for quarter in expected]
    assert [row["quarter_index"] - rows[0]["quarter_index"] for row in rows] == list(range(len(rows)))


@pytest.mark.parametrize("fiscal_start", range(1, 13))
def test_the_warehouse_cuts_instants_at_the_same_local_midnight(fiscal_start: int) -> None:
    zone = ZONES[fiscal_start - 1]
    instants = random_instants(zone)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        columns = (
            "invitation_id varchar, survey_id varchar, account_id varchar, contact_id varchar, sent_at timestamptz"
        )
        invitations = [(str(number), "S", "A", None, instant) for number, instant in enumerate(instants)]
        give(connection, "intermediate.int_invitations_current", columns, invitations)
        surveys = "survey_id varchar, project_id varchar, kind varchar"
        give(connection, "intermediate.int_surveys_current", surveys, [("S", "P", None)])
        responses = "invitation_id varchar, exclusion_reason varchar"
        give(connection, "intermediate.int_responses_excluded", responses, [])
        rows = rows_of(connection, models(fiscal_start)["int_invitations_answered"])
    found = {row["invitation_id"]: (row["sent_date"], row["quarter_start_date"]) for row in rows}
    assert found == {
        str(number): (
            instant.astimezone(ZoneInfo(zone)).date(),
            Quarter.of_instant(instant, zone, fiscal_start).start,
        )
        for number, instant in enumerate(instants)
    }


def random_instants(zone: str) -> list[datetime]:
    """Instants around local midnights, where a wrong zone shows, and anywhere; the same every time."""
    chance = random.Random(zone)
    midnights = [
        datetime(1995, 1, 1, tzinfo=ZoneInfo(zone)) + timedelta(days=chance.randrange(15_000)) for _ in range(40)
    ]
    around = [midnight.astimezone(UTC) + timedelta(seconds=shift) for midnight in midnights for shift in (-1, 0, 1)]
    anywhere = [
        datetime(1995, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(1_300_000_000)) for _ in range(60)
    ]
    return around + anywhere
