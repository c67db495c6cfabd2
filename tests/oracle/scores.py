"""Answers and responses: scores, exclusions, invitations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.calendar import Calendar, calendar_label
from tests.oracle.judging import Judged
from tests.oracle.reading import Row
from tests.oracle.rules import Rules
from tests.oracle.schema import CATEGORIES, OVERALL, SCORED
from tests.oracle.stats import weighted_mean


@dataclass
class Answer:
    """One answer beside its question; `score` and `ratio` are None without a value."""

    row: Row
    question: Row
    score: Fraction | None
    ratio: Fraction | None

    @property
    def is_scored(self) -> bool:
        return self.score is not None and self.question["measure"] in SCORED

    @property
    def weight(self) -> Fraction:
        weight = self.question["weight"]
        return Fraction(1) if weight is None else Fraction(weight)

    @property
    def counts_for_award(self) -> bool:
        return self.question["counts_for_award"] is not False


@dataclass
class Response:
    """One response with its answers. `scores`: overall and category -> score, only those that exist."""

    row: Row
    survey: Row
    day: date
    quarter: date
    wave: str
    answers: list[Answer]
    scores: dict[str, Fraction] = field(default_factory=dict)
    exclusion: str | None = None

    @property
    def is_counted(self) -> bool:
        return self.exclusion is None


def score_answer(value: Fraction, scale: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """(score_5pt, score_5pt_ratio) of a value on its scale."""
    low, high = scale["min_value"], scale["max_value"]
    score = 1 + 4 * (value - low) / (high - low)
    if scale["is_reversed"]:
        return 6 - score, 5 * (low + high - value) / high
    return score, 5 * value / high


def response_score(
    answers: list[Answer], category: str, *, award_only: bool = False, ratio: bool = False
) -> Fraction | None:
    """Question-weighted mean of the scored answers of one category or, for `overall`, of all of them."""
    return weighted_mean(
        [
            (answer.weight, (answer.ratio if ratio else answer.score) or Fraction(0))
            for answer in answers
            if answer.is_scored
            and (category == OVERALL or answer.question["category"] == category)
            and (answer.counts_for_award or not award_only)
        ]
    )


_PUBLISHED_AS_GIVEN = (
    *("response_id", "survey_id", "respondent_type", "contact_id", "employee_id", "account_id"),
    *("ticket_id", "agent_id", "team_id", "channel", "wave", "responded_at"),
)


def build_responses(judged: Judged, rules: Rules, calendar: Calendar) -> list[Response]:
    """All current responses, scored and with their exclusion named."""
    answers: dict[str, list[Answer]] = defaultdict(list)
    for row in judged.rows("answers"):
        question = judged.current["questions"][row["question_id"]]
        score = ratio = None
        if row["value"] is not None:
            score, ratio = score_answer(Fraction(row["value"]), rules.scales[question["scale_id"]])
        answers[row["response_id"]].append(Answer(row, question, score, ratio))
    responses = []
    for row in judged.rows("responses"):
        day = calendar.local(row["responded_at"])
        wave = calendar_label(day) if row["wave"] is None else row["wave"]
        response = Response(
            row,
            judged.current["surveys"][row["survey_id"]],
            day,
            calendar.quarter(day),
            wave,
            answers[row["response_id"]],
        )
        for category in (OVERALL, *CATEGORIES):
            if (value := response_score(response.answers, category)) is not None:
                response.scores[category] = value
        response.exclusion = _own_exclusion(response, judged, rules, calendar)
        responses.append(response)
    _supersede(responses)
    return responses


def _own_exclusion(response: Response, judged: Judged, rules: Rules, calendar: Calendar) -> str | None:
    row = response.row
    contact = judged.current["contacts"].get(row["contact_id"]) or {}
    _, at, domain = (contact.get("email") or "").rpartition("@")
    checks = (
        ("after_as_of", response.day > calendar.as_of),
        ("test", row["respondent_type"] == "test"),
        ("not_customer", row["respondent_type"] != "customer"),
        ("internal_domain", bool(at) and domain.strip().lower() in rules.internal_domains),
        ("incomplete", row["is_complete"] is False),
        ("no_scored_answer", OVERALL not in response.scores),
    )
    return next((name for name, holds in checks if holds), None)


def _supersede(responses: list[Response]) -> None:
    """Of the otherwise counted responses of one contact, survey, ticket and wave only the last counts."""
    last: dict[tuple[Any, ...], Response] = {}
    candidates = [response for response in responses if response.is_counted and response.row["contact_id"] is not None]
    for response in sorted(candidates, key=lambda r: (r.row["responded_at"], r.row["response_id"].encode())):
        key = (*(response.row[column] for column in ("contact_id", "survey_id", "ticket_id")), response.wave)
        if key in last:
            last[key].exclusion = "superseded"
        last[key] = response


def answer_rows(responses: list[Response]) -> list[Row]:
    """fct_survey_answers."""
    return [
        {column: answer.row[column] for column in ("answer_id", "response_id", "question_id", "value")}
        | {column: answer.question[column] for column in ("measure", "category")}
        | {"score_5pt": answer.score, "score_5pt_ratio": answer.ratio, "has_comment": answer.row["comment"] is not None}
        for response in responses
        for answer in response.answers
    ]


def response_rows(responses: list[Response]) -> list[Row]:
    """fct_survey_responses."""
    return [
        {column: response.row[column] for column in _PUBLISHED_AS_GIVEN}
        | {
            "project_id": response.survey["project_id"],
            "quarter_start_date": response.quarter,
            "overall_score": response.scores.get(OVERALL),
            "is_counted": response.is_counted,
            "exclusion_reason": response.exclusion,
        }
        for response in responses
    ]


class Invited:
    """Invitations and answered ones per quarter and scope: (quarter, scope type, scope id) -> [invited, answered]."""

    def __init__(self, judged: Judged, responses: list[Response], calendar: Calendar) -> None:
        answered = {response.row["invitation_id"] for response in responses if response.is_counted}
        self._counts: dict[tuple[date, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for row in judged.rows("invitations"):
            survey, quarter = judged.current["surveys"][row["survey_id"]], calendar.quarter_of(row["sent_at"])
            if survey["kind"] == "staff" or quarter is None:
                continue
            for scope in (("global", "global"), ("project", survey["project_id"]), ("account", row["account_id"])):
                count = self._counts[(quarter, *scope)]
                count[0] += 1
                count[1] += row["invitation_id"] in answered

    def count(self, quarter: date, scope_type: str, scope_id: str) -> int:
        return self._counts.get((quarter, scope_type, scope_id), [0, 0])[0]

    def rate(self, quarter: date, scope_type: str, scope_id: str) -> Fraction | None:
        """Answered over invited, None where nobody was."""
        invited, answered = self._counts.get((quarter, scope_type, scope_id), [0, 0])
        return Fraction(answered, invited) if invited else None
