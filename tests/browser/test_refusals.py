"""Pages that say no: nothing published, no permission, no such page, nonsense asked, broken. In words, with a way on, readable by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from scoreboard.settings import Settings
from tests.browser.rig import Watch, accessibility_issues, shown
from tests.marts_fixture import settings_for

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Nothing was ever published here."""
    return settings_for(tmp_path_factory.mktemp("nothing"))


@pytest.fixture
def broken(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of versions breaks in a way that nobody thought of."""
    monkeypatch.setattr("scoreboard.web.data.runs.published_versions", lambda _: 1 / 0)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(
    ("path", "role", "status", "heading"),
    [
        ("/", "VIEWER", 200, "Nothing has been published yet"),
        ("/", None, 403, "You may not see this page"),
        ("/quarantine/row?id=1", "VIEWER", 403, "You may not see this page"),
        ("/nowhere", "VIEWER", 404, "There is no such page"),
        ("/runs?page=0", "VIEWER", 422, "The address asks for something that does not exist"),
        ("/runs", "VIEWER", 500, "The page cannot be shown"),
    ],
)
def test_a_page_that_says_no_is_accessible(
    path: str, role: str | None, status: int, heading: str, visit: Visit, address: str, watch: Watch
) -> None:
    page = visit("/static/page.css", role=role)
    answer = page.goto(address + path)
    assert answer is not None and answer.status == status
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert shown(page) == shown(visit(path, role=role, java_script_enabled=False))
    assert accessibility_issues(page) == []
    watch.errors.clear()  # the browser calls an answer with 4xx or 5xx an error
