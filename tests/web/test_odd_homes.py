"""Homes that are not as usual: nothing published, a broken record, one lonely account, and hostile text in every name."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from scoreboard.warehouse.publish import publish
from tests.marts_fixture import award_row, quarter_row, settings_for, write_build
from tests.web.small_company import gap

PAGES = ("/", "/accounts", "/account?id=A1", "/awards", "/quadrants", "/revenue")
HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'{{7*7}}</a>"


@pytest.fixture
def settings(tmp_path):
    return settings_for(tmp_path, "2026-05-01")


def browser(settings, token):
    """Somebody logged in, over these settings."""
    from scoreboard.web.app import make_app

    client = TestClient(make_app(settings), raise_server_exceptions=False)
    client.cookies.set("_token", token("VIEWER"))
    client.headers["accept"] = "text/html"
    return client


@pytest.fixture
def pages(settings, token):
    return browser(settings, token)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, token):
    """A company of one account without scores, whose every text is an attack."""
    settings = settings_for(tmp_path_factory.mktemp("hostile"), "2026-05-01")
    publish_company(settings, HOSTILE)
    return browser(settings, token)


def publish_company(settings, name, **more):
    quarter = "2026-01-01"
    of_account = {"account_id": "A1", "quarter_start_date": quarter}
    write_build(
        settings,
        {
            "dim_quarters": [quarter_row(quarter, "2026-03-31", "2026-Q1", True)],
            "dim_accounts": [{"account_id": "A1", "account_name": name, "industry": name, "lifecycle_stage": "active"}],
            "fct_account_tiers": [{**of_account, "account_tier": "key", "service_tier": "I", "tier_reason": "revenue"}],
            "fct_account_quadrants": [
                {
                    **of_account,
                    "engagement_score": 1.0,
                    "is_usage_known": False,
                    "quadrant": "risky_business",
                    "quadrant_number": 2,
                }
            ],
            "rpt_coverage": [{**of_account, "account_tier": "key", "is_heard": False, "is_invited": False}],
            "rpt_account_participants": [
                {
                    **of_account,
                    "contact_id": "C1",
                    "full_name": name,
                    "job_title": name,
                    "took_part": True,
                    "comments": name,
                }
            ],
            "fct_action_alerts": [
                {
                    "alert_id": "X1",
                    "rule_id": "low_score",
                    "severity": "high",
                    "account_id": "A1",
                    "description": name,
                    "opened_at": "2026-02-01T00:00:00Z",
                    "state": "open",
                    "action": name,
                    "owner_role": "account_manager",
                }
            ],
            "rpt_award_eligibility": [award_row("P1", 2026, project_name=name)],
        }
        | more,
    )
    publish(settings, "run")


@pytest.mark.parametrize("path", PAGES)
def test_before_the_first_publish_a_page_says_what_to_do(pages, path):
    answer = pages.get(path)
    assert answer.status_code == 200 and "Nothing has been published yet" in answer.text and "make run" in answer.text
    assert pages.get(path, headers={"accept": "application/json"}).status_code == 404


def test_the_first_publish_is_seen_without_a_restart(pages, settings):
    assert "Nothing has been published yet" in pages.get("/").text
    publish_company(settings, "Acme")
    assert "2026-Q1: where customers stand" in pages.get("/").text


def test_a_record_that_cannot_be_read_is_named_with_the_way_out(pages, settings):
    publish_company(settings, "Acme")
    (settings.published / "live").resolve().joinpath("current.json").write_text("{")
    answer = pages.get("/")
    assert answer.status_code == 503 and "is not a record of a published version" in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_a_company_of_one_account_without_scores_is_shown_and_what_people_write_is_text(hostile, path):
    answer = hostile.get(path)
    assert answer.status_code == 200, answer.text[-1500:]
    assert "<img src=x" not in answer.text and "<script>alert" not in answer.text and "49" not in answer.text.split()
    assert "&lt;script&gt;" in answer.text
    assert ">None<" not in answer.text and "nan" not in answer.text.lower().split()


def test_scores_of_too_few_responses_are_nowhere(settings, pages):
    """The policy hides a score; then what it is made of and what is made of it are hidden with it."""
    quarter = "2026-01-01"
    of_account = {"account_id": "A1", "quarter_start_date": quarter}
    score = {"scope_type": "account", "scope_id": "A1", "category": "overall", "quarter_start_date": quarter}
    publish_company(
        settings,
        "Acme",
        fct_satisfaction_quarterly=[score | {"mean_score": 1.37, "response_count": 2, "is_suppressed": True}],
        rpt_account_reviews=[
            {**of_account, "account_name": "Acme", "account_tier": "key", "mean_score": 1.37, "quadrant": "raving_fans"}
        ],
        rpt_account_participants=[
            {
                **of_account,
                "contact_id": "C1",
                "full_name": "Ada",
                "took_part": True,
                "is_dissatisfied": True,
                "mean_score": 1.38,
                "previous_mean": 1.39,
                "lowest_category": "field_service",
                "lowest_category_score": 1.36,
            }
        ],
        rpt_gaps=[gap("A1", quarter_start_date=quarter, actual_mean=1.37, gap=2.63)],
    )
    page = pages.get("/account?id=A1").text
    assert "too few responses to show a figure" in page and "Ada" in page
    assert not re.findall(r"1\.3[6789]|2\.63|dissatisfied<", page)
    overview = pages.get("/").text
    assert "1.37" not in overview and "account?id=A1" not in overview, "it is not among those heard below the threshold"


def test_what_is_searched_for_is_text_too(hostile):
    answer = hostile.get("/accounts", params={"q": HOSTILE + "?"})
    assert answer.status_code == 200 and "<script>alert" not in answer.text and "No account fits" in answer.text
