"""The four files of an award report tell the same figures, in their own way, and nothing in them runs."""

from __future__ import annotations

import csv
import math
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from pypdf import PdfReader

from scoreboard.reports.award import write_award_report
from scoreboard.reports.award.workbook import joined, sheet_name
from scoreboard.settings import Settings
from tests.reports.award.company import Q1, content
from tests.reports.award.conftest import pdf_text
from tests.reports.page import Page, Tables


def html_tables(folder: Path) -> dict[str, list[list[tuple[str, str]]]]:
    tables = Tables((folder / "award_report.html").read_text(encoding="utf-8")).tables
    return {table.caption: table.rows for table in tables}


def book_of(folder: Path) -> Workbook:
    return load_workbook(folder / "award_report.xlsx")


def seen(cell: Cell) -> str:
    """What a spreadsheet shows of a cell, by its number format."""
    value, form = cell.value, cell.number_format
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC" if "hh" in form else f"{value:%Y-%m-%d}"
    if isinstance(value, str):
        return value
    if form.endswith("%"):
        return f"{value:.1%}"
    if "#" in form:  # what is needed: as it is here, rounded up where it is read
        return f"{math.ceil(value * 1000 - 1e-6) / 1000:.3f}"
    if form.startswith("0"):
        return f"{value:.{len(form.partition('.')[2])}f}"
    return f"{value:g}"


# --- the same figures ---


def test_every_figure_is_the_same_on_page_paper_and_in_the_workbook(settings: Settings, folder: Path) -> None:
    page, paper, book = html_tables(folder), pdf_text(folder), book_of(folder)
    report = content(settings, Q1)
    place: dict[str, int] = {}
    compared = 0
    for table in report.tables():
        sheet = book[sheet_name(table)]
        heads = {str(cell.value): number for number, cell in enumerate(sheet[1])}
        named = {column.key: column for column in table.columns}
        assert table.rows, f"nothing to compare in {table.key}"
        on_page = page.get(table.title, [])[1:]
        for number, _ in enumerate(table.rows):
            place[table.key] = line = place.get(table.key, 1) + 1
            cells = {
                key: seen(sheet.cell(line, heads[column.title] + 1))
                for key, column in named.items()
                if column.title in heads
            }
            told = []
            for column in table.visible:
                beneath = column.joint.join(text for key in column.under if (text := cells[key]) != "–")
                text = cells[column.key]
                if column.kind == "needed" and text != "–" and float(text) > 5:
                    text += ", out of reach"
                told.append((text, beneath))
                compared += 1
            if table.title in page:
                assert on_page[number] == told, table.title
                assert re.sub(r"\s", "", "".join(text + beneath for text, beneath in told)) in paper, (
                    table.title,
                    told,
                )
    assert set(place) == {table.key for table in joined(report)}
    assert compared > 300


def test_tallies_and_recipients_are_the_same_in_all_too(folder: Path) -> None:
    html, paper, book = (folder / "award_report.html").read_text(encoding="utf-8"), pdf_text(folder), book_of(folder)
    tally = [[cell.value for cell in row] for row in book["Tally"].iter_rows(min_row=2)]
    shown = re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", html)
    assert [(status, str(number)) for _, status, number in tally] == shown
    assert "".join(f"{word}{number}" for word, number in shown[:3]).replace(" ", "") in paper
    for award, year, _, name, location, _ in book["Recipients"].iter_rows(min_row=2, values_only=True):
        assert f"<li>{name}; {location}</li>" in html
        assert f"{award}{year}recipients" in paper and f"{name};{location}".replace(" ", "") in paper


def test_the_csv_has_the_figures_of_the_workbook_in_full(folder: Path) -> None:
    with (folder / "award_report.csv").open(encoding="utf-8", newline="") as file:
        listed = {(row["project_id"], row["award_year"], row["category"]): row for row in csv.DictReader(file)}
    assert list(listed) == [
        ("Good", "2025", "overall"),
        ("Good", "2025", "field_service"),
        ("Low", "2025", "overall"),
        ("Good", "2026", "overall"),
        ("Low", "2026", "overall"),
    ]
    assert listed["Low", "2025", "overall"]["mean_score"] == "3.9996"
    assert (listed["Low", "2026", "overall"]["mean_score"], listed["Low", "2026", "overall"]["rule_pass"]) == (
        "",
        "false",
    )
    sheet = book_of(folder)["Projects"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2, values_only=True):
        line = dict(zip(heads, row, strict=True))
        told = listed[str(line["Project id"]), str(line["Year"]), "overall"]
        for column, title in (
            ("response_count", "Responses"),
            ("waves", "Waves"),
            ("mean_score", "Mean (95 % interval)"),
            ("ci95_low", "Interval from"),
            ("response_rate", "Response rate"),
            ("invitation_count", "Invitations"),
            ("answered_count", "Invitations answered"),
            ("threshold", "Threshold"),
        ):
            assert (float(told[column]) if told[column] else None) == line[title], column


def test_a_mean_never_reads_as_the_threshold_it_missed(folder: Path) -> None:
    sheet = book_of(folder)["Projects"]
    [cell] = [cell for row in sheet.iter_rows() for cell in row if cell.value == 3.9996]
    assert cell.number_format == "0.0000"
    assert "3.9996" in pdf_text(folder)


def test_the_same_version_gives_the_same_bytes(settings: Settings, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(before) == [f"award_report.{ending}" for ending in ("csv", "html", "pdf", "xlsx")]
    write_award_report(settings, Q1)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_charts_on_the_page_have_names_and_words(folder: Path) -> None:
    page = Page((folder / "award_report.html").read_text(encoding="utf-8"))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    charts = page.named("svg")
    assert len(charts) == len(page.named("figcaption")) == 3
    assert all(
        chart["role"] == "img" and {chart["aria-labelledby"], chart["aria-describedby"]} <= set(ids) for chart in charts
    )
    assert len(ids) == len(set(ids))
    assert not {"image", "use", "script", "style", "foreignobject"} & {
        tag for tag, _ in page.tags[page.tags.index(("svg", charts[0])) :]
    }


# --- the workbook ---


def test_the_first_sheet_says_what_is_where(settings: Settings, folder: Path) -> None:
    book = book_of(folder)
    first = book.worksheets[0]
    listed = [row for row in first.iter_rows(min_row=6, values_only=True) if row[0]]
    assert [row[0] for row in listed] == book.sheetnames[1:]
    assert all(row[2] for row in listed)
    assert {row[0]: row[1] for row in listed}["Projects"] == 4
    assert "v000001-run-1" in str(first["A3"].value)


def test_cells_are_typed_and_sheets_are_made_for_reading(settings: Settings, folder: Path) -> None:
    book = book_of(folder)
    sheet = book["Outlook"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    assert isinstance(sheet.cell(2, heads["Last by"]).value, datetime)
    assert isinstance(sheet.cell(2, heads["Mean so far"]).value, float)
    assert isinstance(sheet.cell(2, heads["Missing waves"]).value, int)
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes, sheet.title
        assert sheet.auto_filter.ref, sheet.title
        assert sheet.column_dimensions["A"].width > 5
    assert book.properties.created == datetime(2026, 2, 1)


# --- the paper ---


def test_the_paper_has_page_numbers_a_running_head_and_tags(folder: Path) -> None:
    reader = PdfReader(folder / "award_report.pdf")
    total = len(reader.pages)
    assert total > 3
    for number, sheet in enumerate(reader.pages, start=1):
        text = sheet.extract_text()
        assert f"Page {number} of {total}" in text
        assert "Award report · quarter 2026-Q1" in text and "Version v000001-run-1" in text
    assert reader.page_labels == [str(number) for number in range(1, total + 1)]
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()  # what PDF/UA-1 asks for was checked
    assert reader.metadata is not None and "2026-Q1" in str(reader.metadata.title)
    assert next(item["/Title"] for item in reader.outline if isinstance(item, dict)) == "In short"


def test_every_font_of_the_paper_is_embedded(folder: Path) -> None:
    fonts = {}
    for sheet in PdfReader(folder / "award_report.pdf").pages:
        for name, font in _fonts(sheet["/Resources"]):
            descriptor = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            about = descriptor["/FontDescriptor"].get_object() if "/FontDescriptor" in descriptor else {}
            fonts[name] = (
                any(key in about for key in ("/FontFile", "/FontFile2", "/FontFile3")) or font["/Subtype"] == "/Type3"
            )
    assert fonts
    assert all(fonts.values()), fonts


def _fonts(resources: Any) -> list[tuple[str, Any]]:
    found = [
        (str(font.get_object().get("/BaseFont")), font.get_object()) for font in resources.get("/Font", {}).values()
    ]
    for inner in resources.get("/XObject", {}).values():
        if "/Resources" in inner.get_object():
            found += _fonts(inner.get_object()["/Resources"])
    return found


def test_charts_on_paper_have_words_for_those_who_do_not_see_them(folder: Path) -> None:
    root: Any = PdfReader(folder / "award_report.pdf").trailer["/Root"]
    texts: list[str] = []
    pending = [root["/StructTreeRoot"]]
    while pending:
        node = pending.pop().get_object()
        if isinstance(node, list):
            pending += node
        elif isinstance(node, dict):
            texts += [str(node["/Alt"])] if "/Alt" in node else []
            pending += [node["/K"]] if "/K" in node else []
    assert sum("Award scores 2025: 1 of 2 projects has a mean at or above 4.0" in text for text in texts) == 1
