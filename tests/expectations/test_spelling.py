"""Spelling of cells: DuckDB's macros against a reference in plain Python that shares no code with them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from expectations._rules.spelling import MACROS

SPACES = [chr(code) for code in range(0x110000) if chr(code).isspace()]


@pytest.fixture(scope="module")
def duck():
    """A connection with the macros, in a zone that must not matter."""
    with duckdb.connect() as connection:
        for macro in MACROS:
            connection.execute(macro)
        connection.execute("set TimeZone = 'America/New_York'")
        yield connection


def read(duck, macro: str, text: str) -> Any:
    return read_all(duck, macro, [text])[0]


def read_all(duck, expression: str, texts: list[str]) -> list[Any]:
    """Many at once: a query costs more than a hundred cells."""
    macro, _, rest = expression.partition("|")
    query = f"select {rest or ''}({macro}(cell)) from (select unnest(?::varchar[]) as cell, generate_subscripts(?::varchar[], 1) as n) order by n"
    return [value for (value,) in duck.execute(query, [texts, texts]).fetchall()]


# ---- the reference ----


def number(text: str) -> Decimal | None:
    sign = text[1:] if text[:1] in ("+", "-") else text
    whole, _, fraction = sign.partition(".")
    digits = set("0123456789")
    if not set(whole + fraction) <= digits or not whole + fraction:
        return None
    if len(whole) > 14 or len(fraction) > 6:
        return None
    return Decimal(text)


def flag(text: str) -> bool | None:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
        "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in text)
    )


def day(text: str) -> date | None:
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(set(part) <= set("0123456789") for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def instant(text: str) -> datetime | None:
    calendar, separator, rest = text[:10], text[10:11], text[11:]
    if day(calendar) is None or separator not in ("T", " "):
        return None
    match = re.match(r"(..):(..):(..)(\.[0-9]{1,6})?", rest, re.DOTALL)
    if not match or not all(set(match[i]) <= set("0123456789") for i in (1, 2, 3)):
        return None
    hours, minutes, seconds = (int(match[i]) for i in (1, 2, 3))
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    offset = rest[match.end() :]
    if offset in ("", "Z"):
        zone = UTC
    else:
        compact = offset[:3] + offset[4:] if offset[3:4] == ":" else offset
        if len(compact) != 5 or compact[0] not in "+-" or not set(compact[1:]) <= set("0123456789"):
            return None
        away = timedelta(hours=int(compact[1:3]), minutes=int(compact[3:]))
        if int(compact[3:]) > 59 or away > timedelta(hours=14):
            return None
        zone = timezone(away if compact[0] == "+" else -away)
    micros = int((match[4] or ".0")[1:].ljust(6, "0"))
    local = datetime.combine(day(calendar), datetime.min.time(), tzinfo=zone)
    try:
        return (local + timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)).astimezone(UTC)
    except OverflowError:
        return None


def since_1970(moment: datetime | None) -> int | None:
    """Microseconds."""
    return None if moment is None else (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


# ---- strategies: mostly almost right ----

ODD = st.sampled_from(
    ["", " ", "\n", "\t", "\u00a0", "+", "-", ".", "e3", "0", "9", "\u0663", "NaN", "inf", "Z", "z", ":", "_", ","]
)
NUMBERS = st.from_regex(r"\A[+-]?[0-9]{0,16}(\.[0-9]{0,8})?\Z")
FLAGS = st.sampled_from(
    [
        "true",
        "True",
        "TRUE",
        "tRuE",
        "false",
        "FALSE",
        "yes",
        "Yes",
        "no",
        "NO",
        "1",
        "0",
        "t",
        "f",
        "y",
        "n",
        "on",
        "off",
        "01",
        "2",
        "ja",
        "trues",
    ]
)
DATES = st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", alphabet=st.sampled_from("0123456789-"))
TIMES = st.from_regex(
    r"\A(0000|0001|1999|2024|9999)-(01|02|12|13)-(00|01|29|30|31|32)[T ]([01][0-9]|2[0-5]):[0-6][0-9]:[0-6][0-9](\.[0-9]{0,7})?"
    r"(Z|[+-](0[0-9]|1[0-5]):?[0-6][0-9])?\Z"
)


def nearly(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(texts, st.tuples(ODD, texts, ODD).map("".join), st.text(max_size=12))


KNOWN_NUMBERS = [
    "1.",
    ".5",
    "+1",
    "-0",
    "-",
    ".",
    "+.",
    "-.5",
    "1e3",
    "1_000",
    "\u0661",
    "12345678901234.123456",
    "123456789012345",
    "000000000000001",
    "1.0000000",
    "1\n",
    "NaN",
    "Infinity",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(nearly(NUMBERS), max_size=40))
def test_numbers_are_plain_decimals(duck, texts: list[str]) -> None:
    texts = [*KNOWN_NUMBERS, *texts]
    assert read_all(duck, "as_number", texts) == [number(text) for text in texts]


KNOWN_FLAGS = [
    "true ",
    "ﬀ",
    "yeſ",
    "falſe",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(nearly(FLAGS), max_size=40))
def test_flags_are_six_words_in_any_case(duck, texts: list[str]) -> None:
    texts = [*KNOWN_FLAGS, *texts]
    assert read_all(duck, "as_flag", texts) == [flag(text) for text in texts]


KNOWN_DATES = [
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "2024-02-29",
    "2023-02-29",
    "2024-2-3",
    "2024/02/03",
    "2024-01-01 00:00:00",
    "2024-01-01\n",
    "\u0662024-01-01",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(nearly(DATES), max_size=40))
def test_dates_are_days_of_the_calendar(duck, texts: list[str]) -> None:
    texts = [*KNOWN_DATES, *texts]
    assert read_all(duck, "as_date", texts) == [day(text) for text in texts]


KNOWN_TIMES = [
    "2024-01-01T00:00:00",
    "2024-01-01 10:00:00.5+0530",
    "2024-01-01T10:00:00.123456-05:30",
    "2024-01-01T10:00:00.1234567Z",
    "2024-01-01T10:00:00.Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T23:59:60Z",
    "2024-01-01T10:00:00+14:00",
    "2024-01-01T10:00:00-1400",
    "2024-01-01T10:00:00+14:30",
    "2024-01-01T10:00:00+13:60",
    "2024-01-01T10:00:00+05",
    "2024-01-01t10:00:00Z",
    "2024-01-01T10:00:00z",
    "2024-01-01T10:00:00 Z",
    "2024-01-01T10:00Z",
    "2024-01-01",
    "2024-01-01T10:00:00Z\n",
    "0000-12-31T23:00:00Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-00:01",
    "2024-03-10T02:30:00",  # does not exist in the session's zone, and that is nobody's business
]


@settings(max_examples=60, deadline=None)
@given(st.lists(nearly(TIMES), max_size=40))
def test_timestamps_are_instants(duck, texts: list[str]) -> None:
    # as microseconds: Python cannot show the first hours of the year 1 in the session's zone
    found = read_all(duck, "as_timestamp|epoch_us", [*KNOWN_TIMES, *texts])
    assert found == [since_1970(instant(text)) for text in [*KNOWN_TIMES, *texts]]


@pytest.mark.parametrize("space", SPACES, ids=[f"U+{ord(space):04X}" for space in SPACES])
def test_every_kind_of_space_alone_is_blank_and_beside_a_number_is_wrong(duck, space: str) -> None:
    assert read(duck, "as_text", space) is None
    assert read(duck, "as_text", space * 3 + "\n") is None
    assert read(duck, "as_text", f"{space}x") == f"{space}x"
    assert read(duck, "as_number", f"{space}5") is None
    assert read(duck, "as_number", f"5{space}") is None


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from([*SPACES, "\u200b", "\ufeff", "\u180e", "\x00", "a"]), st.characters(codec="utf-8")
        ),
        max_size=5,
    )
)
@example("")
@example("\u200b")
@example("NaN")
def test_blank_is_what_python_calls_space(duck, text: str) -> None:
    assert read(duck, "as_text", text) == (text if text.strip() else None)


@given(st.one_of(st.text(max_size=4), st.from_regex(r"\A[A-Za-z]{2,4}\Z")))
@example("EUR\n")
@example("ÄUR")
@example(" EUR")
@settings(max_examples=100, deadline=None)
def test_a_currency_is_three_capitals(duck, text: str) -> None:
    assert read(duck, "is_currency", text) is (len(text) == 3 and all("A" <= letter <= "Z" for letter in text))
