"""CSV by RFC 4180, and nothing more lenient."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.sources.readers import delimited, open_table
from scoreboard.sources.readers.base import MAX_COLUMNS, Unreadable

from .reading import column_of, rows_of


@pytest.fixture
def dropped(tmp_path):
    def write(content):
        path = tmp_path / "a.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal(path):
    with pytest.raises(Unreadable) as error:
        rows_of(path)
    return str(error.value)


def test_text_is_verbatim(dropped):
    path = dropped('id,name\n1, padded \n2,""\n3,NaN\n4,\n5,"say ""hi"", ok"\n6,ab"c\n')

    assert column_of(path, "name") == [" padded ", "", "NaN", "", 'say "hi", ok', 'ab"c']


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_inside_quotes_stay_what_they_are(dropped, end):
    path = dropped(f'id,name{end}1,"one\ntwo\r\nthree\rfour"{end}2,x')

    assert rows_of(path) == [
        {"#": 2, "id": "1", "name": "one\ntwo\r\nthree\rfour"},
        {"#": 3, "id": "2", "name": "x"},
    ]


def test_blank_lines_are_skipped_but_counted(dropped):
    path = dropped("id,name\n\n1,x\n  \t\n\r\n2,y\n\n")

    assert [(row["#"], row["id"]) for row in rows_of(path)] == [(3, "1"), (6, "2")]


def test_a_row_of_empty_fields_is_no_blank_line(dropped):
    assert rows_of(dropped("id,name\n,\n")) == [{"#": 2, "id": "", "name": ""}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id,name\n1,x\n2\n", "row 3 has 1 field, the header has 2"),
        ("id,name\n1,x,y\n", "row 2 has 3 fields, the header has 2"),
        ('id,name\n1,"a\nb"\n2,x,\n', "row 3 (ends in line 4) has 3 fields, the header has 2"),
        ('id,name\n""\n', "row 2 has 1 field, the header has 2"),
        ("id,name,id\n1,x,2\n", "the header has 'id' more than once"),
        ("id,,name\n1,x,y\n", "the header has no name for column 2"),
        ("id,name, \n1,x,y\n", "the header has no name for column 3"),
        ('id,name\n1,"x\n2,y\n', "line 3: a quoted field is never closed"),
        ('id,name\n1,"x"y\n', "line 2: text follows a closing quote"),
        ("id,name\r1,x\r2,y\r", "a carriage return stands outside quotes"),
        ("\nid,name\n1,x\n", "it has no header in line 1"),
        ("", "it has no header in line 1"),
    ],
)
def test_a_broken_file_says_where(dropped, content, reason):
    assert reason in refusal(dropped(content))


def test_header_names_are_verbatim(dropped):
    assert open_table(dropped('ID,"na,me", pad\n1,2,3\n'), {}).columns == ["ID", "na,me", " pad"]


def test_a_comment_of_megabytes_is_no_problem(dropped):
    comment = "über " * 1_000_000

    assert column_of(dropped(f'id,comment\n1,"{comment}"\n2,x\n'), "comment") == [comment, "x"]


def test_a_record_that_never_ends_is_refused(dropped, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_RECORD_CHARACTERS", 1000)

    assert "a row is longer than" in refusal(dropped("id,name\n1" + ',"\n"' * 400))
    assert "a row is longer than" in refusal(dropped('id,name\n1,"' + "x\n" * 600))
    assert len(rows_of(dropped("id,name\n" + "1,x\n" * 400))) == 400


def test_rows_come_in_chunks_of_bounded_rows_and_text(dropped, monkeypatch):
    path = dropped("id,name\n" + "".join(f"{n},x\n" for n in range(10)))
    monkeypatch.setattr(delimited, "CHUNK_ROWS", 4)
    assert [chunk.rows for chunk in open_table(path, {}).chunks()] == [4, 4, 2]
    assert column_of(path, "id") == [str(n) for n in range(10)]

    monkeypatch.setattr(delimited, "CHUNK_CHARACTERS", 8)
    assert [chunk.rows for chunk in open_table(path, {}).chunks()] == [2] * 5


def test_too_many_columns_are_refused(dropped):
    header = ",".join(f"c{n}" for n in range(MAX_COLUMNS + 1))

    assert f"at most {MAX_COLUMNS} are read" in refusal(dropped(header + "\n"))


_FIELDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(
    rows=st.lists(st.tuples(_FIELDS, _FIELDS, _FIELDS), min_size=1, max_size=20), end=st.sampled_from(["\n", "\r\n"])
)
@settings(max_examples=200, deadline=None)
def test_whatever_was_quoted_comes_back(tmp_path_factory, rows, end):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *rows])
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(text.getvalue().encode())

    assert [(row["a"], row["b"], row["c"]) for row in rows_of(path)] == rows
