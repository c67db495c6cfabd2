"""CSV by RFC 4180: comma, double quotes, LF or CRLF, header in line 1. Nothing is sniffed, trimmed or repaired.

Two readings the RFC leaves open: a double quote inside an unquoted field is part of its text, and a line of
nothing but blanks is a blank line, hence skipped. Row numbers count records, the header being 1; skipped ones count.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from scoreboard.sources.readers.base import (
    CHUNK_CHARACTERS,
    CHUNK_ROWS,
    MAX_RECORD_CHARACTERS,
    Chunk,
    Kinds,
    Unreadable,
    check_header,
    check_row_count,
    texts,
)
from scoreboard.sources.readers.encoded_text import check_text, text_lines

# The csv module's own words, and what they mean to the person who has to mend the file.
_MEANINGS = {
    "unexpected end of data": "a quoted field is never closed",
    "',' expected after '\"'": "text follows a closing quote",
    "new-line character seen in unquoted field": "a carriage return stands outside quotes; rows end with LF or CRLF",
}


class _Meter:
    """Counts the characters read for the record at hand, and stops a record that never ends."""

    def __init__(self) -> None:
        self.record = 0

    def lines(self, stream: TextIO) -> Iterator[str]:
        for line in stream:
            self.record += len(line)
            if self.record > MAX_RECORD_CHARACTERS:
                raise Unreadable(f"a row is longer than {MAX_RECORD_CHARACTERS >> 20} Mi characters")
            yield line


class CsvFile:
    """One .csv or .csv.gz; text is verbatim, an empty field is empty text."""

    def __init__(self, path: Path, kinds: Kinds) -> None:
        self._path = path
        check_text(path)
        with self._records() as (records, _):
            header = next(records, None)
        if not header:
            raise Unreadable("it has no header in line 1")
        check_header(header)
        self.columns: Sequence[str] = header

    def chunks(self) -> Iterator[Chunk]:
        """Rows after the header; raises Unreadable with row and line."""
        width = len(self.columns)
        rows: list[list[str]] = []
        numbers: list[int] = []
        held = 0
        with self._records() as (records, meter):
            next(records)
            meter.record = 0
            for number, row in enumerate(records, start=2):
                held += meter.record
                meter.record = 0
                if len(row) != width:
                    if _is_blank(row):
                        continue
                    raise Unreadable(_ragged(number, records.line_num, len(row), width))
                rows.append(row)
                numbers.append(number)
                if len(rows) >= CHUNK_ROWS or held >= CHUNK_CHARACTERS:
                    check_row_count(number)
                    yield self._chunk(numbers, rows)
                    rows, numbers, held = [], [], 0
        if rows:
            yield self._chunk(numbers, rows)

    def _chunk(self, numbers: list[int], rows: list[list[str]]) -> Chunk:
        return Chunk(
            numbers, {name: texts(cells) for name, cells in zip(self.columns, zip(*rows, strict=True), strict=True)}
        )

    @contextmanager
    def _records(self) -> Iterator[tuple[csv._reader, _Meter]]:  # type: ignore[name-defined]
        # the limit is the process's; the meter is the one that counts
        csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD_CHARACTERS))
        meter = _Meter()
        with text_lines(self._path) as stream:
            reader = csv.reader(meter.lines(stream), strict=True)
            try:
                yield reader, meter
            except csv.Error as error:
                words = str(error)
                meaning = next((said for known, said in _MEANINGS.items() if words.startswith(known)), words)
                raise Unreadable(f"line {reader.line_num}: {meaning}") from error


def _is_blank(row: list[str]) -> bool:
    return not row or (len(row) == 1 and row[0].isspace())


def _ragged(number: int, line: int, found: int, expected: int) -> str:
    where = f"row {number}" if number == line else f"row {number} (ends in line {line})"
    return f"{where} has {found} {'field' if found == 1 else 'fields'}, the header has {expected}"
