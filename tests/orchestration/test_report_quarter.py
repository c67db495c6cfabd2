"""Which quarter a report is about, and that none is written before its time."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scoreboard.errors import ScoreboardError
from scoreboard.orchestration.report_quarter import QuarterNotClosed, choose, last_closed
from scoreboard.settings import Settings


def settings(as_of, **others):
    return Settings(home=Path("/nowhere"), as_of=date.fromisoformat(as_of), **others)


@pytest.mark.parametrize(
    ("as_of", "label"),
    [
        ("2026-07-14", "2026-Q1"),
        ("2026-07-15", "2026-Q2"),
        ("2026-08-17", "2026-Q2"),
        ("2026-01-14", "2025-Q3"),
        ("2026-01-15", "2025-Q4"),
    ],
)
def test_by_default_the_last_quarter_whose_fifteen_days_are_over(as_of, label):
    assert last_closed(settings(as_of)).label == label
    assert choose(settings(as_of), None, None).label == label


def test_a_label_asked_for_goes_before_the_schedule():
    scheduled_for = datetime(2026, 4, 1, tzinfo=UTC)
    assert choose(settings("2026-08-17"), "2025-Q3", scheduled_for).label == "2025-Q3"


def test_the_schedule_goes_before_the_calendar():
    berlin = settings("2026-08-17", timezone="Europe/Berlin")
    assert choose(berlin, None, datetime(2025, 12, 31, 23, tzinfo=UTC)).label == "2026-Q1"


def test_fiscal_years_name_the_quarter():
    assert choose(settings("2026-08-17", fiscal_start_month=7), "2026-Q4", None).start == date(2026, 4, 1)


def test_a_quarter_that_still_settles_is_refused_with_the_day_it_closes():
    with pytest.raises(QuarterNotClosed, match=r"2026-Q2 is not closed as of 2026-07-14.*2026-07-15.*2026-Q1"):
        choose(settings("2026-07-14"), "2026-Q2", None)


def test_what_is_no_label_is_refused():
    with pytest.raises(ScoreboardError, match="2026Q2"):
        choose(settings("2026-07-14"), "2026Q2", None)
