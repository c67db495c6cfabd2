"""What a report is made of, whatever the format: sections of words, tables and drawings. A table holds figures as they are; how one
reads is said once (`shown`), so page, paper and workbook cannot tell different ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Literal

from scoreboard.reports import wording
from scoreboard.reports.charts.picture import Picture
from scoreboard.reports.plain_text import paragraph

Kind = Literal[
    "text", "code", "status", "whole", "mean", "score", "needed", "share", "number", "date", "instant", "flag"
]
_LONGEST_TEXT = 4000
NUMERIC: frozenset[Kind] = frozenset({"whole", "mean", "score", "needed", "share", "number"})


@dataclass(frozen=True)
class Column:
    """A column of a table. `under`: keys of columns that page and paper show small beneath this one, joined by `joint`.

    `is_aside`: page and paper tell it elsewhere (the year in the caption, what stands beneath another column); the workbook has it.
    """

    key: str
    title: str
    kind: Kind = "text"
    under: tuple[str, ...] = ()
    joint: str = " · "
    is_aside: bool = False
    is_wide: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether it holds figures, which stand right."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Cell:
    """A cell as people read it."""

    text: str
    beneath: str
    status: str
    is_numeric: bool


@dataclass(frozen=True)
class Table:
    """Rows of figures as they are, with all a reader needs to read them alone. `key` names the sheet of the workbook."""

    block: ClassVar[str] = "table"
    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    about: str = ""

    @property
    def visible(self) -> list[Column]:
        """The columns of page and paper; the first names the row."""
        return [column for column in self.columns if not column.is_aside]

    def cells(self, row: dict[str, Any]) -> list[Cell]:
        """A row of page and paper."""
        named = {column.key: column for column in self.columns}
        return [
            Cell(
                text=shown(column, row),
                beneath=column.joint.join(
                    text for key in column.under if (text := shown(named[key], row)) != wording.NOTHING
                ),
                status=str(row[column.key]) if column.kind == "status" and row[column.key] in wording.STATUS else "",
                is_numeric=column.is_numeric,
            )
            for column in self.visible
        ]


@dataclass(frozen=True)
class Words:
    """A paragraph: `lead` is the result, `note` what must not be overlooked."""

    block: ClassVar[str] = "words"
    text: str
    role: Literal["plain", "lead", "note"] = "plain"
    label: str = ""


@dataclass(frozen=True)
class Tally:
    """A small table shown as large numbers."""

    block: ClassVar[str] = "tally"
    table: Table


@dataclass(frozen=True)
class Groups:
    """Names under headings, as a release lists recipients; the workbook has them as a table."""

    block: ClassVar[str] = "groups"
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    table: Table


@dataclass(frozen=True)
class Steps:
    """Things to do in order, each with what to paste, where there is something."""

    block: ClassVar[str] = "steps"
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawing:
    """A chart; `name` is its file name on the way to the paper."""

    block: ClassVar[str] = "drawing"
    name: str
    title: str
    picture: Picture


Block = Words | Tally | Table | Groups | Steps | Drawing


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; `anchor` is unique in the report."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()
    tag: str = ""


@dataclass(frozen=True)
class Report:
    """A report in full. `listing`: the columns and rows of the CSV file."""

    title: str
    kicker: str
    quarter: str
    version: str
    as_of: date
    imprint: str
    sections: tuple[Section, ...]
    listing: Table = field(repr=False)

    def blocks(self) -> Iterator[Block]:
        """Every block in reading order."""
        yield from _blocks_of(self.sections)

    def tables(self) -> Iterator[Table]:
        """Every table in reading order."""
        for block in self.blocks():
            if isinstance(block, Table):
                yield block
            elif isinstance(block, Tally | Groups):
                yield block.table

    def drawings(self) -> dict[str, Picture]:
        """Every chart by its name."""
        return {block.name: block.picture for block in self.blocks() if isinstance(block, Drawing)}


def _blocks_of(sections: tuple[Section, ...]) -> Iterator[Block]:
    for section in sections:
        yield from section.blocks
        yield from _blocks_of(section.sections)


def shown(column: Column, row: dict[str, Any]) -> str:
    """A figure as people read it. A mean needs the row's `threshold`: it never shows on the wrong side of it."""
    value = row[column.key]
    if value is None or value == "":
        return wording.NOTHING
    match column.kind:
        case "status":
            return wording.in_words(value, wording.STATUS)
        case "mean":
            return wording.mean_text(value, row["threshold"])
        case "score":
            return f"{value:.3f}"
        case "needed":
            return wording.needed_text(value)
        case "share":
            return f"{value:.1%}"
        case "number":
            return wording.plain_number(value)
        case "instant":
            moment: datetime = value
            return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case "flag":
            return "yes" if value else "no"
        case "whole":
            return str(value)
        case _:
            return paragraph(value, _LONGEST_TEXT)
