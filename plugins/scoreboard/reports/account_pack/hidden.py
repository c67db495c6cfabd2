"""Scores of too few responses (rule suppression_policy) are not shown, nor what they are made of: each person's, and gaps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scoreboard.warehouse.reader import Row

if TYPE_CHECKING:
    from scoreboard.reports.account_pack.facts import Facts

HIDDEN = """
select scope_id as account_id, quarter_start_date, category from marts.fct_satisfaction_quarterly
where scope_type = 'account' and is_suppressed and quarter_start_date <= ? and list_contains(?, scope_id)
"""
_OF_A_SCORE = ("mean_score", "previous_mean", "lowest_category", "lowest_category_score", "is_dissatisfied")


def covered(facts: Facts, hidden: list[Row]) -> Facts:
    """The facts without what must not be shown; `hidden`: rows of HIDDEN of this account."""
    if not hidden:
        return facts
    places = {(row["quarter_start_date"], row["category"]) for row in hidden}
    is_hidden = (facts.quarter.start, "overall") in places
    review = dict(facts.review)
    if is_hidden:
        review |= {"mean_score": None, "previous_quarter_mean": None}
    elif (facts.quarter.previous.start, "overall") in places:
        review["previous_quarter_mean"] = None
    people = facts.people
    if is_hidden:
        people = [row | dict.fromkeys(_OF_A_SCORE) for row in people]
        # the order must not tell either
        people.sort(key=lambda row: (not row["took_part"], row["full_name"] or "", row["contact_id"]))
    return replace(
        facts,
        review=review,
        people=people,
        gaps=[row for row in facts.gaps if (row["quarter_start_date"], row["category"]) not in places],
        is_score_hidden=is_hidden,
        shown_scores=[row for row in facts.scores if (row["quarter_start_date"], "overall") not in places],
    )
