"""Marks that every chart draws alike: texts, lines and dots at places given in pixels.

Layers are plain lists of charts, put together once when they are drawn: Altair copies a layer's data each time it is nested.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import altair as alt
from altair.utils.schemapi import debug_mode

from scoreboard.reports.charts import style
from scoreboard.reports.charts.labels import Label

Align = Literal["left", "center", "right"]
Weight = Literal["normal", "bold"]

# made once: each costs a check against Vega-Lite's schema
PIXEL_X = alt.X("x:Q", scale=None, axis=None)
PIXEL_Y = alt.Y("y:Q", scale=None, axis=None)
PIXEL_X2, PIXEL_Y2 = alt.X2("x2"), alt.Y2("y2")
FILL = alt.Fill("fill:N", scale=None)
HINTED = alt.Description("key:N")
_STROKE = alt.Stroke("line:N", scale=None)
_SIZE = alt.Size("size:Q", scale=None)
_SHAPE = alt.Shape("shape:N", scale=None)


@dataclass(frozen=True)
class Text:
    """A text at a place in the plot; x from the left, y from the top, both in pixels."""

    x: float
    y: float
    text: str
    align: Align = "left"
    tone: str = style.INK
    weight: Weight = "normal"


@dataclass(frozen=True)
class Words:
    """Texts of one size. They are laid over the drawing when it is done: Vega would look up a font to measure each,
    which takes most of its time, and gives what it draws to the fonts of a machine.
    """

    texts: tuple[Text, ...]
    size: float
    has_halo: bool


Layers = list[alt.Chart | Words]


@dataclass(frozen=True)
class Dot:
    """A mark at a place in the plot; `size` is an area, `key` finds its hint."""

    x: float
    y: float
    size: float
    shape: str
    fill: str
    line: str
    key: str = ""


def chart(values: Iterable[Mapping[str, Any]]) -> alt.Chart:
    """A chart of rows. A tuple is not copied again by every step of Altair's, and numbers need no check against a schema."""
    with debug_mode(False):
        return alt.Chart(alt.InlineData(values=tuple(values)))


def texts(wanted: Iterable[Text], size: float = style.SMALL, has_halo: bool = False) -> Layers:
    """Texts; with a halo they can be read on top of marks and lines."""
    return [Words(tuple(wanted), size, has_halo)]


def lines(
    ends: Iterable[tuple[float, float, float, float]], tone: str, width: float = 1.0, dash: list[int] | None = None
) -> Layers:
    """Straight lines (x1, y1, x2, y2)."""
    values = [{"x": x1, "y": y1, "x2": x2, "y2": y2} for x1, y1, x2, y2 in ends]
    drawn = chart(values).mark_rule(color=tone, strokeWidth=width, strokeDash=dash or [1, 0])
    return [drawn.encode(x=PIXEL_X, y=PIXEL_Y, x2=PIXEL_X2, y2=PIXEL_Y2)] if values else []


def dots(wanted: Iterable[Dot], opacity: float = 1.0) -> Layers:
    """Marks, the first lowest."""
    values = [asdict(dot) for dot in wanted]
    drawn = chart(values).mark_point(filled=True, strokeWidth=0.9, opacity=opacity, aria=True)
    encoded = drawn.encode(
        x=PIXEL_X, y=PIXEL_Y, size=_SIZE, shape=_SHAPE, fill=FILL, stroke=_STROKE, description=HINTED
    )
    return [encoded] if values else []


def labels(placed: Iterable[Label]) -> Layers:
    """Placed labels, with a thin line to the point where one stands apart from it."""
    all_labels = list(placed)
    far = [(label.point_x, label.point_y, label.nearest_x, label.y) for label in all_labels if label.is_far]
    words = texts((Text(label.x, label.y, label.text) for label in all_labels), has_halo=True)
    return [*lines(far, style.SOFT, 0.7), *words]
