"""The page where it really stands: mounted by Airflow, from the plugin it finds."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

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
        assert f"next={quote(path, safe='')}" in client.get(path, headers={"accept": "text/html"}).headers["location"]
    bearer = {"authorization": f"Bearer {token('VIEWER')}"}
    page = client.get("/scoreboard/accounts", headers=bearer | {"accept": "text/html"})
    assert page.status_code == 200 and 'href="/scoreboard/account?id=' in page.text
    assert client.get("/scoreboard/openapi.json", headers=bearer).status_code == 404


def test_airflow_is_told_of_the_entry_in_its_navigation(airflow_app, token):
    from airflow import plugins_manager

    views, _ = plugins_manager._get_ui_plugins()
    assert {"name": "Scoreboard", "href": "/scoreboard/", "destination": "nav"}.items() <= views[0].items()
    assert not plugins_manager.get_import_errors()


@pytest.mark.parametrize(
    ("base_url", "href"),
    [
        ("http://localhost:8080", "/scoreboard/"),
        ("https://tools.example/air/flow/", "/air/flow/scoreboard/"),
        ("", "/scoreboard/"),
    ],
)
def test_the_entry_leads_below_the_path_of_airflows_own_address(monkeypatch, base_url, href):
    from scoreboard.airflow_plugin import page_address

    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base_url)
    assert page_address() == href


def test_behind_a_proxy_every_address_stays_below_its_path_and_the_login_leads_back(published_sample, token):
    """As Airflow mounts it when its base_url has a path; the proxy speaks HTTPS outside and HTTP inside."""
    from fastapi import FastAPI

    from scoreboard.web.app import make_app

    outer = FastAPI(root_path="/air/flow")
    outer.mount("/scoreboard", make_app(published_sample))
    page = TestClient(outer, base_url="http://inside", follow_redirects=False, headers={"accept": "text/html"})
    address = "/air/flow/scoreboard/accounts?q=a%20b%26c&page=2"
    back = parse_qs(urlsplit(page.get(address).headers["location"]).query)["next"]
    assert back == [address], "no host and no http: the browser knows both better"
    page.cookies.set("_token", token("VIEWER"))
    for path in ("/", "/accounts", "/alerts", "/quadrants", "/nowhere"):
        text = page.get(f"/air/flow/scoreboard{path}").text
        links = re.findall(r'(?:href|src|action)="([^"#]+)"', text)
        assert links and all(link.startswith("/air/flow/scoreboard/") for link in links), path
        assert path == "/nowhere" or f'href="/air/flow/scoreboard{path}" aria-current="page"' in text


def test_tasks_and_the_scheduler_do_not_load_the_page():
    """They load the plugin for its timetable; the page is made only when the API server asks for it."""
    from scoreboard.airflow_plugin import ScoreboardPlugin

    assert "fastapi_apps" not in vars(ScoreboardPlugin())
