"""The award report in a real browser: nothing for axe to object to, nothing fetched, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from demo.browser import HOW_TO_GET, find_chromium, open_chromium
from tests.browser.rig import RULES, violations
from tests.marts_fixture import settings_for
from tests.reports.award.company import Q1, full_company, written


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip(HOW_TO_GET)
    with open_chromium(program) as running:
        yield running


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(settings_for(tmp_path_factory.mktemp("browser") / "home"), full_company("A name"), Q1)["html"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, page_file: Path, scheme: str) -> None:
    # the page's own policy forbids scripts, axe's among them
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light", bypass_csp=True)
    page = context.new_page()
    page.goto(page_file.as_uri())
    found = violations(page, RULES[scheme])
    context.close()
    assert [(issue["id"], issue["impact"], issue["nodes"][0]["html"]) for issue in found] == []


def test_on_a_narrow_screen_only_tables_scroll_sideways_and_nothing_is_asked_for(
    browser: Browser, page_file: Path
) -> None:
    page = browser.new_page(viewport={"width": 400, "height": 800})
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(page_file.as_uri())
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert width == 400
    assert asked == [page_file.as_uri()]
    assert said == []


def test_the_keyboard_reaches_the_result_first_and_every_table(browser: Browser, page_file: Path) -> None:
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.locator(".scroll:not([tabindex='0'])").count() == 0
    page.close()
