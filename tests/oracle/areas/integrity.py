"""Section 2, Vote integrity: suspicious votes, and breaks in the series of a question."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.oracle.areas.seeds import Rule, Seeds
from tests.oracle.calendar import SETTLE_DAYS, end_of_quarter
from tests.oracle.reading import Row
from tests.oracle.scores import Response

if TYPE_CHECKING:
    from tests.oracle.areas import Known

COLUMNS = {
    "rpt_vote_integrity": ".response_id:s .flag:s survey_id:s project_id:s account_id:s contact_id:s responded_at:t quarter_start_date:d "
    "is_counted:b exclusion_reason:s",
    "rpt_series_breaks": ".question_id:s .changed_at:t change:s text_before:s text_after:s scale_before:s scale_after:s award_year:i "
    "answers_before:i answers_after:i is_break:b",
}


def rows(known: Known) -> dict[str, list[Row]]:
    return {"rpt_vote_integrity": _flagged(known), "rpt_series_breaks": _breaks(known)}


def _flagged(known: Known) -> list[Row]:
    seeds = Seeds(known.home / "seeds")
    votes = [
        response
        for response in known.responses
        if response.row["respondent_type"] == "customer" and response.day <= known.calendar.as_of
    ]
    counted = [response for response in known.responses if response.is_counted]
    invitations = Counter(response.row["invitation_id"] for response in counted)
    alike = Counter(_alike(response) for response in counted if response.row["contact_id"] is None)
    return [
        {
            column: vote.row[column]
            for column in ("response_id", "survey_id", "account_id", "contact_id", "responded_at")
        }
        | {
            "flag": flag,
            "project_id": vote.survey["project_id"],
            "quarter_start_date": vote.quarter,
            "is_counted": vote.is_counted,
            "exclusion_reason": vote.exclusion,
        }
        for vote in votes
        for flag in _flags(
            vote,
            seeds.on("integrity_policy", known.calendar.last_day(vote.quarter)),
            known,
            invitations,
            alike,
        )
    ]


def _flags(
    vote: Response, policy: Rule, known: Known, invitations: Counter[str | None], alike: Counter[Any]
) -> list[str]:
    """`invitations` and `alike` count the counted responses with an invitation, and the anonymous ones by what makes them the same."""
    invitation, row = vote.row["invitation_id"], vote.row
    scored = [answer for answer in vote.answers if answer.is_scored]
    holds = {
        "straight_lining": len(scored) >= policy["straight_line_min_answers"]
        and len({(answer.question["scale_id"], answer.row["value"]) for answer in scored}) == 1,
        "repeated_invitation": vote.is_counted and invitation is not None and invitations[invitation] > 1,
        "identical_answers": vote.is_counted and row["contact_id"] is None and alike[_alike(vote)] > 1,
        "agent_submitted": row["employee_id"] is not None or _is_staff(row["contact_id"], known),
        "answered_late": _is_late(vote, policy, known),
        "edited_after_close": _is_edited(vote, known),
    }
    return [flag for flag, holds_here in holds.items() if holds_here]


def _alike(vote: Response) -> Any:
    """What makes two anonymous responses the same."""
    answers = frozenset(
        (answer.question["question_id"], Fraction(answer.row["value"])) for answer in vote.answers if answer.is_scored
    )
    return vote.row["account_id"], vote.row["survey_id"], vote.day, answers


def _is_staff(contact: str | None, known: Known) -> bool:
    found = known.judged.current["contacts"].get(contact) if contact is not None else None
    address = _address(found["email"]) if found else None
    return address is not None and any(
        _address(employee["email"]) == address for employee in known.judged.rows("employees")
    )


def _address(email: str | None) -> str | None:
    return None if email is None else email.strip().lower()


def _is_late(vote: Response, policy: Rule, known: Known) -> bool:
    invitation = known.judged.current["invitations"].get(vote.row["invitation_id"])
    if invitation is None:
        return False
    return vote.day > known.calendar.local(invitation["sent_at"]) + timedelta(days=int(policy["answer_window_days"]))


def _is_edited(vote: Response, known: Known) -> bool:
    settled = end_of_quarter(vote.quarter) + timedelta(days=SETTLE_DAYS)
    return any(
        known.calendar.local(row["updated_at"]) >= settled
        for row in (vote.row, *(answer.row for answer in vote.answers))
    )


def _breaks(known: Known) -> list[Row]:
    found = []
    for question, versions in known.judged.versions["questions"].items():
        for before, after in pairwise(versions):
            changed = [column for column in ("question_text", "scale_id") if before[column] != after[column]]
            day = known.calendar.local(after["updated_at"])
            if not changed or day > known.calendar.as_of:
                continue
            instants = [
                response.row["responded_at"]
                for response in known.responses
                if response.is_counted and response.day.year == day.year
                for answer in response.answers
                if answer.is_scored and answer.row["question_id"] == question
            ]
            earlier = sum(instant < after["updated_at"] for instant in instants)
            later = len(instants) - earlier
            found.append(
                {
                    "question_id": question,
                    "changed_at": after["updated_at"],
                    "change": {"question_text": "wording", "scale_id": "scale"}[changed[0]]
                    if len(changed) == 1
                    else "wording_and_scale",
                    "text_before": before["question_text"],
                    "text_after": after["question_text"],
                    "scale_before": before["scale_id"],
                    "scale_after": after["scale_id"],
                    "award_year": day.year,
                    "answers_before": earlier,
                    "answers_after": later,
                    "is_break": earlier > 0 and later > 0,
                }
            )
    return found
