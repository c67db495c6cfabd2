"""Cells of a CSV file never run in a spreadsheet, and figures stay figures."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.reports.cells import csv_text, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_text_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert safe_cell(f"{start}cmd|' /C calc'!A1") == f"'{start}cmd|' /C calc'!A1"


@pytest.mark.parametrize("text", ["", "Nordwind", "a=b", "5-point", "'quoted", "Ω", " x", "2026-01-01"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_numbers_stay_numbers_also_below_zero() -> None:
    assert [safe_cell(value) for value in (-3, -0.5, Decimal("-1.25"), 4)] == [-3, -0.5, Decimal("-1.25"), 4]


def test_null_is_empty_flags_and_dates_are_spelled_as_the_input_is() -> None:
    assert [safe_cell(value) for value in (None, True, False, date(2026, 1, 2))] == ["", "true", "false", "2026-01-02"]


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.floats(allow_nan=False)
        ),
        max_size=5,
    )
)
def test_every_row_reads_back_and_no_text_cell_starts_a_formula(rows: list[tuple[str, float]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(["text", "number"], rows), newline="")))
    assert read[0] == ["text", "number"]
    for (text, number), (text_cell, number_cell) in zip(rows, read[1:], strict=True):
        assert text_cell in (text, f"'{text}")
        assert not text_cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert float(number_cell) == number  # in full precision
