"""An alert taken up, given to somebody and settled with real clicks: seen on the page, and in the logs that people are answered by."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from demo import shots
from scoreboard.alerts.assignments import read_assignments
from scoreboard.alerts.digest import Digest, Line
from scoreboard.alerts.states import read_states
from scoreboard.alerts.wording import html
from scoreboard.settings import Settings
from tests.browser.rig import Watch, accessibility_issues, follow
from tests.sample import copy_of

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def home(published_sample: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy: these tests write."""
    return copy_of(published_sample, tmp_path_factory.mktemp("alerts"))


def press(page: Page, name: str) -> Locator:
    """Press a button of the forms, wait for the page after it, and give its message."""
    follow(page.get_by_role("button", name=name, exact=True))
    return page.get_by_role("status").or_(page.get_by_role("alert")).first


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_alert_is_taken_up_given_away_and_settled(has_script: bool, home: Settings, visit: Visit) -> None:
    page = visit("/alerts?severity=critical", role="OP", java_script_enabled=has_script)
    follow(page.locator("tbody th a").first)
    alert_id = page.url.partition("id=")[2]
    state = page.locator("main .chip[class*=state-]").first
    before = len(read_states(home))

    expect(press(page, "Acknowledge")).to_contain_text("Acknowledged")
    expect(state).to_have_text("Acknowledged")
    page.get_by_label("Assign to").fill("E-045")
    expect(press(page, "Assign")).to_contain_text(re.compile("assigned", re.IGNORECASE))
    expect(page.locator(".facts")).to_contain_text("E-045")
    page.get_by_label("Note: what was done").fill("Called <b>them</b>; a technician comes on Monday.")
    expect(press(page, "Resolve")).to_contain_text("Resolved")
    expect(state).to_have_text("Resolved")

    history = page.locator(".history").inner_text()
    assert "Called <b>them</b>; a technician comes on Monday." in history and "by op" in history
    written = [(entry.alert_id, entry.state, entry.by) for entry in read_states(home)[before:]]
    assert written == [(alert_id, "acknowledged", "op"), (alert_id, "resolved", "op")]
    assert [(entry.to, entry.by) for entry in read_assignments(home) if entry.alert_id == alert_id] == [("E-045", "op")]

    page.goto(page.url.partition("/alert")[0] + "/alerts?state=resolved")
    expect(page.locator(f'tbody a[href*="{alert_id}"]')).to_have_count(1)


def test_what_somebody_else_did_meanwhile_is_not_overwritten(home: Settings, visit: Visit, watch: Watch) -> None:
    path = shots.pages(home)["alert"]
    mine, theirs = visit(path, role="OP"), visit(path, role="ADMIN")
    press(theirs, "In progress")
    before = len(read_states(home))

    message = press(mine, "Acknowledge")

    expect(message).to_contain_text(re.compile("admin", re.IGNORECASE))
    expect(mine.locator(".history")).to_contain_text("by admin")
    assert len(read_states(home)) == before
    watch.errors.clear()  # the browser calls an answer with 409 an error


def test_a_refused_form_says_why_keeps_what_was_typed_and_is_accessible(
    home: Settings, visit: Visit, watch: Watch
) -> None:
    page = visit(shots.pages(home)["alert"], role="OP")
    page.get_by_label("Assign to").fill("Nobody Known")

    expect(press(page, "Assign")).to_contain_text("No active colleague")

    expect(page.get_by_label("Assign to")).to_have_value("Nobody Known")
    assert accessibility_issues(page) == []
    watch.errors.clear()  # the browser calls an answer with 422 an error


def test_who_may_only_read_has_no_button(home: Settings, visit: Visit) -> None:
    page = visit(shots.pages(home)["alert"])

    expect(page.get_by_text("You may read this alert")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_the_message_about_alerts_is_accessible_and_its_link_leads_to_the_alert(
    home: Settings, visit: Visit, address: str
) -> None:
    page = visit("/", role="VIEWER")
    page.goto("about:blank")  # where the page's own rules about styles do not hold, as in a mail program
    alert_id = shots.pages(home)["alert"].partition("id=")[2]
    page.set_content(html(digest(address, alert_id)))

    assert accessibility_issues(page) == []

    follow(page.get_by_role("link", name="Open the alert").first)
    expect(page).to_have_url(re.compile(alert_id))
    expect(page.get_by_role("heading", name="What is done about it")).to_be_visible()


def digest(address: str, alert_id: str) -> Digest:
    """A message with an alert of each severity, one of them late."""
    return Digest(
        message_id="m-1",
        owner="E-045",
        owner_name="Ines Fairweather",
        roles=("account_manager",),
        lines=tuple(
            Line(
                alert_id=alert_id,
                rule_id="low_score",
                severity=severity,
                account_id="A-0117",
                account="Maplethorn Biologics GmbH",
                tier="key account",
                what="Ada Example rated 1.5 of 5.",
                why="Whoever is this dissatisfied and hears nothing back is the likeliest to leave.",
                do="Call the customer today",
                due_at=datetime(2026, 4, 21, 15, tzinfo=UTC),
                due="Tue 21 Apr 2026, 15:00 (UTC)",
                lead="Reminder: it is due and still open." if severity == "critical" else "",
                url=f"{address}/alert?id={alert_id}",
            )
            for severity in ("critical", "high", "medium", "low")
        ),
        page=f"{address}/alerts",
    )
