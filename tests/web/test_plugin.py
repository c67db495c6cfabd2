"""The page where it really stands: mounted by Airflow, from the plugin it finds."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def airflow_app(token, published_sample):
    """Airflow's own web app with our plugin in it."""
    from airflow.api_fastapi.app import create_app

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCOREBOARD_HOME", str(published_sample.home))
        yield create_app(apps="core")


def test_airflow_mounts_the_page_behind_its_login(airflow_app, token):
    client = TestClient(airflow_app, raise_server_exceptions=False, follow_redirects=False)
    for path in ("/scoreboard/", "/scoreboard/accounts", "/scoreboard/static/page.css", "/scoreboard/docs"):
        assert client.get(path).status_code == 401
        assert (
            "next=http%3A%2F%2Ftestserver%2Fscoreboard"
            in client.get(path, headers={"accept": "text/html"}).headers["location"]
        )
    bearer = {"authorization": f"Bearer {token('VIEWER')}"}
    page = client.get("/scoreboard/accounts", headers=bearer | {"accept": "text/html"})
    assert page.status_code == 200 and 'href="/scoreboard/account?id=' in page.text
    assert client.get("/scoreboard/openapi.json", headers=bearer).status_code == 404


def test_airflow_is_told_of_the_entry_in_its_navigation(airflow_app, token):
    from airflow import plugins_manager

    views, _ = plugins_manager._get_ui_plugins()
    assert {"name": "Scoreboard", "href": "/scoreboard/", "destination": "nav"}.items() <= views[0].items()
    assert not plugins_manager.get_import_errors()


def test_tasks_and_the_scheduler_do_not_load_the_page():
    """They load the plugin for its timetable; the page is made only when the API server asks for it."""
    from scoreboard.airflow_plugin import ScoreboardPlugin

    assert "fastapi_apps" not in vars(ScoreboardPlugin())
