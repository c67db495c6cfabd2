"""Cells and files are read as the contract spells them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.reading import BrokenFile, WrongType, parse, read_file, spelled


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1.", "number", Decimal(1)),
        (".5", "number", Decimal("0.5")),
        ("+1", "number", Decimal(1)),
        ("-007.250000", "number", Decimal("-7.25")),
        ("  ", "number", None),
        ("\u00a0", "text", None),
        ("NaN", "text", "NaN"),
        (" x ", "text", " x "),
        ("yEs", "flag", True),
        ("0", "flag", False),
        ("2024-02-29", "date", date(2024, 2, 29)),
        ("2026-03-31T23:30:00-0330", "timestamp", datetime(2026, 4, 1, 3, tzinfo=UTC)),
        ("2026-03-31 23:30:00.5", "timestamp", datetime(2026, 3, 31, 23, 30, 0, 500000, tzinfo=UTC)),
        (float("nan"), "number", None),
        (5.0, "text", "5"),
        (Decimal("1E+2"), "text", "100"),
        (date(2026, 1, 2), "timestamp", datetime(2026, 1, 2, tzinfo=UTC)),
        (datetime(2026, 1, 2), "date", date(2026, 1, 2)),
    ],
)
def test_cells_are_read_as_the_contract_spells_them(text: Any, kind: str, value: Any) -> None:
    assert parse(text, kind) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(
            (text, "number")
            for text in (" 5", "1e3", "NaN", "1_0", ".", "\u0665", "123456789012345", "0.1234567", "inf", True)
        ),
        *((text, "flag") for text in ("t", "1.0", " true", "on")),
        *((text, "date") for text in ("2026-2-1", "2026-02-30", "2026-02-01T00:00:00", datetime(2026, 1, 2, 1))),
        *(
            (text, "timestamp")
            for text in (
                "2026-02-01",
                "2026-02-01T24:00:00",
                "2026-02-01T10:00:60Z",
                "2026-02-01T10:00:00+14:01",
                "2026-02-01T10:00:00+05",
                5,
            )
        ),
    ],
)
def test_anything_else_is_a_wrong_type(text: Any, kind: str) -> None:
    with pytest.raises(WrongType):
        parse(text, kind)


def test_shortest_spelling_keeps_whole_zeros() -> None:
    assert [spelled(cell) for cell in (100, 100.0, Decimal("100.10"), True, 0.00001)] == [
        "100",
        "100",
        "100.1",
        "true",
        "0.00001",
    ]


def test_broken_files_are_named(tmp_path: Path) -> None:
    for name, text in (("ragged.csv", "a,b\n1"), ("doubled.csv", "a,a\n1,2"), ("empty.csv", "a,b\n")):
        (tmp_path / name).write_text(text)
        with pytest.raises(BrokenFile, match=name):
            read_file(tmp_path / name)
