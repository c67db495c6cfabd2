"""What a message says, and that a hostile name stays a name in every form of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from scoreboard.alerts.claims import Claim, Item
from scoreboard.alerts.digest import Digest, make_digest
from scoreboard.alerts.facts import Alert, Employee, Step
from scoreboard.alerts.wording import document, html, plain_text, slack
from scoreboard.warehouse.reader import Row
from tests.alerts.company import NOW, OFFICE, alert_row, step_row

HOSTILE = '<!channel> <script>alert(1)</script> "x" & <a href="//evil.example">*bold*</a>\r\nBcc: eve@evil.example'


def digest_of(*rows: Row, stages: tuple[str, ...] = ("notice",), steps: list[Row] | None = None) -> Digest:
    items = tuple(
        Item(row["rule_id"], row["subject_id"], "p", stage, row["alert_id"]) for row in rows for stage in stages
    )
    by_alert: dict[str, list[Step]] = {}
    for step in steps or []:
        by_alert.setdefault(step["alert_id"], []).append(Step(**step))
    return make_digest(
        Claim("m1", "email", "E-1", 1, 0, "", items),
        items,
        {row["alert_id"]: Alert(**row) for row in rows},
        by_alert,
        {},
        {"E-1": Employee("E-1", "Ann Smith", "ann@ourco.example", True)},
        OFFICE,
        "http://localhost:8080/",
    )


def test_a_message_says_what_who_why_what_to_do_by_when_and_where() -> None:
    row = alert_row("R-1", severity="critical")
    digest = digest_of(row, steps=[step_row(row, hours=25)])
    assert digest.subject == "[critical] Low score: Acme plc"
    for text in (plain_text(digest), html(digest)):
        for part in (
            "Ann Smith",
            "Acme plc",
            "key account",
            "gave us 2.00 of 5",
            "likeliest to leave",
            "Call the person",
        ):
            assert part in text
        assert "Mon 20 Apr 2026, 13:00 (UTC)" in text
        assert f"http://localhost:8080/scoreboard/alert?id={row['alert_id']}" in text


def test_alerts_are_grouped_worst_first_and_counted_in_the_subject() -> None:
    rows = [alert_row(f"R-{number}", severity=severity) for number, severity in enumerate(["low", "critical", "low"])]
    digest = digest_of(*rows)
    assert digest.subject == "3 alerts for you: 1 critical, 2 low"
    assert digest.heading("Ann") == "3 alerts for Ann: 1 critical, 2 low"
    assert [severity for severity, _ in digest.by_severity()] == ["critical", "low"]
    assert plain_text(digest).index("CRITICAL (1)") < plain_text(digest).index("LOW (2)")


@pytest.mark.parametrize(
    ("to_role", "lead"),
    [("account_manager", "Reminder"), ("team_lead", "Escalated to you: the account manager has not")],
)
def test_an_alert_with_several_stages_is_told_once_at_its_last(to_role: str, lead: str) -> None:
    row = alert_row("R-1")
    digest = digest_of(row, stages=("notice", "step 1"), steps=[step_row(row, 1, 2, to_role)])
    [line] = digest.lines
    assert line.lead.startswith(lead) and line.do == "Step 1" and line.due.startswith("since ")
    assert lead in plain_text(digest) and lead in html(digest) and lead in json.dumps(slack(digest))
    assert document(digest)["alerts"][0]["is_late"] is True


class Tags(HTMLParser):
    """Collects what a browser would see as tags and links."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def test_a_hostile_name_is_text_everywhere() -> None:
    row = alert_row("R-1", account_name=HOSTILE, description=HOSTILE, action=HOSTILE)
    digest = digest_of(row)

    assert "\n" not in digest.subject and "\r" not in digest.subject and len(digest.subject) <= 120
    assert all("\r" not in line and not line.startswith("Bcc") for line in plain_text(digest).splitlines())
    seen = Tags()
    seen.feed(html(digest))
    assert "script" not in seen.tags
    assert all(link.startswith("http://localhost:8080/scoreboard/") for link in seen.links) and len(seen.links) == 2
    post = slack(digest)
    for block in post["blocks"][1:]:
        text = block["text"]["text"].replace(f"<http://localhost:8080/scoreboard/alert?id={row['alert_id']}|", "", 1)
        assert text.count("<") == 0 and "∗bold∗" in text
        assert block["text"]["verbatim"] is True
    assert "<" not in post["text"] and post["unfurl_links"] is False
    assert json.loads(json.dumps(document(digest)))["alerts"][0]["account_name"].startswith("<!channel>")


def test_a_long_digest_fits_into_slack_and_says_how_many_are_left_out() -> None:
    rows = [
        alert_row(f"R-{number}", description="& so" * 10, opened_at=NOW - timedelta(hours=1)) for number in range(60)
    ]
    blocks = slack(digest_of(*rows))["blocks"]
    assert len(blocks) <= 50 and "and 40 more" in blocks[-1]["text"]["text"]
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks)
    assert len(document(digest_of(*rows))["alerts"]) == 60


def test_whatever_a_line_is_made_of_slack_takes_it() -> None:
    """A block of more than 3,000 characters makes Slack refuse the whole message, for good."""
    rows = [
        alert_row(
            f"R-{number}", account_name="&" * 300, description="<" * 3000, action="&" * 900, account_tier="&" * 900
        )
        for number in range(30)
    ]
    digest = digest_of(*rows, steps=[step_row(row) | {"action": ">" * 900} for row in rows], stages=("step 1",))
    post = slack(digest)
    assert all(0 < len(block["text"]["text"]) <= 3000 for block in post["blocks"])
    assert sum(len(block["text"]["text"]) for block in post["blocks"]) <= 12_000
    for block in post["blocks"][1:-1]:
        assert block["text"]["text"].count("Open the alert>") == 1
        # nothing was cut in the middle of an escape
        assert not re.findall(r"&(?!amp;|lt;|gt;)", block["text"]["text"])
    shown = len(post["blocks"]) - 2
    assert f"and {30 - shown} more" in post["blocks"][-1]["text"]["text"]


def test_a_mail_of_very_many_alerts_says_the_worst_in_full_and_counts_the_rest() -> None:
    rows = [alert_row(f"R-{number}", severity="low" if number else "critical") for number in range(400)]
    digest = digest_of(*rows)
    for text in (plain_text(digest), html(digest)):
        assert text.count("Call the person") == 100 and "CRITICAL" in text.upper()
        assert "and 300 more" in text and "http://localhost:8080/scoreboard/alerts" in text
        assert len(text.encode()) < 200_000
    assert digest.subject == "400 alerts for you: 1 critical, 399 low"


def test_marks_of_slack_in_a_name_are_letters() -> None:
    post = slack(digest_of(alert_row("R-1", account_name="_a_ ~b~ *c* `d` <@U1> <!here> :fire:")))
    text = post["blocks"][1]["text"]["text"]
    for mark in ("_a_", "~b~", "*c*", "`d`", "<@U1>", "<!here>"):
        assert mark not in text
