"""The list of accounts as people use it: search, filter, sort, page; with the mouse, with the keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from demo import STORY
from tests.browser.rig import follow

Visit = Callable[..., Page]


def names(page: Page) -> list[str]:
    """The accounts that the list shows, in its order."""
    return page.locator("tbody th a").all_inner_texts()


def column(page: Page, number: int) -> list[str]:
    return [text.split("\n")[0] for text in page.locator(f"tbody td:nth-child({number})").all_inner_texts()]


def total(page: Page) -> int:
    return int(page.get_by_role("status").inner_text().split()[0].replace(",", ""))


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_account_is_searched_and_opened(has_script: bool, visit: Visit) -> None:
    page = visit("/", java_script_enabled=has_script)
    follow(page.get_by_role("navigation", name="Pages").get_by_role("link", name="Accounts"))
    page.get_by_label("Name or account id").fill(STORY.risky_account.lower())
    follow(page.get_by_role("button", name="Show"))

    [name] = names(page)
    follow(page.get_by_role("link", name=name))

    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_filters_narrow_the_list_and_can_be_cleared(visit: Visit) -> None:
    page = visit("/accounts")
    everyone = total(page)
    page.get_by_label("Tier").select_option("Key")
    page.get_by_label("Quadrant").select_option("Risky business")
    follow(page.get_by_role("button", name="Show"))

    assert set(column(page, 2)) == {"Key"} and set(column(page, 3)) == {"Risky business"}
    assert 0 < total(page) < everyone
    expect(page.get_by_label("Tier")).to_have_value("key")

    follow(page.get_by_role("link", name="Clear"))
    assert total(page) == everyone


def test_a_heading_sorts_down_and_up_again(visit: Visit) -> None:
    page = visit("/accounts")
    follow(page.get_by_role("link", name="Engagement"))
    down = [float(text) for text in column(page, 6)]
    expect(page.get_by_role("columnheader", name="Engagement")).to_have_attribute("aria-sort", "descending")
    follow(page.get_by_role("link", name="Engagement"))
    up = [float(text) for text in column(page, 6)]
    expect(page.get_by_role("columnheader", name="Engagement")).to_have_attribute("aria-sort", "ascending")

    assert down == sorted(down, reverse=True) and up == sorted(up)
    assert max(up) < min(down)


def test_the_pages_hold_every_account_once(visit: Visit) -> None:
    page = visit("/accounts?sort=name&order=asc")
    expected = total(page)
    pager = page.get_by_role("navigation", name="Pages of this list")
    seen = names(page)
    while pager.get_by_role("link", name="Next").count():
        follow(pager.get_by_role("link", name="Next"))
        seen += names(page)

    assert len(seen) == expected == len(set(seen))
    assert [name.lower() for name in seen] == sorted(name.lower() for name in seen)


def test_nothing_found_says_what_to_do(visit: Visit) -> None:
    page = visit("/accounts?q=nobody+is+called+so")

    expect(page.get_by_role("status")).to_contain_text("No account fits")
    follow(page.get_by_role("link", name="search also among those"))
    expect(page.get_by_label("Also who was no customer then")).to_be_checked()


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit("/accounts")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    field = page.get_by_label("Name or account id")
    expect(field).to_be_focused()
    assert (
        field.evaluate("field => getComputedStyle(field).outlineStyle + getComputedStyle(field).outlineWidth")
        == "solid3px"
    )
    page.keyboard.type(STORY.blind_spot_account)
    page.keyboard.press("Enter")

    expect(page.locator("tbody th a")).to_have_count(1)


def test_the_order_of_the_tab_key_is_that_of_the_page(visit: Visit) -> None:
    page = visit("/accounts")
    places = []
    for _ in range(30):
        page.keyboard.press("Tab")
        places.append(
            page.evaluate(
                """() => { const all = [...document.querySelectorAll('*')], now = document.activeElement
                const box = now.getBoundingClientRect()
                return [all.indexOf(now), box.width > 0 && box.height > 0] }"""
            )
        )

    assert [place for place, _ in places] == sorted({place for place, _ in places})
    assert all(is_seen for _, is_seen in places)
