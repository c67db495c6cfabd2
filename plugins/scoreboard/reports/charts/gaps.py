"""Gap bars: where customers see it otherwise than the staff who serve them, and where that is more than chance."""

from __future__ import annotations

from typing import Any

import altair as alt

from scoreboard.reports import wording
from scoreboard.reports.charts import figures, style
from scoreboard.reports.charts.marks import Text, layered, lines, pixel_x, pixel_y, texts
from scoreboard.reports.charts.picture import Frame, Hint, Picture, draw, key, nothing_yet

_ROW = 46
_NAMES = 150
_PLOT = 320
_LEFT = 16
_KINDS = {
    "perception": ("staff", "Customers against staff", "customers rate it lower", "customers rate it higher"),
    "expectation": ("expected", "Experience against expectation", "less than expected", "more than expected"),
    "segment": ("segment", "Account against its segment", "below its segment", "above its segment"),
    "global": ("all others", "Account against all others", "below all others", "above all others"),
    "target": ("target", "Account against target", "below target", "above target"),
}
_ORDER = ["overall", *wording.CATEGORIES]


def gap_bars(rows: list[dict[str, Any]], name: str, *, kind: str = "perception") -> Picture:
    """Rows of rpt_gaps of one account and quarter; those of `kind` are drawn, by default customers against staff.

    A solid bar is a gap that differs from zero with 95 % confidence; a hollow one may be chance, or has too few answers to tell.
    """
    reference, heading, right, left = _KINDS[kind]
    title = f"{heading}: {figures.name(name)}"
    chosen = [row for row in rows if row["gap_kind"] == kind and row["gap"] is not None]
    chosen.sort(key=lambda row: (_ORDER.index(row["category"]) if row["category"] in _ORDER else 99, row["category"]))
    if not chosen:
        return nothing_yet(title, f"Nothing to compare yet: {_missing(kind)}")
    widest = max(abs(row["gap"]) for row in chosen)
    reach: float = max(1.0, widest * 1.15)
    height = _ROW * len(chosen)
    bars, whiskers, notes, hints = [], [], [], {}

    def place(gap: float) -> float:
        return _NAMES + (min(max(gap, -reach), reach) + reach) / (2 * reach) * _PLOT

    for index, row in enumerate(chosen):
        middle = (index + 0.45) * _ROW
        is_sure = bool(row["is_significant"])
        bars.append(
            {
                "x": min(place(0), place(row["gap"])),
                "x2": max(place(0), place(row["gap"])) + (1 if row["gap"] == 0 else 0),
                "y": middle - 9,
                "y2": middle + 9,
                "fill": style.MAIN if is_sure else style.PAPER,
                "key": key(index),
            }
        )
        if row["ci95_low"] is not None:
            low, high = place(row["ci95_low"]), place(row["ci95_high"])
            whiskers.append((low, middle, high, middle))
            whiskers += [
                (end, middle - 4, end, middle + 4)
                for end, value in ((low, row["ci95_low"]), (high, row["ci95_high"]))
                if abs(value) <= reach
            ]
        notes += [
            Text(0, middle, _category(row["category"]), weight="bold" if row["category"] == "overall" else "normal"),
            Text(_NAMES + _PLOT + 14, middle - 7, _means(row, reference)),
            Text(_NAMES + _PLOT + 14, middle + 7, _certainty(row), tone=style.SOFT),
        ]
        hints[key(index)] = Hint(f"{_category(row['category'])}: {_means(row, reference)}; {_certainty(row)}")
    ticks = _steps(reach)
    notes += [
        Text(place(tick), height + 12, figures.signed(tick).removesuffix("0"), "center", style.SOFT) for tick in ticks
    ]
    notes += [
        Text(place(0) + 8, height + 30, f"{right} →", "left", style.INK),
        Text(place(0) - 8, height + 30, f"← {left}", "right", style.INK),
    ]
    drawn = (
        alt.Chart(alt.InlineData(values=bars))
        .mark_rect(stroke=style.MAIN, strokeWidth=1.4, aria=True)
        .encode(
            x=pixel_x(),
            x2="x2",
            y=pixel_y(),
            y2="y2",
            fill=alt.Fill("fill:N", scale=None),
            description="key:N",
        )
    )
    layers = layered(
        lines([(place(tick), 0, place(tick), height) for tick in ticks], style.LINE),
        drawn,
        lines(whiskers, style.PAPER, 3.4),
        lines(whiskers, style.INK, 1.3),
        lines([(place(0), 0, place(0), height + 4)], style.INK, 1.4),
        texts(notes),
    )
    subtitle = f"Gap = {reference} − customers, points on 1 to 5. Solid: more than chance (95 %); hollow: may be chance; line: interval"
    frame = Frame(_NAMES + _PLOT, height, _LEFT, bottom=46)
    return draw(layers, frame, title, subtitle, _message(title, chosen, reference), hints)


def _category(code: str) -> str:
    return "Overall" if code == "overall" else wording.in_words(figures.name(code), wording.CATEGORIES)


def _means(row: dict[str, Any], reference: str) -> str:
    answers = "" if row["reference_count"] is None else f" (n {row['reference_count']:,})"
    return f"{reference} {row['reference_mean']:.2f}{answers}, customers {row['actual_mean']:.2f} (n {row['actual_count']:,})"


def _certainty(row: dict[str, Any]) -> str:
    gap = f"gap {figures.signed(row['gap'])}"
    if row["ci95_low"] is None:
        return f"{gap}, too few to tell from chance"
    return f"{gap}, 95 % {figures.signed(row['ci95_low'])} to {figures.signed(row['ci95_high'])}"


def _steps(reach: float) -> list[float]:
    step = 0.5 if reach <= 2 else 1.0
    count = int(reach / step + figures.TOLERANCE)
    return [step * index for index in range(-count, count + 1)]


def _message(title: str, rows: list[dict[str, Any]], reference: str) -> str:
    sure = [row for row in rows if row["is_significant"]]
    largest = max(rows, key=lambda row: abs(row["gap"]))
    text = f"{title}: the largest gap is {_category(largest['category'])}, {_means(largest, reference)}, {_certainty(largest)}."
    named = figures.listing([_category(row["category"]) for row in sure])
    return text + (f" More than chance: {named}." if sure else " No gap is more than chance.")


def _missing(kind: str) -> str:
    return "no answers from both customers and staff." if kind == "perception" else "no answers on both sides."
