"""JSON lines: one object a line, strings verbatim, everything else spelled."""

import pytest

from scoreboard.sources.readers import json_lines, open_table
from scoreboard.sources.readers.base import Unreadable

from .reading import column_of, rows_of


@pytest.fixture
def dropped(tmp_path):
    def write(*lines):
        path = tmp_path / "a.jsonl"
        path.write_bytes("\n".join(lines).encode())
        return path

    return write


def refusal(path):
    with pytest.raises(Unreadable) as error:
        rows_of(path)
    return str(error.value)


@pytest.mark.parametrize(
    ("json", "text"),
    [
        ('" 5.0 "', " 5.0 "),
        ('""', ""),
        ('"NaN"', "NaN"),
        ("5.0", "5"),
        ("5.10", "5.1"),
        ("1e3", "1000"),
        ("-0", "0"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("0.1234567890123456789012345", "0.1234567890123456789012345"),
        ("1e999999999", "1e999999999"),
        ("true", "true"),
        ("false", "false"),
        ("null", None),
        ("NaN", None),
        ("-Infinity", "-Infinity"),
        ('{"a": [1.0, "1.0", null, true], "é": {}}', '{"a": [1, "1.0", null, true], "é": {}}'),
        ("[]", "[]"),
        (r'"\ud83d\ude00\u0000\r\n"', "😀\0\r\n"),
        ('"\u2028\u0085"', "\u2028\u0085"),
    ],
)
def test_how_values_are_landed(dropped, json, text):
    assert rows_of(dropped(f'{{"id": "1", "x": {json}}}')) == [{"#": 1, "id": "1", "x": text}]


def test_an_integer_of_any_length_is_kept(dropped):
    digits = "9" * 10_000
    assert column_of(dropped(f'{{"x": {digits}}}'), "x") == [digits]


def test_columns_are_the_keys_of_all_lines(dropped):
    path = dropped('\ufeff{"b": "1"}', "", '{"a": "2"}\r', "   ", "{}")

    assert open_table(path, {}).columns == ["b", "a"]
    assert rows_of(path) == [
        {"#": 1, "b": "1", "a": None},
        {"#": 3, "b": None, "a": "2"},
        {"#": 5, "b": None, "a": None},
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "2"', "line 2 is not JSON"),
        ('{"id": "2"} x', "line 2 is not JSON: Extra data at character 13"),
        ('{"id": "a\tb"}', "line 2 is not JSON: Invalid control character"),
        ('["2"]', "line 2 is JSON, but not an object"),
        ("null", "line 2 is JSON, but not an object"),
        ('{"id": "1", "id": "2"}', "line 2 has the key 'id' more than once"),
        ('{"id": "1", "x": {"k": 1, "k": 2}}', "line 2 has the key 'k' more than once"),
        ('{"": "1"}', "line 2: an empty key"),
        (r'{"id": "\ud83d"}', "line 2 holds half of a surrogate pair"),
        ('{"x": ' + "[" * 100_000 + "]" * 100_000 + "}", "line 2 is nested too deep"),
    ],
)
def test_a_broken_line_is_named(dropped, line, reason):
    assert reason in refusal(dropped('{"id": "1"}', line))


def test_a_file_without_objects_has_no_rows(dropped):
    assert "no rows" in refusal(dropped("", "  "))


def test_ever_new_keys_are_refused(dropped, monkeypatch):
    monkeypatch.setattr(json_lines, "MAX_COLUMNS", 3)

    assert len(rows_of(dropped('{"a": 1}', '{"b": 1}', '{"c": 1}'))) == 3
    assert "line 4: an empty key, or more than 3 keys" in refusal(dropped(*[f'{{"{k}": 1}}' for k in "abcd"]))


def test_rows_come_in_chunks(dropped, monkeypatch):
    path = dropped(*[f'{{"id": {n}}}' for n in range(10)])
    monkeypatch.setattr(json_lines, "CHUNK_ROWS", 4)

    assert [chunk.rows for chunk in open_table(path, {}).chunks()] == [4, 4, 2]
    assert column_of(path, "id") == [str(n) for n in range(10)]
