"""xlsx: the first sheet, header in row 1, read through openpyxl; row numbers are the sheet's.

A date cell and a date-time cell hold the same kind of number; only the number format tells them apart.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from scoreboard.entities import Kind
from scoreboard.sources import spelling
from scoreboard.sources.readers.base import (
    CHUNK_CHARACTERS,
    CHUNK_ROWS,
    Chunk,
    Kinds,
    Unreadable,
    check_header,
    kind_in,
    open_regular,
    texts,
)

MAX_UNPACKED_BYTES = 2 * 2**30
MAX_SHARED_TEXT_BYTES = 512 * 2**20
LAST_ROW = 1_048_576  # of any xlsx sheet; a file that claims more is damaged

# openpyxl reports damage as whatever its parser stumbled over
_DAMAGE = (
    zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError,
    IndexError, EOFError, NotImplementedError, RuntimeError, MemoryError, OSError,
)  # fmt: skip
_NO_TIME_IN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


class WorkbookFile:
    """One .xlsx file."""

    def __init__(self, path: Path, kinds: Kinds) -> None:
        self._path = path
        self._kinds = kinds
        with self._rows() as rows:
            header = [_header_text(cell) for cell in next(rows, ())]
        if not any(header):
            raise Unreadable("it has no header in row 1 of the first sheet")
        self._places = {name: place for place, name in enumerate(header) if name}
        self.columns: Sequence[str] = [name for name in header if name]
        check_header(self.columns)

    def chunks(self) -> Iterator[Chunk]:
        """Rows below the header, wholly empty ones skipped; raises Unreadable with the cell."""
        rows: list[list[str | None]] = []
        numbers: list[int] = []
        held = 0
        plan = [(place, kind_in(self._kinds, name)) for name, place in self._places.items()]
        named = set(self._places.values())
        with self._rows() as sheet:
            next(sheet)
            for number, cells in enumerate(sheet, start=2):
                if number > LAST_ROW:
                    raise Unreadable(f"it claims more than {LAST_ROW} rows")
                filled = {place for place, cell in enumerate(cells) if cell.value is not None and cell.value != ""}
                if not filled:
                    continue
                if not filled <= named:
                    where = f"{get_column_letter(min(filled - named) + 1)}{number}"
                    raise Unreadable(f"cell {where} has a value, but row 1 has no column name above it")
                row = [_text(cells[place], kind) if place in filled else None for place, kind in plan]
                rows.append(row)
                numbers.append(number)
                held += sum(map(len, filter(None, row)))
                if len(rows) >= CHUNK_ROWS or held >= CHUNK_CHARACTERS:
                    yield self._chunk(numbers, rows)
                    rows, numbers, held = [], [], 0
        if rows:
            yield self._chunk(numbers, rows)

    def _chunk(self, numbers: list[int], rows: list[list[str | None]]) -> Chunk:
        return Chunk(
            numbers, {name: texts(cells) for name, cells in zip(self._places, zip(*rows, strict=True), strict=True)}
        )

    @contextmanager
    def _rows(self) -> Iterator[Iterator[Sequence[Any]]]:
        """Rows of the first sheet as openpyxl's read-only cells, from row 1 on."""
        with open_regular(self._path) as raw, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about styles and extensions that do not concern values
            try:
                _check_size(raw)
                book = openpyxl.load_workbook(raw, read_only=True, data_only=True, keep_links=False)
                try:
                    if not book.worksheets:
                        raise Unreadable("it has no sheet")
                    sheet = book.worksheets[0]
                    sheet.reset_dimensions()  # what the file says of its own size is often wrong
                    yield sheet.iter_rows()
                finally:
                    book.close()
            except _DAMAGE as error:
                raise Unreadable(
                    f"it is no readable xlsx workbook (damaged, encrypted, or an old .xls?): {str(error)[:200]}"
                ) from error


def _check_size(raw: Any) -> None:
    """Refuse a zip bomb by its own directory, beyond whose sizes zipfile never unpacks."""
    with zipfile.ZipFile(raw) as archive:
        members = archive.infolist()
    shared = sum(member.file_size for member in members if "sharedstrings" in member.filename.lower())
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES or shared > MAX_SHARED_TEXT_BYTES:
        raise Unreadable("it unpacks to more than a workbook can honestly hold: a decompression bomb")
    raw.seek(0)


def _header_text(cell: Any) -> str | None:
    """A column's name, verbatim; None where the cell is blank."""
    text = _text(cell, "text")
    return text if text and text.strip() else None


def _text(cell: Any, kind: Kind) -> str | None:
    value = cell.value
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return spelling.flag_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return spelling.float_text(value)
    if isinstance(value, datetime):
        if value.time() == time(0) and _is_date_format(cell.number_format):
            return spelling.date_text(value.date(), kind)
        return spelling.instant_text(value, kind)
    if isinstance(value, date):
        return spelling.date_text(value, kind)
    if isinstance(value, time | timedelta):
        return spelling.clock_text(value)
    return str(value)


def _is_date_format(number_format: str | None) -> bool:
    """A date format without hours, minutes or seconds; quoted text, colours, locales and fillers do not count."""
    bare = _NO_TIME_IN.sub("", number_format or "").lower()
    return any(letter in bare for letter in "ymd") and not any(letter in bare for letter in "hs")
