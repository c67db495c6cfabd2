"""No route answers somebody who is not logged in or lacks the permission: asked of every route the app has."""

from __future__ import annotations

import re
from http import HTTPMethod

import pytest
from fastapi.routing import APIRoute

# values for the places in paths; none of them has to exist
PLACES = {"name": "page.css", "anything": "nowhere"}


def every_route(app):
    """(method, path) of whatever the app answers, also of what somebody mounts."""
    found = []
    for route in app.routes:
        path = re.sub(r"{(\w+)(:\w+)?}", lambda place: PLACES.get(place[1], "x"), route.path)
        found += [(method, path) for method in sorted(getattr(route, "methods", None) or {"GET"})]
    return found


def test_there_is_nothing_beside_guarded_routes(app):
    from scoreboard.web.access import reader

    assert all(isinstance(route, APIRoute) for route in app.routes), "mounted apps and bare routes have no guard"
    for route in app.routes:
        assert route.dependant.dependencies[0].call is reader, f"{route.path} does something before the guard"


def other_methods(app):
    """(method, path) of everything HTTP knows that no route is made for."""
    made = set(every_route(app))
    paths = dict.fromkeys(path for _, path in made)
    return [(method, path) for path in paths for method in HTTPMethod if (method, path) not in made]


def test_a_stranger_learns_nothing_by_another_method(app, stranger, token):
    nobody = {"authorization": f"Bearer {token(None, 'stranger')}"}
    for method, path in other_methods(app):
        answer = stranger.request(method, path)
        assert (answer.status_code, "allow" in answer.headers) == (401, False), (method, path)
        assert stranger.request(method, path, headers=nobody).status_code == 403, (method, path)


def test_a_reader_is_told_which_methods_there_are(client):
    for path, allowed in (("/accounts", "GET"), ("/alert?id=x", "GET, POST"), ("/static/page.css", "GET")):
        answer = client.delete(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert 'class="note"' in answer.text
    assert client.post("/nowhere").status_code == 404


def test_nothing_is_shown_without_login(app, stranger):
    for method, path in every_route(app):
        answer = stranger.request(method, path)
        assert answer.status_code == 401, (method, path, answer.text[:200])
        assert method == "HEAD" or answer.json() == {"detail": "Not authenticated"}


def test_a_browser_without_login_is_led_to_the_login_and_back(app, stranger):
    for method, path in every_route(app):
        answer = stranger.request(method, path, headers={"accept": "text/html"})
        if method == "GET":
            assert answer.status_code == 307, (method, path)
            assert answer.headers["location"].startswith("/auth/login?next=%2F"), path
        else:
            assert answer.status_code == 401, (method, path)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_nothing_is_shown_without_permission(app, stranger, token, accept):
    for method, path in every_route(app):
        answer = stranger.request(
            method, path, headers={"accept": accept, "authorization": f"Bearer {token(None, 'stranger')}"}
        )
        assert answer.status_code == 403, (method, path, answer.text[:200])
        assert method == "HEAD" or "stranger lacks the permission" in answer.text


@pytest.mark.parametrize("token_text", [None, "nonsense"])
def test_who_was_logged_out_while_typing_is_told_how_to_keep_it(stranger, token_text):
    if token_text:
        stranger.cookies.set("_token", token_text)
    answer = stranger.post("/alert?id=x", data={"note": "long"}, headers={"accept": "text/html"})
    assert answer.status_code in (401, 403) and "You are not logged in" in answer.text
    assert "Nothing was changed" in answer.text and "go back in your browser" in answer.text


def test_a_token_that_is_none_is_refused(app, stranger):
    for method, path in every_route(app):
        assert stranger.request(method, path, headers={"authorization": "Bearer nonsense"}).status_code in (401, 403)
        stranger.cookies.set("_token", "nonsense")
        assert stranger.request(method, path).status_code in (401, 403)
        stranger.cookies.clear()


def test_a_browser_with_a_token_of_another_time_is_led_to_the_login(stranger):
    stranger.cookies.set("_token", "nonsense")
    answer = stranger.get("/accounts", headers={"accept": "text/html"})
    assert answer.status_code == 307 and answer.headers["location"].startswith("/auth/login?next=")


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_the_app_does_not_describe_itself(client, path):
    assert client.get(path).status_code == 404


def test_every_answer_carries_the_security_headers(app, client, stranger):
    for _, path in every_route(app):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] in ("no-store", "private, max-age=86400")


def test_an_answer_to_what_broke_carries_them_too(app, client, monkeypatch):
    """It is made outside of everything else."""
    monkeypatch.setattr("scoreboard.web.pages.overview.quarters.choose", lambda *_: 1 / 0)
    expected = client.get("/nowhere").headers
    for accept in ("text/html", "application/json"):
        answer = client.get("/", headers={"accept": accept})
        assert answer.status_code == 500 and "The reason is in the log" in answer.text
        for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "cache-control"):
            assert answer.headers[name] == expected[name]


def test_cookie_and_bearer_both_open_the_page(stranger, token):
    assert stranger.get("/", headers={"authorization": f"Bearer {token('VIEWER')}"}).status_code == 200
    stranger.cookies.set("_token", token("VIEWER"))
    assert stranger.get("/").status_code == 200
