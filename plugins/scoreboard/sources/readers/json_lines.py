"""JSON lines: one object a line. Strings are verbatim, other values are spelled, nested ones are kept as JSON text.

The columns are the keys of all lines together. Row numbers are line numbers; blank lines are skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scoreboard.sources.readers.base import (
    CHUNK_CHARACTERS,
    CHUNK_ROWS,
    MAX_COLUMNS,
    Chunk,
    Kinds,
    Unreadable,
    check_header,
    check_row_count,
    texts,
)
from scoreboard.sources.readers.encoded_text import check_text, text_lines
from scoreboard.sources.spelling import flag_text, number_text

_HALF_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class _Number(str):
    """A number, spelled; told apart from a string only where it stands inside a nested value."""

    __slots__ = ()


class _DoubledKey(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _DoubledKey(next(name for name in names if names.count(name) > 1))
    return found


def _integer(digits: str) -> _Number:
    return _Number("0" if digits == "-0" else digits)


def _constant(word: str) -> str | None:
    return None if word == "NaN" else word


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=lambda token: _Number(number_text(token)),
    parse_int=_integer,
    parse_constant=_constant,
)


class JsonLinesFile:
    """One .jsonl file."""

    def __init__(self, path: Path, kinds: Kinds) -> None:
        self._path = path
        check_text(path)
        names: dict[str, None] = {}
        for number, found, _ in self._objects():
            if not found.keys() <= names.keys():
                names.update(dict.fromkeys(found))
                if len(names) > MAX_COLUMNS or not all(name.strip() for name in found):
                    raise Unreadable(f"line {number}: an empty key, or more than {MAX_COLUMNS} keys up to here")
        if not names:
            raise Unreadable("it has no rows")
        check_header(list(names))
        self.columns: Sequence[str] = list(names)

    def chunks(self) -> Iterator[Chunk]:
        """All lines; raises Unreadable with the line."""
        rows: list[dict[str, Any]] = []
        numbers: list[int] = []
        held = 0
        for number, found, characters in self._objects():
            rows.append(found)
            numbers.append(number)
            held += characters
            if len(rows) >= CHUNK_ROWS or held >= CHUNK_CHARACTERS:
                check_row_count(number)
                yield self._chunk(numbers, rows)
                rows, numbers, held = [], [], 0
        if rows:
            yield self._chunk(numbers, rows)

    def _chunk(self, numbers: list[int], rows: list[dict[str, Any]]) -> Chunk:
        return Chunk(numbers, {name: texts([_cell(row.get(name)) for row in rows]) for name in self.columns})

    def _objects(self) -> Iterator[tuple[int, dict[str, Any], int]]:
        """(line number, object, characters) of every line that is not blank."""
        with text_lines(self._path) as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, _parsed(line, number), len(line)


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        found = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {number} is not JSON: {error.msg} at character {error.pos + 1}") from error
    except _DoubledKey as error:
        raise Unreadable(f"line {number} has the key '{str(error)[:80]}' more than once") from error
    except RecursionError as error:
        raise Unreadable(f"line {number} is nested too deep") from error
    if not isinstance(found, dict):
        raise Unreadable(f"line {number} is JSON, but not an object")
    if _HALF_SURROGATE.search(line):
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise Unreadable(f"line {number} holds half of a surrogate pair, which is no character") from error
    return found


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _json_text(value) if isinstance(value, dict | list) else flag_text(value)


def _json_text(value: Any) -> str:
    """JSON text of a nested value, its numbers as spelled (the json module would quote them)."""
    if isinstance(value, dict):
        members = (f"{json.dumps(key, ensure_ascii=False)}: {_json_text(member)}" for key, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json_text, value)) + "]"
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)
