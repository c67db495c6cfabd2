"""Parquet: every type is spelled as its value, damage and bombs are refused."""

import datetime as dt
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scoreboard.sources.readers import columnar, open_table
from scoreboard.sources.readers.base import Unreadable

from .reading import column_of, rows_of

US = pa.timestamp("us")


@pytest.fixture
def dropped(tmp_path):
    def write(table, **options):
        path = tmp_path / "a.parquet"
        pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), path, **options)
        return path

    return write


def refusal(path, kinds=None):
    with pytest.raises(Unreadable) as error:
        rows_of(path, kinds)
    return str(error.value)


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array([" a ", "", "NaN", None, "\0", "é"]), [" a ", "", "NaN", None, "\0", "é"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array(["a", None], pa.large_string()), ["a", None]),
        (pa.array(["a", None], pa.string_view()), ["a", None]),
        (pa.array([b"a\xc3\xa9", None]), ["aé", None]),
        (pa.array([b"abcd"], pa.binary(4)), ["abcd"]),
        (pa.array([5.0, 0.1, 1e20, -0.0, float("nan"), float("inf"), None]),
         ["5", "0.1", "100000000000000000000", "0", None, "Infinity", None]),
        (pa.array([0.1, 16777216.0], pa.float32()), ["0.1", "16777216"]),
        (pa.array([2.0, 7.0]).dictionary_encode(), ["2", "7"]),
        (pa.array([-5, None, 2**62], pa.int64()), ["-5", None, str(2**62)]),
        (pa.array([255], pa.uint8()), ["255"]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([decimal.Decimal("5.10"), decimal.Decimal("100.00"), None]), ["5.1", "100", None]),
        (pa.array([dt.date(2026, 3, 31), None]), ["2026-03-31", None]),
        (pa.array([dt.date(2026, 3, 31)], pa.date64()), ["2026-03-31"]),
        (pa.array([0, 1_500], pa.timestamp("ms")), ["1970-01-01T00:00:00Z", "1970-01-01T00:00:01.500000Z"]),
        (pa.array([1_001], pa.timestamp("ns")), ["1970-01-01T00:00:00.000001001Z"]),
        (pa.array([dt.datetime(2026, 1, 1)], pa.timestamp("us", tz="Asia/Seoul")), ["2026-01-01T00:00:00Z"]),
        (pa.array([dt.time(9, 30)], pa.time32("s")), ["09:30:00"]),
        (pa.array([dt.time(9, 30)], pa.time64("us")), ["09:30:00"]),
        (pa.nulls(2), [None, None]),
        (pa.array([[1, None], None]), ["[1, null]", None]),
        (pa.array([{"a": "é"}]), ['{"a": "é"}']),
        (pa.array([bytes(range(16)), None], pa.uuid()), ["00010203-0405-0607-0809-0a0b0c0d0e0f", None]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)  # fmt: skip
def test_every_type_is_spelled(dropped, array, texts):
    assert column_of(dropped({"x": array}), "x") == texts


def test_dates_and_instants_meet_the_type_of_their_column(dropped):
    table = {
        "churned_on": pa.array([dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, 1)], US),
        "updated_at": pa.array([dt.date(2026, 1, 1)] * 2),
    }
    rows = rows_of(dropped(table), {"churned_on": "date", "updated_at": "timestamp"})

    assert [row["churned_on"] for row in rows] == ["2026-01-01", "2026-01-01T01:00:00Z"]
    assert [row["updated_at"] for row in rows] == ["2026-01-01T00:00:00Z"] * 2


def test_rows_are_numbered_from_one_through_all_batches(dropped, monkeypatch):
    path = dropped({"x": list(range(10))}, row_group_size=3)
    monkeypatch.setattr(columnar, "CHUNK_ROWS", 4)

    rows = rows_of(path)

    assert [row["#"] for row in rows] == list(range(1, 11))
    assert [row["x"] for row in rows] == [str(n) for n in range(10)]


def test_one_long_text_repeated_is_unpacked_in_slices(dropped, monkeypatch):
    monkeypatch.setattr(columnar, "CHUNK_CHARACTERS", 10_000)
    path = dropped({"n": list(range(100)), "x": ["y" * 1000] * 99 + [None]})

    chunks = list(open_table(path, {}).chunks())

    assert max(chunk.cells["x"].nbytes for chunk in chunks) <= 11_000
    assert column_of(path, "n") == [str(n) for n in range(100)]
    assert column_of(path, "x") == ["y" * 1000] * 99 + [None]


def test_one_huge_text_repeated_is_never_unpacked_as_a_whole(dropped):
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * 1200), ["y" * 2**19])
    path = dropped({"x": repeated}, store_schema=False)
    assert path.stat().st_size < 2 * 2**20
    before = pa.total_allocated_bytes()

    chunk = next(open_table(path, {}).chunks())

    assert 0 < chunk.rows < 1200
    assert pa.total_allocated_bytes() - before < 200 * 2**20


def test_a_footer_that_claims_too_much_for_its_size_is_a_bomb(dropped, monkeypatch):
    path = dropped({"x": pa.array([7] * 5_000_000)})
    assert path.stat().st_size < 50_000
    assert "its footer claims 5,000,000 rows" in refusal(path)

    monkeypatch.setattr(columnar, "ROWS_ALWAYS_READ", 5_000_000)
    assert sum(chunk.rows for chunk in open_table(path, {}).chunks()) == 5_000_000


def test_what_unpacks_to_too_much_text_is_refused(dropped, monkeypatch):
    monkeypatch.setattr(columnar, "MAX_TEXT_BYTES", 50_000)

    assert "unpacks to more than" in refusal(dropped({"x": ["y" * 1000] * 100}))


def test_damage_is_refused(tmp_path, dropped):
    path = dropped({"x": [f"{n * 7919 % 10007}" for n in range(10_000)]}, compression="zstd")
    whole = path.read_bytes()

    path.write_bytes(whole[:-20])
    assert "no readable Parquet file" in refusal(path)

    path.write_bytes(b"")
    assert "no readable Parquet file" in refusal(path)

    middle = len(whole) // 3
    path.write_bytes(whole[:middle] + b"\xff" * 200 + whole[middle + 200 :])
    assert "its data break after row 0" in refusal(path)


def test_bytes_and_text_that_are_not_utf8_are_refused(dropped):
    path = dropped({"x": [b"a", b"\xff"]})
    assert "column 'x' holds bytes that are not UTF-8 text in rows 1 to 2" in refusal(path, {"x": "text"})

    lying = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"]).buffers())
    assert "column 'x' holds bytes that are not UTF-8" in refusal(dropped({"x": lying}))


def test_bytes_of_a_column_nobody_knows_are_kept_as_digits(dropped):
    """An unknown column is kept, never refused; what is text in it stays text."""
    path = dropped({"x": [b"a", b"\xff\x00", None], "fixed": pa.array([b"\xff\x01"] * 3, pa.binary(2))})

    rows = rows_of(path, {"note": "text"})

    assert [(row["x"], row["fixed"]) for row in rows] == [("a", "\\xff01"), ("\\xff00", "\\xff01"), (None, "\\xff01")]


def test_a_doubled_column_is_refused(dropped):
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["x", "x"])

    assert "the header has 'x' more than once" in refusal(dropped(table))


def test_a_file_without_rows_gives_none(dropped):
    assert rows_of(dropped({"x": pa.array([], pa.string())})) == []
