"""A typed cell counts as its value: how values of every type are spelled (CONTRACT section 2, "Spelling")."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.sources import spelling


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("5", "5"),
        ("5.0", "5"),
        ("5.10", "5.1"),
        ("1e3", "1000"),
        ("-1.5E-3", "-0.0015"),
        ("-0.0", "0"),
        ("0e999999999", "0"),
        ("100", "100"),
        ("12345678901234567890.12345678901234567890", "12345678901234567890.1234567890123456789"),
    ],
)
def test_a_json_number_is_its_shortest_plain_decimal(token, text):
    assert spelling.number_text(token) == text


@pytest.mark.parametrize("token", ["1e999999999", "1e-999999999", "1e99999999999999999999999", "9e400", "1e-400"])
def test_a_number_too_long_to_write_out_keeps_its_own_notation(token):
    assert spelling.number_text(token) == token


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**14), max_value=10**14))
def test_no_digit_of_a_decimal_is_lost_or_added(value):
    text = spelling.decimal_text(value)

    assert Decimal(text) == value
    assert "E" not in text.upper()
    assert not ("." in text and text.endswith(("0", ".")))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_spelled_plainly_and_reads_back_as_itself(value):
    text = spelling.float_text(value)

    assert float(text) == value
    assert set(text) <= set("-0123456789.")
    assert not text.endswith(".0")


def test_floats_that_are_no_decimal():
    assert spelling.float_text(float("nan")) is None
    assert spelling.float_text(float("-inf")) == "-Infinity"
    assert spelling.float_text(-0.0) == "0"


def test_a_single_float_is_spelled_at_its_own_width():
    assert spelling.float_text(np.float32(0.1)) == "0.1"
    assert spelling.float_text(np.float64(np.float32(0.1))) == "0.10000000149011612"


def test_date_cells_and_date_time_cells_meet_the_type_of_their_column():
    midnight, evening = datetime(2026, 3, 31), datetime(2026, 3, 31, 18, 5)

    assert spelling.date_text(date(2026, 3, 31), "date") == "2026-03-31"
    assert spelling.date_text(date(2026, 3, 31), "timestamp") == "2026-03-31T00:00:00Z"
    assert spelling.instant_text(midnight, "date") == "2026-03-31"
    assert spelling.instant_text(midnight, "timestamp") == "2026-03-31T00:00:00Z"
    assert spelling.instant_text(evening, "date") == "2026-03-31T18:05:00Z"  # wrong_type at the door


def test_an_instant_is_spelled_in_utc_and_a_naive_one_is_utc():
    seoul = timezone(timedelta(hours=9))

    assert spelling.instant_text(datetime(2026, 1, 1, 8, tzinfo=seoul), "timestamp") == "2025-12-31T23:00:00Z"
    assert spelling.instant_text(datetime(2026, 1, 1, 8, tzinfo=UTC), "timestamp") == "2026-01-01T08:00:00Z"
    assert spelling.instant_text(datetime(2026, 1, 1, 8, 0, 0, 250000), "timestamp") == "2026-01-01T08:00:00.250000Z"


@pytest.mark.parametrize(
    ("count", "unit", "text"),
    [
        (0, "s", "1970-01-01T00:00:00Z"),
        (-1, "ms", "1969-12-31T23:59:59.999000Z"),
        (1_500_000, "us", "1970-01-01T00:00:01.500000Z"),
        (1_000, "ns", "1970-01-01T00:00:00.000001Z"),
        (1_001, "ns", "1970-01-01T00:00:00.000001001Z"),
        (400_000_000_000, "s", "14645-06-30T15:06:40Z"),
    ],
)
def test_counted_timestamps_keep_every_digit(count, unit, text):
    assert spelling.counted_instant_text(count, unit, "timestamp") == text


def test_a_counted_timestamp_at_midnight_in_a_date_column_is_that_date():
    assert spelling.counted_instant_text(86_400_000, "ms", "date") == "1970-01-02"
    assert spelling.counted_instant_text(86_400_001, "ms", "date") == "1970-01-02T00:00:00.001000Z"
    assert spelling.counted_day_text(-1, "timestamp") == "1969-12-31T00:00:00Z"
    assert spelling.counted_day_text(10_000_000, "date") == "29349-01-26"


def test_times_of_day():
    assert spelling.clock_text(time(9, 5)) == "09:05:00"
    assert spelling.clock_text(timedelta(hours=30, seconds=1)) == "30:00:01"
    assert spelling.clock_text(-timedelta(minutes=1)) == "-00:01:00"
