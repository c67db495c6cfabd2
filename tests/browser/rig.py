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


def accessibility_issues(page: Page, looks: dict[str, tuple[str, dict[str, int]]] = LOOKS) -> list[str]:
    """Every serious or critical issue that axe-core finds in any of the looks, and every look that must be pushed sideways."""
    found = []
    axe = Axe()
    for look, (scheme, size) in looks.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        # the colours of a telephone are those of a wide window, and by far the longest to look at
        rules = {"color-contrast": {"enabled": size is WIDE}}
        violations = axe.run(page, options={"resultTypes": ["violations"], "rules": rules}).response["violations"]
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
