"""The award report as PDF: the content of the page, set for paper."""

from __future__ import annotations

from typing import Any

from scoreboard.reports.award.blocks import (
    Block,
    Cell,
    Column,
    Drawing,
    Groups,
    Report,
    Section,
    Steps,
    Table,
    Tally,
    Words,
)
from scoreboard.reports.pdf import for_paper, set_pdf

# letters: of a name or a sentence on one line, and of what fills a page's width
_LONGEST_NAME, _LONGEST_LINE, _FULL = 34, 56, 165


def pdf_of(report: Report) -> bytes:
    """The paper's bytes; the same content gives the same ones. Raises PdfFailed."""
    content = {
        "title": report.title,
        "kicker": report.kicker,
        "quarter": report.quarter,
        "version": report.version,
        "as_of": {"year": report.as_of.year, "month": report.as_of.month, "day": report.as_of.day},
        "imprint": report.imprint,
        "sections": [_section(section) for section in report.sections],
    }
    pictures = {name: picture.svg for name, picture in report.drawings().items()}
    return set_pdf("award_report.typ", content, pictures)


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "tag": section.tag,
        "blocks": [_block(block) for block in section.blocks],
        "sections": [_section(below) for below in section.sections],
    }


def _block(block: Block) -> dict[str, Any]:
    return {"block": block.block, **_content(block)}


def _content(block: Block) -> dict[str, Any]:
    match block:
        case Words():
            return {"text": for_paper(block.text), "role": block.role, "label": for_paper(block.label)}
        case Tally():
            return {"entries": [[cell.text for cell in block.table.cells(row)] for row in block.table.rows]}
        case Groups():
            return {
                "groups": [{"heading": heading, "entries": for_paper(entries)} for heading, entries in block.groups]
            }
        case Steps():
            return {"steps": [{"text": text, "code": code} for text, code in block.steps]}
        case Drawing():
            return {
                "name": block.name,
                "title": for_paper(block.title),
                "alt": block.picture.alt,
                "is_half": block.name.startswith("trend-"),
            }
        case Table():
            return _table(block)


def _table(table: Table) -> dict[str, Any]:
    rows = [table.cells(row) for row in table.rows]
    widths = [_width(column, [row[number] for row in rows]) for number, column in enumerate(table.visible)]
    return {
        "title": table.title,
        "is_full": sum(widths) > _FULL,
        "heads": [
            {"text": column.title, "is_numeric": column.is_numeric, "width": width}
            for column, width in zip(table.visible, widths, strict=True)
        ],
        "rows": [
            [
                # what is there to be copied stays as it is
                {"text": cell.text if column.kind == "code" else for_paper(cell.text)}
                | {"beneath": for_paper(cell.beneath), "is_numeric": cell.is_numeric}
                for column, cell in zip(table.visible, row, strict=True)
            ]
            for row in rows
        ],
    }


def _width(column: Column, cells: list[Cell]) -> int:
    """Letters a column needs: for figures the longest, for text a line that reads well; never less than its head's longest word."""
    head = max((len(word) for word in column.title.split()), default=1) + 2
    longest = max((max(len(cell.text), len(cell.beneath)) for cell in cells), default=0)
    most = _LONGEST_LINE if column.is_wide else _LONGEST_NAME
    return max(head, longest + 1 if column.is_numeric else min(longest + 3, most), 4)
