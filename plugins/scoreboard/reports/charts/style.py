"""The one style of every chart: sizes, greys and one blue, shapes and dashes that tell apart without colour."""

from __future__ import annotations

from collections.abc import Sequence
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
    layers: Sequence[alt.Chart], width: int, height: int, left: int, right: int, top: int, bottom: int
) -> dict[str, Any]:
    """The specification with sizes and style. Sizes are fixed: nothing in the layout depends on the fonts of a machine."""
    # put together here: Altair's own way copies everything several times over and checks each copy
    told = [layer.to_dict(validate=False) for layer in layers]
    return {
        "$schema": told[0]["$schema"],
        "config": _CONFIG,
        "width": width,
        "height": height,
        "autosize": {"type": "none"},
        "padding": {"left": left, "right": right, "top": top, "bottom": bottom},
        "layer": [{name: part for name, part in one.items() if name not in _OF_THE_WHOLE} for one in told],
        "datasets": {name: rows for one in told for name, rows in one.get("datasets", {}).items()},
    }


_OF_THE_WHOLE = ("$schema", "config", "datasets")
_CONFIG: dict[str, Any] = {
    "background": PAPER,
    "aria": False,
    "view": {"stroke": None},
}
