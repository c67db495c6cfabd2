"""PDF reports, set by Typst: fonts embedded, tagged for screen readers, page numbers; the same content gives the same bytes."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from scoreboard.errors import ScoreboardError

TEMPLATES = Path(__file__).with_name("templates")
_LONG_RUN = re.compile(r"[^\s\u200b]{41,}")
_EVERY = 40
_PLACE_TO_BREAK = "\u200b"


class PdfFailed(ScoreboardError):
    """Typst could not set a report; the message is its own."""


def set_pdf(template: str, content: Mapping[str, Any], pictures: Mapping[str, str] | None = None) -> bytes:
    """A template of reports/templates (`<name>.typ`) set with `content`; the same content gives the same bytes.

    The template reads its content by `json(sys.inputs.content)` and a picture (SVG text) by `image(sys.inputs.pictures + "/<name>.svg")`:
    text reaches Typst as data only, so nothing a customer wrote is ever taken for markup. What PDF/UA-1 asks for (headings in order, a
    text for every picture, a title, a glyph for every letter) is checked and claimed; a paper that cannot claim it, such as one with a
    name in a script no font here has, is set all the same and claims nothing. Raises PdfFailed.
    """
    with tempfile.TemporaryDirectory(prefix="scoreboard-pdf-") as scratch:
        folder = Path(scratch)
        for name in TEMPLATES.glob("*.typ"):
            (folder / name.name).write_bytes(name.read_bytes())
        (folder / "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        for name_, svg in (pictures or {}).items():
            (folder / f"{name_}.svg").write_text(svg, encoding="utf-8")
        try:
            return _set(folder, template, "ua-1")
        except typst.TypstError:
            try:
                return _set(folder, template, None)
            except typst.TypstError as error:
                raise PdfFailed(f"{template} could not be set as PDF: {error}. No PDF was written.") from error


def _set(folder: Path, template: str, standard: Literal["ua-1"] | None) -> bytes:
    inputs = {"content": "content.json", "pictures": "."}
    made = typst.compile(
        folder / template,
        root=folder,
        font_paths=_fonts(),
        sys_inputs=inputs,
        format="pdf",
        pdf_standards=standard,
    )
    return bytes(made)


@cache
def _fonts() -> typst.Fonts:
    """Typst's own and the machine's: looked for once, however many papers are set."""
    return typst.Fonts()


def for_paper(content: Any) -> Any:
    """The content with its texts breakable: an endless word would leave the page."""
    if isinstance(content, str):
        return _LONG_RUN.sub(_breakable, content)
    if isinstance(content, list | tuple):
        return [for_paper(part) for part in content]
    if isinstance(content, dict):
        return {name: for_paper(part) for name, part in content.items()}
    return content


def _breakable(run: re.Match[str]) -> str:
    text = run[0]
    return _PLACE_TO_BREAK.join(text[start : start + _EVERY] for start in range(0, len(text), _EVERY))
