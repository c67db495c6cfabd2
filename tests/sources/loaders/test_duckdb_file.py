"""A loader's tables in a DuckDB file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.sources import exact_json
from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.loaders import in_duckdb
from scoreboard.sources.loaders.base import BATCH_ROWS
from scoreboard.sources.loaders.duckdb_file import DuckdbFile

SCHEMAS = ("zendesk", "main")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ware'house.duckdb"


def fill(file: Path, *statements: str) -> None:
    with duckdb.connect(str(file)) as connection:
        for statement in statements:
            connection.execute(statement)


def rows_of(file: Path, table: str, schemas: tuple[str, ...] = SCHEMAS) -> list[Any]:
    with DuckdbFile("warehouse", file, schemas) as loader:
        return [row for batch in loader.rows(table) for row in batch]


def test_every_kind_of_value_comes_out_exact(file: Path) -> None:
    fill(
        file,
        """create table ticket as select 9007199254740993::bigint as id, 170141183460469231731687303715884105727 as big,
        1.5::decimal(20, 4) as amount, 0.00000001::decimal(38, 10) as rate, 0.1::float as share, 6139157572367.0::double as factor,
        timestamptz '2026-01-05 12:00:00.123456+02' as created_at, timestamp '2026-01-05 12:00:00' as updated,
        timestamp_s '2026-01-05 12:00:00' as seconds, date '2026-01-05' as due, true as is_public,
        '{"via": {"id": 1.50}}'::json as via, ['a', null] as labels, {'a': 1} as inner_, '\\xC3\\xBF'::blob as raw,
        'line\n"two" é😀' as note, null as nothing, 'b'::enum('a', 'b') as word, 'x' as "Odd "" % Name" """,
    )
    [row] = rows_of(file, "ticket")
    assert exact_json.dumps(row) == (
        '{"id":9007199254740993,"big":170141183460469231731687303715884105727,"amount":1.5000,"rate":0.0000000100,"share":0.1,'
        '"factor":6139157572367.0,"created_at":"2026-01-05T10:00:00.123456+00:00","updated":"2026-01-05T12:00:00.000000+00:00",'
        '"seconds":"2026-01-05T12:00:00.000000+00:00","due":"2026-01-05","is_public":true,"via":{"via":{"id":1.50}},'
        '"labels":["a",null],"inner_":{"a":1},"raw":"C3BF","note":"line\\n\\"two\\" é😀","nothing":null,"word":"b",'
        '"Odd \\" % Name":"x"}'
    )


def test_lists_of_anything_come_out_as_lists(file: Path) -> None:
    fill(
        file,
        """create table t as select [1.50::decimal(9, 2)] as amounts, [timestamp '2026-01-05 12:00:00'] as seen,
        [timestamptz '2026-01-05 12:00:00+02'] as zoned, [0.5::double] as shares""",
    )
    [row] = rows_of(file, "t")
    assert exact_json.dumps(row["amounts"]) == "[1.5]"
    assert (row["seen"], row["zoned"], row["shares"]) == (["2026-01-05 12:00:00"], ["2026-01-05 10:00:00+00"], [0.5])


def test_a_view_that_is_broken_is_named_by_itself(file: Path) -> None:
    fill(file, "create table t as select 1 as x", "create view v as select x from t", "alter table t rename x to y")
    with DuckdbFile("warehouse", file, SCHEMAS) as loader:
        with pytest.raises(SourceError, match=r"the table v of .* cannot be read"):
            loader.count("v")
        assert loader.count("t") == 1


def test_numbers_that_are_none_and_text_that_is_no_json_do_not_stop_a_table(file: Path) -> None:
    fill(file, "create table t as select 'nan'::double as n, 'inf'::double as i, '{\"a\":1,\"a\":2}'::json as j")
    [row] = rows_of(file, "t")
    assert row == {"n": None, "i": "inf", "j": '{"a":1,"a":2}'}


def test_tables_are_found_by_exact_name_then_in_lower_case(file: Path) -> None:
    fill(file, 'create table "Account" as select 1 as which', "create view ORDERS as select 2 as which")
    with DuckdbFile("warehouse", file, SCHEMAS) as loader:
        assert loader.tables() == ["Account", "ORDERS"]
        assert list(loader.rows("account")) == [[{"which": 1}]]
        assert list(loader.rows("orders")) == [[{"which": 2}]]
        assert loader.missing(["account", "Orders", "task"]) == ["task"]
        assert (list(loader.rows("task")), loader.count("task"), loader.count("Account")) == ([], 0, 1)


def test_the_vendors_schema_comes_before_main_and_a_missing_one_is_named(file: Path) -> None:
    fill(file, "create table t as select 'main' as place")
    assert rows_of(file, "t") == [{"place": "main"}]
    fill(file, "create schema zendesk", "create table zendesk.t as select 'zendesk' as place")
    assert rows_of(file, "t") == [{"place": "zendesk"}]
    with pytest.raises(SourceError, match="no tables in a schema nobody; it has main, zendesk"):
        rows_of(file, "t", ("nobody",))


def test_rows_come_in_batches_in_the_files_order(file: Path) -> None:
    total = 2 * BATCH_ROWS + 7
    fill(file, f"create table t as select range as id from range({total})")
    with DuckdbFile("warehouse", file, SCHEMAS) as loader:
        batches = list(loader.rows("t"))
    assert [len(batch) for batch in batches] == [BATCH_ROWS, BATCH_ROWS, 7]
    assert [row["id"] for batch in batches for row in batch] == list(range(total))


def test_a_table_far_larger_than_the_memory_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(file, "create table t as select range as id, repeat(md5(range::varchar), 20) as note from range(200000)")
    assert file.stat().st_size > 60_000_000
    monkeypatch.setattr(in_duckdb, "MEMORY", "40MB")
    with DuckdbFile("warehouse", file, SCHEMAS) as loader:
        assert sum(len(batch) for batch in loader.rows("t")) == 200_000
        with pytest.raises(duckdb.OutOfMemoryException):  # as it would be if all of it were held
            loader._duckdb.execute("select list(note) from loaded.main.t")


def test_the_place_may_be_asked_other_things_between_batches(file: Path) -> None:
    fill(file, f"create table t as select range as id from range({BATCH_ROWS + 1})", "create table u as select 1 as id")
    with DuckdbFile("warehouse", file, SCHEMAS) as loader:
        batches = loader.rows("t")
        assert len(next(batches)) == BATCH_ROWS
        assert (loader.count("u"), loader.missing(["t"]), list(loader.rows("u"))) == (1, [], [[{"id": 1}]])
        assert list(batches) == [[{"id": BATCH_ROWS}]]


def test_the_file_is_left_as_it_was(file: Path) -> None:
    fill(file, "create table t as select 1 as id")
    before = file.read_bytes()
    rows_of(file, "t")
    assert file.read_bytes() == before
    with DuckdbFile("warehouse", file, SCHEMAS) as loader, pytest.raises(duckdb.Error, match="read-only"):
        loader._duckdb.execute("drop table loaded.main.t")


WRITER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
connection.close()
print("closed", flush=True)
"""


@pytest.fixture
def writer(file: Path) -> Any:
    """Another process that writes the file until it is told to stop."""
    fill(file, "create table t as select 1 as id")
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", WRITER, file], **pipes) as process:
        assert process.stdout and process.stdout.readline() == "open\n"
        yield process
        process.kill()


def test_a_loader_that_is_writing_is_waited_for(file: Path, writer: Any) -> None:
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            writer.stdin.write("stop\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == "closed\n"

    with DuckdbFile("warehouse", file, SCHEMAS, wait=wait) as loader:
        assert list(loader.rows("t")) == [[{"id": 1}]]
    assert pauses == [2.0, 2.0, 2.0]


def test_a_loader_that_never_ends_is_named_after_a_minute(file: Path, writer: Any) -> None:
    pauses: list[float] = []
    with pytest.raises(SourceUnavailable, match=r"house\.duckdb is still being written after 60 s\. Nothing was read"):
        DuckdbFile("warehouse", file, SCHEMAS, wait=pauses.append).__enter__()
    assert sum(pauses) == 60


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: file.write_bytes(b"no database" * 1000)])
def test_what_is_no_duckdb_file_is_named(file: Path, spoil: Callable[[Path], Any]) -> None:
    fill(file, "create table t as select 1 as id")
    spoil(file)
    with pytest.raises(SourceError, match=r"warehouse: .*house\.duckdb.*Nothing was read") as refusal:
        rows_of(file, "t")
    assert not isinstance(refusal.value, SourceUnavailable)
