"""Why a project stands where it stands, in the rule's own terms, and what makes the evidence doubtful, with the figures behind it."""

from __future__ import annotations

from collections.abc import Callable

from scoreboard.reports import wording
from scoreboard.warehouse.reader import Row


def is_high(row: Row) -> bool:
    """Whether the mean reaches the threshold."""
    return bool(row["mean_score"] >= row["threshold"] - wording.TOLERANCE)


def why(row: Row, is_closed: bool) -> str:
    """What decided, or decides so far: the mean against the threshold, the waves against those asked for."""
    if row["status"] == "no_data":
        return "No response counted."
    so_far = "" if is_closed else " so far"
    threshold = wording.number(row["threshold"])
    if is_high(row):
        mean = f"Mean{so_far} at or above {threshold}"
    else:
        mean = f"Mean{so_far} below {threshold} by {wording.plain(row['threshold'] - row['mean_score'])}"
    missing = row["min_waves"] - row["waves"]
    waves = f"{wording.count(row['waves'], 'wave')}, {row['min_waves']} asked for"
    if missing > 0:
        waves += f": {missing} too few" if is_closed else f": {missing} still to come"
        if not is_closed and row["status"] == "at_risk" and is_high(row):
            waves += ", more than the quarters left can bring"
    text = f"{mean}; {waves}."
    if row["decision_depends_on_conversion"]:
        text += " Depends on the conversion to five points."
    if (verdict := row["bounds_verdict"]) == "open":
        text += " Some answers tell only good or bad: the mean could lie on either side."
    elif verdict == "refuted" and is_high(row):
        text += " Some answers tell only good or bad: read at their highest the mean would still be below."
    return text


def doubts(row: Row, policy: dict[str, float]) -> str:
    """The blocking reasons of the evidence grade, each with its figure and limit where the version tells them."""
    said = []
    for code in wording.codes(row["blocking_reasons"]):
        figure = _FIGURES.get(code)
        text = wording.in_words(code, wording.BLOCKING)
        try:
            said.append(text if figure is None else f"{text} ({figure(row, policy)})")
        except (KeyError, TypeError):  # a version without rules or figures: the reason alone
            said.append(text)
    return "; ".join(said)


_FIGURES: dict[str, Callable[[Row, dict[str, float]], str]] = {
    "too_few_responses": lambda row, policy: f"{row['response_count']} of {policy['min_responses']:.0f}",
    "low_response_rate": lambda row, policy: f"{row['response_rate']:.1%}, asked for {policy['min_response_rate']:.1%}",
    "lower_bound_below_threshold": lambda row, policy: (
        f"from {wording.mean_text(row['ci95_low'], row['threshold'])}"
        if row["ci95_low"] is not None
        else "one response"
    ),
    "one_account_dominates": lambda row, policy: (
        f"{row['largest_account_share']:.1%}, allowed {policy['max_account_share']:.1%}"
    ),
    "invitation_bias": lambda row, policy: (
        f"{row['invitation_bias']:.1%} apart from all customers, allowed {policy['max_invitation_bias']:.1%}"
    ),
}
