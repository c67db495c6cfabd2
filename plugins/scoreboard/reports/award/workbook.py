"""The award report as an Excel workbook: a sheet per table with typed cells, and a first sheet that says what is where."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scoreboard.reports import wording
from scoreboard.reports.award.blocks import Column, Report, Table, Words, shown

_NARROWEST, _WIDEST = 8, 60
_LONGEST_TEXT = 32_767  # what a cell holds
_FIRST_DAY = date(1900, 3, 1)  # spreadsheets disagree about the days before


def xlsx_of(report: Report) -> bytes:
    """The workbook's bytes; the day it bears is as-of, so the same content gives the same ones."""
    file = io.BytesIO()
    # text stays text: nothing is taken for a formula, a link or a number
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties(
        {
            "title": report.title,
            "subject": report.kicker,
            "comments": report.imprint,
            "created": datetime.combine(report.as_of, time(), UTC).replace(tzinfo=None),
        }
    )
    tables = joined(report)
    formats = Formats(book)
    _contents(book.add_worksheet("Contents"), report, tables, formats)
    _words(book.add_worksheet("In words"), report, formats)
    for table in tables:
        _sheet(book.add_worksheet(sheet_name(table)), table, formats)
    book.close()
    return file.getvalue()


def joined(report: Report) -> list[Table]:
    """The report's tables, those of several years joined into one each, in reading order."""
    by_key: dict[str, list[Table]] = {}
    for table in report.tables():
        by_key.setdefault(table.key, []).append(table)
    return [
        Table(
            key=key,
            title=parts[0].title if len(parts) == 1 else parts[0].about,
            columns=tuple({column.key: column for part in parts for column in part.columns}.values()),
            rows=tuple(row for part in parts for row in part.rows),
            about=parts[0].about,
        )
        for key, parts in by_key.items()
    ]


def sheet_name(table: Table) -> str:
    """`projects` is sheet `Projects`."""
    return table.key.replace("_", " ").capitalize()[:31]


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.title = self.of(bold=True, font_size=14)
        self.head = self.of(bold=True, text_wrap=True, valign="top", bottom=2, bg_color="#E8ECF0")
        self.text = self.of(text_wrap=True, valign="top")
        self.bold = self.of(bold=True, valign="top")

    def of(self, **properties: Any) -> Format:
        """A format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def figure(self, column: Column, row: dict[str, Any]) -> Format:
        """How a figure of this column reads, as on page and paper."""
        return self.of(valign="top", num_format=_number_format(column, row))


def _number_format(column: Column, row: dict[str, Any]) -> str:
    match column.kind:
        case "whole":
            return "0"
        case "mean":  # as many decimals as the decision needs
            return "0." + "0" * len(shown(column, row).partition(".")[2])
        case "score":
            return "0.000"
        case "needed":  # the figure as it is; page and paper round it up
            return "0.000###"
        case "share":
            return "0.0%"
        case "date":
            return "yyyy-mm-dd"
        case "instant":
            return 'yyyy-mm-dd hh:mm" UTC"'
        case _:
            return "General"


def _sheet(sheet: Worksheet, table: Table, formats: Formats) -> None:
    sheet.freeze_panes(1, 1)
    for number, column in enumerate(table.columns):
        sheet.write_string(0, number, column.title, formats.head)
        longest = max((len(shown(column, row)) for row in table.rows if column.key in row), default=0)
        sheet.set_column(number, number, min(_WIDEST, max(_NARROWEST, longest + 2, len(column.title) // 2 + 4)))
    for line, row in enumerate(table.rows, start=1):
        for number, column in enumerate(table.columns):
            _write(sheet, line, number, column, row, formats)
    sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Worksheet, line: int, number: int, column: Column, row: dict[str, Any], formats: Formats) -> None:
    value = row.get(column.key)
    if value is None or value == "":
        return
    match column.kind:
        case "text" | "code":
            sheet.write_string(line, number, str(value)[:_LONGEST_TEXT], formats.text)
        case "status":
            sheet.write_string(line, number, wording.in_words(value, wording.STATUS), formats.text)
        case "flag":
            sheet.write_boolean(line, number, bool(value), formats.of(valign="top"))
        case "date" if value < _FIRST_DAY:
            sheet.write_string(line, number, str(value), formats.text)
        case "date":
            moment = datetime.combine(value, time())
            sheet.write_datetime(line, number, moment, formats.figure(column, row))
        case "instant":
            sheet.write_datetime(line, number, value.astimezone(UTC).replace(tzinfo=None), formats.figure(column, row))
        case _:
            sheet.write_number(line, number, value, formats.figure(column, row))


def _contents(sheet: Worksheet, report: Report, tables: list[Table], formats: Formats) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 2, 100)
    sheet.write_string(0, 0, report.title, formats.title)
    sheet.write_string(1, 0, report.kicker)
    sheet.write_string(2, 0, report.imprint)
    for number, title in enumerate(("Sheet", "Rows", "What it holds")):
        sheet.write_string(4, number, title, formats.head)
    sheet.write_string(5, 0, "In words", formats.bold)
    sheet.write_string(5, 2, "What the report says in sentences, section by section.", formats.text)
    for line, table in enumerate(tables, start=6):
        name = sheet_name(table)
        sheet.write_url(
            line, 0, f"internal:'{name}'!A1", formats.of(valign="top", font_color="#0B57A4", underline=1), name
        )
        sheet.write_number(line, 1, len(table.rows), formats.of(valign="top", num_format="0"))
        sheet.write_string(line, 2, table.about or table.title, formats.text)
    sheet.freeze_panes(5, 0)


def _words(sheet: Worksheet, report: Report, formats: Formats) -> None:
    """The sentences of the report, beside the section they stand in."""
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 110)
    sheet.freeze_panes(1, 0)
    for number, title in enumerate(("Section", "What it says")):
        sheet.write_string(0, number, title, formats.head)
    line = 0
    pending = list(report.sections)
    while pending:
        section = pending.pop(0)
        pending[:0] = section.sections
        for block in section.blocks:
            if isinstance(block, Words):
                line += 1
                text = f"{block.label}: {block.text}" if block.label else block.text
                sheet.write_string(line, 0, section.title, formats.text)
                sheet.write_string(line, 1, text[:_LONGEST_TEXT], formats.text)
    sheet.autofilter(0, 0, max(1, line), 1)
