"""When a step of an escalation falls due: the warehouse's clock of opening hours against a plain walk through the days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compiled_models import compiled, give, rows_of
from tests.effort import times

ZONE = "Europe/Berlin"
BERLIN = ZoneInfo(ZONE)
WORKING_WEEK = dict.fromkeys(range(1, 6), (540, 1020))
Hours = dict[int, tuple[int, int]]


def local(text: str) -> datetime:
    """An instant by the clock on the wall in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def by_walking(opened: datetime, minutes: int, hours: Hours, holidays: set[date]) -> datetime | None:
    """Day after day: take what the day is open for from what is left. None where it is never open."""
    if not hours:
        return None
    left = timedelta(minutes=minutes)
    day = opened.astimezone(BERLIN).date()
    while True:
        if day not in holidays and day.isoweekday() in hours:
            midnight = datetime.combine(day, time())
            opens, closes = (
                (midnight + timedelta(minutes=minute)).replace(tzinfo=BERLIN).astimezone(UTC)
                for minute in hours[day.isoweekday()]
            )
            begins = max(opens, opened)
            if minutes == 0 and begins < closes:
                return begins
            if minutes and begins < closes:
                if begins + left <= closes:
                    return begins + left
                left -= closes - begins
        day += timedelta(days=1)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def in_sql(
    warehouse: duckdb.DuckDBPyConnection, opened: list[datetime], steps: list[int], hours: Hours, holidays: set[date]
) -> dict[tuple[datetime, int], datetime | None]:
    """(opened, minutes) -> due, as the models tell."""
    alerts = [(str(number), "high", moment, moment.astimezone(BERLIN).date()) for number, moment in enumerate(opened)]
    columns = "alert_id varchar, severity varchar, opened_at timestamptz, opened_date date"
    give(warehouse, "intermediate.int_alerts_raised", columns, alerts)
    open_days = [(weekday, *span) for weekday, span in hours.items()]
    give(warehouse, "rules.business_hours", "weekday integer, opens_minute integer, closes_minute integer", open_days)
    give(warehouse, "rules.holidays", "holiday_on date", [(day,) for day in holidays])
    give(
        warehouse,
        "rules.escalation_steps",
        "valid_from date, severity varchar, step_number integer, after_business_minutes integer, to_role varchar, action varchar",
        [(date(1900, 1, 1), "high", number, minutes, "owner", "Call") for number, minutes in enumerate(steps)],
    )
    sql = compiled(("int_opening_hours", "int_alert_steps_due"), timezone=ZONE)
    warehouse.execute(f"create or replace table intermediate.int_opening_hours as {sql['int_opening_hours']}")
    found = rows_of(warehouse, sql["int_alert_steps_due"])
    assert len(found) == len(opened) * len(steps)
    return {(opened[int(row["alert_id"])], steps[row["step_number"]]): row["due_at"] for row in found}


@pytest.mark.parametrize(
    ("opened", "minutes", "due"),
    [
        # over the weekend
        ("2026-03-06 16:50", 60, "2026-03-09 09:50"),
        # at the very minute of closing, not when it opens next
        ("2026-03-06 16:00", 60, "2026-03-06 17:00"),
        ("2026-03-06 09:00", 480, "2026-03-06 17:00"),
        ("2026-03-05 17:00", 480, "2026-03-06 17:00"),
        ("2026-03-06 16:00:00.000001", 60, "2026-03-09 09:00:00.000001"),
        # without delay: when it is open next
        ("2026-03-06 16:59:59", 0, "2026-03-06 16:59:59"),
        ("2026-03-06 17:00", 0, "2026-03-09 09:00"),
        ("2026-03-06 06:00", 0, "2026-03-06 09:00"),
        # on Good Friday and through Easter Monday
        ("2026-04-03 11:00", 60, "2026-04-07 10:00"),
        ("2026-04-02 16:30", 60, "2026-04-07 09:30"),
        # over the nights in which the clocks change, and over years of weeks
        ("2026-03-27 16:30", 60, "2026-03-30 09:30"),
        ("2026-10-23 16:30", 60, "2026-10-26 09:30"),
        ("2026-03-27 17:00", 4800, "2026-04-14 17:00"),
    ],
)
def test_a_working_week_in_berlin(warehouse: duckdb.DuckDBPyConnection, opened: str, minutes: int, due: str) -> None:
    easter = {date(2026, 4, 3), date(2026, 4, 6)}
    moment = local(opened)
    assert in_sql(warehouse, [moment], [minutes], WORKING_WEEK, easter) == {(moment, minutes): local(due)}
    assert by_walking(moment, minutes, WORKING_WEEK, easter) == local(due)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        # 29 March: two o'clock is three o'clock already
        ("2026-03-29T01:30:00+01:00", "2026-03-29T04:30:00+02:00"),
        # 25 October: three o'clock is two o'clock again
        ("2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+01:00"),
        ("2026-10-24T23:30:00+02:00", "2026-10-25T01:30:00+02:00"),
    ],
)
def test_who_is_open_while_the_clocks_change_counts_the_hours_that_pass(
    warehouse: duckdb.DuckDBPyConnection, opened: str, due: str
) -> None:
    around_the_clock = dict.fromkeys(range(1, 8), (0, 1440))
    moment = datetime.fromisoformat(opened)
    assert in_sql(warehouse, [moment], [120], around_the_clock, set()) == {(moment, 120): datetime.fromisoformat(due)}


def test_where_it_is_never_open_nothing_falls_due(warehouse: duckdb.DuckDBPyConnection) -> None:
    moment = local("2026-03-06 16:50")
    assert in_sql(warehouse, [moment], [0, 60], {}, set()) == {(moment, 0): None, (moment, 60): None}


@st.composite
def opening_hours(draw: st.DrawFn) -> Hours:
    """Any days of the week, some around the clock."""
    hours = {}
    for weekday in draw(st.sets(st.integers(1, 7), min_size=1)):
        opens = draw(st.sampled_from([0, 60, 540, 600, 1000]))
        hours[weekday] = (opens, draw(st.sampled_from([opens + 60, opens + 180, opens + 440, 1440])))
    return hours


# around the two nights of 2026 in which the clocks change, on the edges of hours and in between
moments = st.builds(
    lambda start, minutes, seconds: start + timedelta(minutes=minutes, seconds=seconds),
    st.sampled_from([datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)]),
    st.one_of(st.integers(0, 7 * 24).map(lambda hour: hour * 60), st.integers(0, 7 * 24 * 60)),
    st.sampled_from([0, 0, 0.000001, 59.999999]),
)


@settings(deadline=None, max_examples=times(15))
@given(
    opened=st.lists(moments, min_size=1, max_size=6, unique=True),
    steps=st.lists(st.sampled_from([0, 1, 60, 120, 180, 440, 480, 1440, 4800]), min_size=1, max_size=4, unique=True),
    hours=opening_hours(),
    holidays=st.sets(st.dates(date(2026, 3, 24), date(2026, 4, 20)), max_size=6),
)
def test_due_times_are_those_of_the_walk(
    warehouse: duckdb.DuckDBPyConnection, opened: list[datetime], steps: list[int], hours: Hours, holidays: set[date]
) -> None:
    told = in_sql(warehouse, opened, steps, hours, holidays)
    assert told == {
        (moment, minutes): by_walking(moment, minutes, hours, holidays) for moment in opened for minutes in steps
    }
