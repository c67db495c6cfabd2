"""The page where people meet it: in Airflow's own web UI, behind its own login, with the permissions its users have there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from scoreboard.settings import Settings
from tests.browser.airflow_server import RunningAirflow, airflow
from tests.browser.rig import Watch
from tests.sample import copy_of


@pytest.fixture(scope="module")
def running(
    browser: Browser, published_sample: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningAirflow]:
    """One web server for this file, over a copy; asked for after the browser, so that a machine without one starts nothing."""
    home = copy_of(published_sample, tmp_path_factory.mktemp("home"))
    with airflow(home, tmp_path_factory.mktemp("airflow") / "api-server.log") as server:
        yield server


def log_in(page: Page, running: RunningAirflow, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(running.passwords[name])
    page.get_by_role("button", name="Sign in").click()


def test_the_login_stands_before_the_page_and_leads_back_to_it(running: RunningAirflow, page: Page) -> None:
    page.goto(f"{running.address}/scoreboard/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()

    log_in(page, running, "viewer")

    expect(page).to_have_url(f"{running.address}/scoreboard/")
    expect(page.get_by_role("contentinfo")).to_contain_text("Signed in as viewer")


def test_an_alert_is_taken_up_inside_airflows_own_ui(running: RunningAirflow, page: Page, watch: Watch) -> None:
    page.goto(running.address)
    log_in(page, running, "keeper")
    page.get_by_role("link", name="Scoreboard").click()
    # of Airflow's own pages, which ask before anybody is logged in
    watch.errors.clear()

    frame: FrameLocator = page.frame_locator("iframe")
    expect(frame.get_by_role("contentinfo")).to_contain_text("Signed in as keeper")
    frame.get_by_role("link", name="Critical").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Alerts")
    frame.locator("tbody th a").first.click()
    frame.get_by_role("button", name="Acknowledge").click()

    expect(frame.get_by_role("status")).to_contain_text("Acknowledged")
    expect(frame.locator(".history")).to_contain_text("by keeper")
