"""Codes and figures of the pack in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from scoreboard.reports import wording
from scoreboard.reports.charts import figures
from scoreboard.reports.plain_text import one_line, paragraph

NOTHING = wording.NOTHING
QUESTIONS = (
    "What can I, as your account manager, change so that you are more satisfied with us and want to stay?",
    "What should our company as a whole do better?",
    "What would it take, with nothing left out, for you to be completely satisfied?",
)
ROLES = {
    "decision_maker": "decides",
    "recommender": "recommends",
    "influencer": "influences",
}
STATES = {
    "open": "open",
    "acknowledged": "acknowledged",
    "in_progress": "in progress",
    "resolved": "resolved",
    "verified": "resolved and verified",
}
TIERS = {"key": "key account", "strategic": "strategic account", "marginal": "marginal account"}
_LONGEST_NAME = 160
_LONGEST_COMMENT = 4000
_LONGEST_SENTENCE = 600


def name(text: Any, unknown: str = "unknown") -> str:
    """A name or title on one line."""
    return one_line(text, _LONGEST_NAME) or unknown


def sentence(text: Any) -> str:
    """A description that a rule wrote, with names of the customer's in it."""
    return one_line(text, _LONGEST_SENTENCE)


def comment(text: Any) -> str:
    """What a person wrote, with its line breaks; a very long one is cut and says so."""
    return paragraph(text, _LONGEST_COMMENT)


def category(code: str) -> str:
    """`Field service`."""
    return "Overall" if code == "overall" else wording.CATEGORIES.get(code, code_words(code).capitalize())


def code_words(code: Any) -> str:
    """A code nobody wrote words for, readable."""
    return one_line(str(code).replace("_", " "), _LONGEST_NAME) if code else "unknown"


def score(value: float | None, threshold: float | None = None) -> str:
    """4.23, never on the wrong side of the threshold; a dash for nothing."""
    return NOTHING if value is None else figures.score(value, threshold)


def points(value: float | None) -> str:
    """0 to 10 with one decimal."""
    return "unknown" if value is None else f"{value:.1f}"


def change(now: float | None, before: float | None) -> str:
    """`+0.30`; a dash where there is nothing to compare."""
    return NOTHING if now is None or before is None else figures.signed(now - before)


def day(value: date | None) -> str:
    """2026-04-02; a dash for none."""
    return NOTHING if value is None else value.isoformat()


def people(amount: int) -> str:
    """`1 person`, `2 people`, `nobody`."""
    return "nobody" if not amount else "1 person" if amount == 1 else f"{amount:,} people"


def limit(is_within: bool | None, amount: int | None, most: float | None) -> str:
    """Whether somebody has no more accounts than the programme allows."""
    if is_within is None or amount is None:
        return "no limit to compare with"
    allowed = "" if most is None else f" of at most {most:.0f}"
    return f"{'within' if is_within else 'beyond'} the limit: {figures.count(amount, 'account')}{allowed}"
