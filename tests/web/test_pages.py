"""What the pages show, against the published tables; and that no address breaks one."""

from __future__ import annotations

import re
from html import unescape

import duckdb
import pytest
from starlette.testclient import TestClient

from scoreboard.warehouse.publish import publish
from scoreboard.web.paging import Pages
from tests.marts_fixture import quarter_row, settings_for, write_build

Q1 = "2026-01-01"


@pytest.fixture(scope="module")
def marts(published_sample):
    path = (published_sample.published / "warehouse.duckdb").resolve()
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def names(page):
    """Account names in the order of the page's list."""
    return [unescape(name) for name in re.findall(r'<th scope="row"><a href="/account\?[^"]*">([^<]*)</a>', page)]


@pytest.mark.parametrize(
    ("sort", "order", "by"),
    [
        ("revenue", "desc", "revenue_t4q desc"),
        ("name", "asc", "lower(strip_accents(account_name))"),
        ("score", "asc", "mean_score nulls last"),
        ("engagement", "desc", "engagement_score desc nulls last"),
    ],
)
def test_accounts_come_sorted_and_in_pages(client, marts, sort, order, by):
    expected = marts.execute(
        "select account_name from marts.fct_account_tiers inner join marts.dim_accounts using (account_id)"
        " left join marts.fct_account_quadrants using (account_id, quarter_start_date)"
        " left join (from marts.fct_satisfaction_quarterly where scope_type = 'account' and category = 'overall') as scores"
        " on scores.scope_id = account_id and scores.quarter_start_date = fct_account_tiers.quarter_start_date"
        f" where fct_account_tiers.quarter_start_date = '{Q1}' order by {by}, account_id"
    ).fetchall()
    found = []
    for page in range(1, -(-len(expected) // 50) + 1):
        found += names(client.get(f"/accounts?sort={sort}&order={order}&page={page}").text)
    assert found == [name for (name,) in expected]


def test_accounts_are_found_by_a_part_of_their_name_and_by_their_id(client):
    assert names(client.get("/accounts?q=mAPLEthorn bio").text) == ["Maplethorn Biologics GmbH"]
    assert names(client.get("/accounts?q=a-0117").text) == ["Maplethorn Biologics GmbH"]
    assert "No account fits" in client.get("/accounts?q=%25").text, "a percent sign is a percent sign"


@pytest.mark.parametrize("told", ["österreich", "OSTERREICH", "o\u0308sterreich", "Österreichische"])
def test_a_name_is_found_however_its_letters_are_written(token, tmp_path, told):
    settings = settings_for(tmp_path, "2026-05-01")
    company = ["Zebra", "Österreichische Post", "nordwind", "100 % Obst_und\\Saft"]
    rows = [{"account_id": f"A{number}", "account_name": name} for number, name in enumerate(company)]
    write_build(settings, {"dim_quarters": [quarter_row(Q1, "2026-03-31", "2026-Q1", True)], "dim_accounts": rows})
    publish(settings, "run")
    from scoreboard.web.app import make_app

    page = TestClient(make_app(settings), headers={"accept": "text/html"})
    page.cookies.set("_token", token("VIEWER"))
    found = page.get("/accounts", params={"everyone": "1", "sort": "name", "order": "asc"}).text
    assert names(found) == ["100 % Obst_und\\Saft", "nordwind", "Österreichische Post", "Zebra"]
    assert names(page.get("/accounts", params={"everyone": "1", "q": told}).text) == ["Österreichische Post"]
    for literally in ("%", "_", "\\"):
        assert names(page.get("/accounts", params={"everyone": "1", "q": literally}).text) == [company[3]]


def test_filters_go_together_and_paging_keeps_them(client, marts):
    page = client.get("/accounts?tier=marginal&quadrant=risky_business&sort=name&order=asc").text
    [(total,)] = marts.execute(
        f"select count(*) from marts.fct_account_tiers inner join marts.fct_account_quadrants using (account_id, quarter_start_date) where quarter_start_date = '{Q1}' and account_tier = 'marginal' and quadrant = 'risky_business'"
    ).fetchall()
    assert f"{total} accounts" in page and len(names(page)) == 50
    following = unescape(re.search(r'rel="next" href="([^"]*)"', page)[1])
    assert "tier=marginal" in following and "quadrant=risky_business" in following
    assert len(names(client.get(following).text)) == min(50, total - 50)


def test_who_was_no_customer_is_shown_only_when_asked_for(client, marts):
    [(prospect,)] = marts.execute(
        "select account_id from marts.dim_accounts where lifecycle_stage = 'prospect' order by 1 limit 1"
    ).fetchall()
    assert names(client.get(f"/accounts?q={prospect}").text) == []
    assert len(names(client.get(f"/accounts?q={prospect}&everyone=1").text)) == 1
    assert "it is a prospect" in client.get(f"/account?id={prospect}").text


def test_the_overview_shows_the_latest_closed_quarter_unless_asked(client, marts):
    page = client.get("/").text
    [(mean, low)] = marts.execute(
        f"select mean_score, ci95_low from marts.fct_satisfaction_quarterly where quarter_start_date = '{Q1}' and scope_type = 'global' and category = 'overall'"
    ).fetchall()
    assert "2026-Q1: where customers stand" in page
    assert f">{mean:.2f}<" in page and f"between {low:.2f}" in page
    assert "is still open" in client.get("/?quarter=2026-Q2").text


def test_an_account_shows_people_gaps_alerts_and_tactics(client, marts):
    page = unescape(client.get("/account?id=A-0117").text)
    people = marts.execute(
        f"select full_name from marts.rpt_account_participants where account_id = 'A-0117' and quarter_start_date = '{Q1}'"
    ).fetchall()
    tactics = marts.execute(
        f"select tactic from marts.rpt_quadrant_tactics where account_id = 'A-0117' and quarter_start_date = '{Q1}'"
    ).fetchall()
    assert people and tactics
    for (text,) in people + tactics:
        assert text in page
    assert "@" not in page, "no e-mail address is shown"
    for heading in ("Gaps in 2026-Q1", "Open alerts", "Quarter by quarter"):
        assert heading in page


def test_an_award_year_shows_every_project_with_its_status(client, marts):
    page = unescape(client.get("/awards?year=2025").text)
    for name, status in marts.execute(
        "select project_name, status from marts.rpt_award_eligibility where award_year = 2025 and category = 'overall'"
    ).fetchall():
        row = re.search(rf'<th scope="row">(?:<a [^>]*>)?{re.escape(name)}<.*?</tr>', page, re.DOTALL)[0]
        assert f'class="status {status}"' in row


def test_the_plot_has_a_mark_with_a_link_for_every_account(client, marts):
    page = client.get("/quadrants?tier=key").text
    linked = set(re.findall(r'<a href="/account\?id=([^&"]*)', page[page.index("<svg") : page.index("</svg>")]))
    expected = marts.execute(
        f"select account_id from marts.fct_account_tiers where quarter_start_date = '{Q1}' and account_tier = 'key'"
    ).fetchall()
    assert linked == {account for (account,) in expected}


def test_revenue_is_told_by_account_tier_and_voice(client, marts):
    page = unescape(client.get("/revenue").text)
    heard, silent = marts.execute(
        f"select sum(revenue_t4q) filter (where is_heard), sum(revenue_t4q) filter (where not is_heard) from marts.rpt_coverage where quarter_start_date = '{Q1}'"
    ).fetchone()
    assert f'<td class="n">{heard:,.0f}</td><td class="n">{silent:,.0f}</td>' in page
    for tier, accounts in marts.execute(
        f"select account_tier, count(*) from marts.fct_account_tiers where quarter_start_date = '{Q1}' group by 1"
    ).fetchall():
        assert re.search(rf">{tier}</a></th><td class=\"n\">{accounts}</td>", page, re.IGNORECASE), tier
    [(largest,)] = marts.execute(
        f"select account_id from marts.rpt_coverage where quarter_start_date = '{Q1}' and not is_heard order by revenue_t4q desc nulls last, account_id limit 1"
    ).fetchall()
    assert page.index(f"account?id={largest}") < page.index("</table>", page.index("silent-table"))
    assert page.count("<svg") == 2


def test_every_page_names_version_and_as_of(client, published_sample):
    version = (published_sample.published / "live").readlink().name
    for path in ("/", "/accounts", "/account?id=A-0117", "/awards", "/quadrants?tier=key"):
        assert f"Data version {version} · as of 2026-04-20" in client.get(path).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/accounts?sort=revenue_t4q;drop table x", 422),
        ("/accounts?order=sideways", 422),
        ("/accounts?page=1000000000", 422),
        ("/accounts?page=0", 422),
        ("/accounts?page=abc", 422),
        ("/accounts?page=99999", 200),
        (f"/accounts?q={'x' * 10_240}", 422),
        ("/accounts?q=' or 1=1 --", 200),
        ("/accounts?q=%00", 200),
        ("/accounts?q=%ED%A0%80", 200),
        ("/accounts?region=' union select 1 --", 200),
        ("/accounts?tier=golden", 422),
        ("/accounts?quarter=2026-Q9", 404),
        ("/accounts?quarter=' or 1=1 --", 404),
        ("/account", 422),
        ("/account?id=", 404),
        ("/account?id=' or 1=1 --", 404),
        ("/account?id=<script>alert(1)</script>", 404),
        (f"/account?id={'y' * 5000}", 422),
        ("/account/trend?id=nobody", 404),
        ("/awards?year=1999", 404),
        ("/awards?year=99999999999999999999", 422),
        ("/quadrants?tier='", 422),
        ("/nowhere", 404),
        ("/static/../app.py", 404),
        ("/static/nothing.css", 404),
    ],
)
def test_no_address_breaks_a_page(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status, answer.text[-2000:]
    assert "<script>alert" not in answer.text and "Traceback" not in answer.text
    if status == 200:
        assert "<h1>" in answer.text
    elif status in (404, 422):
        assert 'class="note"' in answer.text and 'aria-label="Pages"' in answer.text, (
            "it says what is wrong and leads on"
        )


def test_a_program_is_told_what_is_wrong_in_json(client):
    answer = client.get("/accounts?page=0&sort=x", headers={"accept": "application/json"})
    assert answer.status_code == 422 and "page" in answer.json()["detail"] and "sort" in answer.json()["detail"]


def test_the_pager_shows_the_ends_and_the_neighbourhood():
    assert Pages(1, 0).count == 1 and Pages(1, 0).shown == [1]
    assert Pages(1, 100).shown == [1, 2]
    assert Pages(10, 1000).shown == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert (Pages(2, 99).first, Pages(2, 99).last) == (51, 99)
