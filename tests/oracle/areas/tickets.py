"""fct_tickets: tickets up to as-of with their clocks in business minutes and the service level they are held to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.oracle.areas.seeds import Seeds
from tests.oracle.reading import Row
from tests.oracle.stats import below

if TYPE_CHECKING:
    from tests.oracle.areas import Known

_LOWEST = "III"


@dataclass(frozen=True)
class Clock:
    """One service level of a ticket: `minutes` of opening time until it happened, None while it has not or nobody can tell."""

    happened_at: datetime | None
    minutes: Fraction | None
    target: Fraction | None
    is_within: bool | None


@dataclass(frozen=True)
class Ticket:
    """One row of fct_tickets."""

    row: Row
    day: date
    quarter: date
    priority: str
    service_tier: str
    first_reply: Clock
    resolution: Clock


class OpeningHours:
    """Open time by local day, weekends and holidays closed; minutes are those that really pass, whatever the clocks do."""

    def __init__(self, seeds: Seeds, first_day: date, zone: ZoneInfo) -> None:
        self._zone = zone
        self._hours = {
            int(row["weekday"]): (row["opens_minute"], row["closes_minute"]) for row in seeds.rows("business_hours")
        }
        self._holidays = {row["holiday_on"] for row in seeds.rows("holidays")}
        self.first_day = first_day
        self._before = [timedelta()]  # open time before each day from the first on

    def of_day(self, day: date) -> tuple[Fraction, Fraction]:
        """Opening and closing minute of a day; equal where it is closed."""
        closed = day in self._holidays or day.isoweekday() not in self._hours
        return (Fraction(0), Fraction(0)) if closed else self._hours[day.isoweekday()]

    def instants(self, day: date) -> tuple[datetime, datetime]:
        """When a day opens and closes; a time that the clocks repeat is meant the first time."""
        opens, closes = (
            (datetime.combine(day, time()) + timedelta(minutes=int(minute))).replace(tzinfo=self._zone).astimezone(UTC)
            for minute in self.of_day(day)
        )
        return opens, max(opens, closes)

    def before(self, moment: datetime) -> Fraction:
        """Open minutes from the first day to an instant."""
        day = moment.astimezone(self._zone).date()
        days = (day - self.first_day).days
        while len(self._before) <= days:
            opens, closes = self.instants(self.first_day + timedelta(days=len(self._before) - 1))
            self._before.append(self._before[-1] + (closes - opens))
        opens, closes = self.instants(day)
        passed = self._before[days] + (min(max(moment, opens), closes) - opens)
        return Fraction(passed // timedelta(microseconds=1), 60 * 10**6)


def tickets(known: Known) -> list[Ticket]:
    """Tickets created up to as-of, deleted ones left out."""
    seeds, calendar = Seeds(known.home / "seeds"), known.calendar
    everything = known.judged.rows("tickets")
    first_day = min((calendar.local(row["created_at"]) for row in everything), default=calendar.as_of)
    hours = OpeningHours(seeds, first_day, calendar.zone)
    found = []
    for row in everything:
        day = calendar.local(row["created_at"])
        if row["status"] == "deleted" or day > calendar.as_of:
            continue
        quarter, priority = calendar.quarter(day), row["priority"] or "normal"
        tier = known.tiers.get((row["account_id"], quarter))
        service_tier = tier["service_tier"] if tier else _LOWEST
        rule = seeds.latest("sla_targets", day, "service_tier", "priority").get((service_tier, priority))
        first_reply, resolution = (
            _clock(row["created_at"], row[happened], rule[target] if rule else None, hours, known)
            for happened, target in (
                ("first_replied_at", "first_reply_minutes"),
                ("solved_at", "resolution_minutes"),
            )
        )
        found.append(Ticket(row, day, quarter, priority, service_tier, first_reply, resolution))
    return found


def _clock(
    created: datetime, happened: datetime | None, target: Fraction | None, hours: OpeningHours, known: Known
) -> Clock:
    """What has not happened yet runs on to the end of the as-of day; what is dated before the first ticket nobody can tell."""
    zone = known.calendar.zone
    until = happened or datetime.combine(known.calendar.as_of + timedelta(days=1), time(), zone)
    if until.astimezone(zone).date() < hours.first_day:
        return Clock(happened, None, target, None)
    minutes = hours.before(until) - hours.before(created)
    if target is None:
        within = None
    elif below(target, minutes):
        within = False
    else:
        within = None if happened is None else True
    return Clock(happened, None if happened is None else minutes, target, within)
