"""Where each account stands in the quadrant plot, in pixels, and what is said about it when pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, pi, sqrt
from typing import Any

from scoreboard.reports.charts import figures, style
from scoreboard.reports.charts.labels import Box
from scoreboard.reports.charts.picture import Frame, key

QUADRANTS = {
    "willing_but_not_able": (1, "Willing but not able"),
    "risky_business": (2, "Risky business"),
    "silent_but_satisfied": (3, "Silent but satisfied"),
    "raving_fans": (4, "Raving fans"),
}
WIDE, TALL = 620, 520  # the plot for 0 to 10
UNKNOWN = 62  # strip left of it: usage is not known
BAND = 26  # strips above and below, for the quadrants' names
FRAME = Frame(width=WIDE, height=TALL, left=30 + UNKNOWN, bottom=BAND + 62, top=style.TOP + BAND)
LARGE = 60  # that many of the largest marks no label may cover


@dataclass(frozen=True)
class Mark:
    """One account; `before` is last quarter's place, `weight` its revenue, `size` an area."""

    account_id: str
    key: str
    name: str
    x: float
    y: float
    before: tuple[float, float] | None
    has_changed: bool
    is_usage_known: bool
    tier: str | None
    weight: float
    size: float
    hint: str

    @property
    def dress(self) -> tuple[str, str, str]:
        """Shape, fill and line of its tier."""
        return style.TIERS.get(self.tier or "", style.UNKNOWN_TIER)

    @property
    def way(self) -> float:
        """How far it came since last quarter."""
        return hypot(self.x - self.before[0], self.y - self.before[1]) if self.before else 0.0

    @property
    def box(self) -> Box:
        """What it covers."""
        radius = self.radius
        return Box(self.x - radius, self.y - radius, self.x + radius, self.y + radius)

    @property
    def radius(self) -> float:
        """Of a circle of its area."""
        return sqrt(self.size / pi)


def marks_of(rows: list[dict[str, Any]], most: int, currency: str) -> list[Mark]:
    """Marks of the `most` largest accounts, the largest first; without revenue those first that changed quadrant."""
    drawn = sorted(
        rows, key=lambda row: (-float(row.get("revenue_t4q") or 0), not has_changed(row), str(row["account_id"]))
    )[:most]
    largest = max(float(drawn[0].get("revenue_t4q") or 0), 0.0)
    return [_mark(row, index, largest, len(drawn) <= LARGE, currency) for index, row in enumerate(drawn)]


def has_changed(row: dict[str, Any]) -> bool:
    """Whether the account was in another quadrant last quarter."""
    return row["previous_quadrant"] is not None and row["previous_quadrant"] != row["quadrant"]


def quadrant_name(code: str) -> str:
    """`4 Raving fans`."""
    number, words = QUADRANTS.get(code, (0, figures.name(code)))
    return f"{number} {words}" if number else words


def place_x(usage: float | None, index: int = 2) -> float:
    """Across; where usage is unknown, in the strip left of zero, spread a little so that marks do not hide each other."""
    return (index % 5 - 2) * 9 - UNKNOWN / 2 if usage is None else usage / 10 * WIDE


def place_y(engagement: float | None) -> float:
    """Up; where nothing is known of the engagement it counts as none."""
    return TALL * (1 - (engagement or 0.0) / 10)


def _mark(row: dict[str, Any], index: int, largest: float, is_alone: bool, currency: str) -> Mark:
    before = row.get("previous_engagement_score")
    weight = max(float(row.get("revenue_t4q") or 0), 0.0)
    area = 26 + 330 * weight / largest if largest else 42.0
    return Mark(
        account_id=str(row["account_id"]),
        key=key(index),
        name=figures.name(row.get("account_name") or row["account_id"]),
        x=place_x(row["usage_score"], index),
        y=place_y(row["engagement_score"]),
        before=None if before is None else (place_x(row.get("previous_usage_score"), index), place_y(before)),
        has_changed=has_changed(row),
        is_usage_known=row["usage_score"] is not None,
        tier=row.get("account_tier"),
        weight=weight,
        size=area * (1.6 if is_alone else 1.0),
        hint=_hint(row, currency),
    )


def _hint(row: dict[str, Any], currency: str) -> str:
    def shown(value: float | None) -> str:
        return "unknown" if value is None else f"{value:.1f}"

    parts = [
        f"{figures.name(row.get('account_name') or row['account_id'])}: {quadrant_name(row['quadrant'])}",
        f"engagement {shown(row['engagement_score'])}",
        f"usage {shown(row['usage_score'])}",
    ]
    if has_changed(row):
        parts.append(f"last quarter {quadrant_name(row['previous_quadrant'])}")
    if row.get("account_tier"):
        parts.append(figures.name(row["account_tier"]))
    if row.get("revenue_t4q") is not None:
        parts.append(f"revenue {figures.money(float(row['revenue_t4q']), currency)}")
    return ", ".join(parts)
