"""Marks that every chart draws alike: texts and lines at places given in pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, cast

import altair as alt

from scoreboard.reports.charts import style
from scoreboard.reports.charts.labels import Label

Align = Literal["left", "center", "right"]
Weight = Literal["normal", "bold"]


@dataclass(frozen=True)
class Text:
    """A text at a place in the plot; x from the left, y from the top, both in pixels."""

    x: float
    y: float
    text: str
    align: Align = "left"
    tone: str = style.INK
    weight: Weight = "normal"


def texts(wanted: Iterable[Text], size: float = style.SMALL, has_halo: bool = False) -> alt.LayerChart:
    """A layer of texts; with a halo they can be read on top of marks and lines."""
    all_texts = list(wanted)
    layers = []
    for align, weight in sorted({(text.align, text.weight) for text in all_texts}):
        values = [asdict(text) for text in all_texts if (text.align, text.weight) == (align, weight)]
        chart = alt.Chart(alt.InlineData(values=values))
        place = {"x": pixel_x(), "y": pixel_y(), "text": "text:N"}
        if has_halo:
            halo = chart.mark_text(align=align, fontSize=size, fontWeight=weight, stroke=style.PAPER, strokeWidth=3)
            layers.append(halo.encode(**place))
        words = chart.mark_text(align=align, fontSize=size, fontWeight=weight)
        layers.append(words.encode(**place, color=alt.Color("tone:N", scale=None)))
    return layered(*layers)


def lines(
    ends: Iterable[tuple[float, float, float, float]], tone: str, width: float = 1.0, dash: list[int] | None = None
) -> alt.LayerChart:
    """Straight lines (x1, y1, x2, y2) in pixels."""
    values = [{"x": x1, "y": y1, "x2": x2, "y2": y2} for x1, y1, x2, y2 in ends]
    return layered(
        alt.Chart(alt.InlineData(values=values))
        .mark_rule(color=tone, strokeWidth=width, strokeDash=dash or [1, 0])
        .encode(x=pixel_x(), y=pixel_y(), x2="x2", y2="y2")
    )


def labels(placed: Iterable[Label]) -> alt.LayerChart:
    """Placed labels, with a thin line to the point where one stands apart from it."""
    all_labels = list(placed)
    far = [(label.point_x, label.point_y, label.nearest_x, label.y) for label in all_labels if label.is_far]
    return layered(
        lines(far, style.SOFT, 0.7),
        texts((Text(label.x, label.y, label.text) for label in all_labels), has_halo=True),
    )


def layered(*charts: alt.Chart | alt.LayerChart) -> alt.LayerChart:
    """Charts on top of each other, the last one uppermost."""
    return cast(alt.LayerChart, alt.layer(*charts))


def pixel_x() -> alt.X:
    """The field x, in pixels."""
    return alt.X("x:Q", scale=None, axis=None)


def pixel_y() -> alt.Y:
    """The field y, in pixels."""
    return alt.Y("y:Q", scale=None, axis=None)
