"""Chance for random companies: settings, and days and instants that like to sit on the edges of quarters, years and as-of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from tests.oracle.calendar import add_months, end_of_quarter, start_of_quarter

T = TypeVar("T")
Row = dict[str, Any]
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
_DAY_EDGES = (time(0), time(23, 59, 59), time(23, 59, 59, 999999), time(0, 0, 0, 1), time(0, 0, 1), time(12))


class Verbatim(str):
    """Text to be written exactly so, in whatever format."""


@dataclass(frozen=True)
class Options:
    """What a random company shall hold; None lets the seed decide."""

    responses: int = 130
    runs: int = 1
    # without: CSV in place of xlsx, which takes a fifth of the time of all that is done with a company
    workbooks: bool = True
    bad_rows: bool = True
    big_group: bool | None = None
    huge_money: bool | None = None
    zone: str | None = None
    fiscal_start_month: int | None = None
    as_of: date | None = None
    before_everything: bool = False
    first_event: str | None = None  # the entity that opens the calendar
    drop: tuple[str, ...] | None = None  # entities without any file


@dataclass
class Company:
    """One random company: settings as environment variables, rows per entity in landing order, seeds as tables of text."""

    settings: dict[str, str]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    seeds: dict[str, list[list[str]]] = field(default_factory=dict)


class World:
    """Seeded chance within one company's calendar."""

    def __init__(self, seed: int, options: Options) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.options = options
        self.zone_name = options.zone or self.rng.choice(ZONES)
        self.zone = ZoneInfo(self.zone_name)
        self.fiscal_start = options.fiscal_start_month or self.rng.randint(1, 12)
        self.currency = self.rng.choice(("USD", "USD", "EUR", "JPY"))
        self.as_of = options.as_of or self._as_of()
        last = start_of_quarter(self.as_of, self.fiscal_start)
        self.quarters = [add_months(last, -3 * back) for back in range(self.rng.randint(9, 12), -1, -1)]
        self._ids = 0

    def _as_of(self) -> date:
        """A day in mid-quarter, or exactly where a quarter or a year settles, ends or begins."""
        quarter = start_of_quarter(date(2025, 1, 1) + timedelta(days=self.rng.randint(0, 640)), self.fiscal_start)
        year = self.rng.choice((2025, 2026))
        return self.rng.choice(
            (
                *(quarter + timedelta(days=self.rng.randint(16, 80)) for _ in range(6)),
                end_of_quarter(quarter) + timedelta(days=14),
                end_of_quarter(quarter) + timedelta(days=15),
                end_of_quarter(quarter),
                quarter,
                date(year, 1, 14),
                date(year, 1, 15),
                date(year, 12, 31),
                date(2028, 2, 29),
            )
        )

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a run. `before_everything` puts as-of years before the first event."""
        as_of = self.as_of.replace(day=1, year=self.as_of.year - 20) if self.options.before_everything else self.as_of
        return {
            "SCOREBOARD_AS_OF": as_of.isoformat(),
            "SCOREBOARD_TIMEZONE": self.zone_name,
            "SCOREBOARD_FISCAL_START_MONTH": str(self.fiscal_start),
            "SCOREBOARD_CURRENCY": self.currency,
        }

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def pick(self, choices: Sequence[T]) -> T:
        return self.rng.choice(choices)

    def next_id(self, prefix: str) -> str:
        self._ids += 1
        return f"{prefix}{self._ids:05d}"

    def last_day(self, quarter: date) -> date:
        return min(end_of_quarter(quarter), self.as_of)

    def day_in(self, quarter: date, *, up_to_as_of: bool = False) -> date:
        """A day of a quarter, often its first or last."""
        last = self.last_day(quarter) if up_to_as_of else end_of_quarter(quarter)
        span = (last - quarter).days
        return quarter + timedelta(days=self.pick((0, span)) if self.chance(0.3) else self.rng.randint(0, span))

    def edge_day(self) -> date:
        """A day on, or one beside, the edge of a quarter, a year or as-of."""
        quarter = self.pick(self.quarters)
        edge = self.pick(
            (quarter, end_of_quarter(quarter), date(quarter.year, 12, 31), date(quarter.year, 1, 1), self.as_of)
        )
        return edge + timedelta(days=self.pick((-1, 0, 0, 1)))

    def instant(self, quarter: date | None = None) -> datetime:
        """An instant in a quarter, or anywhere; sometimes within a second of a local or of a UTC midnight."""
        if quarter is None:
            quarter = self.pick(self.quarters)
        if self.chance(0.12):
            return self.edge_instant(self.edge_day())
        day = self.day_in(quarter)
        if self.chance(0.2):
            return self.edge_instant(day)
        moment = datetime.combine(
            day, time(self.rng.randint(0, 23), self.rng.randint(0, 59), self.rng.randint(0, 59)), self.zone
        )
        return (moment + timedelta(microseconds=self.pick((0, 0, 0, 500000, 123456)))).astimezone(UTC)

    def edge_instant(self, day: date) -> datetime:
        return datetime.combine(day, self.pick(_DAY_EDGES), self.pick((self.zone, self.zone, UTC))).astimezone(UTC)

    def updated(self) -> datetime:
        """When a row was last changed: often after as-of, which must hide nothing."""
        return datetime(
            2026, self.rng.randint(1, 12), self.rng.randint(1, 28), self.rng.randint(0, 23), 30, 0, tzinfo=UTC
        )

    def money(self, low: int, high: int) -> Decimal:
        return Decimal(self.rng.randint(low * 100, high * 100)).scaleb(-2)
