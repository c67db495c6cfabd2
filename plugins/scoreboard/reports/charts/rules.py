"""The rules that charts draw, as a published version tells them: by what a quarter's accounts were placed, whatever the rule is today."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from scoreboard.reports.charts.figures import TOLERANCE

_TABLE = "rpt_quarter_rules"
# what is shipped: all that can be said of a version published before it told its rules
_CUTOFF, _SHARE = 5.0, 0.80
_HIGH = {
    "engagement": ("willing_but_not_able", "raving_fans"),
    "usage": ("silent_but_satisfied", "raving_fans"),
}


class Version(Protocol):
    """A published version, as reports and pages open it."""

    def has(self, table: str) -> bool:
        """Whether it holds this table."""

    def rows(self, statement: str, parameters: list[Any]) -> list[dict[str, Any]]:
        """The statement's rows as column -> value."""


def quadrant_cutoffs(version: Version, quarter_start: date, placed: list[dict[str, Any]]) -> tuple[float, float]:
    """The cut-offs of engagement and usage by which the rows of fct_account_quadrants in `placed` were placed.

    Where the two do not agree (a closed quarter keeps its rows, and may be older than the table of rules) the rows decide.
    """
    rule = _rule(version, quarter_start, "quadrant_cutoffs")
    engagement, usage = (_agreed(kind, rule.get(f"{kind}_cutoff", _CUTOFF), placed) for kind in _HIGH)
    return engagement, usage


def enter_share(version: Version, quarter_start: date) -> float:
    """The share of revenue that made key accounts in the quarter."""
    return _rule(version, quarter_start, "tier_rules").get("enter_share", _SHARE)


def _rule(version: Version, quarter_start: date, name: str) -> dict[str, float]:
    """setting -> value; nothing of a version that has no such table or quarter."""
    if not version.has(_TABLE):
        return {}
    found = version.rows(
        "select setting, setting_value from marts.rpt_quarter_rules where quarter_start_date = ? and rule_name = ?",
        [quarter_start, name],
    )
    return {row["setting"]: float(row["setting_value"]) for row in found}


def _agreed(kind: str, cutoff: float, placed: list[dict[str, Any]]) -> float:
    known = [row for row in placed if row[f"{kind}_score"] is not None]
    high = [row[f"{kind}_score"] for row in known if row["quadrant"] in _HIGH[kind]]
    low = [row[f"{kind}_score"] for row in known if row["quadrant"] not in _HIGH[kind]]
    is_right = all(score >= cutoff - TOLERANCE for score in high) and all(score < cutoff for score in low)
    return cutoff if is_right or not high else float(min(high))
