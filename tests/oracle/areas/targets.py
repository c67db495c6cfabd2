"""Tickets held against sla_targets in business hours: walking minute by minute would do, walking day by day is quicker."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.areas.seeding import Rule, seed_rows
from tests.oracle.reading import Row


class BusinessClock:
    """Opening hours and holidays of a home."""

    def __init__(self, known: Any) -> None:
        self.hours = {
            int(row["weekday"]): (row["opens_minute"], row["closes_minute"])
            for row in seed_rows(known.home, "business_hours")
        }
        self.holidays = {row["holiday_on"] for row in seed_rows(known.home, "holidays")}

    def opening(self, day: date) -> tuple[Fraction, Fraction] | None:
        """(opens, closes) in minutes after midnight; None on a closed day."""
        return None if day in self.holidays else self.hours.get(day.isoweekday())

    def minutes(self, start: datetime, end: datetime) -> Fraction:
        """Open minutes between two local times; negative where the end comes first."""
        if end < start:
            return -self.minutes(end, start)
        total, day = Fraction(0), start.date()
        while day <= end.date():
            hours = self.opening(day)
            if hours:
                first = _minute(start) if day == start.date() else Fraction(0)
                last = _minute(end) if day == end.date() else Fraction(24 * 60)
                total += max(Fraction(0), min(last, hours[1]) - max(first, hours[0]))
            day += timedelta(days=1)
        return total


def _minute(moment: datetime) -> Fraction:
    return Fraction(moment.hour * 60 + moment.minute) + Fraction(moment.second * 10**6 + moment.microsecond, 60 * 10**6)


def sla_flags(known: Any, tickets: dict[str, Row]) -> dict[str, dict[str, Any]]:
    """ticket_id -> {quarter, first_reply, resolution, targets and business minutes}; a flag is None while it may still be met."""
    clock, targets = BusinessClock(known), seed_rows(known.home, "sla_targets")
    now = datetime.combine(known.calendar.as_of + timedelta(days=1), time())
    found = {}
    for name, ticket in tickets.items():
        tier_row = known.tiers.get((ticket["account_id"], ticket["quarter"]))
        tier = tier_row["service_tier"] if tier_row else "III"
        created = ticket["created_at"].astimezone(known.calendar.zone)
        rule = _target(targets, tier, ticket["priority"] or "normal", created.date())
        entry: dict[str, Any] = {"quarter": ticket["quarter"], "service_tier": tier}
        for metric, column in (("first_reply", "first_replied_at"), ("resolution", "solved_at")):
            happened = ticket[column]
            local = happened.astimezone(known.calendar.zone).replace(tzinfo=None) if happened else now
            minutes = clock.minutes(created.replace(tzinfo=None), local)
            target = rule and rule[f"{metric}_minutes"]
            entry[f"{metric}_minutes"], entry[f"{metric}_target"] = (minutes if happened else None), target
            if target is None:
                entry[metric] = None
            elif target < minutes - Fraction(1, 10**9):
                entry[metric] = False
            else:
                entry[metric] = True if happened else None
        found[name] = entry
    return found


def _target(targets: list[Rule], tier: str, priority: str, day: date) -> Rule | None:
    rows = [
        row
        for row in targets
        if (row["service_tier"], row["priority"]) == (tier, priority) and row["valid_from"] <= day
    ]
    return max(rows, key=lambda row: row["valid_from"], default=None)
