"""The list of award recipients, grouped as the award's own release groups it: "Seventeen-time recipients" ... "First-time recipients"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

NOBODY = ["None"]
UNCOUNTED = "Recipients whose number of times is not known:"

_SMALL = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
]
_TENS = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"]


def groups(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """(heading, entries) from the most times down to the first, of one award in one year.

    `rows` are of rpt_award_recipients: recipient_name, location (may be null), times_received. A number of times that nobody
    has reads ["None"]; entries are "name; location" in alphabetical order. Nobody at all gives an empty list.
    """
    entries: dict[int, list[str]] = {}
    uncounted: list[str] = []
    for row in rows:
        entry = "; ".join(str(part) for part in (row["recipient_name"], row["location"]) if part)
        times = row["times_received"]
        if times is None or times < 1:
            uncounted.append(entry)
        else:
            entries.setdefault(int(times), []).append(entry)
    listed = [
        (heading(times, len(entries.get(times, []))), sorted(entries.get(times, []), key=_alphabetical) or list(NOBODY))
        for times in range(max(entries, default=0), 0, -1)
    ]
    return [*listed, (UNCOUNTED, sorted(uncounted, key=_alphabetical))] if uncounted else listed


def heading(times: int, count: int) -> str:
    """`Ten-time recipient:` for one recipient, `Nine-time recipients:` for several or none; once is `First-time`."""
    word = "First" if times == 1 else _number_word(times)
    return f"{word}-time {'recipient' if count == 1 else 'recipients'}:"


def _number_word(number: int) -> str:
    if number < len(_SMALL):
        return _SMALL[number]
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_SMALL[ones].lower()}" if ones else "")


def _alphabetical(entry: str) -> tuple[str, str]:
    return entry.casefold(), entry
