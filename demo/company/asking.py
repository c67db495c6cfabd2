"""The book in which surveys are kept while they are made: invitations, responses, answers and why a response is out."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from .catalog import Question
from .comments import write_comment
from .timeline import EXPORTED_AT

Row = dict[str, Any]
SCALES = {
    "likert5": (1, 5),
    "likert7": (1, 7),
    "likert10": (1, 10),
    "nps11": (0, 10),
    "percent": (0, 100),
    "binary": (0, 1),
    "effort7": (1, 7),
    "effort5_reversed": (1, 5),
}
SCORED = ("satisfaction", "loyalty")


@dataclass
class Book:
    """All survey rows so far. `excluded` says why a response does not count; a response not in it counts."""

    invitations: list[Row] = field(default_factory=list)
    responses: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    excluded: dict[str, str] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)

    def invite(
        self, survey: str, account: str, sent_at: datetime, contact: str | None, employee: str | None = None
    ) -> Row:
        """Send an invitation."""
        row = {
            "invitation_id": f"INV-{len(self.invitations) + 1:06}",
            "survey_id": survey,
            "contact_id": contact,
            "employee_id": employee,
            "account_id": account,
            "sent_at": sent_at,
            "updated_at": sent_at,
        }
        self.invitations.append(row)
        return row

    def respond(self, survey: str, account: str, responded_at: datetime, **more: Any) -> Row:
        """Take a response; `more` are its other columns."""
        row = {
            "response_id": f"RSP-{len(self.responses) + 1:06}",
            "survey_id": survey,
            "invitation_id": None,
            "respondent_type": "customer",
            "contact_id": None,
            "employee_id": None,
            "account_id": account,
            "ticket_id": None,
            "agent_id": None,
            "team_id": None,
            "channel": "web",
            "wave": None,
            "responded_at": responded_at,
            "is_complete": True,
            "updated_at": responded_at + timedelta(seconds=40),
        } | more
        self.responses.append(row)
        return row

    def answer(self, rng: random.Random, response: Row, question: Question, feeling: float) -> Row:
        """Answer one question in a mood between 1 and 5 (what lies outside is felt, but cannot be ticked)."""
        value, comment = value_of(rng, question, feeling), None
        if question.measure == "open_text":
            value, comment = None, write_comment(rng, feeling)
        row = {
            "answer_id": f"ANS-{len(self.answers) + 1:06}",
            "response_id": response["response_id"],
            "question_id": question.id,
            "value": value,
            "comment": comment,
            "updated_at": response["updated_at"],
        }
        self.answers.append(row)
        return row

    def exclude(self, response: Row, reason: str) -> None:
        """Note that the contract leaves this response out, and why."""
        self.excluded[response["response_id"]] = reason

    def is_counted(self, response: Row) -> bool:
        """Whether nothing speaks against the response."""
        return response["response_id"] not in self.excluded


def value_of(rng: random.Random, question: Question, feeling: float) -> int | Decimal | None:
    """The mark a mood leads to on the question's scale."""
    low, high = SCALES[question.scale]
    felt = min(5.0, max(1.0, feeling + question.shift + rng.gauss(0.0, 0.45)))
    if question.scale == "binary":
        return int(rng.random() < (felt - 1) / 4)
    if question.scale == "percent":
        return Decimal(round((felt - 1) / 4 * 40)) * Decimal("2.5")  # a slider in steps of 2.5
    mark = int(low + (felt - 1) / 4 * (high - low) + 0.5)
    return low + high - mark if question.scale.endswith("_reversed") else mark


def not_later_than_export(instant: datetime) -> datetime:
    """An instant no younger than the last export."""
    return min(instant, EXPORTED_AT - timedelta(minutes=1))
