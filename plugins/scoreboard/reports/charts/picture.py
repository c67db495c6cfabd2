"""A finished chart: SVG that stands alone, the same bytes for the same rows, readable by a screen reader."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass

import altair as alt
import vl_convert

from scoreboard.reports.charts import style
from scoreboard.reports.charts.marks import Text, layered, texts

_SVG = "http://www.w3.org/2000/svg"
_MARK = "mark:"  # a mark's description, by which it is found again: mark:<key>
ET.register_namespace("", _SVG)


@dataclass(frozen=True)
class Picture:
    """A chart. `alt` says its message in one or two sentences, for those who do not see it."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Hint:
    """What a mark shows when pointed at, and where it leads."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Frame:
    """Sizes of a chart in pixels: the plot, and the room left around it for texts."""

    width: int
    height: int
    left: int
    bottom: int
    top: int = style.TOP

    @property
    def right(self) -> int:
        """What is left of the common width."""
        return style.TOTAL - self.width - self.left


def draw(
    layers: alt.LayerChart,
    frame: Frame,
    title: str,
    subtitle: str,
    message: str,
    hints: Mapping[str, Hint] | None = None,
) -> Picture:
    """Draw layers below a title and a line that says how to read them. Marks whose description is `mark:<key>` get the hint of that key.

    Links are laid in afterwards as given: Vega would make them absolute. Its numbering of ids, its classes and roles go,
    so that several charts can stand in one page and equal rows give equal bytes.
    """
    heading = [Text(4 - frame.left, 20 - frame.top, title, weight="bold")]
    reading = [Text(4 - frame.left, 40 - frame.top, subtitle, tone=style.SOFT)] if subtitle else []
    all_layers = layered(layers, texts(heading, style.TITLE), *([texts(reading)] if reading else []))
    spec = style.dressed(all_layers, frame.width, frame.height, frame.left, frame.right, frame.top, frame.bottom)
    root = ET.fromstring(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))  # noqa: S314 - our own drawing
    has_links = any(hint.href for hint in (hints or {}).values())
    _clean(root)
    _hint(root, hints or {})
    name, description = ET.Element(f"{{{_SVG}}}title"), ET.Element(f"{{{_SVG}}}desc")
    name.text, description.text = title, message
    root.insert(0, name)
    root.insert(1, description)
    mark = hashlib.sha256(ET.tostring(root)).hexdigest()[:12]
    name.set("id", f"t{mark}")
    description.set("id", f"d{mark}")
    # an image is one thing to a screen reader; where its parts are links it is a group, or they could not be reached
    root.set("role", "group" if has_links else "img")
    root.set("aria-labelledby", f"t{mark}")
    root.set("aria-describedby", f"d{mark}")
    for element in root.iter():
        if _local(element) == "clipPath":
            element.set("id", f"{element.get('id')}-{mark}")
        if (clip := element.get("clip-path")) is not None:
            element.set("clip-path", clip.replace(")", f"-{mark})"))
    return Picture(ET.tostring(root, encoding="unicode"), message)


def nothing_yet(title: str, reason: str) -> Picture:
    """A picture in place of a chart that has nothing to show."""
    text = texts([Text(style.TOTAL / 2, 30, reason, "center", style.SOFT)], style.SIZE + 1)
    return draw(text, Frame(style.TOTAL, 60, 0, 16), title, "", f"{title}. {reason}")


def key(index: int) -> str:
    """The description of a mark that gets a hint."""
    return f"{_MARK}{index}"


def _clean(root: ET.Element) -> None:
    names: dict[str, str] = {}
    for element in root.iter():
        for attribute in [a for a in element.attrib if a in ("class", "role") or a.startswith("aria-")]:
            if attribute != "aria-label" or not element.attrib[attribute].startswith(_MARK):
                del element.attrib[attribute]
        if (name := element.get("id")) is not None:
            element.set("id", names.setdefault(name, f"clip{len(names)}"))
    for element in root.iter():
        if found := re.fullmatch(r"url\(#(.+)\)", element.get("clip-path", "")):
            element.set("clip-path", f"url(#{names[found[1]]})")
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get("display") == "none" or (_local(child) == "path" and not child.get("d")):
                parent.remove(child)


def _hint(root: ET.Element, hints: Mapping[str, Hint]) -> None:
    for parent in list(root.iter()):
        for position, child in enumerate(list(parent)):
            hint = hints.get(child.attrib.pop("aria-label", ""))
            if hint is None:
                continue
            title = ET.SubElement(child, f"{{{_SVG}}}title")
            title.text = hint.text
            if hint.href is not None:
                link = ET.Element(f"{{{_SVG}}}a", {"href": hint.href, "aria-label": hint.text})
                parent[position] = link
                link.append(child)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
