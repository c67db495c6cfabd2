"""Engagement x usage: where every account stands, and where those that changed quadrant came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from scoreboard.reports.charts import figures, quadrant_layers, style
from scoreboard.reports.charts.marks import labels, texts
from scoreboard.reports.charts.picture import Hint, Picture, draw, nothing_yet
from scoreboard.reports.charts.quadrant_marks import FRAME, QUADRANTS, has_changed, marks_of

_MOST_MARKS = 1500
_MOST_ARROWS = 12
_MOST_TRAILS = 120


def quadrant_plot(
    rows: list[dict[str, Any]],
    quarter_label: str,
    *,
    cutoffs: tuple[float, float],
    link: Callable[[str], str] | None = None,
    currency: str = "USD",
) -> Picture:
    """Rows of fct_account_quadrants of one quarter with account_name; where given, revenue_t4q sizes and account_tier shapes
    the marks, and previous_engagement_score and previous_usage_score show where an account came from.

    `cutoffs` are those of engagement and usage (`rules.quadrant_cutoffs`). Of very many accounts the largest are drawn and the line below the title says
    so; the numbers by quadrant are always of all.
    """
    title = f"Engagement and usage, {figures.name(quarter_label)}"
    if not rows:
        return nothing_yet(title, "No account was a customer in this quarter.")
    marks = marks_of(rows, _MOST_MARKS, currency)
    moved = sorted(
        (mark for mark in marks if mark.has_changed and mark.before),
        key=lambda mark: (-mark.weight, -mark.way, mark.account_id),
    )
    arrows, others = moved[:_MOST_ARROWS], moved[_MOST_ARROWS:_MOST_TRAILS]
    numbers = Counter(row["quadrant"] for row in rows)
    layers = [
        *quadrant_layers.frame(cutoffs),
        *quadrant_layers.trails(others),
        *quadrant_layers.points(marks),
        *quadrant_layers.arrows(arrows),
        *labels(quadrant_layers.named(marks, arrows, cutoffs)),
        *texts(quadrant_layers.quadrant_names(numbers, cutoffs), style.SIZE, has_halo=True),
        *texts(quadrant_layers.scales(not all(mark.is_usage_known for mark in marks))),
        *quadrant_layers.legend(marks, len(arrows), len(moved)),
    ]
    hints = {mark.key: Hint(mark.hint, None if link is None else link(mark.account_id)) for mark in marks}
    return draw(layers, FRAME, title, _subtitle(rows, len(marks)), _message(title, rows, numbers), hints)


def _subtitle(rows: list[dict[str, Any]], drawn: int) -> str:
    changed = sum(has_changed(row) for row in rows)
    text = f"{figures.count(len(rows), 'account')} on two scales of 0 to 10; {changed:,} changed quadrant since last quarter"
    return text if drawn == len(rows) else f"{text}; the {drawn:,} largest are drawn"


def _message(title: str, rows: list[dict[str, Any]], numbers: Counter[str]) -> str:
    parts = figures.listing([f"{numbers[code]:,} {words}" for code, (_, words) in QUADRANTS.items()])
    unknown = sum(row["usage_score"] is None for row in rows)
    changed = sum(has_changed(row) for row in rows)
    accounts = figures.count(len(rows), "account")
    text = f"{title}: of {accounts} there are {parts}; {changed:,} changed quadrant since last quarter."
    return text + (f" Usage is unknown for {unknown:,}." if unknown else "")
