"""What browser tests share: a page that is watched, and axe-core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page, Request

PATIENCE = 60_000  # milliseconds: only a page that never comes is a failure, however busy the machine
LOOPBACK = {"127.0.0.1", "localhost"}
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}  # a telephone held upright
LOOKS = {
    "light": ("light", WIDE),
    "dark": ("dark", WIDE),
    "narrow": ("light", NARROW),
}

# every rule once; then what colours can change, and what a width can
_COLOURS = ["color-contrast", "link-in-text-block"]
RULES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": _COLOURS},
    "narrow": {"runOnly": [*_COLOURS, "scrollable-region-focusable", "target-size", "meta-viewport"]},
}

# Contrast took two thirds of axe-core's time: it is measured of the first few of all texts that are drawn alike.
_MARK_UNLIKE = Path(__file__).with_name("unlike.js").read_text(encoding="utf-8")
_ONLY_UNLIKE = "axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-unlike]' }] })"
FEW = 3
# it works a colour out anew for every element that lies under or over another, for a dozen colours a page
_KNOW_COLOURS = """() => {
    const Color = axe.commons.color.Color.prototype, read = Color.parseString, known = new Map()
    Color.parseString = function (words) {
        if (known.has(words)) return Object.assign(this, known.get(words))
        read.call(this, words)
        known.set(words, { r: this.r, g: this.g, b: this.b, alpha: this.alpha })
        return this
    }
}"""
_ASK = "options => axe.run(options).then(found => found.violations)"

# The elements and the words as they are shown; without the script's tip, which is hidden until somebody points at a mark, and the
# seals of forms, which are each session's own.
_SHOWN = """() => {
    const copy = document.documentElement.cloneNode(true)
    copy.querySelectorAll("body > .tip[hidden]").forEach(tip => tip.remove())
    copy.querySelectorAll("input[name=seal]").forEach(seal => seal.removeAttribute("value"))
    return [copy.outerHTML, document.body.innerText]
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


@contextmanager
def watched(browser: Browser, watch: Watch, **options: Any) -> Iterator[Page]:
    """A watched page with cookies of its own, until the block ends; options as of `browser.new_context`."""
    context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce"} | options)
    context.set_default_timeout(PATIENCE)
    try:
        yield watch.over(context.new_page())
    finally:
        context.close()


def log_in(page: Page, address: str, role: str | None) -> None:
    """Give the page the session of somebody who has this role in Airflow's simple auth manager."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    user = SimpleAuthManagerUser(username=(role or "stranger").lower(), role=role)
    token = get_auth_manager().generate_jwt(user, expiration_time_in_seconds=600)
    page.context.add_cookies([{"name": "_token", "value": token, "url": address}])


def accessibility_issues(page: Page) -> list[str]:
    """Every serious or critical issue that axe-core finds in any of the looks, and every look that must be pushed sideways."""
    found = []
    for look, rules in RULES.items():
        scheme, size = LOOKS[look]
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += [f"{look}: {issue}" for violation in violations(page, rules) for issue in _tell(violation)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{look}: the page is wider than its window")
    return found


def violations(page: Page, rules: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What axe-core objects to, however slight, in the page as it is now."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(_ONLY_UNLIKE)
        page.evaluate(_KNOW_COLOURS)
    page.evaluate(_MARK_UNLIKE, FEW)
    return list(page.evaluate(_ASK, {"resultTypes": ["violations"], **rules}))


def shown(page: Page) -> tuple[str, str]:
    """The page's elements and its words, to be compared with those of a browser without JavaScript.

    axe-core is a script itself and cannot look at a page for which scripts are switched off. Where nothing differs it needs not.
    """
    elements, words = page.evaluate(_SHOWN)
    return str(elements), str(words)


def _tell(violation: dict[str, Any]) -> list[str]:
    if violation["impact"] not in ("serious", "critical"):
        return []
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]}"
        for node in violation["nodes"][:5]
    ]
