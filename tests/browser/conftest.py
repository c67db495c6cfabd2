"""One browser per file; every page of a test is watched, and a test ends red when one complained or left this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route

from demo.browser import HOW_TO_GET, find_chromium, open_chromium, served
from scoreboard.settings import Settings
from tests.browser.rig import PATIENCE, Watch, log_in, watched
from tests.orchestration import airflow_home

airflow_home.set_environment()

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The chromium of this machine; where there is none, the tests that click are skipped."""
    program = find_chromium()
    if program is None:
        pytest.skip(HOW_TO_GET)
    with open_chromium(program) as running:
        yield running


@pytest.fixture
def watch() -> Watch:
    """What the pages of this test must not do; a test that expects an error takes it out of the list."""
    return Watch()


@pytest.fixture
def new_page(browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Makes watched pages, each with cookies of its own; options as of `browser.new_context`."""
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(watched(browser, watch, **options))
    assert watch.errors == []
    assert watch.left == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One watched page."""
    return new_page()


@pytest.fixture(scope="module")
def home(published_sample: Settings) -> Settings:
    """The home whose page is served; a file whose tests write takes a copy instead."""
    return published_sample


@pytest.fixture(scope="module")
def address(browser: Browser, home: Settings) -> Iterator[str]:
    """The page, served to the browser of this file. Its guard is in place: see `visit`."""
    airflow_home.prepare_database()
    from airflow.api_fastapi.app import init_auth_manager

    from scoreboard.web.app import make_app

    init_auth_manager()
    no_icon = Route("/favicon.ico", lambda _: Response(status_code=204))  # as Airflow, which has one of its own
    with served(Starlette(routes=[no_icon, Mount("/scoreboard", make_app(home))])) as answering:
        yield f"{answering}/scoreboard"


@pytest.fixture
def visit(address: str, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a path of the page with the session of somebody who has this role in Airflow's simple auth manager."""

    def open_as(path: str, role: str | None = "VIEWER", **options: Any) -> Page:
        page = new_page(**options)
        log_in(page, address, role)
        page.goto(address + path)
        return page

    return open_as
