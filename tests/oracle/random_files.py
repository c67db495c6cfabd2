"""Writes random companies as files: csv, csv.gz, jsonl, parquet and xlsx, every cell in one of its allowed spellings."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.oracle.random_world import Row, Verbatim
from tests.oracle.schema import ENTITIES, Entity

_OFFSETS = ("Z", "", "+00:00", "+05:30", "-0500", "+1400", "-14:00", "+0545", "+12:45")
# Names whose byte order is neither alphabetical nor numerical.
_STEMS = (
    "part-10",
    "part-9",
    "Part-1",
    "a b",
    "é",
    "z",
    "Z",
    "_x",
    "part-01",
    "part_01",
    "0",
    "\u00fcbung",
    "a.b",
    "a-b",
)


def write_entity(rng: random.Random, entity: Entity, rows: list[Row], inboxes: list[Path], workbooks: bool) -> None:
    """Cuts the rows into some files and hands them to the inboxes (one for each run) in any way."""
    cuts = sorted(rng.sample(range(1, len(rows)), min(len(rows) - 1, rng.randint(0, 4)))) if len(rows) > 1 else []
    bounds = [0, *cuts, len(rows)]
    stems = rng.sample(_STEMS, len(bounds) - 1)
    for stem, start, stop in zip(stems, bounds, bounds[1:], strict=False):
        inbox = inboxes[0] if rng.random() < 0.6 else rng.choice(inboxes)  # most of it comes with the first run
        folder = inbox / entity.domain / entity.name
        folder.mkdir(parents=True, exist_ok=True)
        _write_file(rng, entity, rows[start:stop], folder, stem, workbooks)
        if rng.random() < 0.1:
            (folder / rng.choice((".hidden.csv", "~$part-1.xlsx"))).write_text("not,a\nfile")


def _write_file(rng: random.Random, entity: Entity, rows: list[Row], folder: Path, stem: str, workbooks: bool) -> None:
    columns = [
        column
        for column in entity.columns
        if column in entity.required or rng.random() < 0.6 or any(row.get(column) is not None for row in rows)
    ]
    rng.shuffle(columns)
    if rng.random() < 0.25:
        columns.insert(rng.randint(0, len(columns)), "shoe_size")
        rows = [row | {"shoe_size": rng.choice((None, "42", "NaN"))} for row in rows]
    formats = ["csv", "csv", "csv.gz", "parquet", "xlsx"]
    if all(any(_is_told(row.get(column)) for row in rows) for column in entity.required):
        formats += ["jsonl", "jsonl"]
    chosen = rng.choice(formats)
    if chosen == "xlsx" and not workbooks:
        chosen = "csv"
    path = folder / f"{stem}.{chosen}"
    if chosen.startswith("csv"):
        text = _csv(rng, rows, columns)
        path.write_bytes(gzip.compress(text, mtime=0) if chosen == "csv.gz" else text)
    elif chosen == "jsonl":
        lines = [json.dumps(_json_row(rng, entity, row, columns), ensure_ascii=rng.random() < 0.5) for row in rows]
        path.write_text("\n".join(lines) + rng.choice(("", "\n", "\n\n")), encoding="utf-8")
    elif chosen == "parquet":
        pq.write_table(
            pa.table({column: _array(rng, entity, column, rows) for column in columns}),
            path,
            compression=rng.choice(("snappy", "zstd", "none")),
        )
    else:
        _xlsx(rng, entity, rows, columns, path)


def _is_told(cell: Any) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def spell(rng: random.Random, cell: Any) -> str:
    """One allowed text of a cell; None and Verbatim as they are."""
    if cell is None:
        return rng.choice(("", "", "", " "))
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        word = rng.choice(("true", "1", "yes") if cell else ("false", "0", "no"))
        return rng.choice((word, word.upper(), word.title(), word[:1] + word[1:].upper()))
    if isinstance(cell, Decimal):
        return _spell_number(rng, cell)
    if isinstance(cell, datetime):
        return _spell_instant(rng, cell)
    assert isinstance(cell, date)
    return cell.isoformat()


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _spell_number(rng: random.Random, number: Decimal) -> str:
    text = _plain(number)
    whole, point, fraction = text.partition(".")
    if rng.random() < 0.6:
        return text
    if not point:
        return rng.choice((f"{text}.", f"{text}.0", f"{text}.000000", text if text.startswith("-") else f"+{text}"))
    if whole in ("0", "-0"):
        return f"{whole[:-1]}.{fraction}"
    return f"{whole}.{fraction.ljust(rng.randint(len(fraction), 6), '0')}"


def _spell_instant(rng: random.Random, moment: datetime) -> str:
    offset = rng.choice(_OFFSETS)
    sign = -1 if offset.startswith("-") else 1
    digits = offset.lstrip("+-").replace(":", "")
    minutes = sign * (int(digits[:2]) * 60 + int(digits[2:])) if digits.isdigit() else 0
    local = moment.astimezone(timezone(timedelta(minutes=minutes)))
    text = local.strftime(f"%Y-%m-%d{rng.choice('T ')}%H:%M:%S")
    if local.microsecond:
        full = f".{local.microsecond:06d}"
        text += rng.choice((full, full.rstrip("0")))
    else:
        text += rng.choice(("", "", ".0", ".000", ".000000"))
    return text + offset


def _csv(rng: random.Random, rows: list[Row], columns: list[str]) -> bytes:
    out = io.StringIO()
    ending = rng.choice(("\n", "\r\n"))
    quoted, plain = (
        csv.writer(out, lineterminator=ending, quoting=csv.QUOTE_ALL),
        csv.writer(out, lineterminator=ending),
    )
    writer = rng.choice((quoted, plain))
    writer.writerow(columns)
    for row in rows:
        writer.writerow([spell(rng, row.get(column)) for column in columns])
        if rng.random() < 0.02:
            out.write("\n")
    return (b"\xef\xbb\xbf" if rng.random() < 0.3 else b"") + out.getvalue().encode()


def _json_row(rng: random.Random, entity: Entity, row: Row, columns: list[str]) -> Row:
    out = {}
    for column in columns:
        cell = row.get(column)
        if cell is None and rng.random() < 0.6:
            continue
        out[column] = _json_cell(rng, cell, entity.columns.get(column, "text"))
    return out


def _json_cell(rng: random.Random, cell: Any, kind: str) -> Any:
    if cell is None or isinstance(cell, (Verbatim, bool)):
        return cell
    if isinstance(cell, Decimal) and rng.random() < 0.8:
        is_short = float(cell) == cell and "e" not in repr(float(cell)) and abs(cell) < 2**53
        return (
            int(cell)
            if cell == int(cell) and rng.random() < 0.7
            else float(cell)
            if Decimal(repr(float(cell))) == cell and (is_short or abs(cell) < 10**9)
            else spell(rng, cell)
        )
    if kind == "text" and isinstance(cell, str):
        number = _number_of(cell)
        return cell if number is None or rng.random() < 0.4 else rng.choice((number, float(number)))
    return spell(rng, cell)


def _number_of(text: str) -> int | None:
    """The integer a text column's cell may also be written as."""
    return int(text) if text.isascii() and text.isdigit() and str(int(text)) == text and len(text) < 10 else None


def _array(rng: random.Random, entity: Entity, column: str, rows: list[Row]) -> pa.Array:
    """A Parquet column: typed where every cell allows it, else text."""
    cells = [row.get(column) for row in rows]
    kind = entity.columns.get(column, "text")
    told = [cell for cell in cells if cell is not None]
    if rng.random() < 0.8 and not any(isinstance(cell, Verbatim) for cell in told):
        if kind == "number":
            return _numbers(rng, cells, told)
        if kind == "flag":
            return (
                pa.array(cells, pa.bool_())
                if rng.random() < 0.7
                else pa.array([None if cell is None else int(cell) for cell in cells], pa.int8())
            )
        if kind == "timestamp" and all(isinstance(cell, datetime) for cell in told):
            unit = rng.choice(("us", "us", "ns"))
            zone = rng.choice(("UTC", "America/New_York", None))
            return pa.array(
                cells if zone else [cell and cell.astimezone(UTC).replace(tzinfo=None) for cell in cells],
                pa.timestamp(unit, zone),
            )
        if kind == "date" and all(isinstance(cell, date) for cell in told):
            if any(isinstance(cell, datetime) for cell in told) or rng.random() < 0.3:
                return pa.array(
                    [cell and datetime(cell.year, cell.month, cell.day, getattr(cell, "hour", 0)) for cell in cells],
                    pa.timestamp("us"),
                )
            return pa.array(cells, pa.date32())
        if kind == "text" and told and all(_number_of(cell) is not None for cell in told):
            return pa.array(
                [None if cell is None else int(cell) for cell in cells], rng.choice((pa.int64(), pa.float64()))
            )
    texts = pa.array([None if cell is None else spell(rng, cell) for cell in cells], pa.string())
    return texts.dictionary_encode() if rng.random() < 0.2 else texts


def _numbers(rng: random.Random, cells: list[Any], told: list[Decimal]) -> pa.Array:
    if any(abs(cell) >= 10**14 or cell != cell.quantize(Decimal("0.000001")) for cell in told):
        return pa.array([None if cell is None else spell(rng, cell) for cell in cells], pa.string())
    if rng.random() < 0.4 and all(Decimal(repr(float(cell))) == cell for cell in told):
        return pa.array(
            [rng.choice((None, float("nan"))) if cell is None else float(cell) for cell in cells],
            pa.float64(),
            from_pandas=False,
        )
    if rng.random() < 0.5 and all(cell == int(cell) for cell in told):
        return pa.array([None if cell is None else int(cell) for cell in cells], pa.int64())
    return pa.array(
        [None if cell is None else cell.quantize(Decimal("0.000001")) for cell in cells], pa.decimal128(20, 6)
    )


def _xlsx(rng: random.Random, entity: Entity, rows: list[Row], columns: list[str], path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(columns)
    for row in rows:
        sheet.append([_sheet_cell(rng, row.get(column), entity.columns.get(column, "text")) for column in columns])
        if rng.random() < 0.05:
            sheet.append([None] * len(columns))
    if rng.random() < 0.5:
        book.create_sheet("Notes").append(["not", "for", "you"])
    book.save(path)


def _sheet_cell(rng: random.Random, cell: Any, kind: str) -> Any:
    if cell is None or isinstance(cell, Verbatim):
        return None if cell is None or not cell else str(cell)
    typed = rng.random() < 0.7
    if isinstance(cell, bool):
        return rng.choice((cell, int(cell))) if typed else spell(rng, cell)
    if isinstance(cell, Decimal):
        return float(cell) if typed and Decimal(repr(float(cell))) == cell and abs(cell) < 10**9 else spell(rng, cell)
    if isinstance(cell, datetime):
        moment = cell.astimezone(UTC) if cell.tzinfo else cell
        return (
            moment.replace(tzinfo=None)
            if typed and not moment.microsecond and kind == "timestamp"
            else spell(rng, cell)
        )
    if isinstance(cell, date):
        return cell if typed else spell(rng, cell)
    return _number_of(cell) if typed and _number_of(cell) is not None else cell


def write_seeds(seeds: dict[str, list[list[str]]], folder: Path) -> None:
    """Seeds as plain CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in seeds.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def write_rows(rng: random.Random, rows: dict[str, list[Row]], inboxes: list[Path], *, workbooks: bool = True) -> None:
    """All entities that have rows."""
    for inbox in inboxes:
        inbox.mkdir(parents=True, exist_ok=True)
    for entity in ENTITIES.values():
        if rows.get(entity.name):
            write_entity(rng, entity, rows[entity.name], inboxes, workbooks)
