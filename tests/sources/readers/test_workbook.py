"""xlsx: what a person sees in the first sheet is what lands."""

import datetime as dt
import re
import zipfile

import openpyxl
import pytest

from scoreboard.sources.readers import open_table, workbook
from scoreboard.sources.readers.base import Unreadable

from .reading import column_of, rows_of

KINDS = {"passed_on": "date", "updated_at": "timestamp"}


@pytest.fixture
def dropped(tmp_path):
    def write(*rows, formats=None, epoch=None):
        book = openpyxl.Workbook()
        if epoch:
            book.epoch = epoch
        for row in rows:
            book.active.append(row)
        for cell, number_format in (formats or {}).items():
            book.active[cell].number_format = number_format
        book.save(tmp_path / "a.xlsx")
        return tmp_path / "a.xlsx"

    return write


def rewritten(path, member, change):
    """The workbook with one member's XML changed."""
    with zipfile.ZipFile(path) as archive:
        content = {info.filename: archive.read(info) for info in archive.infolist()}
    content[member] = change(content[member].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def refusal(path):
    with pytest.raises(Unreadable) as error:
        rows_of(path)
    return str(error.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" padded ", " padded "),
        ("NaN", "NaN"),
        ("two\nlines", "two\nlines"),
        (5, "5"),
        (5.0, "5"),
        (0.1, "0.1"),
        (1234.5599999999999, "1234.56"),
        (1e20, "100000000000000000000"),
        (True, "true"),
        (False, "false"),
        ("#N/A", "#N/A"),
        (dt.time(9, 30), "09:30:00"),
        (dt.timedelta(hours=30), "30:00:00"),
        (dt.date(2026, 3, 31), "2026-03-31"),
        (dt.datetime(2026, 3, 31, 6), "2026-03-31T06:00:00Z"),
    ],
)
def test_how_cells_are_landed(dropped, value, text):
    assert column_of(dropped(["id", "x"], ["1", value]), "x") == [text]


@pytest.mark.parametrize(
    ("value", "number_format", "passed_on", "updated_at"),
    [
        (dt.datetime(2026, 1, 1), "yyyy-mm-dd", "2026-01-01", "2026-01-01T00:00:00Z"),
        (dt.datetime(2026, 1, 1), "[$-409]d\\-mmm\\-yy", "2026-01-01", "2026-01-01T00:00:00Z"),
        (dt.datetime(2026, 1, 1), "yyyy-mm-dd h:mm:ss", "2026-01-01", "2026-01-01T00:00:00Z"),
        (dt.datetime(2026, 1, 1, 6), "yyyy-mm-dd h:mm:ss", "2026-01-01T06:00:00Z", "2026-01-01T06:00:00Z"),
        (dt.datetime(2026, 1, 1, 6), "yyyy-mm-dd", "2026-01-01T06:00:00Z", "2026-01-01T06:00:00Z"),
    ],
)
def test_dates_meet_the_type_of_their_column(dropped, value, number_format, passed_on, updated_at):
    path = dropped(["passed_on", "updated_at"], [value, value], formats={"A2": number_format, "B2": number_format})

    assert rows_of(path, KINDS) == [{"#": 2, "passed_on": passed_on, "updated_at": updated_at}]


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("yyyy-mm-dd", "2026-01-01"),
        ("YYYY\\-MM\\-DD", "2026-01-01"),
        ('d" days since"', "2026-01-01"),
        ("[Red]dd/mm/yyyy", "2026-01-01"),
        ("YYYY\\-MM\\-DD\\ HH:MM:SS", "2026-01-01T00:00:00Z"),
        ("m/d/yy h:mm", "2026-01-01T00:00:00Z"),
    ],
)
def test_in_a_text_column_only_the_format_tells_date_from_date_time(dropped, number_format, text):
    assert column_of(dropped(["x"], [dt.datetime(2026, 1, 1)], formats={"A2": number_format}), "x") == [text]


def test_workbooks_that_count_from_1904(dropped):
    path = dropped(["x"], [dt.date(2026, 1, 1)], epoch=openpyxl.utils.datetime.CALENDAR_MAC_1904)

    assert column_of(path, "x") == ["2026-01-01"]


def test_a_number_formatted_as_a_date_beyond_all_dates_is_an_error_text(dropped):
    path = dropped(["x"], [99999999], formats={"A2": "yyyy-mm-dd"})

    assert column_of(path, "x") == ["#VALUE!"]


def test_a_formula_is_its_cached_value(dropped):
    path = dropped(["x", "y", "id"], ["=1+1", "=1+1", "1"])
    cached = lambda xml: re.sub(r'(<c r="A2"[^>]*>)<f>1\+1</f><v\s*/?>(</v>)?', r"\1<f>1+1</f><v>2</v>", xml)  # noqa: E731
    rewritten(path, "xl/worksheets/sheet1.xml", cached)

    assert rows_of(path) == [{"#": 2, "x": "2", "y": None, "id": "1"}]


def test_only_the_first_sheet_counts(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["x"])
    book.active.append(["first"])
    book.create_sheet("more").append(["y"])
    book.save(tmp_path / "a.xlsx")

    assert column_of(tmp_path / "a.xlsx", "x") == ["first"]


def test_wholly_empty_rows_are_skipped_and_rows_keep_the_sheets_numbers(dropped):
    path = dropped(["id", "x"], ["1"], [], [None, ""], ["2", "b"])

    assert rows_of(path) == [{"#": 2, "id": "1", "x": None}, {"#": 5, "id": "2", "x": "b"}]


def test_cells_that_hold_an_empty_text_are_empty(dropped):
    path = dropped(["id", "x"], ["gone", "gone"], ["1", "gone"])
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("<t>gone</t>", "<t></t>"))

    assert rows_of(path) == [{"#": 3, "id": "1", "x": None}]


def test_what_the_sheet_says_of_its_size_does_not_matter(dropped):
    path = dropped(["id", "x"], ["1", "a"], ["2", "b"])
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('ref="A1:B3"', 'ref="A1:A1"'))

    assert column_of(path, "x") == ["a", "b"]


def test_columns_without_name_are_fine_while_they_are_empty(dropped):
    path = dropped(["id", None, "x", " ", None], ["1", None, "a", None, ""])

    assert rows_of(path) == [{"#": 2, "id": "1", "x": "a"}]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            [["id", None, "x"], ["1", None, "a"], ["2", "lost", "b"]],
            "cell B3 has a value, but row 1 has no column name",
        ),
        ([["id"], ["1", "lost"]], "cell B2 has a value, but row 1 has no column name"),
        ([["id", "id"], ["1", "2"]], "the header has 'id' more than once"),
        ([[None], ["id"], ["1"]], "no header in row 1"),
        ([], "no header in row 1"),
    ],
)
def test_a_broken_sheet_says_where(dropped, rows, reason):
    assert reason in refusal(dropped(*rows))


def test_a_workbook_without_worksheet_is_refused(dropped):
    path = dropped(["id"], ["1"])
    rewritten(path, "xl/workbook.xml", lambda xml: re.sub(r"<sheets>.*</sheets>", "<sheets/>", xml))

    assert "it has no sheet" in refusal(path)


@pytest.mark.parametrize("cut", [0, 10, -30])
def test_a_truncated_workbook_is_refused(dropped, cut):
    path = dropped(["id"], ["1"])
    path.write_bytes(path.read_bytes()[:cut])

    assert "no readable xlsx workbook" in refusal(path)


def test_damaged_xml_is_refused_wherever_it_breaks(dropped):
    path = dropped(["id"], *[[str(n)] for n in range(1000)])
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])

    assert "no readable xlsx workbook" in refusal(path)


def test_an_old_xls_or_an_encrypted_workbook_is_refused(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

    assert "encrypted, or an old .xls?" in refusal(tmp_path / "a.xlsx")


def test_entities_that_multiply_are_refused(dropped):
    def with_entities(depth):
        entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(depth + 1))
        change = lambda xml: f"<!DOCTYPE worksheet [{entities}]>" + xml.replace("<t>1</t>", f"<t>&e{depth};</t>")  # noqa: E731
        return rewritten(dropped(["id"], ["1"]), "xl/worksheets/sheet1.xml", change)

    assert column_of(with_entities(0), "id") == ["x" * 10]
    assert "no readable xlsx workbook" in refusal(with_entities(8))


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(dropped, monkeypatch):
    path = dropped(["id"], ["1"])
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", 1000)

    assert "decompression bomb" in refusal(path)


def test_a_row_number_beyond_any_sheet_is_refused(dropped, monkeypatch):
    path = dropped(["id"], ["1"])
    rewritten(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('r="2"', 'r="99999999999"').replace("A2", "A99999999999"),
    )
    monkeypatch.setattr(workbook, "LAST_ROW", 1000)

    assert "more than 1000 rows" in refusal(path)


def test_rows_come_in_chunks(dropped, monkeypatch):
    path = dropped(["id"], *[[n] for n in range(10)])
    monkeypatch.setattr(workbook, "CHUNK_ROWS", 4)

    assert [chunk.rows for chunk in open_table(path, {}).chunks()] == [4, 4, 2]
    assert column_of(path, "id") == [str(n) for n in range(10)]
