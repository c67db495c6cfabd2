"""Counts of open alerts: wherever a page shows one, it is that of this second, as the alerts pages have it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from scoreboard.alerts.states import append_state, log_path
from scoreboard.settings import Settings
from scoreboard.warehouse.publish import publish
from scoreboard.web.data import open_alerts
from scoreboard.web.data.live_alerts import LiveLog
from scoreboard.web.store import Snapshot, Store
from tests.marts_fixture import award_row, quarter_row, settings_for, write_build
from tests.web.small_company import alert

BEFORE, QUARTER = "2025-10-01", "2026-01-01"


def company(home: Path) -> Settings:
    """Two key accounts to see: A1 with two high alerts, A2 with a critical one; A3 has one that is settled."""
    settings = settings_for(home, "2026-05-01")
    accounts = ("A1", "A2", "A3")
    in_quarter = [{"account_id": account, "quarter_start_date": QUARTER} for account in accounts]
    write_build(
        settings,
        {
            "dim_quarters": [
                quarter_row(BEFORE, "2025-12-31", "2025-Q4", True),
                quarter_row(QUARTER, "2026-03-31", "2026-Q1", True),
            ],
            "dim_accounts": [
                {"account_id": account, "account_name": f"Name of {account}", "lifecycle_stage": "active"}
                for account in accounts
            ],
            "fct_account_tiers": [
                {**row, "account_tier": "key", "service_tier": "I", "tier_reason": "revenue", "revenue_t4q": revenue}
                for row, revenue in zip(in_quarter, (30.0, 20.0, 10.0), strict=True)
            ],
            "rpt_account_reviews": [
                {
                    **row,
                    "account_name": f"Name of {row['account_id']}",
                    "account_tier": "key",
                    "quadrant": "risky_business",
                }
                for row in in_quarter
            ],
            "rpt_award_eligibility": [award_row("P1", 2026)],
            "fct_action_alerts": [
                alert("a1"),
                alert("a2", description="Again."),
                alert("a3", severity="critical", account_id="A2"),
                alert("a4", severity="low", account_id="A3", state="resolved"),
            ],
        },
    )
    publish(settings, "run-1")
    return settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return company(tmp_path_factory.mktemp("open") / "home")


@pytest.fixture
def tables(settings: Settings):
    store = Store(settings)
    with store.open() as opened:
        yield opened
    store.close()
    for path in (settings.home / "alerts").glob("*"):
        path.unlink()


@pytest.fixture(scope="module")
def pages(settings, token):
    """Somebody who may write, with one server for all tests: what it keeps in memory must not be shown for longer than it holds."""
    from starlette.testclient import TestClient

    from scoreboard.web.app import make_app

    with TestClient(make_app(settings), headers={"accept": "text/html"}) as client:
        client.cookies.set("_token", token("USER"))
        yield client


def test_what_the_log_moved_is_told_per_account(tables: Snapshot, settings: Settings) -> None:
    log = LiveLog(settings)
    assert open_alerts.moved(tables, log.now()).to_pylist() == []
    append_state(settings, "a1", "resolved", "jo", note="x")
    append_state(settings, "a2", "acknowledged", "jo")
    append_state(settings, "a4", "resolved", "jo", note="as published")
    append_state(settings, "a4", "open", "jo", note="again")
    append_state(settings, "gone", "resolved", "jo", note="x")
    found = {row["account_id"]: row["moved"] for row in open_alerts.moved(tables, log.now()).to_pylist()}
    assert found == {"A1": -1, "A3": 1}
    assert open_alerts.of_accounts(tables, log.now(), ["A1", "A2", "A3", "A9"]) == {"A1": 1, "A2": 1, "A3": 1}
    assert open_alerts.by_severity(tables, log.now()) == [
        {"severity": "critical", "alerts": 1, "accounts": 1},
        {"severity": "high", "alerts": 1, "accounts": 1},
        {"severity": "low", "alerts": 1, "accounts": 1},
    ]


def test_an_unchanged_log_is_not_counted_again(tables: Snapshot, settings: Settings) -> None:
    log = LiveLog(settings)
    assert open_alerts.moved(tables, log.now()) is open_alerts.moved(tables, log.now())


def counts(pages, account: str) -> dict[str, int]:
    """How many alerts of an account each page says are open, and how many of all."""
    overview, listed, own = (unescape(pages.get(path).text) for path in ("/", "/accounts", f"/account?id={account}"))
    alerts = unescape(pages.get(f"/alerts?account={account}").text)
    to_see = re.search(rf"Name of {account}</a>.*?</tr>", overview[overview.index("see-table") :], re.DOTALL)
    row = re.search(rf"Name of {account}</a>.*?</tr>", listed, re.DOTALL)
    own = own[own.index("Open alerts") :]
    waiting = re.search(r"(\d+) alerts? waits? for somebody", own)
    severities = overview[overview.index("Alerts that wait for somebody") : overview.index("Engagement and usage</h2>")]
    assert to_see and row
    return {
        "to see first": int(re.findall(r'class="n">(?:<a [^>]*>)?(\d+)', to_see[0])[-1]),
        "list of accounts": int(re.findall(r'class="n">(?:<a [^>]*>)?(\d+)', row[0])[-1]),
        "account": int(waiting[1]) if waiting else 0,
        "alerts": int(re.search(r'Unsettled <span class="count">(\d+)', alerts)[1]),
        "of all": sum(int(number) for number in re.findall(r'</a></th><td class="n">(\d+)', severities)),
    }


def names(page) -> list[str]:
    return re.findall(r"Name of (A\d)</a>", page.text)


def resolve(pages, alert_id: str) -> None:
    page = pages.get("/alert", params={"id": alert_id}).text
    seal = re.search(r'name="seal" value="([^"]+)"', page)[1]
    answer = pages.post(
        "/alert",
        params={"id": alert_id},
        data={"seal": seal, "action": "resolve", "note": "done"},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 200, answer.text


def test_an_alert_resolved_on_the_page_is_gone_from_every_count_at_once(pages, tables: Snapshot) -> None:
    places = ("to see first", "list of accounts", "account", "alerts")
    assert counts(pages, "A1") == dict.fromkeys(places, 2) | {"of all": 3}
    assert names(pages.get("/accounts?sort=alerts")) == ["A1", "A2", "A3"]

    resolve(pages, "a1")
    resolve(pages, "a2")

    assert counts(pages, "A1") == dict.fromkeys(places, 0) | {"of all": 1}
    assert names(pages.get("/accounts?sort=alerts&order=desc")) == ["A2", "A1", "A3"]
    assert names(pages.get("/accounts?sort=alerts&order=asc")) == ["A1", "A3", "A2"]
    assert names(pages.get("/accounts?alerts=open")) == ["A2"]
    assert "1 account." in pages.get("/accounts?alerts=open").text
    # another quarter and a plain subquery (no more tables are kept) show the same
    assert names(pages.get("/accounts?alerts=open&quarter=2025-Q4&everyone=1")) == ["A2"]


def test_a_log_that_cannot_be_read_leaves_the_figures_and_says_so(pages, tables: Snapshot, settings: Settings) -> None:
    append_state(settings, "a1", "resolved", "jo", note="x")
    with log_path(settings).open("a") as log:
        log.write("half a li\n")
    for path in ("/", "/accounts", "/account?id=A1"):
        answer = pages.get(path)
        assert answer.status_code == 200, path
        assert "line 2" in answer.text and "as the last run left them" in answer.text, path
    assert counts_published(pages) == 2


def counts_published(pages) -> int:
    row = re.search(r"Name of A1</a>.*?</tr>", pages.get("/accounts").text, re.DOTALL)
    return int(re.findall(r'class="n">(?:<a [^>]*>)?(\d+)', row[0])[-1])
