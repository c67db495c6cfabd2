"""A page as its readers get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


class Page(HTMLParser):
    """What a browser would see: tags with attributes, text, table rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag == "br" and self.rows and self.rows[-1]:
            self.rows[-1][-1] += " / "

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.text += data
        if ("td" in self.open or "th" in self.open) and "span" not in self.open:
            self.rows[-1][-1] += data.strip()

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@dataclass
class Table:
    """A table of a page: its caption and rows of cells, each with what stands small beneath it."""

    caption: str = ""
    rows: list[list[tuple[str, str]]] = field(default_factory=list)


class Tables(HTMLParser):
    """Every table of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self._place = ""
        self._is_beneath = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in ("td", "th"):
            self.tables[-1].rows[-1].append(("", ""))
        if tag in ("caption", "td", "th"):
            self._place = tag
        if tag == "span":
            self._is_beneath = dict(attrs).get("class") == "sub"

    def handle_endtag(self, tag: str) -> None:
        if tag == self._place:
            self._place = ""
        if tag == "span":
            self._is_beneath = False

    def handle_data(self, data: str) -> None:
        if self._place == "caption":
            self.tables[-1].caption += data
        elif self._place:
            text, beneath = self.tables[-1].rows[-1][-1]
            cell = (text, beneath + data) if self._is_beneath else (text + data, beneath)
            self.tables[-1].rows[-1][-1] = cell
