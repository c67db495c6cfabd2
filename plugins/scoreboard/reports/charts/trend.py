"""A score over the quarters: mean, its 95 % interval, and the line it has to reach."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt

from scoreboard.reports.charts import figures, style
from scoreboard.reports.charts.marks import Text, layered, texts
from scoreboard.reports.charts.picture import Frame, Hint, Picture, draw, key, nothing_yet

_FRAME = Frame(width=590, height=260, left=56, bottom=66)
_MOST_LABELS = 20


def score_trend(rows: list[dict[str, Any]], threshold: float, name: str) -> Picture:
    """Rows of fct_satisfaction_quarterly of one scope and category, in any order; `quarter_label` is used where given.

    A solid point has an interval, a hollow one comes from a single response. A quarter without responses leaves a gap.
    """
    title = f"Satisfaction of {'all customers' if name == 'global' else figures.name(name)}"
    scored = sorted((row for row in rows if row["mean_score"] is not None), key=lambda row: row["quarter_start_date"])
    if not scored:
        return nothing_yet(title, "No response has counted yet.")
    points = _points(scored)
    low, high = _domain(points, threshold)
    for point in points:
        for end in ("low", "high"):
            if point[end] is not None:
                point[end] = min(max(point[end], low), high)
    last = points[-1]["place"]
    x = alt.X("place:Q", scale=alt.Scale(domain=[-0.5, max(last, 1) + 0.5], nice=False, zero=False), axis=None)
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    y = alt.Y("mean:Q", scale=scale, axis=alt.Axis(title=None, format=".1f", tickCount=5))
    known = [point for point in points if point["low"] is not None]
    data, with_interval = alt.InlineData(values=points), alt.InlineData(values=known)
    spans = alt.Chart(with_interval)
    layers = layered(
        spans.mark_area(color=style.BAND, aria=False).encode(
            x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q", detail="part:N"
        ),
        spans.mark_rule(color=style.SOFT, strokeWidth=1).encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        alt.Chart(alt.InlineData(values=[{"threshold": threshold}]))
        .mark_rule(color=style.INK, strokeDash=style.DASH_LIMIT, strokeWidth=1.4)
        .encode(y=alt.Y("threshold:Q", scale=scale)),
        alt.Chart(data).mark_line(color=style.MAIN, strokeWidth=2.2).encode(x=x, y=y, detail="part:N"),
        alt.Chart(data)
        .mark_point(filled=True, size=52, strokeWidth=1.6, stroke=style.MAIN, opacity=1, aria=True)
        .encode(x=x, y=y, fill=alt.Fill("fill:N", scale=None), description="key:N"),
        texts(_feet(points) + _notes(points[-1], threshold, low, high)),
    )
    message = _message(title, points[0], points[-1], threshold, len(points))
    subtitle = f"Mean on 1 to 5 with its 95 % interval; dashed: the threshold {figures.limit(threshold)}"
    if any(point["low"] is None for point in points):
        subtitle += "; hollow: too few for an interval"
    hints = {point["key"]: Hint(_hint(point, threshold)) for point in points}
    return draw(layers, _FRAME, title, subtitle, message, hints)


def _points(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first = _place(rows[0]["quarter_start_date"])
    points: list[dict[str, Any]] = []
    part = 0
    for index, row in enumerate(rows):
        place = _place(row["quarter_start_date"]) - first
        part += bool(points) and place - points[-1]["place"] > 1
        points.append(
            {
                "place": place,
                "part": part,
                "mean": row["mean_score"],
                "low": row["ci95_low"],
                "high": row["ci95_high"],
                "interval": None if row["ci95_low"] is None else (row["ci95_low"], row["ci95_high"]),
                "n": row["response_count"],
                "label": figures.quarter_label(row),
                "fill": style.PAPER if row["ci95_low"] is None else style.MAIN,
                "key": key(index),
            }
        )
    return points


def _place(start: date) -> int:
    return (start.year * 12 + start.month) // 3


def _domain(points: list[dict[str, Any]], threshold: float) -> tuple[float, float]:
    """From a little below the lowest to a little above the highest, at least one point tall, never beyond 1 to 5."""
    values = [threshold, *(point["mean"] for point in points)]
    for point in points:
        if point["low"] is not None:
            # a very wide interval says that little is known; it must not flatten the line
            values += [max(point["low"], point["mean"] - 1.2), min(point["high"], point["mean"] + 1.2)]
    low, high = max(1.0, min(values) - 0.1), min(5.0, max(values) + 0.1)
    if high - low < 1:
        low = max(1.0, min(low, (low + high) / 2 - 0.5))
        high = min(5.0, max(high, low + 1))
    return round(low, 2), round(high, 2)


def _feet(points: list[dict[str, Any]]) -> list[Text]:
    """Under the plot: the quarter, the year where it begins, and the number of responses."""
    width, end = _FRAME.width, max(points[-1]["place"], 1) + 0.5
    every = -(-len(points) // _MOST_LABELS)
    feet: list[Text] = []
    year = ""
    for index, point in enumerate(points):
        if index % every and index != len(points) - 1:
            continue
        x = (point["place"] + 0.5) / (end + 0.5) * width
        this_year, _, quarter = point["label"].rpartition("-")
        feet.append(Text(x, _FRAME.height + 14, quarter, "center", style.INK))
        if this_year != year:
            feet.append(Text(x, _FRAME.height + 29, this_year, "center", style.INK))
            year = this_year
        feet.append(Text(x, _FRAME.height + 46, f"{point['n']:,}", "center", style.SOFT))
    feet.append(Text(-8, _FRAME.height + 46, "n", "right", style.SOFT))
    return feet


def _notes(last: dict[str, Any], threshold: float, low: float, high: float) -> list[Text]:
    """Right of the plot: the newest score, and the threshold where the two do not collide."""

    def height(value: float) -> float:
        return (high - value) / (high - low) * _FRAME.height

    newest, line = height(last["mean"]), height(threshold)
    if abs(newest - line) < 15:
        newest, line = (line - 15, line) if newest <= line else (line + 15, line)
    x = _FRAME.width + 6
    return [
        Text(x, newest, figures.score(last["mean"], threshold), "left", style.MAIN),
        Text(x, line, f"{figures.limit(threshold)} needed", "left", style.INK),
    ]


def _hint(point: dict[str, Any], threshold: float) -> str:
    between = point["interval"]
    span = f", 95 % interval {between[0]:.2f} to {between[1]:.2f}" if between else ", too few for an interval"
    return f"{point['label']}: {figures.score(point['mean'], threshold)}{span}, {figures.count(point['n'], 'response')}"


def _message(title: str, first: dict[str, Any], last: dict[str, Any], threshold: float, quarters: int) -> str:
    side = "at or above" if last["mean"] >= threshold - figures.TOLERANCE else "below"
    text = f"{title}: {_hint(last, threshold)}, {side} the threshold of {figures.limit(threshold)}."
    if quarters > 1:
        text += f" {figures.count(quarters, 'quarter')} with responses, from {first['label']} ({figures.score(first['mean'], threshold)})."
    return text
