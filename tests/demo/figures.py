"""The few figures the sample company's story turns on, computed from its files alone.

Current valid rows come from the oracle's judge; scores, waves, quadrants and gaps are computed here once more, straight
from the contract's section 4, in exact fractions, so that neither the generator nor the pipeline vouches for itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import demo
from scoreboard.quarter import Quarter
from tests.oracle.judging import Judged, judge
from tests.oracle.rules import Rules

Row = dict[str, Any]
SCALES = {
    "likert5": (1, 5),
    "likert7": (1, 7),
    "likert10": (1, 10),
    "percent": (0, 100),
}  # of the scored questions; none is reversed


@dataclass
class Award:
    """One project's year in one category."""

    count: int
    total: Fraction
    ratio_total: Fraction
    waves: Counter[str]

    @property
    def mean(self) -> Fraction:
        return self.total / self.count

    @property
    def status(self) -> str:
        """The status of a closed year under the shipped rule: 4.0 and four waves."""
        if self.count == 0:
            return "no_data"
        return "eligible" if self.mean >= 4 and len(self.waves) >= 4 else "not_eligible"


class Figures:
    """A sample company as its files tell it, on the demo's as-of date."""

    def __init__(self, home: Path) -> None:
        self.judged: Judged = judge([home / "inbox"], Rules(home / "seeds", "USD"))
        self.home = home

    def rows(self, entity: str) -> list[Row]:
        return self.judged.rows(entity)

    @cached_property
    def scored_answers(self) -> dict[str, list[tuple[Row, Row]]]:
        """response_id -> (answer, question) of its scored answers."""
        questions, found = self.judged.current["questions"], defaultdict(list)
        for answer in self.rows("answers"):
            question = questions[answer["question_id"]]
            if answer["value"] is not None and question["measure"] in ("satisfaction", "loyalty"):
                found[answer["response_id"]].append((answer, question))
        return found

    def score(
        self, response: Row, category: str = "overall", award_only: bool = False, ratio: bool = False
    ) -> Fraction | None:
        """The question-weighted mean of the response's scored answers."""
        weights, total = Fraction(0), Fraction(0)
        for answer, question in self.scored_answers.get(response["response_id"], []):
            if category not in ("overall", question["category"]) or (
                award_only and question["counts_for_award"] is False
            ):
                continue
            low, high = SCALES[question["scale_id"]]
            weight, value = Fraction(question["weight"] or 1), Fraction(answer["value"])
            weights += weight
            total += weight * (5 * value / high if ratio else 1 + 4 * (value - low) / (high - low))
        return total / weights if weights else None

    def wave(self, response: Row) -> str:
        return response["wave"] or Quarter.containing(response["responded_at"].date()).label

    @cached_property
    def exclusions(self) -> dict[str, str]:
        """response_id -> the first reason it is left out; the others count."""
        found: dict[str, str] = {}
        internal = {line.strip().lower() for line in (self.home / "seeds/internal_domains.csv").read_text().split("\n")}
        latest: dict[tuple[Any, ...], tuple[Any, str]] = {}
        for response in sorted(self.rows("responses"), key=lambda row: (row["responded_at"], row["response_id"])):
            key, contact = response["response_id"], self.judged.current["contacts"].get(response["contact_id"] or "")
            email = (contact or {}).get("email") or ""
            if response["responded_at"].date() > demo.DEMO_AS_OF:
                found[key] = "after_as_of"
            elif response["respondent_type"] == "test":
                found[key] = "test"
            elif response["respondent_type"] != "customer":
                found[key] = "not_customer"
            elif "@" in email and email.rpartition("@")[2].strip().lower() in internal:
                found[key] = "internal_domain"
            elif response["is_complete"] is False:
                found[key] = "incomplete"
            elif self.score(response) is None:
                found[key] = "no_scored_answer"
            elif response["contact_id"]:
                same = (response["contact_id"], response["survey_id"], response["ticket_id"], self.wave(response))
                if same in latest:
                    found[latest[same][1]] = "superseded"
                latest[same] = (response["responded_at"], key)
        return found

    @cached_property
    def counted(self) -> list[Row]:
        return [row for row in self.rows("responses") if row["response_id"] not in self.exclusions]

    def award(self, project: str, year: int, category: str = "overall") -> Award:
        surveys = {row["survey_id"] for row in self.rows("surveys") if row["project_id"] == project}
        award = Award(0, Fraction(0), Fraction(0), Counter())
        for response in self.counted:
            if response["survey_id"] in surveys and response["responded_at"].year == year:
                score = self.score(response, category, award_only=True)
                if score is not None:
                    award.count += 1
                    award.total += score
                    award.ratio_total += self.score(response, category, award_only=True, ratio=True) or 0
                    award.waves[self.wave(response)] += 1
        return award

    def perception_gap(self, account: str, quarter: Quarter, category: str = "overall") -> Fraction:
        """What staff believe minus what the account says; positive: it gets less than they think."""
        staff, heard = [], []
        for response in self.rows("responses"):
            if response["account_id"] != account or not _is_in(response["responded_at"].date(), quarter):
                continue
            score = self.score(response, category)
            if score is not None and response["respondent_type"] == "employee":
                staff.append(score)
            elif score is not None and response["response_id"] not in self.exclusions:
                heard.append(score)
        return sum(staff, Fraction(0)) / len(staff) - sum(heard, Fraction(0)) / len(heard)

    def quadrant(self, account: str, quarter: Quarter) -> str:
        """Where the account stands by the shipped weights: 60 % what systems saw, 40 % what staff say, cut at 5."""
        ratings = [row for row in self._of("assessments", account) if _is_in(row["assessed_at"].date(), quarter)]
        engagement = _blend(self._engagement(account, quarter), [row["engagement_rating"] for row in ratings])
        usage = _blend(self._usage(account, quarter), [row["usage_rating"] for row in ratings])
        is_close, is_used = engagement is not None and engagement >= 5, usage is not None and usage >= 5
        if is_close:
            return "raving_fans" if is_used else "willing_but_not_able"
        return "silent_but_satisfied" if is_used else "risky_business"

    def _of(self, entity: str, account: str) -> list[Row]:
        return self._by_account[entity].get(account, [])

    @cached_property
    def _by_account(self) -> dict[str, dict[str, list[Row]]]:
        found: dict[str, dict[str, list[Row]]] = {}
        for entity in ("assessments", "activities", "invitations", "usage"):
            found[entity] = defaultdict(list)
            for row in self.rows(entity):
                found[entity][row["account_id"]].append(row)
        return found

    @cached_property
    def _answered(self) -> set[str]:
        return {row["invitation_id"] for row in self.counted if row["invitation_id"]}

    def _engagement(self, account: str, quarter: Quarter) -> Fraction:
        done = [row for row in self._of("activities", account) if _is_in(row["occurred_at"].date(), quarter)]
        kinds = Counter(row["kind"] for row in done)
        inbound = sum(1 for row in done if row["kind"] == "email" and row["is_inbound"])
        signals = [
            (2, Fraction(kinds["meeting"], 3)),
            (2, Fraction(kinds["executive_review"])),
            (1, Fraction(kinds["call"], 6)),
            (1, Fraction(inbound, 12)),
            (1, Fraction(kinds["event"])),
            (2, Fraction(len({row["contact_id"] for row in done} - {None}), 5)),
        ]
        staff_surveys = {row["survey_id"] for row in self.rows("surveys") if row["kind"] == "staff"}
        invited = [
            row
            for row in self._of("invitations", account)
            if _is_in(row["sent_at"].date(), quarter) and row["survey_id"] not in staff_surveys
        ]
        if invited:
            answered = sum(row["invitation_id"] in self._answered for row in invited)
            signals.append((1, Fraction(answered, len(invited)) * 2))
        return _weighted(signals)

    def _usage(self, account: str, quarter: Quarter) -> Fraction | None:
        months = [row for row in self._of("usage", account) if _is_in(row["month"], quarter)]
        signals = []
        for weight, used, available, full in (
            (2, "active_seats", "licensed_seats", Fraction(4, 5)),
            (1, "features_used", "features_available", Fraction(3, 5)),
        ):
            both = [row for row in months if row[used] is not None and row[available] is not None]
            if base := sum(Fraction(row[available]) for row in both):
                signals.append((weight, sum(Fraction(row[used]) for row in both) / base / full))
        return _weighted(signals) if signals else None


def _is_in(day: date, quarter: Quarter) -> bool:
    return quarter.start <= day <= min(quarter.end, demo.DEMO_AS_OF)


def _weighted(signals: list[tuple[int, Fraction]]) -> Fraction:
    return sum(weight * 10 * min(Fraction(1), share) for weight, share in signals) / Fraction(
        sum(w for w, _ in signals)
    )


def _blend(system: Fraction | None, ratings: list[Any]) -> Fraction | None:
    known = [Fraction(rating) for rating in ratings if rating is not None]
    if not known:
        return system
    staff = sum(known, Fraction(0)) / len(known)
    return staff if system is None else system * Fraction(3, 5) + staff * Fraction(2, 5)
