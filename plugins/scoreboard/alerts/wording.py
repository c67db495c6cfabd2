"""A digest as each kind of channel wants it: plain text and HTML, Slack's mrkdwn, JSON. Whatever a name holds, it stays a name."""

from __future__ import annotations

import re
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scoreboard.alerts.digest import Digest, Line, clean

TEMPLATES = Path(__file__).with_name("templates")
# dark enough on white for small text; the word beside it says the same
COLOURS = {"critical": "#a40e26", "high": "#953800", "medium": "#6639ba", "low": "#0550ae"}
_MOST_IN_SLACK = 20  # a message takes 50 blocks, a block 3,000 characters
_LONGEST_IN_SLACK = 12_000  # of all blocks together
_ROUND_MARKS = str.maketrans({"*": "∗", "`": "ʼ", "~": "∼"})
_EDGE_MARKS = re.compile(r"(?<!\w)_|_(?!\w)")  # within a word an underscore is one


def plain_text(digest: Digest) -> str:
    """For mail programs that show no HTML."""
    return _environment(autoescape=False).get_template("digest.txt.j2").render(digest=digest)


def html(digest: Digest) -> str:
    """For those that do; no image, no script, nothing fetched."""
    return _environment(autoescape=True).get_template("digest.html.j2").render(digest=digest, colours=COLOURS)


def slack(digest: Digest) -> dict[str, Any]:
    """Body of an incoming webhook. `verbatim`: Slack makes no links or mentions of what is in the text by itself."""
    heading = clean(digest.heading(digest.owner_name), 150)
    if len(digest.lines) == 1:
        heading = clean(f"{heading} · {digest.owner_name}", 150)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": heading, "emoji": False}}]
    left = _LONGEST_IN_SLACK - len(heading) - 500  # for the last one
    for line in digest.lines[:_MOST_IN_SLACK]:
        said = _slack_line(line)
        left -= len(said)
        if left < 0:
            break
        blocks.append(_block(said))
    more = len(digest.lines) + 1 - len(blocks)
    if more > 0:
        blocks.append(_block(f"and {more} more: <{digest.page}|all alerts>"))
    return {"text": escaped_for_slack(heading), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def document(digest: Digest) -> dict[str, Any]:
    """For a machine behind a webhook."""
    return {
        "kind": "scoreboard.alerts",
        "message_id": digest.message_id,
        "owner": {"id": digest.owner, "name": digest.owner_name},
        "subject": digest.subject,
        "alerts": [
            {
                "alert_id": line.alert_id,
                "rule_id": line.rule_id,
                "severity": line.severity,
                "account_id": line.account_id,
                "account_name": line.account,
                "is_late": line.is_late,
                "what": line.what,
                "why": line.why,
                "do": line.do,
                "due_at": line.due_at.astimezone(UTC).isoformat() if line.due_at else None,
                "url": line.url,
            }
            for line in digest.lines
        ],
    }


def escaped_for_slack(text: str, longest: int | None = None) -> str:
    """Text in which nothing is a mention (`<!channel>`, `<@U…>`), a link or a format; cut to so many characters, never within an escape."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").translate(_ROUND_MARKS)
    escaped = _EDGE_MARKS.sub("ˍ", escaped)
    if longest is None or len(escaped) <= longest:
        return escaped
    # every character that is taken away makes it shorter by at least one
    too_many = max(1, (len(escaped) - longest) // len("&amp;"))
    return escaped_for_slack(clean(text, len(text) - too_many) if len(text) > too_many + 1 else "…", longest)


def _slack_line(line: Line) -> str:
    said = escaped_for_slack
    tier = f" ({said(line.tier, 100)})" if line.tier else ""
    lead = f"*{said(line.lead, 200)}*\n" if line.lead else ""
    due = f"\n*Due:* {said(line.due, 100)}" if line.due else ""
    return (
        f"*{line.severity.upper()} · {said(line.title, 100)}: {said(line.account, 250)}*{tier}\n{lead}{said(line.what, 800)}\n"
        f"{said(line.why, 300)}\n*Do:* {said(line.do, 500)}{due}\n<{line.url}|Open the alert>"
    )


def _block(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


@cache
def _environment(autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=autoescape,  # noqa: S701 - off for the plain text only
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
