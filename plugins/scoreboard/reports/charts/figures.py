"""Figures and names as a chart shows them: 4.23, 82 %, $1.2M; text that cannot harm the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from scoreboard.reports.plain_text import one_line

TOLERANCE = 1e-9  # CONTRACT section 4, "Exactness"
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_LONGEST_NAME = 60


def score(value: float, threshold: float | None = None) -> str:
    """Two decimals, or as many more as it takes not to show a score on the wrong side of the threshold."""
    if threshold is None:
        return f"{value:.2f}"
    is_reached = value >= threshold - TOLERANCE
    texts = (f"{value:.{digits}f}" for digits in range(2, 13))
    return next((text for text in texts if (float(text) >= threshold) == is_reached), repr(value))


def limit(value: float) -> str:
    """A rule's number as a person writes it: 4.0, 4.25."""
    text = f"{value:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def signed(value: float) -> str:
    """A difference with its sign: +0.50, −0.25, 0.00."""
    text = f"{abs(value):.2f}"
    return text if float(text) == 0 else f"{'+' if value > 0 else '−'}{text}"


def percent(share: float) -> str:
    """A share as whole per cent; one decimal where whole ones would read 0 % or 100 % and it is neither."""
    text = f"{share * 100:.0f}"
    if text in ("0", "100") and TOLERANCE < share < 1 - TOLERANCE:
        text = f"{min(max(share * 100, 0.1), 99.9):.1f}"
    return f"{text.replace('-', '−')} %"


def money(amount: float, currency: str) -> str:
    """$1.2M, €980k, CHF 1.2M."""
    size = abs(amount)
    sign = "−" if amount < 0 else ""
    text = f"{size:.0f}"
    for position, (unit, letter) in enumerate(_UNITS):
        if size >= unit:
            shown = _three_digits(size / unit)
            if float(shown) >= 1000 and position:  # 999,999 is 1.0M, not 1000k
                unit, letter = _UNITS[position - 1]
                shown = _three_digits(size / unit)
            text = shown + letter
            break
    return f"{sign}{_SYMBOLS.get(currency, currency + ' ')}{text}"


def count(amount: int, thing: str) -> str:
    """`1 account`, `1,200 accounts`."""
    return f"{amount:,} {thing}{'' if amount == 1 else 's'}"


def name(text: Any, longest: int = _LONGEST_NAME) -> str:
    """Text on one line without control or direction signs, which would break the file or turn the words beside it round."""
    return one_line(text, longest)


def quarter_label(row: dict[str, Any]) -> str:
    """The row's own label, else that of calendar quarters."""
    if row.get("quarter_label"):
        return name(row["quarter_label"])
    start: date = row["quarter_start_date"]
    return f"{start.year}-Q{(start.month - 1) // 3 + 1}"


def listing(parts: Sequence[str]) -> str:
    """`A, B and C`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part) if parts else ""


def _three_digits(value: float) -> str:
    return (f"{value:.1f}" if value < 99.95 else f"{value:.0f}").removesuffix(".0")
