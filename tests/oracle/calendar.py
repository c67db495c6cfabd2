"""Local dates, reporting quarters of any fiscal start, calendar quarters and years, settling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.judging import Judged

SETTLE_DAYS = 15
FIRST_EVENTS = {
    "responses": "responded_at",
    "invitations": "sent_at",
    "tickets": "created_at",
    "activities": "occurred_at",
    "assessments": "assessed_at",
    "revenue": "recognised_on",
    "usage": "month",
}


def add_months(first: date, months: int) -> date:
    """The first of a month, some months on or back."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def start_of_quarter(day: date, fiscal_start: int) -> date:
    """First day of the reporting quarter that holds a day."""
    return add_months(day.replace(day=1), -((day.month - fiscal_start) % 3))


def end_of_quarter(start: date) -> date:
    """Calendar last day of the quarter starting then."""
    return add_months(start, 3) - timedelta(days=1)


def calendar_quarter(day: date) -> int:
    return (day.month - 1) // 3 + 1


def calendar_label(day: date) -> str:
    """Calendar-quarter label, whatever the fiscal start: 2026-Q1."""
    return f"{day.year}-Q{calendar_quarter(day)}"


@dataclass(frozen=True)
class Calendar:
    """Quarters without holes from the earliest event up to as-of; empty when nothing happened by then."""

    as_of: date
    zone: ZoneInfo
    fiscal_start: int
    quarters: tuple[date, ...]
    award_years: tuple[int, ...]

    def local(self, moment: date | datetime) -> date:
        """Local date of an instant; a date stays as it is."""
        return moment.astimezone(self.zone).date() if isinstance(moment, datetime) else moment

    def quarter(self, day: date) -> date:
        return start_of_quarter(day, self.fiscal_start)

    def quarter_of(self, moment: date | datetime) -> date | None:
        """Quarter of an event, None after as-of."""
        day = self.local(moment)
        return self.quarter(day) if day <= self.as_of else None

    def last_day(self, quarter: date) -> date:
        """Calendar end, for the running quarter as-of."""
        return min(end_of_quarter(quarter), self.as_of)

    def is_closed(self, quarter: date) -> bool:
        return self._settled(end_of_quarter(quarter))

    def is_year_closed(self, year: int) -> bool:
        return self._settled(date(year, 12, 31))

    def _settled(self, last: date) -> bool:
        return self.as_of >= last + timedelta(days=SETTLE_DAYS)


def build_calendar(judged: Judged, as_of: date, timezone: str, fiscal_start: int) -> Calendar:
    """The calendar of all valid events."""
    empty = Calendar(as_of, ZoneInfo(timezone), fiscal_start, (), ())
    days = [
        day
        for entity, column in FIRST_EVENTS.items()
        for row in judged.rows(entity)
        if (day := empty.local(row[column])) <= as_of
    ]
    if not days:
        return empty
    quarters, last = [empty.quarter(min(days))], empty.quarter(as_of)
    while quarters[-1] < last:
        quarters.append(add_months(quarters[-1], 3))
    return Calendar(as_of, empty.zone, fiscal_start, tuple(quarters), tuple(range(min(days).year, as_of.year + 1)))
