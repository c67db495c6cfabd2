"""The benchmark asks what the page has: a route that nobody times is no promise kept."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from benchmarks.page_routes import ASKED, NOT_PAGES


def test_every_read_route_is_timed_and_nothing_else(app):
    assert {route.path for route in app.routes if "GET" in route.methods} - NOT_PAGES == set(ASKED)


def test_every_order_and_filter_of_the_list_of_accounts_is_among_them():
    asked = [parse_qs(urlsplit(address).query) for address in ASKED["/accounts"]]
    assert {"q", "tier", "quadrant", "region", "alerts", "everyone", "quarter", "sort", "page"} <= set().union(*asked)
    assert any(query.get("sort") == ["alerts"] for query in asked)
