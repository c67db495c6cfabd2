"""Every page in a real browser: nothing that axe-core calls serious in light, dark or on a telephone; no error, no request elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Page, expect

from demo import STORY, shots
from scoreboard.settings import Settings
from tests.browser.rig import WITHOUT_SCRIPT, Watch, accessibility_issues, follow, take_away_the_script

pytestmark = pytest.mark.long

Visit = Callable[..., Page]

# what is given out as it lies in reports/ (test_reports.py looks at those), parts of pages, and what is no page
NOT_PAGES = {
    *("/report", "/pack", "/evidence/dbt/", "/evidence/data/{path:path}"),
    *("/account/trend", "/gaps/chart", "/static/{name}", "/{anything:path}"),
}


def test_every_route_is_looked_at(home: Settings, address: str) -> None:
    from scoreboard.web.pages import ROUTERS

    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    shown = {path.partition("?")[0] for path in shots.pages(home).values()}

    assert {route.path for route in routes if "GET" in route.methods} - NOT_PAGES == shown


def test_every_page_is_accessible(home: Settings, visit: Visit, address: str) -> None:
    page = visit("/", role="ADMIN")
    issues = {}
    for name, path in shots.pages(home).items():
        answer = page.goto(address + path)
        assert answer is not None and answer.status == 200, path
        issues[name] = accessibility_issues(page)
        title, heading = page.title(), page.get_by_role("heading", level=1)
        expect(heading).to_have_count(1)
        assert re.fullmatch(r".+ · Scoreboard", title), title

    assert {name: found for name, found in issues.items() if found} == {}


def test_every_page_is_accessible_without_its_script(home: Settings, visit: Visit, address: str) -> None:
    page = visit("/", role="ADMIN")
    take_away_the_script(page)
    issues = {}
    for name, path in shots.pages(home).items():
        page.goto(address + path)
        assert page.locator("script").count() == 1, "a second script would not be taken away"
        assert page.locator(".tip").count() == 0, "its script still runs"
        issues[name] = accessibility_issues(page, WITHOUT_SCRIPT)

    assert {name: found for name, found in issues.items() if found} == {}


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


def test_every_page_is_read_without_javascript(home: Settings, visit: Visit, address: str) -> None:
    with_script, without = visit("/", role="ADMIN"), visit("/", role="ADMIN", java_script_enabled=False)
    for path in shots.pages(home).values():
        texts = []
        for page in (with_script, without):
            page.goto(address + path)
            texts.append(page.locator("main").inner_text())
        assert texts[0] == texts[1], path


def test_nothing_in_the_page_leads_nowhere(home: Settings, visit: Visit, address: str, watch: Watch) -> None:
    page = visit("/", role="ADMIN")
    found = set()
    for path in shots.pages(home).values():
        page.goto(address + path)
        found |= set(
            page.eval_on_selector_all(
                "a[href]", "links => links.map(link => new URL(link.getAttribute('href'), location).href.split('#')[0])"
            )
        )
    # one of each kind: lists lead to hundreds of accounts by the same words
    kinds = {re.sub(r"=[^&]*", "=", link): link for link in sorted(found)}
    broken = {link: page.request.get(link).status for link in kinds.values()}

    assert {link: status for link, status in broken.items() if status != 200} == {}
    assert len(kinds) > 20
