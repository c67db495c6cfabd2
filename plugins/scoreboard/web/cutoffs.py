"""Where the plot's two lines stand: the rule of the quarter, as long as it agrees with what was published."""

from __future__ import annotations

from typing import Any

from scoreboard.settings import Settings
from scoreboard.warehouse.seeds import SHIPPED, SeedError, declared_seeds, read_seed
from scoreboard.web.quarters import ShownQuarter
from scoreboard.web.store import Row

_SEED = "quadrant_cutoffs"
_HIGH = {
    "engagement": ("willing_but_not_able", "raving_fans"),
    "usage": ("silent_but_satisfied", "raving_fans"),
}


def cutoffs(settings: Settings, quarter: ShownQuarter, rows: list[Row]) -> tuple[float, float]:
    """The cut-offs of engagement and usage. A seed changed since the publish does not move the lines: the rows decide."""
    rule = _rule(settings, quarter)
    engagement, usage = (_agreed(kind, float(rule.get(f"{kind}_cutoff", 5.0)), rows) for kind in _HIGH)
    return engagement, usage


def _rule(settings: Settings, quarter: ShownQuarter) -> dict[str, Any]:
    own = settings.seeds / f"{_SEED}.csv"
    try:
        found = read_seed(declared_seeds()[_SEED], own if own.exists() else SHIPPED / f"{_SEED}.csv")
    except (SeedError, OSError):  # half-way through an edit: the rows alone decide
        return {}
    past = [row for row in found if row["valid_from"] <= quarter.end.isoformat()]
    return max(past, key=lambda row: row["valid_from"], default={})


def _agreed(kind: str, cutoff: float, rows: list[Row]) -> float:
    known = [row for row in rows if row[f"{kind}_score"] is not None]
    high = [row[f"{kind}_score"] for row in known if row["quadrant"] in _HIGH[kind]]
    low = [row[f"{kind}_score"] for row in known if row["quadrant"] not in _HIGH[kind]]
    is_right = all(score >= cutoff - 1e-9 for score in high) and all(score < cutoff for score in low)
    return cutoff if is_right or not high else float(min(high))
