"""A run per quarter, once it has settled, in local time: for any fiscal year, in any zone, across the change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from airflow.timetables.base import DataInterval, TimeRestriction
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard import quarter_timetable
from scoreboard.quarter import SETTLE_DAYS, Quarter
from scoreboard.quarter_timetable import QuarterTimetable

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
]
timetables = st.builds(QuarterTimetable, st.sampled_from(ZONES), st.integers(1, 12))
instants = st.datetimes(datetime(2013, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))


def series(timetable, earliest, runs):
    """The first runs of a DAG that catches up from `earliest` on."""
    restriction = TimeRestriction(earliest=earliest, latest=None, catchup=True)
    found, last = [], None
    for _ in range(runs):
        found.append(timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction))
        last = found[-1].data_interval
    return found


@settings(deadline=None)  # the first use of a zone reads a file
@given(timetables, instants)
def test_intervals_are_whole_quarters_without_hole_or_overlap(timetable, earliest):
    runs = series(timetable, earliest, 6)
    assert runs[0].data_interval.start >= earliest
    assert runs[0].data_interval.start - earliest < timedelta(days=93)
    for one, following in pairwise(runs):
        assert one.data_interval.end == following.data_interval.start
    for run in runs:
        first, last = (instant.astimezone(ZoneInfo(timetable.timezone)) for instant in run.data_interval)
        assert (first.time(), last.time()) == (time(), time())
        assert Quarter(first.date(), timetable.fiscal_start_month).next.start == last.date()


@settings(deadline=None)  # the first use of a zone reads a file
@given(timetables, instants)
def test_a_run_is_due_at_six_on_the_very_day_its_quarter_closes(timetable, earliest):
    for run in series(timetable, earliest, 4):
        due = run.run_after.astimezone(ZoneInfo(timetable.timezone))
        quarter = Quarter.of_instant(run.data_interval.start, timetable.timezone, timetable.fiscal_start_month)
        assert due.time() == time(6)
        assert quarter.is_closed(due.date())
        assert not quarter.is_closed(due.date() - timedelta(days=1))


@settings(deadline=None)  # the first use of a zone reads a file
@given(timetables, instants)
def test_a_run_by_hand_is_about_the_newest_quarter_that_has_settled(timetable, now):
    interval = timetable.infer_manual_data_interval(run_after=now)
    quarter = Quarter.of_instant(interval.start, timetable.timezone, timetable.fiscal_start_month)
    local = now.astimezone(ZoneInfo(timetable.timezone))
    six_on = lambda quarter: (quarter.end + timedelta(days=SETTLE_DAYS), time(6))  # noqa: E731
    assert six_on(quarter) <= (local.date(), local.time()) < six_on(quarter.next)


@settings(deadline=None)  # the first use of a zone reads a file
@given(timetables)
def test_what_is_serialised_comes_back(timetable):
    assert QuarterTimetable.deserialize(timetable.serialize()).serialize() == timetable.serialize()


def test_clocks_change_between_the_two_ends_of_a_quarter():
    run = series(QuarterTimetable("Europe/Berlin"), datetime(2025, 12, 31, 12, tzinfo=UTC), 1)[0]
    assert run.data_interval == (datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC))
    assert run.run_after == datetime(2026, 4, 15, 4, tzinfo=UTC)


def test_a_fiscal_year_that_begins_in_february():
    run = series(QuarterTimetable("UTC", 2), datetime(2026, 2, 1, tzinfo=UTC), 1)[0]
    assert run.data_interval == (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
    assert run.run_after == datetime(2026, 5, 15, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "last_run", "expected"),
    [
        ("2026-08-17T10:00", None, date(2026, 7, 1)),  # never ran: waits, although Q2 has settled
        ("2026-07-03T10:00", None, date(2026, 4, 1)),  # never ran, Q2 ended and is settling
        ("2026-08-17T10:00", date(2026, 1, 1), date(2026, 4, 1)),  # due since July
        ("2026-08-17T10:00", date(2026, 4, 1), date(2026, 7, 1)),
        ("2026-08-17T10:00", date(2025, 1, 1), date(2026, 4, 1)),  # after a year's standstill: only the newest
    ],
)
def test_without_catchup(monkeypatch, now, last_run, expected):
    monkeypatch.setattr(quarter_timetable, "utc_now", lambda: datetime.fromisoformat(now).replace(tzinfo=UTC))
    last = None
    if last_run:
        last = DataInterval(*(datetime.combine(day, time(), UTC) for day in (last_run, Quarter(last_run).next.start)))
    restriction = TimeRestriction(earliest=datetime(2024, 1, 1, tzinfo=UTC), latest=None, catchup=False)
    run = QuarterTimetable().next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
    assert run.data_interval.start.date() == expected


def test_no_run_is_due_after_the_last_date_of_the_dag(monkeypatch):
    monkeypatch.setattr(quarter_timetable, "utc_now", lambda: datetime(2026, 8, 17, tzinfo=UTC))
    restriction = TimeRestriction(earliest=None, latest=datetime(2026, 9, 1, tzinfo=UTC), catchup=False)
    assert QuarterTimetable().next_dagrun_info(last_automated_data_interval=None, restriction=restriction) is None
