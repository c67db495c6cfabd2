"""Figures, codes and links as a page shows them; a missing figure is a dash, never a zero."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from scoreboard.reports.wording import NOTHING

Filter = Callable[..., str | list[tuple[str, str]]]


def score(value: float | None, digits: int = 2) -> str:
    """A score or mean for reading; decisions are taken on the unrounded figure."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def share(value: float | None, digits: int = 0) -> str:
    """0.421 as 42 %."""
    return NOTHING if value is None else f"{100 * value:.{digits}f} %"


def whole(value: float | None) -> str:
    """A count or an amount without decimals, thousands apart."""
    return NOTHING if value is None else f"{value:,.0f}"


def signed(value: float | None, digits: int = 2) -> str:
    """A change or gap with its sign."""
    if value is None:
        return NOTHING
    text = f"{value:+.{digits}f}"
    return text.replace("-", "−") if float(text) else f"{0:.{digits}f}"


def day(value: date | datetime | None) -> str:
    """YYYY-MM-DD."""
    if value is None:
        return NOTHING
    return (value.date() if isinstance(value, datetime) else value).isoformat()


def moment(value: datetime | None) -> str:
    """A minute, in UTC."""
    return NOTHING if value is None else f"{value:%Y-%m-%d %H:%M}"


def words(code: str | None) -> str:
    """A code as a reader writes it: raving_fans is Raving fans."""
    return NOTHING if not code else code.replace("_", " ").capitalize()


def worded(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes with their words, for a choice."""
    return [(code, words(code)) for code in codes]


FILTERS: dict[str, Filter] = {
    function.__name__: function for function in (score, share, whole, signed, day, moment, words, worded)
}


def link(base: str, path: str, query: dict[str, Any]) -> str:
    """An address of the page below `base`; parameters that are None or empty are left out."""
    asked = {name: value for name, value in query.items() if value is not None and value != ""}
    return f"{base}{path}{'?' + urlencode(asked, doseq=True) if asked else ''}"
