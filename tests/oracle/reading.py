"""Reads dropped files into raw cells, in landing order, and parses single cells as the contract spells them.

A raw cell is None (absent), a str (a text cell, whose notation is judged) or a typed Python value (which counts as its value).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]

_NUMBER = re.compile(r"[+-]?(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?(?:Z|([+-])([0-9]{2}):?([0-9]{2}))?"
)
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class BrokenFile(Exception):
    """A file nobody can read as a table; its name and the reason."""


class WrongType(ValueError):
    """A cell that is not of its column's kind."""


def read_entity(inboxes: list[Path], domain: str, entity: str) -> list[Row]:
    """All rows of an entity in landing order: run (one inbox each), path in byte order, row. Extra keys: `_file`."""
    rows: list[Row] = []
    for inbox in inboxes:
        folder = inbox / domain / entity
        names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208  (bytes order of names wants the names)
        for name in sorted(names, key=os.fsencode):
            if not name.startswith((".", "~$")):
                rows += [row | {"_file": f"{domain}/{entity}/{name}"} for row in read_file(folder / name)]
    return rows


def read_file(path: Path) -> list[Row]:
    """Rows of one file as {column: raw cell}."""
    name = path.name
    if name.endswith(".csv"):
        rows = list(_csv_rows(path.read_bytes(), name))
    elif name.endswith(".csv.gz"):
        rows = list(_csv_rows(gzip.decompress(path.read_bytes()), name))
    elif name.endswith(".jsonl"):
        text = path.read_bytes().decode("utf-8-sig")
        rows = [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in text.split("\n") if line.strip()]
    elif name.endswith(".parquet"):
        rows = _parquet_rows(path)
    elif name.endswith(".xlsx"):
        rows = list(_xlsx_rows(path))
    else:
        raise BrokenFile(f"{name}: no format the contract knows")
    if not rows:
        raise BrokenFile(f"{name}: no rows")
    return rows


def _csv_rows(content: bytes, name: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    header = next(reader)
    if len(set(header)) != len(header):
        raise BrokenFile(f"{name}: doubled header")
    for record in reader:
        if not record:
            continue
        if len(record) != len(header):
            raise BrokenFile(f"{name}: ragged row at line {reader.line_num}")
        yield dict(zip(header, record, strict=True))


def _parquet_rows(path: Path) -> list[Row]:
    table = pq.ParquetFile(path).read()
    for place, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):  # Python has no nanoseconds
            table = table.set_column(place, column.name, table[column.name].cast(pa.timestamp("us", column.type.tz)))
    return table.to_pylist()  # type: ignore[no-any-return]


def _xlsx_rows(path: Path) -> Iterator[Row]:
    book = openpyxl.load_workbook(path, data_only=True)
    lines = book.worksheets[0].iter_rows(values_only=True)
    header = list(next(lines))
    for line in lines:
        if any(cell is not None for cell in line):
            yield {str(column): cell for column, cell in zip(header, line, strict=True) if column is not None}


def is_null(cell: Any) -> bool:
    """Absent, empty, whitespace-only (no-break spaces too) and a float NaN are null. The text NaN is not."""
    return (
        cell is None or (isinstance(cell, str) and not cell.strip()) or (isinstance(cell, float) and math.isnan(cell))
    )


def spelled(cell: Any) -> str:
    """The text of a cell in a text column: text verbatim, numbers in their shortest decimal spelling."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        whole = cell if cell.tzinfo is None else cell.astimezone(UTC).replace(tzinfo=None)
        return whole.isoformat() + "Z"
    if isinstance(cell, date):
        return cell.isoformat()
    plain = format(_decimal(cell), "f")
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def _decimal(cell: Any) -> Decimal:
    return cell if isinstance(cell, Decimal) else Decimal(repr(cell) if isinstance(cell, float) else cell)


def parse(cell: Any, kind: str) -> Any:
    """A raw cell as its column's kind: None, str, Decimal, bool, date or an aware UTC datetime; WrongType otherwise."""
    return None if is_null(cell) else _PARSERS[kind](cell)


def _number(cell: Any, after: int = 6) -> Decimal:
    if isinstance(cell, str):
        found = _NUMBER.fullmatch(cell)
        if found is None:
            raise WrongType(cell)
        whole, fraction, bare = found.groups()
        digits, places = len(whole or ""), len(fraction or bare or "")
        value = Decimal(cell)
    elif isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        value = _decimal(cell)
        if not value.is_finite():
            raise WrongType(cell)
        whole, _, fraction = format(abs(value), "f").partition(".")
        digits, places = len(whole.lstrip("0")), len(fraction.rstrip("0"))
    else:
        raise WrongType(cell)
    if digits > 14 or places > after:
        raise WrongType(cell)
    return value


def parse_rate(text: str) -> Decimal:
    """A rate of fx_rates: up to ten digits after the point."""
    return _number(text, after=10)


def _flag(cell: Any) -> bool:
    value = _FLAGS.get(spelled(cell).lower()) if isinstance(cell, (str, bool, int, float, Decimal)) else None
    if value is None:
        raise WrongType(cell)
    return value


def _date(cell: Any) -> date:
    if isinstance(cell, datetime):
        moment = cell.replace(tzinfo=UTC) if cell.tzinfo is None else cell.astimezone(UTC)
        if moment.timetz() != time(0, tzinfo=UTC):
            raise WrongType(cell)
        return moment.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, str) and _DATE.fullmatch(cell):
        try:
            return date.fromisoformat(cell)
        except ValueError as error:
            raise WrongType(cell) from error
    raise WrongType(cell)


def _timestamp(cell: Any) -> datetime:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=UTC) if cell.tzinfo is None else cell.astimezone(UTC)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    found = _TIMESTAMP.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        raise WrongType(cell)
    day, hour, minute, second, fraction, sign, off_hour, off_minute = found.groups()
    offset = timedelta(hours=int(off_hour or 0), minutes=int(off_minute or 0))
    if int(off_minute or 0) > 59 or offset > timedelta(hours=14):
        raise WrongType(cell)
    try:
        whole = date.fromisoformat(day)
        zone = timezone(-offset if sign == "-" else offset)
        return datetime(
            whole.year,
            whole.month,
            whole.day,
            int(hour),
            int(minute),
            int(second),
            int((fraction or "0").ljust(6, "0")),
            zone,
        ).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongType(cell) from error


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "text": spelled,
    "number": _number,
    "flag": _flag,
    "date": _date,
    "timestamp": _timestamp,
}
