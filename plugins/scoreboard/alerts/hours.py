"""The clock of business hours (seeds business_hours and holidays), as the warehouse's escalations run on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scoreboard.settings import Settings
from scoreboard.warehouse.seeds import SHIPPED, declared_seeds, read_seed

_FURTHEST = 3700  # days to look ahead: ten years, then it is never open


@dataclass(frozen=True)
class Hours:
    """When somebody is there: weekday (1 = Monday) -> minutes of the local day it opens and closes, without holidays."""

    week: dict[int, tuple[int, int]]
    holidays: frozenset[date]
    zone: ZoneInfo

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody is there: from the minute it opens up to, not including, the one it closes."""
        span = self._span(moment.astimezone(self.zone).date())
        return span is not None and span[0] <= moment < span[1]

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two instants it was open."""
        passed = timedelta()
        for opens, closes in self._spans(start):
            if opens >= end:
                break
            passed += max(min(closes, end) - max(opens, start), timedelta())
        return passed

    def after(self, start: datetime, wait: timedelta) -> datetime | None:
        """The instant at which so much opening time has passed since `start`; None where it is never open that long.

        No wait: the first open instant. What ends exactly at closing time is due then.
        """
        left = wait
        for opens, closes in self._spans(start):
            begins = max(opens, start)
            if begins >= closes:
                continue
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        return None

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        first = start.astimezone(self.zone).date()
        for number in range(_FURTHEST):
            span = self._span(first + timedelta(days=number))
            if span:
                yield span

    def _span(self, day: date) -> tuple[datetime, datetime] | None:
        hours = self.week.get(day.isoweekday())
        if hours is None or day in self.holidays:
            return None
        opens, closes = (self._instant(day, minute) for minute in hours)
        return (opens, closes) if opens < closes else None

    def _instant(self, day: date, minute: int) -> datetime:
        # on the local clock first, then as an instant, so that the nights in which it is changed keep their opening hours
        local = datetime.combine(day, time()) + timedelta(minutes=minute)
        return local.replace(tzinfo=self.zone).astimezone(UTC)


def business_hours(settings: Settings) -> Hours:
    """The hours of this home: its own seeds, else the shipped ones. Raises SeedError."""
    declared = declared_seeds()
    rows = {}
    for name in ("business_hours", "holidays"):
        own = settings.seeds / f"{name}.csv"
        rows[name] = read_seed(declared[name], own if own.exists() else SHIPPED / f"{name}.csv")
    week = {
        int(row["weekday"]): (int(row["opens_minute"]), int(row["closes_minute"])) for row in rows["business_hours"]
    }
    return Hours(
        week={day: hours for day, hours in week.items() if hours[0] < hours[1]},
        holidays=frozenset(date.fromisoformat(row["holiday_on"]) for row in rows["holidays"]),
        zone=ZoneInfo(settings.timezone),
    )
