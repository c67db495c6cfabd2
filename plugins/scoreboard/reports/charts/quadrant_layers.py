"""The layers of the quadrant plot: frame, marks, arrows from last quarter, names, legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import atan2, degrees, hypot

import altair as alt

from scoreboard.reports.charts import figures, style
from scoreboard.reports.charts.labels import Box, Label, place, text_width
from scoreboard.reports.charts.marks import PIXEL_X, PIXEL_Y, Dot, Layers, Text, chart, dots, lines, texts
from scoreboard.reports.charts.quadrant_marks import (
    BAND,
    FRAME,
    LARGE,
    QUADRANTS,
    TALL,
    UNKNOWN,
    WIDE,
    Mark,
    place_x,
    place_y,
    quadrant_name,
)

_TURN = alt.Angle("turn:Q", scale=None)
_LABELLED = 14
_LONGEST_NAME = 26
_TICKS = range(0, 11, 2)
_HEAD = 9.0  # an arrow stops that short of its mark, so that both can be seen


def frame(cutoffs: tuple[float, float]) -> Layers:
    """Grid, axes and the dashed cut-offs (engagement, usage)."""
    x, y = place_x(cutoffs[1]), place_y(cutoffs[0])
    return [
        *lines([(place_x(tick), 0, place_x(tick), TALL) for tick in _TICKS], style.GRID),
        *lines([(-UNKNOWN, place_y(tick), WIDE, place_y(tick)) for tick in _TICKS], style.GRID),
        *lines([(x, -BAND, x, TALL + BAND + 14), (-UNKNOWN, y, WIDE, y)], style.INK, 1.4, style.DASH_LIMIT),
        *lines([(0, 0, 0, TALL)], style.LINE, 1.2),
        *lines([(-UNKNOWN, TALL, WIDE, TALL), (-UNKNOWN, 0, -UNKNOWN, TALL)], style.SOFT),
    ]


def points(marks: Sequence[Mark]) -> Layers:
    """The accounts, the largest below so that none hides a smaller one."""
    return dots([Dot(mark.x, mark.y, mark.size, *mark.dress, mark.key) for mark in marks], opacity=0.82)


def trails(marks: Iterable[Mark]) -> Layers:
    """Dotted lines from last quarter's places."""
    ends = [(*mark.before, mark.x, mark.y) for mark in marks if mark.before]
    return lines(ends, style.PALE, 0.8, style.DASH_MOVE)


def arrows(marks: Iterable[Mark]) -> Layers:
    """Arrows from last quarter's places."""
    return _arrows([(*mark.before, mark.x, mark.y) for mark in marks if mark.before])


def named(marks: Sequence[Mark], moved: Sequence[Mark], cutoffs: tuple[float, float]) -> list[Label]:
    """Names of the largest accounts that moved and of the largest of all, as many as find room."""
    chosen = {mark.account_id: mark for mark in [*moved[: _LABELLED // 2], *marks[:_LABELLED], *moved]}
    wanted = [
        (figures.name(mark.name, _LONGEST_NAME), mark.x, mark.y, mark.radius)
        for mark in list(chosen.values())[:_LABELLED]
    ]
    x, y = place_x(cutoffs[1]), place_y(cutoffs[0])
    taken = [
        *(mark.box for mark in marks[:LARGE]),
        *(box for mark in moved for box in _along(mark)),
        Box(x - 1, 0, x + 1, TALL),
        Box(-UNKNOWN, y - 1, WIDE, y + 1),
    ]
    return place(wanted, Box(-UNKNOWN, -4, WIDE, TALL), taken, [mark.box for mark in marks[LARGE:]])


def quadrant_names(numbers: Counter[str], cutoffs: tuple[float, float]) -> list[Text]:
    """Number, name and accounts of each quadrant, above or below it; of one without room as near to it as the picture allows."""
    middle = place_x(cutoffs[1])
    half = max(text_width(f"{quadrant_name(code)}: {numbers[code]:,}", style.SIZE) for code in QUADRANTS) / 2
    left = max((middle - UNKNOWN) / 2, half - 14)  # beside the name of the scale
    right = min((middle + WIDE) / 2, WIDE + FRAME.right - half)
    above, below = -BAND / 2, TALL + BAND / 2 + 14
    places = {1: (left, above), 2: (left, below), 3: (right, below), 4: (right, above)}
    return [
        Text(*places[number], f"{quadrant_name(code)}: {numbers[code]:,}", "center", weight="bold")
        for code, (number, _) in QUADRANTS.items()
    ]


def scales(has_unknown: bool) -> list[Text]:
    """Numbers and names of the two scales."""
    found = [Text(place_x(value), TALL + 12, str(value), "center", style.SOFT) for value in _TICKS]
    found += [Text(-UNKNOWN - 6, place_y(value), str(value), "right", style.SOFT) for value in _TICKS]
    found += [
        Text(WIDE, TALL + BAND + 22, "usage →", "right"),
        Text(4 - FRAME.left, -BAND / 2, "engagement ↑"),
    ]
    return [*found, Text(-UNKNOWN / 2, TALL + 12, "unknown", "center", style.SOFT)] if has_unknown else found


def legend(marks: Sequence[Mark], arrow_count: int, moved_count: int) -> Layers:
    """What shapes, sizes and arrows say; only what is in the plot."""
    x, y = -float(UNKNOWN), TALL + 68.0
    shapes: list[Dot] = []
    notes: list[Text] = []
    drawn: Layers = []
    for tier, dress in style.TIERS.items():
        if any(mark.tier == tier for mark in marks):
            shapes.append(Dot(x + 6, y, 60, *dress))
            notes.append(Text(x + 16, y, tier))
            x += 30 + len(tier) * 7
    if any(mark.weight for mark in marks):
        notes.append(Text(x, y, "size: revenue of four quarters", tone=style.SOFT))
        x += 176
    if arrow_count:
        drawn += _arrows([(x, y, x + 28, y)])
        words = "came from another quadrant"
        if arrow_count < moved_count:
            words = f"the {arrow_count} largest that changed quadrant (dotted: others)"
        notes.append(Text(x + 32, y, words, tone=style.SOFT))
    return [*drawn, *dots(shapes), *texts(notes)]


def _arrows(ways: Iterable[tuple[float, float, float, float]]) -> Layers:
    ends, heads = [], []
    for x1, y1, x2, y2 in ways:
        way = max(hypot(x2 - x1, y2 - y1), 1e-6)
        short = min(_HEAD, way / 2)
        x, y = x2 - (x2 - x1) / way * short, y2 - (y2 - y1) / way * short
        ends.append((x1, y1, x, y))
        heads.append({"x": x, "y": y, "turn": degrees(atan2(x2 - x1, y1 - y2))})
    head = chart(heads).mark_point(filled=True, shape="triangle", fill=style.INK, size=46, opacity=1, strokeWidth=0)
    return [*lines(ends, style.INK, 1.3), head.encode(x=PIXEL_X, y=PIXEL_Y, angle=_TURN)]


def _along(mark: Mark) -> list[Box]:
    """Boxes along an account's arrow."""
    if mark.before is None:
        return []
    steps = max(1, int(mark.way / 8))
    places = [
        (
            mark.before[0] + (mark.x - mark.before[0]) * step / steps,
            mark.before[1] + (mark.y - mark.before[1]) * step / steps,
        )
        for step in range(steps + 1)
    ]
    return [Box(x - 2, y - 2, x + 2, y + 2) for x, y in places]
