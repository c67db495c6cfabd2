"""How a typed cell (Parquet, JSON, xlsx) is written as text, so that the door judges every source by one notation.

CONTRACT section 2, "Spelling": a typed cell counts as its value. Numbers are the shortest plain decimal (5, not 5.0;
never an exponent), NaN is null, naive times are UTC. Text cells never pass through here: they are landed verbatim.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

import numpy as np

from scoreboard.entities import Kind

LONGEST_NUMBER = 400
"""Characters. Every double fits plainly (1e308, 5e-324); a JSON number beyond it keeps its own notation and is
called wrong_type at the door, instead of becoming a billion digits."""

_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}


def number_text(token: str) -> str:
    """A JSON number as its shortest plain decimal; as it stands where that would exceed `LONGEST_NUMBER`."""
    try:
        value = Decimal(token)
    except InvalidOperation:  # an exponent beyond what Decimal can hold
        return token
    return decimal_text(value) or token


def decimal_text(value: Decimal) -> str | None:
    """A decimal without exponent and trailing zeros; None for NaN and for what exceeds `LONGEST_NUMBER`."""
    if value.is_nan():
        return None
    if value.is_infinite():
        return "Infinity" if value > 0 else "-Infinity"
    if not value:
        return "0"
    if abs(value.adjusted()) > LONGEST_NUMBER:
        return None
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if len(plain) <= LONGEST_NUMBER else None


def float_text(value: float | np.floating) -> str | None:
    """A binary float of any width as the shortest plain decimal that reads back as the same float; None for NaN."""
    if np.isnan(value):
        return None
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    plain = np.format_float_positional(value, unique=True, trim="-")
    return "0" if plain == "-0" else plain


def flag_text(value: bool) -> str:
    """A boolean cell."""
    return "true" if value else "false"


def date_text(day: date, kind: Kind) -> str:
    """A date cell; in a timestamp column it is midnight UTC."""
    return f"{day.isoformat()}T00:00:00Z" if kind == "timestamp" else day.isoformat()


def instant_text(moment: datetime, kind: Kind) -> str:
    """A date-time cell in UTC; in a date column one at 00:00 is that date, any other stays a date-time."""
    moment = moment.replace(tzinfo=None) if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    if kind == "date" and moment.time() == time(0):
        return moment.date().isoformat()
    return f"{moment.isoformat()}Z"


def counted_instant_text(count: int, unit: str, kind: Kind) -> str:
    """A Parquet timestamp: `count` of `unit` (s, ms, us, ns) since 1970 in UTC.

    Digits below a microsecond are written out when they are not zero, so that the door refuses them
    instead of landing cutting them off. Years that no calendar here reaches are spelled with their digits, too.
    """
    seconds, fraction = divmod(count, 10 ** _DIGITS[unit])
    nanoseconds = fraction * 10 ** (9 - _DIGITS[unit])
    try:
        whole = datetime(1970, 1, 1) + timedelta(seconds=seconds)  # UTC, as spelled below
    except OverflowError:
        return f"{np.datetime64(seconds, 's')}Z"
    if nanoseconds % 1000:
        return f"{whole.isoformat()}.{nanoseconds:09d}Z"
    return instant_text(whole.replace(microsecond=nanoseconds // 1000), kind)


def counted_day_text(count: int, kind: Kind) -> str:
    """A Parquet date: days since 1970."""
    try:
        return date_text(date(1970, 1, 1) + timedelta(days=count), kind)
    except OverflowError:
        return str(np.datetime64(count, "D"))


def clock_text(value: time | timedelta) -> str:
    """A time of day, or an elapsed time (hours may pass 24), as HH:MM:SS with a fraction where there is one."""
    if isinstance(value, time):
        return value.isoformat()
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, seconds = divmod(value.days * 86400 + value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}{fraction}"
