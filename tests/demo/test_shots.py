"""Pictures of pages and reports: wide as promised, few colours, and a plain word where something is missing."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from demo import shots
from scoreboard.reports.pdf import set_pdf


def test_a_picture_is_small_and_keeps_its_plain_colours() -> None:
    picture = Image.linear_gradient("L").resize((1280, 700)).convert("RGB")
    picture.paste((227, 244, 234), (0, 0, 1280, 300))

    made = Image.open(io.BytesIO(shots.small(picture)))

    assert (made.size, made.mode, made.format) == ((1280, 700), "P", "PNG")
    assert made.convert("RGB").getpixel((10, 10)) == (227, 244, 234)
    assert len(made.getcolors() or []) <= shots.COLOURS


def test_of_a_pdf_the_first_page_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "two.typ").write_text(
        "#set page(width: 100mm, height: 50mm, fill: red)\n#pagebreak()\n#set page(fill: blue)"
    )
    monkeypatch.setattr("scoreboard.reports.pdf.TEMPLATES", templates)
    (tmp_path / "two.pdf").write_bytes(set_pdf("two.typ", {}))

    picture = shots.first_page(tmp_path / "two.pdf")

    assert picture.size == (1280, 640)
    assert picture.convert("RGB").getpixel((5, 5))[0] > 200  # type: ignore[index]


@pytest.mark.parametrize("missing", ["chromium", "make demo"])
def test_what_is_missing_is_said(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shots, "find_chromium", lambda: None if missing == "chromium" else Path(sys.executable))
    monkeypatch.setattr(sys, "argv", ["shots", "--to", str(tmp_path / "images")])
    monkeypatch.setenv("SCOREBOARD_HOME", str(tmp_path))

    assert shots.main() == 1
    assert missing in capsys.readouterr().err
    assert not (tmp_path / "images").exists()
