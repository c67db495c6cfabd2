"""What browser tests share: a page that is watched, and axe-core."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Request

LOOPBACK = {"127.0.0.1", "localhost"}
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}  # a telephone held upright
LOOKS = {
    "light": ("light", WIDE),
    "dark": ("dark", WIDE),
    "narrow": ("light", NARROW),
}

# all of them in the first look; in the others what colours and width can change
RULES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
    "narrow": {"runOnly": ["scrollable-region-focusable", "target-size", "meta-viewport"]},
}
ALIKE = 6
_SHORTEN = """(most) => {
    for (const body of document.querySelectorAll("tbody")) [...body.rows].slice(most).forEach(row => row.remove())
    for (const list of document.querySelectorAll("ul, ol")) [...list.children].slice(most).forEach(entry => entry.remove())
    // what is drawn inside a picture is no text to a reader: its title and description are
    for (const mark of document.querySelectorAll("svg[role=img] > :not(title, desc)")) mark.remove()
    for (const plot of document.querySelectorAll("svg")) [...plot.querySelectorAll("a")].slice(most).forEach(mark => mark.remove())
    for (const list of document.querySelectorAll("datalist, select")) [...list.options].slice(most).forEach(one => one.remove())
}"""


@dataclass
class Watch:
    """What a page did besides showing itself: errors on its console, requests to anywhere but this machine."""

    errors: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Page:
        """Watch a page from now on."""
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)
        return page

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in LOOPBACK:
            self.left.append(request.url)


def follow(link: Locator) -> None:
    """Click what leads to another page, and wait for that page."""
    with link.page.expect_navigation():
        link.click()


def accessibility_issues(page: Page) -> list[str]:
    """Every serious or critical issue that axe-core finds in any of the looks, and every look that must be pushed sideways.

    Of what repeats (rows of a table, marks of a plot) the first are looked at; the page is spoilt for anything else afterwards.
    """
    found = []
    axe = Axe()
    page.evaluate(_SHORTEN, ALIKE)
    for look, (scheme, size) in LOOKS.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        violations = axe.run(page, options={"resultTypes": ["violations"], **RULES[look]}).response["violations"]
        found += [f"{look}: {issue}" for violation in violations for issue in _tell(violation)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{look}: the page is wider than its window")
    return found


def _tell(violation: dict[str, Any]) -> list[str]:
    if violation["impact"] not in ("serious", "critical"):
        return []
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]}"
        for node in violation["nodes"][:5]
    ]
