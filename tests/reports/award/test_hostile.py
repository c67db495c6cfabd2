"""Nothing that people named runs in any of the four files, and what cannot be written leaves the report before."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from scoreboard.reports.award import write_award_report
from scoreboard.warehouse.publish import PublishError
from tests.marts_fixture import award_row, settings_for
from tests.reports.award.company import EARNED, Q1, Q4, Rows, full_company, published, written
from tests.reports.award.conftest import pdf_text
from tests.reports.page import Page

HOSTILE = [
    "=cmd|' /C calc'!A1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "＝1+1",
    "@SUM(1)",
    "O'Neil\"; drop table x; --",
    "</style><link rel=stylesheet href=//evil>",
    '#eval("1+1") $x^2$ *b* @ref \\u{41} //c',
    "https://evil.example/?q=1",
    "-1",
    "&lt;b&gt;",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The four files of a company where everything that people name is hostile; the first sign would start a formula."""
    return written(settings_for(tmp_path_factory.mktemp("hostile") / "home"), full_company(" ".join(HOSTILE)), Q1)


def test_hostile_names_are_text_on_the_page(hostile: dict[str, Path], folder: Path) -> None:
    harmless, page = (
        Page(path.read_text(encoding="utf-8")) for path in (folder / "award_report.html", hostile["html"])
    )

    def outside_charts(found: Page) -> list[str]:
        drawn = {"text", "tspan", "g", "path"}  # a longer name wraps otherwise
        return [tag for tag, _ in found.tags if tag not in drawn]

    assert outside_charts(page) == outside_charts(harmless)  # no tag more, none less
    for text in HOSTILE:
        assert text in page.text


def test_hostile_names_are_text_on_paper(hostile: dict[str, Path]) -> None:
    text = pdf_text(hostile["pdf"].parent)
    for part in HOSTILE:
        assert re.sub(r"[\s＝]", "", part) in text, part  # a machine without a font for ＝ leaves it out
    reader = PdfReader(hostile["pdf"])
    is_claimed = b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert is_claimed == ("＝" in text)  # a paper with an empty box in it claims nothing
    links = [str(note.get_object().get("/A")) for sheet in reader.pages for note in sheet.get("/Annots", [])]
    assert not any("evil" in link for link in links)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(reader.trailer["/Root"].get("/Names", {}))


def test_hostile_names_are_text_in_the_workbook_and_the_csv(hostile: dict[str, Path]) -> None:
    text = " ".join(HOSTILE)
    cells = [cell for sheet in load_workbook(hostile["xlsx"]).worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {cell.value for cell in cells} >= {text}
    assert [cell.hyperlink.target for cell in cells if cell.hyperlink and cell.hyperlink.target] == []
    listed = list(csv.DictReader(io.StringIO(hostile["csv"].read_text(encoding="utf-8"))))
    assert listed[0]["project_name"] == f"'{text}"


# --- when it cannot be written ---


def test_nothing_published_nothing_written(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home")
    with pytest.raises(PublishError, match="nothing has been published"):
        write_award_report(settings, Q4)
    assert not settings.reports.exists()


def test_what_cannot_be_made_leaves_the_report_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(tmp_path / "home")
    files = written(settings, {"rpt_award_eligibility": [award_row("Good", **EARNED)]})
    before = {path.name: path.read_bytes() for path in files["html"].parent.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for broken in ("os.fsync", "scoreboard.reports.award.write.xlsx_of"):
        with monkeypatch.context() as patch:
            patch.setattr(broken, full)
            with pytest.raises(OSError, match="No space left"):
                write_award_report(settings, Q4)
    assert {path.name: path.read_bytes() for path in files["html"].parent.iterdir()} == before


def test_a_version_without_the_newer_tables_is_reported_all_the_same(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home")
    tables: dict[str, Rows] = {
        "rpt_award_eligibility": [award_row("Good", **EARNED), award_row("Good", 2026, **EARNED)]
    }
    published(settings, tables)
    paths = write_award_report(settings, Q1)
    assert all(Path(path).stat().st_size > 500 for path in paths.values())
