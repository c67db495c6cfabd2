"""A report that is late: told once, whoever notices first, at the right moment in any fiscal year and zone, and never of one that is there."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pendulum
import pytest

from scoreboard.orchestration import deadline, notify
from scoreboard.orchestration.report_quarter import last_closed
from scoreboard.quarter import Quarter
from scoreboard.quarter_timetable import QuarterTimetable
from scoreboard.status.quarters import due_at
from tests.pipeline import settings_for
from tests.status.homes import published

RUN = {"dag_id": "quarterly_award_report", "dag_run_id": "scheduled__1", "run_type": "scheduled", "conf": {}}
MISSED = {
    "dag_run": RUN | {"data_interval_start": "2026-01-01T00:00:00Z"},
    "deadline": {"deadline_time": "2026-04-15T18:00:00Z"},
}


@pytest.fixture
def sent(monkeypatch):
    """The messages a channel was given; the one channel there is."""
    subjects = []

    class Channel:
        def __init__(self, message):
            self.message = message

        def notify(self, context):
            subjects.append(self.message)

        async def async_notify(self, context):
            subjects.append(self.message)

    monkeypatch.setattr(notify, "notifier", lambda channel, message: Channel(message))
    monkeypatch.setenv("SCOREBOARD_NOTIFY", "http:ops_hook")
    return subjects


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home whose first quarter of 2026 is closed and published, without its report."""
    monkeypatch.setenv("SCOREBOARD_HOME", str(tmp_path))
    monkeypatch.setenv("SCOREBOARD_AS_OF", "2026-04-16")
    published(settings_for(tmp_path, "2026-04-16"))
    return tmp_path


def settings(home, as_of="2026-04-16", **more):
    return settings_for(home, as_of, SCOREBOARD_NOTIFY="http:ops_hook", **more)


def missed(context=MISSED):
    asyncio.run(deadline.report_is_late(context=context))


def test_the_triggerer_and_the_calendar_tell_once_together(home, sent):
    missed()
    missed()
    assert deadline.tell_if_late(settings(home)) == {}
    [message] = sent
    assert message.subject == "Scoreboard: the award report of 2026-Q1 is late"
    assert "make report QUARTER=2026-Q1" in " ".join(message.lines)


def test_a_report_whose_run_was_never_queued_is_told_by_the_calendar_once(home, sent):
    for _ in range(2):
        deadline.tell_if_late(settings(home))
    [message] = sent
    assert "2026-04-15 18:00 (UTC)" in message.lines[0]
    assert "never queued" in message.lines[-1]


def test_nobody_is_told_of_a_report_that_is_there_whoever_wrote_it(home, sent):
    (home / "reports" / "2026-Q1").mkdir(parents=True)
    (home / "reports" / "2026-Q1" / "award_report.html").write_text("<p>")
    missed()
    assert deadline.tell_if_late(settings(home)) is None
    assert sent == []


def test_the_calendar_waits_for_the_hours_that_were_set(home, sent):
    assert deadline.tell_if_late(settings(home, "2026-04-15")) is None
    assert deadline.tell_if_late(settings(home, SCOREBOARD_REPORT_DUE_HOURS="48")) is None
    assert deadline.tell_if_late(settings(home, "2026-04-18", SCOREBOARD_REPORT_DUE_HOURS="48")) == {
        "http:ops_hook": "sent"
    }


@pytest.mark.parametrize("asked", ["2025-Q4", None, "nonsense"])
def test_a_run_by_hand_is_about_the_quarter_it_was_asked_for_else_the_last_closed(home, sent, asked):
    missed(MISSED | {"dag_run": RUN | {"run_type": "manual", "conf": {"quarter": asked}}})
    assert [message.facts["quarter"] for message in sent] == [asked if asked == "2025-Q4" else "2026-Q1"]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin"])
@pytest.mark.parametrize("month", [1, 2, 3, 7, 12])
def test_the_scheduled_run_and_the_calendar_agree_in_any_year_and_zone(tmp_path, zone, month):
    there = settings_for(tmp_path, "2026-11-22", SCOREBOARD_TIMEZONE=zone, SCOREBOARD_FISCAL_START_MONTH=str(month))
    timetable = QuarterTimetable.of(there)
    interval = timetable.infer_manual_data_interval(run_after=pendulum.instance(datetime(2026, 11, 22, tzinfo=UTC)))
    run = RUN | {"data_interval_start": interval.start.isoformat().replace("+00:00", "Z")}
    quarter = deadline._quarter_of(there, run)
    assert quarter == last_closed(there)
    queued = timetable._run_after(quarter)
    due = due_at(there, quarter).replace(tzinfo=ZoneInfo(zone))
    assert due == queued.in_timezone(zone) + timedelta(hours=there.report_due_hours)
    assert quarter == Quarter.containing(interval.start.in_timezone(zone).date(), month)
