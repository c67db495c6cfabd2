"""Quarter arithmetic for any fiscal year start (CONTRACT sections 1 and 4, "Calendar")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SETTLE_DAYS = 15
SETTLED_AT = time(6)  # local time, on the day the quarter closes: what looks back on all of it starts then


@dataclass(frozen=True, order=True)
class Quarter:
    """A reporting quarter, known by its first day. `fiscal_start_month` only names it."""

    start: date
    fiscal_start_month: int = 1

    def __post_init__(self) -> None:
        if self.start.day != 1 or (self.start.month - self.fiscal_start_month) % 3:
            raise ValueError(
                f"{self.start} is not the first day of a quarter when fiscal years start in month {self.fiscal_start_month}"
            )

    @classmethod
    def containing(cls, day: date, fiscal_start_month: int = 1) -> Quarter:
        """The quarter that holds a local date."""
        months_in = (day.month - fiscal_start_month) % 3
        return cls(_add_months(day.replace(day=1), -months_in), fiscal_start_month)

    @classmethod
    def of_instant(cls, instant: datetime, timezone: str, fiscal_start_month: int = 1) -> Quarter:
        """The quarter that holds an instant's local date in `timezone` (the instant must carry an offset)."""
        if instant.tzinfo is None:
            raise ValueError("an instant without an offset has no local date")
        return cls.containing(instant.astimezone(ZoneInfo(timezone)).date(), fiscal_start_month)

    @classmethod
    def parse(cls, label: str, fiscal_start_month: int = 1) -> Quarter:
        """The quarter a label such as 2026-Q1 names; raises ValueError for anything else."""
        match = re.fullmatch(r"(\d{4})-Q([1-4])", label)
        if not match:
            raise ValueError(f"{label!r} is not a quarter label such as 2026-Q1")
        year, number = int(match[1]), int(match[2])
        fiscal_start = date(year if fiscal_start_month == 1 else year - 1, fiscal_start_month, 1)
        return cls(_add_months(fiscal_start, 3 * (number - 1)), fiscal_start_month)

    @property
    def number(self) -> int:
        """1 to 4, within the fiscal year."""
        return (self.start.month - self.fiscal_start_month) % 12 // 3 + 1

    @property
    def label(self) -> str:
        """`2026-Q1`; the year is the calendar year in which the fiscal year ends."""
        fiscal_start = _add_months(self.start, -3 * (self.number - 1))
        return f"{(_add_months(fiscal_start, 12) - timedelta(days=1)).year}-Q{self.number}"

    @property
    def end(self) -> date:
        """The calendar last day."""
        return self.next.start - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        """The quarter after this one."""
        return Quarter(_add_months(self.start, 3), self.fiscal_start_month)

    @property
    def previous(self) -> Quarter:
        """The quarter before this one."""
        return Quarter(_add_months(self.start, -3), self.fiscal_start_month)

    def is_closed(self, as_of: date, settle_days: int = SETTLE_DAYS) -> bool:
        """Whether late answers had their time: as-of is at least `settle_days` after the calendar last day."""
        return as_of >= self.end + timedelta(days=settle_days)

    def __str__(self) -> str:
        return self.label


def _add_months(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
