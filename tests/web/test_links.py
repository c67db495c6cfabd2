"""Every address that a page offers leads to a page: links, pictures, styles."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from urllib.parse import parse_qs, urlsplit

_EACH = 2  # how many addresses of one shape are tried


def test_every_link_of_every_page_leads_somewhere(client):
    waiting, tried, shapes = ["/"], set(), Counter()
    while waiting:
        address = waiting.pop(0)
        parts = urlsplit(address)
        shape = (parts.path, frozenset(parse_qs(parts.query)))
        if address in tried or shapes[shape] >= _EACH or parts.path.startswith("/evidence/data/"):
            continue
        tried.add(address)
        shapes[shape] += 1
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.text[-500:])
        if parts.path in ("/report", "/evidence/dbt/") or not answer.headers["content-type"].startswith("text/html"):
            continue
        found = re.findall(r'(?:href|src)="([^"]*)"', answer.text)
        assert all(link.startswith(("/", "#")) for link in found), f"{address} leads out of the page"
        for anchor in (link[1:] for link in found if link.startswith("#")):
            assert f'id="{anchor}"' in answer.text, f"{address} has no place {anchor}"
        waiting += [unescape(link) for link in found if link.startswith("/")]
    pages = {path for path, _ in shapes}
    assert {"/accounts", "/account", "/awards", "/quadrants", "/report", "/account/trend"} <= pages
