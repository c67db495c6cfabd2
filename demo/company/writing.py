"""Files of rows as a CRM, a help desk and a survey tool export them; the same rows always make the same bytes.

A row is a dict of typed values (str, int, Decimal, bool, date, datetime in UTC without zone, None), or of text as it
should stand in a text file. Values of a kind are spelled in the file's own manner: `Style`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.cell import WriteOnlyCell
from openpyxl.writer.excel import ExcelWriter

Row = dict[str, Any]
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_BOOK_MADE = datetime(2026, 4, 20)


@dataclass(frozen=True)
class Style:
    """How a text file spells instants and flags, ends its lines, and whether it starts with a byte-order mark."""

    instants: str = "z"
    flags: tuple[str, str] = ("true", "false")
    line_end: str = "\n"
    has_mark: bool = False


_INSTANTS: dict[str, Callable[[datetime], str]] = {
    "z": lambda value: value.isoformat() + "Z",
    "plain": lambda value: value.isoformat(" "),
    "millis": lambda value: value.isoformat(timespec="milliseconds") + "Z",
    "berlin": lambda value: (value + timedelta(hours=2)).isoformat() + "+02:00",
    "new_york": lambda value: (value - timedelta(hours=5)).isoformat(" ") + "-0500",
}


def write(path: Path, columns: Iterable[str], kinds: dict[str, str], rows: list[Row], style: Style) -> None:
    """Write one file; its name's ending decides the format. `kinds` type the columns of Parquet and xlsx files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(columns)
    if path.name.endswith(".csv"):
        content = _csv(names, rows, style)
    elif path.name.endswith(".csv.gz"):
        content = gzip.compress(_csv(names, rows, style), compresslevel=6, mtime=0)
    elif path.name.endswith(".jsonl"):
        content = _jsonl(names, rows, style)
    elif path.name.endswith(".parquet"):
        content = _parquet(names, kinds, rows)
    elif path.name.endswith(".xlsx"):
        content = _xlsx(names, rows)
    else:
        raise ValueError(f"{path.name}: the file drop takes csv, csv.gz, jsonl, parquet and xlsx")
    path.write_bytes(content)


def _speller(style: Style) -> Callable[[Any], Any]:
    instant, (yes, no) = _INSTANTS[style.instants], style.flags

    def spell(value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        if value is True:
            return yes
        if value is False:
            return no
        if isinstance(value, datetime):
            return instant(value)
        return str(value)

    return spell


def _csv(names: list[str], rows: list[Row], style: Style) -> bytes:
    buffer, spell = io.StringIO(newline=""), _speller(style)
    writer = csv.writer(buffer, lineterminator=style.line_end)
    writer.writerow(names)
    writer.writerows([spell(row.get(name)) for name in names] for row in rows)
    return (b"\xef\xbb\xbf" if style.has_mark else b"") + buffer.getvalue().encode()


def _jsonl(names: list[str], rows: list[Row], style: Style) -> bytes:
    instant = _INSTANTS[style.instants]

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return instant(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return value

    lines = ({name: plain(row[name]) for name in names if row.get(name) is not None} for row in rows)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _parquet(names: list[str], kinds: dict[str, str], rows: list[Row]) -> bytes:
    types = {
        "number": pa.decimal128(18, 4),
        "flag": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "text": pa.string(),
    }
    arrays = []
    for name in names:
        values = [row.get(name) for row in rows]
        if kinds[name] == "number":
            values = [None if value is None else Decimal(value) for value in values]
        arrays.append(pa.array(values, type=types[kinds[name]]))
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays, names=names), buffer, compression="zstd")
    return buffer.getvalue()


def _xlsx(names: list[str], rows: list[Row]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("export")
    sheet.append(names)

    def cell(value: Any) -> Any:
        if isinstance(value, Decimal):
            return float(value)
        if isinstance(value, str) and value.startswith("="):
            text = WriteOnlyCell(sheet, value)
            text.data_type = "s"  # what a person typed, not a formula
            return text
        return value

    for row in rows:
        sheet.append([cell(row.get(name)) for name in names])
    book.properties.created = book.properties.modified = _BOOK_MADE
    made, packed = io.BytesIO(), io.BytesIO()
    # not book.save(): that stamps the hour into the properties
    ExcelWriter(book, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED)).save()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            member = zipfile.ZipInfo(entry.filename, _ZIP_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(entry))
    return packed.getvalue()
