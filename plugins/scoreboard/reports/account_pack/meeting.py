"""The pages for the rehearsal (who says what) and for after the meeting (what was promised, by whom, by when)."""

from __future__ import annotations

from typing import Any

from scoreboard.reports.account_pack import words
from scoreboard.reports.account_pack.facts import Facts
from scoreboard.reports.charts import figures
from scoreboard.reports.charts.quadrant_marks import quadrant_name
from scoreboard.warehouse.reader import Row

_BLANK_LINES = 8
_MOST_NAMES = 8


def rehearsal(facts: Facts, own: list[Row], shared: list[Row]) -> dict[str, Any]:
    """Who says what, with the figures to say it, and whom to ask for on the customer's side."""
    review = facts.review
    sponsor = words.name(review["executive_sponsor_name"], "Executive (no sponsor yet: name one)")
    manager = words.name(review["account_manager_name"], "Account manager (none yet: name one)")
    raised, settled = review["raised_last_time_count"], review["settled_count"]
    again = review["raised_again_count"]
    return {
        "parts": [
            ["Our company, where it is going, and what this programme is for", sponsor, "No figures of this account."],
            [
                "What all customers tell us, and what is done about it",
                sponsor,
                f"All others {words.score(review['global_mean'])}, other {words.code_words(review['account_tier'])} accounts"
                f" {words.score(review['segment_mean'])}. Shared shortfalls: {_named(shared)}.",
            ],
            [
                "What you told us",
                manager,
                f"{words.people(review['participant_count']).capitalize()}, mean {words.score(review['mean_score'], facts.threshold)},"
                f" {words.change(review['mean_score'], review['previous_quarter_mean'])} on the quarter before."
                f" Only here: {_named(own)}.",
            ],
            [
                "What was raised last time and what became of it",
                manager,
                f"{raised:,} raised, {settled:,} settled, {again:,} of the same kind raised again."
                if raised
                else "Nothing was raised in the quarter before.",
            ],
            ["The three questions", manager, "Ask, write down, do not defend."],
            ["Where we can help you further", manager, _chances(facts)],
            [
                "What we promise, who does it by when, and when we meet again",
                sponsor,
                "Fill in the last page together.",
            ],
        ],
        "invite": _invite(facts),
    }


def after_the_meeting(facts: Facts, alerts: list[Row]) -> dict[str, Any]:
    """Blank lines to fill, and who in the company has to hear of it."""
    roles = {words.code_words(row["owner_role"]) for row in [*facts.tactics, *alerts] if row["owner_role"]}
    roles |= {
        words.category(row["category"]).lower()
        for row in facts.gaps
        if row["gap_kind"] == "target" and row["gap_class"] == "shortfall" and row["category"] != "overall"
    }
    return {"lines": _BLANK_LINES, "tell": sorted(roles)}


def _named(rows: list[Row]) -> str:
    return (
        figures.listing([f"{words.category(row['category'])} ({figures.signed(row['gap'])})" for row in rows]) or "none"
    )


def _chances(facts: Facts) -> str:
    chances = [
        row
        for row in facts.alerts
        if row["rule_id"].startswith("opportunity") and row["quarter_start_date"] >= facts.quarter.start
    ]
    found = [words.sentence(row["description"]) for row in chances[:3]]
    return " ".join([f"{quadrant_name(facts.quadrant['quadrant'])}.", *found])


def _invite(facts: Facts) -> list[str]:
    """Who should sit there: those who decide, those who are dissatisfied; first whom we did not hear."""
    wanted = [row for row in facts.people if row["buying_role"] == "decision_maker" or row["is_dissatisfied"]]
    wanted.sort(key=lambda row: (row["took_part"], not row["is_dissatisfied"]))
    shown = []
    for row in wanted[:_MOST_NAMES]:
        reasons = [words.ROLES["decision_maker"]] if row["buying_role"] == "decision_maker" else []
        reasons += ["dissatisfied"] if row["is_dissatisfied"] else []
        reasons += [] if row["took_part"] else ["did not answer"]
        shown.append(
            f"{words.name(row['full_name'])}, {words.name(row['job_title'], 'title unknown')} ({', '.join(reasons)})"
        )
    if len(wanted) > _MOST_NAMES:
        shown.append(f"and {len(wanted) - _MOST_NAMES:,} more")
    return shown
