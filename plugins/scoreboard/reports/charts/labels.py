"""Labels beside their points so that none covers another, a point or the edge; a label without room is left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoreboard.reports.charts.style import SMALL

_NARROW = set("iIjl.,:;'|!()[]ft/ -\"")
_WIDE = set("mwMW@%&—…")
_SAFETY = 1.08  # fonts that stand in for Helvetica are a little wider


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def lies_in(self, other: Box) -> bool:
        """Whether no part of it is outside the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Label:
    """A text placed left-aligned, vertically centred at (x, y), for the point at (point_x, point_y)."""

    text: str
    x: float
    y: float
    point_x: float
    point_y: float
    is_far: bool

    def box(self, size: float) -> Box:
        """What it covers."""
        return Box(self.x - 2, self.y - size * 0.62, self.x + text_width(self.text, size) + 2, self.y + size * 0.62)

    @property
    def nearest_x(self) -> float:
        """Where a line from the point meets the text."""
        width = text_width(self.text)
        return min(max(self.point_x, self.x), self.x + width)


def spread(count: int, most: int) -> set[int]:
    """Which of `count` places in a row are labelled: evenly, at most about `most`, the last always, none crowding it."""
    every = max(1, -(-count // most))
    return {place for place in range(0, count, every) if count - 1 - place >= every} | {count - 1}


def text_width(text: str, size: float = SMALL) -> float:
    """Width in pixels, rather too much than too little: no font is asked, so every machine gives the same."""
    return sum(_em(sign) for sign in text) * size * _SAFETY


def place(
    wanted: Sequence[tuple[str, float, float, float]],
    plot: Box,
    taken: Iterable[Box] = (),
    spared: Iterable[Box] = (),
    size: float = SMALL,
) -> list[Label]:
    """Place (text, x, y, radius) in order of importance: beside the point where there is room, else a little off with a line.

    `taken` is never covered; what is `spared` only where a label finds no other place.
    """
    occupied, avoided = list(taken), list(spared)
    placed = []
    for text, x, y, radius in wanted:
        width, half = text_width(text, size), size * 0.62
        boxes = [
            (Box(x + dx - 2, y + dy - half, x + dx + width + 2, y + dy + half), is_far)
            for dx, dy, is_far in _offsets(radius, width)
        ]
        free = [
            (box, is_far)
            for box, is_far in boxes
            if box.lies_in(plot) and not any(box.meets(other) for other in occupied)
        ]
        best = next((found for found in free if not any(found[0].meets(other) for other in avoided)), None)
        if found := best or next(iter(free), None):
            box, is_far = found
            occupied.append(box)
            placed.append(Label(text, box.left + 2, (box.top + box.bottom) / 2, x, y, is_far))
    return placed


def _offsets(radius: float, width: float) -> Iterable[tuple[float, float, bool]]:
    near = radius + 4
    for dx, dy in (
        (near, 0),
        (-near - width, 0),
        (-width / 2, -near - 6),
        (-width / 2, near + 6),
        (near * 0.7, -near * 0.7 - 4),
        (near * 0.7, near * 0.7 + 4),
        (-near * 0.7 - width, -near * 0.7 - 4),
        (-near * 0.7 - width, near * 0.7 + 4),
    ):
        yield dx, dy, False
    for reach in (22, 36, 52, 70):
        for dy in (-reach, reach, -reach / 2, reach / 2):
            for dx in (-width / 2, reach / 2, -width - reach / 2):
                yield dx, dy, True


def _em(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if unicodedata.east_asian_width(sign) in ("W", "F") or ord(sign) > 0xFFFF:
        return 1.05
    if sign in _NARROW:
        return 0.32
    if sign in _WIDE:
        return 0.92
    return 0.7 if sign.isupper() else 0.56
