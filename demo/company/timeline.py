"""The days the sample company lives in. No clock: today is `DEMO_AS_OF`."""

from __future__ import annotations

import math
import random
from datetime import date, datetime, time, timedelta

from scoreboard.quarter import Quarter

DEMO_AS_OF = date(2026, 4, 20)
FIRST_QUARTER = Quarter(date(2023, 1, 1))
RUNNING_QUARTER = Quarter.containing(DEMO_AS_OF)
EXPORTED_AT = datetime(2026, 4, 20, 5, 30)
"""When the last export of the demo was drawn, UTC: no row is younger."""


def stream(seed: int, topic: str) -> random.Random:
    """One topic's own random numbers, so that a change to one part of the company leaves the others as they were."""
    return random.Random(f"{seed}/{topic}")


def quarters() -> list[Quarter]:
    """2023-Q1 to the running 2026-Q2: thirteen whole quarters and twenty days."""
    found = [FIRST_QUARTER]
    while found[-1] < RUNNING_QUARTER:
        found.append(found[-1].next)
    return found


def months() -> list[date]:
    """First days of every month from January 2023 to the running one."""
    count = (DEMO_AS_OF.year - FIRST_QUARTER.start.year) * 12 + DEMO_AS_OF.month
    return [date(FIRST_QUARTER.start.year + number // 12, number % 12 + 1, 1) for number in range(count)]


def last_day(quarter: Quarter) -> date:
    """The last day of a quarter that has happened: its end, or today while it runs."""
    return min(quarter.end, DEMO_AS_OF)


def elapsed(quarter: Quarter) -> float:
    """The part of a quarter that has happened, 0 to 1."""
    return ((last_day(quarter) - quarter.start).days + 1) / ((quarter.end - quarter.start).days + 1)


def day_in(rng: random.Random, first: date, last: date) -> date:
    """Any day from first to last, both included."""
    return first + timedelta(days=int(rng.random() * ((last - first).days + 1)))


def at_work(rng: random.Random, day: date) -> datetime:
    """An instant of that day, UTC, mostly in office hours somewhere."""
    seconds = int(rng.triangular(0, 86399, 50400))
    return datetime.combine(day, time()) + timedelta(seconds=seconds)


def poisson(rng: random.Random, mean: float) -> int:
    """How many of something that happens `mean` times on average."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
