"""Reports as a browser shows them: nothing that axe-core calls serious, in light, dark and on a telephone; and no help from outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from demo import shots
from scoreboard.quarter import Quarter
from scoreboard.reports.account_pack import pack_name, write_account_packs
from scoreboard.settings import Settings
from scoreboard.warehouse.reader import open_published
from tests.browser.rig import Watch, accessibility_issues
from tests.marts_fixture import settings_for
from tests.reports import account_marts

pytestmark = pytest.mark.long


def test_every_kind_of_report_is_accessible(published_sample: Settings, page: Page) -> None:
    files = [file for _, file in shots.reports(published_sample) if file.suffix == ".html"]
    issues = {}
    for file in files:
        page.goto(file.as_uri())
        issues[file.name] = accessibility_issues(page)

    assert {"award_report.html"} <= set(issues)
    assert {name: found for name, found in issues.items() if found} == {}


_PACKS = """
select arg_max(account_id, participant_count) as busy, arg_min(account_id, participant_count) as silent
from marts.rpt_account_reviews
where account_tier <> 'marginal'
    and quarter_start_date = (select max(quarter_start_date) from marts.dim_quarters where is_closed)
"""
_ODD = "<script>alert(1)</script> =cmd|' /C calc'!A0 {{ 7 * 7 }} مرحبا \u202eevil " + "x" * 5000


def test_packs_with_much_with_little_and_with_odd_words_are_accessible(
    published_sample: Settings, page: Page, tmp_path: Path
) -> None:
    with open_published(published_sample) as version:
        [chosen] = version.rows(_PACKS)
    newest = max(published_sample.reports.glob("*/accounts"))
    packs = {what: newest / f"{pack_name(account)}.html" for what, account in chosen.items()}
    company = account_marts.company()
    company["rpt_account_participants"] = [account_marts.person("C1", full_name=_ODD, job_title=_ODD, comments=_ODD)]
    company["rpt_account_reviews"][0]["account_name"] = _ODD
    settings = settings_for(tmp_path / "home")
    account_marts.publish_company(settings, company)
    [packs["odd"]] = write_account_packs(settings, Quarter.parse("2025-Q4"), ["A1"], pdf=False)
    issues = {}
    for what, pack in packs.items():
        page.goto(pack.as_uri())
        issues[what] = accessibility_issues(page)

    assert issues == {"busy": [], "silent": [], "odd": []}


_MANY = "<p>text</p>" * 30
_FAINT = "color: #bbb; background: #ccc"
# what is spoilt -> what is said of it, the spoilt page's HTML
SPOILT = {
    "all": ("light: color-contrast", f"<style>p {{ {_FAINT} }}</style>"),
    "one among many": ("light: color-contrast", f"<style>p:nth-of-type(17) {{ {_FAINT} }}</style>{_MANY}"),
    "those in a box": ("light: color-contrast", f"{_MANY}<div style='background: #333'>{_MANY}</div>"),
    "words among signs": ("light: color-contrast", f"<style>b {{ {_FAINT} }}</style>{'<b>*</b>' * 30}<b>text</b>"),
    "what something lies under": (
        "light: color-contrast",
        f"{_MANY}<i style='position: absolute; z-index: -1; top: 500px; width: 99%; height: 90px; background: #333'></i>",
    ),
    "the dark": ("dark: color-contrast", f"<style>@media (prefers-color-scheme: dark) {{ p {{ {_FAINT} }} }}</style>"),
    "a telephone": ("narrow: color-contrast", f"<style>@media (max-width: 40rem) {{ p {{ {_FAINT} }} }}</style>"),
    "a picture": ("image-alt", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'),
    "the language": ("html-has-lang", "<script>document.documentElement.removeAttribute('lang')</script>"),
    "the width": (
        "the page is wider than its window",
        '<div style="width: 3000px; background: green">wide</div>',
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_page_is_red(spoilt: str, page: Page) -> None:
    said, html = SPOILT[spoilt]
    page.set_content(f'<!doctype html><html lang="en"><title>t</title><main><h1>t</h1><p>text</p></main>{html}')

    issues = accessibility_issues(page)

    assert any(said in issue for issue in issues), issues


def test_an_error_and_a_request_to_elsewhere_are_seen(page: Page, watch: Watch) -> None:
    page.set_content(
        '<script>console.error("broken"); fetch("http://example.org/").catch(() => { window.gone = true })</script>'
    )
    page.wait_for_function("window.gone")

    assert watch.errors[0] == "broken"
    assert watch.left == ["http://example.org/"]
    watch.errors.clear()
    watch.left.clear()
