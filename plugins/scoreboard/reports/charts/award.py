"""The award's projects on one scale: each mean with its 95 % interval against the threshold of the rule."""

from __future__ import annotations

from typing import Any

import altair as alt

from scoreboard.reports import wording
from scoreboard.reports.charts import figures, style
from scoreboard.reports.charts.labels import text_width
from scoreboard.reports.charts.marks import Text, layered, texts
from scoreboard.reports.charts.picture import Frame, Hint, Picture, draw, key, nothing_yet

_ROW = 24
_MOST_ROWS = 40
_LONGEST = 34
_RIGHT = 150
# status -> (shape, fill): what passes is solid, what does not is hollow; the word stands beside it
_MARKS = {"eligible": ("circle", style.MAIN), "on_track": ("circle", style.MAIN)}
_OTHERS = ("diamond", style.PAPER)
_WORDS = {"eligible": "eligible", "not_eligible": "not eligible", "on_track": "on track", "at_risk": "at risk"}


def award_intervals(rows: list[dict[str, Any]], threshold: float, year: int) -> Picture:
    """Rows of rpt_award_eligibility of one year and category, from the top as given; those without a mean are left out.

    Of more rows than one look takes in, those nearest the threshold are drawn.
    """
    title = f"Award scores {year}"
    judged = [row for row in rows if row["mean_score"] is not None]
    if not judged:
        return nothing_yet(title, "No response has counted yet.")
    shown = _nearest(judged, threshold)
    points = [_point(index, row, threshold) for index, row in enumerate(shown)]
    low, high = _domain(points, threshold)
    for point in points:
        point["low"], point["high"] = max(point["low"], low), min(point["high"], high)
    left = min(300, max(90, int(max(text_width(point["name"]) for point in points)) + 16))
    frame = Frame(style.TOTAL - left - _RIGHT, _ROW * len(points), left, bottom=50, top=style.TOP + 20)
    x_scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    x = alt.X("mean:Q", scale=x_scale, axis=alt.Axis(title="Mean on the 5-point scale", format=".1f", tickCount=6))
    y = alt.Y("place:Q", scale=alt.Scale(domain=[len(points) - 0.5, -0.5], nice=False, zero=False), axis=None)
    data = alt.InlineData(values=points)
    layers = layered(
        alt.Chart(alt.InlineData(values=[{"threshold": threshold}]))
        .mark_rule(color=style.INK, strokeDash=style.DASH_LIMIT, strokeWidth=1.4)
        .encode(x=alt.X("threshold:Q", scale=x_scale)),
        alt.Chart(data)
        .mark_rule(color=style.SOFT, strokeWidth=2.4)
        .encode(x=alt.X("low:Q", scale=x_scale), x2="high:Q", y=y),
        alt.Chart(data)
        .mark_point(filled=True, size=78, strokeWidth=1.6, stroke=style.MAIN, opacity=1, aria=True)
        .encode(
            x=x,
            y=y,
            fill=alt.Fill("fill:N", scale=None),
            shape=alt.Shape("shape:N", scale=None),
            description="key:N",
        ),
        texts([*_beside(points, frame), _above(threshold, low, high, frame.width)]),
    )
    subtitle = f"Mean of the year with its 95 % interval; dashed: the threshold {figures.limit(threshold)}; hollow: does not pass"
    if len(shown) < len(judged):
        subtitle += f"; the {len(shown)} of {len(judged)} nearest it"
    hints = {point["key"]: Hint(point["hint"]) for point in points}
    return draw(layers, frame, title, subtitle, _message(judged, threshold, year), hints)


def _nearest(rows: list[dict[str, Any]], threshold: float) -> list[dict[str, Any]]:
    if len(rows) <= _MOST_ROWS:
        return rows
    order = sorted(range(len(rows)), key=lambda index: abs(rows[index]["mean_score"] - threshold))[:_MOST_ROWS]
    return [rows[index] for index in sorted(order)]


def _point(index: int, row: dict[str, Any], threshold: float) -> dict[str, Any]:
    shape, fill = _MARKS.get(row["status"], _OTHERS)
    mean, low, high = row["mean_score"], row["ci95_low"], row["ci95_high"]
    name, word = figures.name(row["project_name"], _LONGEST), _WORDS.get(row["status"], figures.name(row["status"]))
    span = "one response, no interval" if low is None else f"95 % interval {low:.3f} to {high:.3f}"
    text = wording.mean_text(mean, threshold)
    return {
        "place": index,
        "name": name,
        "mean": mean,
        "low": mean if low is None else low,
        "high": mean if high is None else high,
        "shape": shape,
        "fill": fill,
        "key": key(index),
        "text": f"{text}, {word}",
        "hint": f"{figures.name(row['project_name'])}: {text}, {span}, {word}",
    }


def _domain(points: list[dict[str, Any]], threshold: float) -> tuple[float, float]:
    """A little beyond the outermost mean; a very wide interval says that little is known, it must not squeeze the others."""
    means = [threshold, *(point["mean"] for point in points)]
    low = min(means + [max(point["low"], point["mean"] - 0.6) for point in points]) - 0.05
    high = max(means + [min(point["high"], point["mean"] + 0.6) for point in points]) + 0.05
    return round(max(1.0, low), 2), round(min(5.0, high), 2)


def _beside(points: list[dict[str, Any]], frame: Frame) -> list[Text]:
    """Left of each row the project, right of it the score and what it means."""
    beside = []
    for point in points:
        y = (point["place"] + 0.5) * _ROW
        beside += [Text(4 - frame.left, y, point["name"]), Text(frame.width + 10, y, point["text"])]
    return beside


def _above(threshold: float, low: float, high: float, width: int) -> Text:
    x = (threshold - low) / (high - low) * width
    text = f"{figures.limit(threshold)} needed"
    if x < 40:
        return Text(x, -10, text)
    return Text(x, -10, text, "right" if x > width - 40 else "center")


def _message(rows: list[dict[str, Any]], threshold: float, year: int) -> str:
    high = [row for row in rows if row["mean_score"] >= threshold - figures.TOLERANCE]
    sure = [row for row in rows if row["ci95_low"] is not None and row["ci95_low"] >= threshold - figures.TOLERANCE]
    text = (
        f"Award scores {year}: {len(high)} of {figures.count(len(rows), 'project')} {'has' if len(high) == 1 else 'have'} a mean at or above"
        f" {figures.limit(threshold)}; {'for none of them' if not sure else f'for {len(sure)} of them'} the whole 95 % interval is."
    )
    lowest = min(rows, key=lambda row: row["mean_score"])
    highest = max(rows, key=lambda row: row["mean_score"])
    if lowest is not highest:
        text += (
            f" From {wording.mean_text(lowest['mean_score'], threshold)} ({figures.name(lowest['project_name'])})"
            f" to {wording.mean_text(highest['mean_score'], threshold)} ({figures.name(highest['project_name'])})."
        )
    return text
