"""The documentation's pages in a browser: readable by everybody, and nothing asked of anybody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from scoreboard.site.build import build_site
from tests.browser.rig import accessibility_issues
from tests.pipeline import settings_for

KINDS = (
    "index",
    "tutorial",
    "how-to/add-a-survey",
    "reference/settings",
    "reference/commands",
    "explanation/why-pomp",
    "bi",
)
"""One page of each kind; all are drawn by the same templates."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the pages, served: axe-core cannot read styles from the disk."""
    folder = build_site(settings_for(tmp_path_factory.mktemp("site"), "2026-04-20")).parent
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible(kind: str, site: str, page: Page) -> None:
    page.goto(f"{site}/{kind}.html")

    assert accessibility_issues(page) == []
