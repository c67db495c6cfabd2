"""JSON comes out as it was served."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.sources import exact_json

NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


@given(st.lists(NUMBERS.filter(lambda text: text != "-0")))
def test_every_number_keeps_its_digits(numbers: list[str]) -> None:
    text = '{"n":[' + ",".join(numbers) + "]}"
    assert exact_json.dumps(exact_json.loads(text)) == text


@pytest.mark.parametrize("number", ["6139157572367.0", "0.1", "950000000.0", "1.50", "1e5", "1E400", "0.0000001"])
def test_numbers_vendors_serve(number: str) -> None:
    [value] = exact_json.loads(f"[{number}]")
    assert exact_json.dumps([value]) == f"[{number}]"
    assert value == Decimal(number) or value == float(number)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@given(JSON)
def test_every_value_comes_back(value: object) -> None:
    assert exact_json.loads(exact_json.dumps(value)) == value
    assert json.loads(exact_json.dumps(value, is_sorted=True)) == value


def test_the_sorted_text_does_not_depend_on_the_order_of_fields() -> None:
    one, other = exact_json.loads('{"b":1.50,"a":{"d":1,"c":2}}'), exact_json.loads('{"a":{"c":2,"d":1},"b":1.50}')
    assert (
        exact_json.dumps(one, is_sorted=True)
        == exact_json.dumps(other, is_sorted=True)
        == '{"a":{"c":2,"d":1},"b":1.50}'
    )


def test_nul_stays_escaped_and_half_characters_do_not_stop_a_file() -> None:
    value = exact_json.loads(rb'{"a\u0000":"x\u0000y","half":"\ud83d!","whole":"\ud83d\ude00"}')
    text = exact_json.dumps(value)
    assert text == '{"a\\u0000":"x\\u0000y","half":"�!","whole":"😀"}'
    assert text.encode()


def test_a_byte_order_mark_is_not_part_of_it() -> None:
    assert exact_json.loads(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


@pytest.mark.parametrize(
    "text", ["", "{", '{"a":1', '{"a":NaN}', "[Infinity]", '{"a":"\x00"}', "[1] [2]", "<html>", b"\xff"]
)
def test_what_is_not_whole_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        exact_json.loads(text)


def test_a_field_that_is_there_twice_is_refused_by_name() -> None:
    with pytest.raises(exact_json.NotExact, match="'Q1' twice"):
        exact_json.loads('{"a":[{"Q1":1,"Q2":2,"Q1":1}]}')


def test_what_has_no_json_form_is_refused() -> None:
    for value in (object(), float("nan"), b"bytes"):
        with pytest.raises((TypeError, ValueError)):
            exact_json.dumps([value])
