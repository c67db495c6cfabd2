"""A score over the quarters: mean, its 95 % interval, and the line it has to reach."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt

from scoreboard.reports.charts import figures, style
from scoreboard.reports.charts.labels import spread
from scoreboard.reports.charts.marks import PIXEL_X, PIXEL_Y, PIXEL_Y2, Dot, Text, chart, dots, lines, texts
from scoreboard.reports.charts.picture import Frame, Hint, Picture, draw, key, nothing_yet

_FRAME = Frame(width=590, height=260, left=56, bottom=66)
_MOST_LABELS = 20
_PART = alt.Detail("part:N")


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
    end = max(points[-1]["place"], 1) + 0.5

    def y(value: float) -> float:
        return (high - min(max(value, low), high)) / (high - low) * _FRAME.height

    for point in points:
        point["x"] = (point["place"] + 0.5) / (end + 0.5) * _FRAME.width
        point["y"] = y(point["mean"])
    known = [
        {"x": point["x"], "part": point["part"], "y": y(point["interval"][0]), "y2": y(point["interval"][1])}
        for point in points
        if point["interval"]
    ]
    spans, line = chart(known), chart({"x": point["x"], "y": point["y"], "part": point["part"]} for point in points)
    ticks = _ticks(low, high)
    layers = [
        *lines([(0, y(tick), _FRAME.width, y(tick)) for tick in ticks], style.GRID),
        spans.mark_area(color=style.BAND).encode(x=PIXEL_X, y=PIXEL_Y, y2=PIXEL_Y2, detail=_PART),
        spans.mark_rule(color=style.SOFT, strokeWidth=1).encode(x=PIXEL_X, y=PIXEL_Y, y2=PIXEL_Y2),
        *lines([(0, y(threshold), _FRAME.width, y(threshold))], style.INK, 1.4, style.DASH_LIMIT),
        line.mark_line(color=style.MAIN, strokeWidth=2.2).encode(x=PIXEL_X, y=PIXEL_Y, detail=_PART),
        *dots(Dot(p["x"], p["y"], 52, "circle", p["fill"], style.MAIN, p["key"]) for p in points),
        *texts(Text(-8, y(tick), f"{tick:.1f}", "right", style.SOFT) for tick in ticks),
        *texts(_feet(points) + _notes(points[-1], threshold, y(threshold))),
    ]
    message = _message(title, points[0], points[-1], threshold, len(points))
    subtitle = f"Mean on 1 to 5 with its 95 % interval; dashed: the threshold {figures.limit(threshold)}"
    if len(known) < len(points):
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
        if point["interval"]:
            # a very wide interval says that little is known; it must not flatten the line
            values += [max(point["interval"][0], point["mean"] - 1.2), min(point["interval"][1], point["mean"] + 1.2)]
    low, high = max(1.0, min(values) - 0.1), min(5.0, max(values) + 0.1)
    if high - low < 1:
        low = max(1.0, min(low, (low + high) / 2 - 0.5))
        high = min(5.0, max(high, low + 1))
    return round(low, 2), round(high, 2)


def _ticks(low: float, high: float) -> list[float]:
    """Round scores in the plot, four to eight of them."""
    step = 0.2 if high - low <= 1.5 else 0.5
    return [number * step for number in range(int(low / step), int(high / step) + 1) if low <= number * step <= high]


def _feet(points: list[dict[str, Any]]) -> list[Text]:
    """Under the plot: the quarter, the year where it begins, and the number of responses."""
    labelled = spread(len(points), _MOST_LABELS)
    feet: list[Text] = []
    year = ""
    for index, point in enumerate(points):
        if index not in labelled:
            continue
        x = point["x"]
        this_year, _, quarter = point["label"].rpartition("-")
        feet.append(Text(x, _FRAME.height + 14, quarter, "center", style.INK))
        if this_year != year:
            feet.append(Text(x, _FRAME.height + 29, this_year, "center", style.INK))
            year = this_year
        feet.append(Text(x, _FRAME.height + 46, f"{point['n']:,}", "center", style.SOFT))
    feet.append(Text(-8, _FRAME.height + 46, "n", "right", style.SOFT))
    return feet


def _notes(last: dict[str, Any], threshold: float, line: float) -> list[Text]:
    """Right of the plot: the newest score, and the threshold where the two do not collide."""
    newest = last["y"]
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
