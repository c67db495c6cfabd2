"""JSON that comes out as it was served: numbers keep their digits, nothing is silently dropped.

Most decimals survive a float unharmed and stay floats, so that the standard library's encoder and every consumer can take
them. The few whose spelling a float would change (`1.50`, `0.0000001`, thirty digits) become `ServedNumber`.
"""

from __future__ import annotations

import json
import re
import secrets
from decimal import Decimal
from typing import Any

# stands before a number while it travels through the encoder as a string; random, so that no record can contain it
_MARK = f"number-{secrets.token_hex(16)}:"
_MARKED = re.compile(f'"{_MARK}([^"]*)"')


class ServedNumber(Decimal):
    """A decimal that remembers how it was spelled."""

    def __new__(cls, text: str) -> ServedNumber:
        """`text` is a JSON number."""
        number = super().__new__(cls, text)
        number._text = text
        return number

    _text: str

    def __str__(self) -> str:
        return self._text


class NotExact(ValueError):
    """Valid JSON that cannot be kept as it is: one object names a field twice."""


def loads(content: bytes | str) -> Any:
    """The value of a JSON text in UTF-8.

    Raises ValueError where it is no whole JSON text (NaN and raw control characters are none), NotExact where an object
    has a field twice. Half surrogate pairs, which no file can hold, become U+FFFD.
    """
    text = content if isinstance(content, str) else content.decode("utf-8-sig")
    value = _DECODER.decode(text)
    return _without_halves(value) if "\\ud" in text or "\\uD" in text else value


def dumps(value: Any, *, is_sorted: bool = False) -> str:
    """The shortest JSON text of a value from `loads`; numbers as they were served."""
    text = (_SORTED if is_sorted else _PLAIN).encode(value)
    return _MARKED.sub(r"\1", text) if _MARK in text else text


def _number(text: str) -> float | ServedNumber:
    number = float(text)
    return number if repr(number) == text else ServedNumber(text)


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotExact(f"one object has the field {twice!r} twice; which of the two counts cannot be told")
    return fields


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _marked(value: Any) -> str:
    if isinstance(value, Decimal):
        return _MARK + str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _without_halves(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_halves(each) for each in value]
    if isinstance(value, dict):
        return {_without_halves(name): _without_halves(each) for name, each in value.items()}
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_fields, parse_float=_number, parse_constant=_refuse_constant)
_PLAIN = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_marked)
_SORTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True, default=_marked)
