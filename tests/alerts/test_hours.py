"""The clock of business hours, the same one on which the warehouse's escalations run."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scoreboard.alerts.hours import Hours, business_hours
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.pipeline import rows

BERLIN = Hours(dict.fromkeys(range(1, 6), (540, 1020)), frozenset({date(2026, 4, 6)}), ZoneInfo("Europe/Berlin"))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-04-02T09:00", True),
        ("2026-04-02T08:59", False),
        ("2026-04-02T16:59", True),
        ("2026-04-02T17:00", False),
        ("2026-04-04T12:00", False),
        ("2026-04-06T12:00", False),
    ],
)
def test_it_is_open_in_business_hours_and_not_on_holidays(moment: str, is_open: bool) -> None:
    assert BERLIN.is_open(berlin(moment)) is is_open


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-04-02T12:00", 5, "2026-04-02T17:00"),  # ends exactly at closing time
        ("2026-04-02T12:00", 6, "2026-04-03T10:00"),
        ("2026-04-03T17:30", 0, "2026-04-07T09:00"),  # over a weekend and a holiday
        ("2026-04-03T16:00", 2, "2026-04-07T10:00"),
    ],
)
def test_only_opening_time_counts(start: str, hours: int, due: str) -> None:
    assert BERLIN.after(berlin(start), timedelta(hours=hours)) == berlin(due)
    assert BERLIN.open_time(berlin(start), berlin(due)) == timedelta(hours=hours)


def test_minutes_are_those_that_really_pass() -> None:
    """In the night of 29 March 2026 the clock skips an hour."""
    nights = Hours(dict.fromkeys(range(1, 8), (0, 1440)), frozenset(), ZoneInfo("Europe/Berlin"))
    assert nights.open_time(berlin("2026-03-29T00:00"), berlin("2026-03-30T00:00")) == timedelta(hours=23)


def test_where_it_is_never_open_nothing_falls_due() -> None:
    never = Hours({}, frozenset(), ZoneInfo("UTC"))
    assert never.after(datetime(2026, 1, 1, tzinfo=UTC), timedelta()) is None
    assert never.open_time(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)) == timedelta()


def test_it_is_the_warehouses_own_clock(published_sample: Settings) -> None:
    with (PROJECT_ROOT / "dbt_project" / "seeds" / "escalation_steps.csv").open() as file:
        minutes = {
            (row["severity"], int(row["step_number"])): row["after_business_minutes"] for row in csv.DictReader(file)
        }
    hours = business_hours(published_sample)
    for row in rows(published_sample, "select * from marts.rpt_alert_escalations where hash(alert_id) % 20 = 0"):
        wait = timedelta(minutes=int(minutes[row["severity"], row["step_number"]]))
        assert hours.after(row["opened_at"], wait) == row["due_at"]
        assert hours.open_time(row["opened_at"], row["due_at"]) == wait
