"""A loader's tables in a folder of Parquet files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scoreboard.sources.api.base import SourceError
from scoreboard.sources.loaders.parquet_folder import ParquetFolder


def write(path: Path, **columns: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def rows_of(folder: Path, table: str) -> list[Any]:
    with ParquetFolder("lake", folder) as loader:
        return [row for batch in loader.rows(table) for row in batch]


def test_a_table_is_one_file_or_a_folder_of_any_depth(tmp_path: Path) -> None:
    write(tmp_path / "group.parquet", id=[1])
    write(tmp_path / "ticket" / "b.parquet", id=[3])
    write(tmp_path / "ticket" / "a.parquet", id=[2])
    write(tmp_path / "ticket" / "day=2026-01-05" / "part-0.parquet", id=[4])
    assert rows_of(tmp_path, "group") == [{"id": 1}]
    assert rows_of(tmp_path, "ticket") == [{"id": 2}, {"id": 3}, {"id": 4}]


def test_columns_are_matched_by_name_across_files(tmp_path: Path) -> None:
    write(tmp_path / "ticket" / "1.parquet", id=[1], subject=["a"])
    write(tmp_path / "ticket" / "2.parquet", added=[True], id=[2])
    assert rows_of(tmp_path, "ticket") == [
        {"id": 1, "subject": "a", "added": None},
        {"id": 2, "subject": None, "added": True},
    ]


def test_values_come_out_exact(tmp_path: Path) -> None:
    write(
        tmp_path / "t.parquet",
        amount=pa.array([Decimal("1.50")], pa.decimal128(18, 2)),
        at=pa.array([1_767_614_400_123], pa.timestamp("ms", "Europe/Berlin")),
        plain=pa.array([1_767_614_400_123_456_789], pa.timestamp("ns")),
        tags=pa.array([["a", "b"]]),
        via=pa.array([{"channel": "web"}]),
        id=pa.array([6139157572367.0]),
    )
    [row] = rows_of(tmp_path, "t")
    assert {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()} == {
        "amount": "1.50",
        "at": "2026-01-05T12:00:00.123000+00:00",
        "plain": "2026-01-05T12:00:00.123456+00:00",
        "tags": ["a", "b"],
        "via": {"channel": "web"},
        "id": 6139157572367.0,
    }


def test_tables_are_found_by_exact_name_then_in_lower_case(tmp_path: Path) -> None:
    write(tmp_path / "Account.parquet", id=[1])
    write(tmp_path / "contact.parquet", id=[2])
    with ParquetFolder("lake", tmp_path) as loader:
        assert loader.tables() == ["Account", "contact"]
        assert list(loader.rows("Contact")) == [[{"id": 2}]]
        assert loader.missing(["Account", "Contact", "task"]) == ["task"]
        assert (list(loader.rows("task")), loader.count("task"), loader.count("account")) == ([], 0, 1)


def test_what_a_writer_has_not_finished_does_not_count(tmp_path: Path) -> None:
    write(tmp_path / "ticket" / "1.parquet", id=[1])
    for path in ("ticket/_temporary/2.parquet", "ticket/.2.parquet", "_staging/ticket.parquet", "ticket/notes.txt"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(b"half")
    with ParquetFolder("lake", tmp_path) as loader:
        assert loader.tables() == ["ticket"]
        assert loader.count("ticket") == 1


def test_a_file_that_is_cut_off_is_named(tmp_path: Path) -> None:
    write(tmp_path / "group.parquet", id=[1])
    write(tmp_path / "ticket" / "1.parquet", id=list(range(1000)))
    broken = tmp_path / "ticket" / "2.parquet"
    broken.write_bytes((tmp_path / "ticket" / "1.parquet").read_bytes()[:-100])
    with ParquetFolder("lake", tmp_path) as loader:
        for read in (lambda: list(loader.rows("ticket")), lambda: loader.count("ticket")):
            with pytest.raises(SourceError, match=r"lake: the table ticket in .* cannot be read: .*2\.parquet"):
                read()
        assert loader.count("group") == 1


def test_a_folder_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"lake: there is no folder .*nowhere\. Nothing was read"):
        rows_of(tmp_path / "nowhere", "t")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"there are no Parquet files in .*empty; it takes <table>\.parquet"):
        rows_of(tmp_path / "empty", "t")


def test_a_name_with_quotes_and_wildcards_is_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "it's [a] *"
    write(folder / "t" / "x?.parquet", id=[1])
    write(folder / "t" / "xy.parquet", id=[2])
    try:
        assert rows_of(folder, "t") == [{"id": 1}, {"id": 2}]
    except duckdb.Error as error:
        raise AssertionError(str(error)) from error
