"""What browser tests share: a page that is watched, and axe-core."""

from __future__ import annotations

from collections.abc import Mapping
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

# every rule where colours differ; of the width only what a width can change
RULES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {},
    "narrow": {"runOnly": ["scrollable-region-focusable", "target-size", "meta-viewport"]},
}
# without a script a page is what was sent, whatever the colours: every rule, on a telephone
WITHOUT_SCRIPT: dict[str, dict[str, Any]] = {"narrow": {}}

# axe-core takes about a second for 700 elements on an idle machine. No page of ours has 2,000; the award report has 7,000: it is
# looked at whole once, and in the other looks the first of what repeats in it.
LONG = 4000
ALIKE = 6
_SHORTEN = """(most) => {
    for (const body of document.querySelectorAll("tbody")) [...body.rows].slice(most).forEach(row => row.remove())
    for (const list of document.querySelectorAll("ul, ol")) [...list.children].slice(most).forEach(entry => entry.remove())
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


def accessibility_issues(page: Page, rules: Mapping[str, dict[str, Any]] = RULES) -> list[str]:
    """Every serious or critical issue that axe-core finds in any of the looks, and every look that must be pushed sideways.

    All rows and marks of the page are looked at; only a document that is LONG is cut after its first look, and spoilt by it.
    """
    found = []
    axe = Axe()
    for number, look in enumerate(rules):
        scheme, size = LOOKS[look]
        if number and page.locator("*").count() > LONG:
            page.evaluate(_SHORTEN, ALIKE)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        violations = axe.run(page, options={"resultTypes": ["violations"], **rules[look]}).response["violations"]
        found += [f"{look}: {issue}" for violation in violations for issue in _tell(violation)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{look}: the page is wider than its window")
    return found


def take_away_the_script(page: Page) -> None:
    """From now on the page's script does nothing: what is there is what a browser without JavaScript shows.

    axe-core is a script itself and cannot look at a page for which scripts are switched off.
    """
    page.route("**/static/page.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))


def _tell(violation: dict[str, Any]) -> list[str]:
    if violation["impact"] not in ("serious", "critical"):
        return []
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]}"
        for node in violation["nodes"][:5]
    ]
