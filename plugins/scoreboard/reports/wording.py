"""Figures and codes in words, for readers who do not know the tables."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

TOLERANCE = 1e-9  # CONTRACT section 4, "Exactness": closer than this is equal
BEST_SCORE = 5.0
NOTHING = "–"
_LONGEST_LIST = 8

STATUS = {
    "eligible": "Eligible",
    "not_eligible": "Not eligible",
    "on_track": "On track",
    "at_risk": "At risk",
    "no_data": "No data",
}

CATEGORIES = {
    "technical_support": "Technical support",
    "field_service": "Field service",
    "customer_service": "Customer service",
    "account_management": "Account management",
}

EXCLUSIONS = {
    "after_as_of": "given after the as-of date",
    "test": "test responses",
    "not_customer": "not from a customer (employees, partners)",
    "internal_domain": "from an e-mail domain of the company itself",
    "incomplete": "not completed",
    "no_scored_answer": "without an answer on satisfaction or loyalty",
    "superseded": "replaced by the same person's later response in the same wave",
    "no_award_question": "scored, but on no question that counts for the award",
}

# the same, as heads of columns
EXCLUSION_HEADS = {
    "after_as_of": "After as-of",
    "test": "Test",
    "not_customer": "Not a customer",
    "internal_domain": "Own domain",
    "incomplete": "Not completed",
    "no_scored_answer": "No score",
    "superseded": "Replaced",
    "no_award_question": "No award question",
}

FLAGS = {
    "straight_lining": "all scored answers equal, on one scale, and many",
    "repeated_invitation": "its invitation carries another counted response",
    "identical_answers": "another counted response without a contact says the same on that account and day",
    "agent_submitted": "given by an employee, or from an employee's address",
    "answered_late": "answered after the window that the policy allows",
    "edited_after_close": "changed after its quarter was closed",
}

TIERS = {"key": "Key", "strategic": "Strategic", "marginal": "Marginal", "not_a_customer": "Not a customer"}

RULES = {
    "award_rules": "The award's rule",
    "evidence_policy": "Evidence policy (our own)",
    "integrity_policy": "Integrity policy (our own)",
}

SETTINGS = {
    "threshold": "mean asked for",
    "min_waves": "waves asked for",
    "min_responses": "fewest responses",
    "min_response_rate": "lowest response rate",
    "max_account_share": "largest share of one account",
    "max_invitation_bias": "largest distance of the invited from all customers",
    "max_reasons_a": "reasons to doubt, grade A",
    "max_reasons_b": "reasons to doubt, grade B",
    "max_reasons_c": "reasons to doubt, grade C",
    "straight_line_min_answers": "equal answers that make a straight line",
    "answer_window_days": "days to answer an invitation",
}

BLOCKING = {
    "too_few_responses": "too few responses",
    "response_rate_unknown": "response rate unknown",
    "low_response_rate": "low response rate",
    "lower_bound_below_threshold": "interval reaches below the threshold",
    "one_account_dominates": "one account gave too large a share",
    "invitation_bias": "invitations not even across accounts",
}

AWARDS = {"nfsb": "NFSB", "cempro": "CEMPRO"}


def mean_text(mean: float | None, threshold: float) -> str:
    """Three decimals, or as many more as it takes not to show a mean on the wrong side of the threshold."""
    if mean is None:
        return NOTHING
    return next(text for text in _roundings(mean) if _reads_right(text, mean, threshold))


def rounding_note(mean: float | None, threshold: float) -> str | None:
    """A sentence where two decimals would tell the opposite of the decision."""
    if mean is None or _reads_right(f"{mean:.2f}", mean, threshold):
        return None
    side = "not below" if mean >= threshold - TOLERANCE else "below"
    return f"Two decimals would read {mean:.2f}. The unrounded mean is {side} {number(threshold)}."


def needed_text(needed: float | None) -> str:
    """The mean the rest of the year must reach, rounded up: a little less would not be enough."""
    if needed is None:
        return NOTHING
    text = f"{math.ceil((needed - TOLERANCE) * 1000) / 1000:.3f}"
    return text if needed <= BEST_SCORE + TOLERANCE else f"{text}, out of reach"


def number(value: float) -> str:
    """A rule's number as a person writes it: 4.0, 4.25."""
    text = f"{value:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def plain_number(value: float) -> str:
    """A number as it is, whole where it is whole: 4, 0.25."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def plain(value: float) -> str:
    """Two significant digits, never an exponent: 0.0037, 0.00000033."""
    return f"{Decimal(f'{value:.2g}'):f}"


def codes(value: Any) -> list[str]:
    """A list column as a list of codes: a comma list, JSON text or a list; null and empty are the empty list."""
    if value is None:
        return []
    if isinstance(value, str) and value.strip().startswith("["):
        value = json.loads(value)
    parts = value.split(",") if isinstance(value, str) else list(value)
    return [str(part).strip() for part in parts if str(part).strip()]


def in_words(code: str, words: dict[str, str]) -> str:
    """A code's words; a code nobody wrote words for is shown as it is, readable."""
    return words.get(code, code.replace("_", " "))


def count(amount: int, thing: str) -> str:
    """`1 project`, `2 projects`, `no projects`."""
    return f"{amount or 'no'} {thing}{'' if amount == 1 else 's'}"


def listing(names: Sequence[str]) -> str:
    """`A, B and C`; a long list is cut short and says so."""
    shown = list(names) if len(names) == _LONGEST_LIST + 1 else list(names[:_LONGEST_LIST])
    if len(names) > len(shown):
        shown.append(f"{len(names) - _LONGEST_LIST} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "nobody"


def _roundings(mean: float) -> list[str]:
    return [*(f"{mean:.{digits}f}" for digits in range(3, 13)), repr(mean)]


def _reads_right(text: str, mean: float, threshold: float) -> bool:
    return (float(text) >= threshold) == (mean >= threshold - TOLERANCE)
