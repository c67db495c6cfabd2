"""Reports as a browser shows them: nothing that axe-core calls serious, in light, dark and on a telephone; and no help from outside."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from demo import shots
from scoreboard.settings import Settings
from tests.browser.rig import Watch, accessibility_issues


def test_every_kind_of_report_is_accessible(published_sample: Settings, page: Page) -> None:
    files = [file for _, file in shots.reports(published_sample) if file.suffix == ".html"]
    issues = {}
    for file in files:
        page.goto(file.as_uri())
        issues[file.name] = accessibility_issues(page)

    assert {"award_report.html"} <= set(issues)
    assert {name: found for name, found in issues.items() if found} == {}


SPOILT = {
    "color-contrast": "<style>p { color: #bbb; background: #ccc }</style>",
    "image-alt": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    "html-has-lang": "<script>document.documentElement.removeAttribute('lang')</script>",
    "the page is wider than its window": '<div style="width: 3000px; background: green">wide</div>',
}


@pytest.mark.parametrize("issue", SPOILT)
def test_a_spoilt_page_is_red(issue: str, page: Page) -> None:
    page.set_content(
        f'<!doctype html><html lang="en"><title>t</title><main><h1>t</h1><p>text</p></main>{SPOILT[issue]}'
    )

    assert any(issue in found for found in accessibility_issues(page))


def test_an_error_and_a_request_to_elsewhere_are_seen(page: Page, watch: Watch) -> None:
    page.set_content(
        '<script>console.error("broken"); fetch("http://example.org/").catch(() => { window.gone = true })</script>'
    )
    page.wait_for_function("window.gone")

    assert watch.errors[0] == "broken"
    assert watch.left == ["http://example.org/"]
    watch.errors.clear()
    watch.left.clear()
