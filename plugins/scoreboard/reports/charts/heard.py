"""Revenue heard: how much of the revenue belongs to accounts that said something in the quarter."""

from __future__ import annotations

from typing import Any

from scoreboard.reports.charts import figures, style
from scoreboard.reports.charts.labels import spread, text_width
from scoreboard.reports.charts.marks import (
    FILL,
    HINTED,
    PIXEL_X,
    PIXEL_X2,
    PIXEL_Y,
    PIXEL_Y2,
    Text,
    chart,
    lines,
    texts,
)
from scoreboard.reports.charts.picture import Frame, Hint, Picture, draw, key, nothing_yet

_FRAME = Frame(width=660, height=240, left=62, bottom=42)
_WIDEST_BAR = 46
_TITLE = "Revenue heard"
_MOST_LABELS = 16


def revenue_heard(rows: list[dict[str, Any]], *, currency: str = "USD") -> Picture:
    """Rows {quarter_label, heard_revenue, silent_revenue} in the order of the quarters: rpt_coverage summed per quarter."""
    if not rows:
        return nothing_yet(_TITLE, "No quarter has accounts with revenue yet.")
    quarters = [_quarter(row) for row in rows]
    tallest = max(heard + silent for _, heard, silent in quarters)
    if tallest <= 0:
        return nothing_yet(_TITLE, "No account has revenue yet.")
    step = _FRAME.width / max(len(quarters), 6)
    half = min(step * 0.36, _WIDEST_BAR / 2)
    labelled = spread(len(quarters), _MOST_LABELS)
    bars, notes, hints = [], [], {}
    year = ""

    def y(amount: float) -> float:
        return _FRAME.height * (1 - amount / (tallest * 1.1))

    for index, (label, heard, silent) in enumerate(quarters):
        x = (index + 0.5) * step
        hint = key(index)
        common = {"x": x - half, "x2": x + half, "key": hint}
        bars += [
            common | {"y": y(0), "y2": y(heard), "fill": style.MAIN},
            common | {"y": y(heard), "y2": y(heard + silent), "fill": style.PAPER},
        ]
        hints[hint] = Hint(_sentence(label, heard, silent, currency))
        if index not in labelled:
            continue
        if heard + silent > 0:
            share = figures.percent(heard / (heard + silent))
            # the first of many narrow bars stands at the axis, where the amounts are
            place = max(x, text_width(share) / 2 - 6)
            notes.append(Text(place, y(heard + silent) - 9, share, "center"))
        this_year, _, quarter = label.rpartition("-")
        notes.append(Text(x, _FRAME.height + 14, quarter, "center"))
        if this_year != year:
            notes.append(Text(x, _FRAME.height + 29, this_year, "center"))
            year = this_year
    ticks = _ticks(tallest)
    notes += [Text(-8, y(tick), figures.money(tick, currency), "right", style.SOFT) for tick in ticks]
    drawn = chart(bars).mark_rect(stroke=style.MAIN, strokeWidth=1.2, aria=True)
    layers = [
        *lines([(0, y(tick), _FRAME.width, y(tick)) for tick in ticks], style.GRID),
        drawn.encode(x=PIXEL_X, x2=PIXEL_X2, y=PIXEL_Y, y2=PIXEL_Y2, fill=FILL, description=HINTED),
        *texts(notes),
    ]
    label, heard, silent = quarters[-1]
    message = f"{_TITLE}. {_sentence(label, heard, silent, currency)}."
    subtitle = "Revenue of four quarters: solid, of accounts that answered in the quarter; hollow, of silent ones. Above: share heard"
    return draw(layers, _FRAME, _TITLE, subtitle, message, hints)


def _quarter(row: dict[str, Any]) -> tuple[str, float, float]:
    """Label, heard and silent; refunds larger than sales count as nothing to hear."""
    return (
        figures.quarter_label(row),
        max(float(row["heard_revenue"] or 0), 0.0),
        max(float(row["silent_revenue"] or 0), 0.0),
    )


def _sentence(label: str, heard: float, silent: float, currency: str) -> str:
    if heard + silent <= 0:
        return f"{label}: no revenue"
    return (
        f"{label}: {figures.percent(heard / (heard + silent))} of revenue heard,"
        f" {figures.money(heard, currency)} of {figures.money(heard + silent, currency)}"
    )


def _ticks(tallest: float) -> list[float]:
    """Three to six round numbers up to the tallest bar."""
    power = 10.0 ** (len(f"{tallest:.0f}") - 1)
    step = next(power * part for part in (2, 1, 0.5, 0.2, 0.1) if tallest >= 3 * power * part)
    return [step * index for index in range(int(tallest / step) + 1)]
