"""Every page in a real browser: nothing that axe-core calls serious in light, dark or on a telephone; no error, no request elsewhere.

Each page is opened once with its script and once without JavaScript; most tests here ask about what was seen then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page, expect

from demo import STORY, shots
from scoreboard.settings import Settings
from tests.browser.rig import Watch, accessibility_issues, follow, log_in, shown, watched

pytestmark = pytest.mark.long

Visit = Callable[..., Page]

# what is given out as it lies in reports/ (test_reports.py looks at those), parts of pages, and what is no page
NOT_PAGES = {
    *("/report", "/pack", "/evidence/dbt/", "/evidence/data/{path:path}"),
    *("/account/trend", "/gaps/chart", "/static/{name}", "/{anything:path}"),
}


@dataclass(frozen=True)
class Seen:
    """What one page was when it was opened."""

    status: int
    title: str
    headings: int
    shown: tuple[str, str]
    links: frozenset[str]
    issues: list[str]
    complaints: list[str]


_LINKS = "links => links.map(link => new URL(link.getAttribute('href'), location).href.split('#')[0])"


@pytest.fixture(scope="module")
def seen(home: Settings, browser: Browser, address: str) -> dict[str, Seen]:
    """Every page as somebody sees it who may do everything; address -> what was seen."""
    watch, found = Watch(), {}
    with watched(browser, watch) as page:
        log_in(page, address, "ADMIN")
        for path in shots.pages(home).values():
            answer = page.goto(address + path)
            assert answer is not None, path
            found[path] = Seen(
                status=answer.status,
                title=page.title(),
                headings=page.get_by_role("heading", level=1).count(),
                shown=shown(page),
                links=frozenset(page.eval_on_selector_all("a[href]", _LINKS)),
                issues=accessibility_issues(page),
                complaints=watch.errors + watch.left,
            )
            watch.errors, watch.left = [], []
    return found


def test_every_route_is_looked_at(home: Settings, address: str) -> None:
    from scoreboard.web.pages import ROUTERS

    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    shown = {path.partition("?")[0] for path in shots.pages(home).values()}

    assert {route.path for route in routes if "GET" in route.methods} - NOT_PAGES == shown


def test_every_page_answers_with_a_title_and_one_heading(seen: dict[str, Seen]) -> None:
    assert {page.status for page in seen.values()} == {200}
    assert {page.headings for page in seen.values()} == {1}
    assert [page.title for page in seen.values() if not re.fullmatch(r".+ · Scoreboard", page.title)] == []


def test_every_page_is_accessible(seen: dict[str, Seen]) -> None:
    assert {path: page.issues for path, page in seen.items() if page.issues} == {}


def test_no_page_complains_or_asks_anybody_else(seen: dict[str, Seen]) -> None:
    assert {path: page.complaints for path, page in seen.items() if page.complaints} == {}


def test_every_page_is_the_same_without_javascript(seen: dict[str, Seen], visit: Visit, address: str) -> None:
    page = visit("/static/page.css", role="ADMIN", java_script_enabled=False)
    for path in seen:
        page.goto(address + path)
        assert shown(page) == seen[path].shown, path


def test_the_navigation_leads_everywhere_and_says_where_one_is(visit: Visit) -> None:
    page = visit("/")
    entries = page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link")
    names = entries.all_inner_texts()
    for name in names:
        follow(entries.get_by_text(name, exact=True))
        expect(entries.and_(page.locator("[aria-current=page]"))).to_have_text(name)

    assert len(names) == 9


def test_a_mark_in_the_plot_tells_its_figures_and_leads_to_its_account(visit: Visit) -> None:
    page = visit("/quadrants")
    mark = page.locator(f'.chart svg a[href*="id={STORY.risky_account}"]').first
    mark.scroll_into_view_if_needed()
    mark.hover(force=True)
    tip = page.locator(".tip")
    expect(tip).to_be_visible()
    name = tip.inner_text().split(":")[0].split(",")[0].strip()
    with page.expect_navigation():
        mark.click(force=True)

    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page).to_have_url(re.compile(rf"/account\?id={STORY.risky_account}"))


def test_a_mark_in_the_plot_is_reached_with_the_keyboard_and_without_javascript(visit: Visit) -> None:
    page = visit("/quadrants", java_script_enabled=False)
    page.get_by_role("link", name="Go past the plot").focus()
    page.keyboard.press("Shift+Tab")
    page.get_by_role("link", name="Go past the plot").focus()
    for _ in range(2):  # the plot itself, which can be scrolled, then its first mark
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/account\?id="))


def test_nothing_in_the_page_leads_nowhere(seen: dict[str, Seen], visit: Visit) -> None:
    page = visit("/", role="ADMIN")
    found = {link for page in seen.values() for link in page.links}
    # one of each kind: lists lead to hundreds of accounts by the same words
    kinds = {re.sub(r"=[^&]*", "=", link): link for link in sorted(found)}
    broken = {link: page.request.get(link).status for link in kinds.values()}

    assert {link: status for link, status in broken.items() if status != 200} == {}
    assert len(kinds) > 20
