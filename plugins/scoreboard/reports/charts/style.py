"""The one style of every chart: sizes, greys and one blue, shapes and dashes that tell apart without colour."""

from __future__ import annotations

from typing import Any

import altair as alt

FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
SIZE = 12  # px, text in the plot
SMALL = 11
TITLE = 15

INK = "#1b1f24"
SOFT = "#57606a"  # 6.4 : 1 on white
LINE = "#d5dae0"
GRID = "#eceff2"
BAND = "#dbe3ec"
PAPER = "#ffffff"
MAIN = "#0b4f9c"  # dark: reads as near black in print
PALE = "#9fb3c8"

# tier -> (shape, fill, line): solid, grey, hollow; shape and tone differ, so colour is not needed
TIERS = {
    "key": ("circle", MAIN, PAPER),
    "strategic": ("diamond", "#e8a33d", INK),
    "marginal": ("circle", PAPER, SOFT),
}
UNKNOWN_TIER = ("circle", PALE, INK)

DASH_LIMIT = [6, 4]
DASH_MOVE = [2, 2]

TOP = 62  # above the plot: title and one line that says how to read it
TOTAL = 740  # every chart is this wide


def dressed(
    layers: alt.LayerChart, width: int, height: int, left: int, right: int, top: int, bottom: int
) -> dict[str, Any]:
    """The specification with sizes and style. Sizes are fixed: nothing in the layout depends on the fonts of a machine."""
    spec = layers.properties(
        width=width,
        height=height,
        autosize=alt.AutoSizeParams(type="none"),
        padding={"left": left, "right": right, "top": top, "bottom": bottom},
    ).to_dict(validate=False)
    spec["config"] = _CONFIG
    return spec


_CONFIG: dict[str, Any] = {
    "background": PAPER,
    "font": FONT,
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": SMALL,
        "titleFontSize": SIZE,
        "titleFontWeight": "normal",
        "labelColor": SOFT,
        "titleColor": INK,
        "domainColor": SOFT,
        "tickColor": SOFT,
        "gridColor": GRID,
        "labelOverlap": False,
        "labelFlush": False,
    },
    "text": {"font": FONT, "fontSize": SIZE, "fill": INK, "align": "left", "baseline": "middle"},
}
