"""Pareto curve of revenue: how few accounts bring most of it, and which tier each account is in."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Any

from scoreboard.reports.charts import figures, style
from scoreboard.reports.charts.labels import Box, Label, place
from scoreboard.reports.charts.marks import PIXEL_X, PIXEL_Y, Dot, Layers, Text, chart, dots, labels, lines, texts
from scoreboard.reports.charts.picture import Frame, Picture, draw, nothing_yet

_HEIGHT = 300
_STRIP = 24  # height of one tier's row below the curve
_MOST_POINTS = 600
_NAMED = 3
_NAME = 28
_PLOT = 530
_FRAME = Frame(width=_PLOT, height=_HEIGHT + 26 + 3 * _STRIP, left=70, bottom=14)
_TIER_DASH = {"key": [1, 0], "strategic": [6, 3], "marginal": [2, 3]}


def revenue_pareto(rows: list[dict[str, Any]], quarter_label: str, *, share: float, currency: str = "USD") -> Picture:
    """Rows of fct_account_tiers of one quarter with account_name. `share`: the point to annotate (`rules.enter_share`)."""
    title = f"Where the revenue comes from, {figures.name(quarter_label)}"
    ranked = sorted(rows, key=lambda row: (-(row["revenue_t4q"] or 0), row["account_id"]))
    paying = [row for row in ranked if (row["revenue_t4q"] or 0) > 0]
    if not paying:
        return nothing_yet(title, "No account has revenue in these four quarters.")
    revenue = [float(row["revenue_t4q"]) for row in paying]
    total = sum(revenue)
    reached = [sum_so_far / total for sum_so_far in accumulate(revenue)]
    needed = next(
        index for index, part in enumerate(reached, 1) if part >= share - figures.TOLERANCE or index == len(paying)
    )
    everyone = len(ranked)

    def x(rank: float) -> float:
        return rank / everyone * _PLOT

    def y(part: float) -> float:
        return _HEIGHT * (1 - part / 1.04)

    place_x, place_y = x(needed), y(reached[needed - 1])
    claim = f"{figures.percent(reached[needed - 1])} of revenue comes from {needed:,} of {figures.count(everyone, 'account')}"
    strips, notes = _tiers(ranked, total, x, currency)
    notes += [Text(-8, y(part / 5), figures.percent(part / 5), "right", style.SOFT) for part in range(6)]
    notes += [Text(x(rank), _HEIGHT + 14, f"{rank:,}", "center", style.SOFT) for rank in _ranks(everyone)]
    wanted = [
        (figures.name(row["account_name"], _NAME), x(rank), y(part), 4.0)
        for rank, (row, part) in enumerate(zip(paying[:_NAMED], reached, strict=False), 1)
    ]
    plot = Box(0, -6, _PLOT, _HEIGHT)
    in_the_way = _along([(0.0, y(0)), *((x(rank), y(part)) for rank, part in _thin(reached))])
    guides = [Box(0, y(share) - 3, place_x, y(share) + 3), Box(place_x - 3, place_y, place_x + 3, _HEIGHT)]
    callout = place([(claim, place_x, place_y, 5.0)], plot, in_the_way, guides, style.SIZE * 1.05)
    in_the_way += [label.box(style.SIZE * 1.05) for label in callout]
    curve = [{"x": x(rank), "y": y(part)} for rank, part in [(0, 0.0), *_thin(reached)]]
    if len(paying) < everyone:
        curve.append({"x": x(everyone), "y": y(1.0)})
    drawn = chart(curve).mark_line(color=style.INK, strokeWidth=2.4, point=False)
    top = Dot(place_x, place_y, 60, "square", style.INK, style.INK)
    first = [Dot(x(r), y(p), 42, "circle", style.MAIN, style.PAPER) for r, p in enumerate(reached[:_NAMED], 1)]
    layers = [
        *lines([(0, y(part / 5), _PLOT, y(part / 5)) for part in range(6)], style.LINE),
        *lines(
            [(0, y(share), place_x, y(share)), (place_x, place_y, place_x, _HEIGHT)], style.INK, 1.4, style.DASH_LIMIT
        ),
        *lines([(0, _HEIGHT, _PLOT, _HEIGHT)], style.SOFT),
        drawn.encode(x=PIXEL_X, y=PIXEL_Y),
        *dots([top, *first]),
        *strips,
        *labels(place(wanted, plot, in_the_way, guides)),
        *texts(_claims(callout, claim), style.SIZE, has_halo=True),
        *texts(notes),
    ]
    subtitle = "Accounts from the largest to the smallest; the curve adds up their revenue of four quarters, below it each by tier"
    left_out = everyone - len(paying)
    message = f"{title}: {claim}; all together {figures.money(total, currency)}."
    if left_out:
        message += f" {figures.count(left_out, 'account')} without revenue."
    return draw(layers, _FRAME, title, subtitle, message)


def _tiers(ranked: list[dict[str, Any]], total: float, x: Any, currency: str) -> tuple[Layers, list[Text]]:
    """A strip per tier: a mark for each of its accounts at its rank, and beside it number and revenue in words."""
    layers: Layers = []
    notes: list[Text] = []
    for index, (tier, (shape, fill, line)) in enumerate(style.TIERS.items()):
        middle = _HEIGHT + 26 + (index + 0.5) * _STRIP
        ranks = [rank for rank, row in enumerate(ranked, 1) if row["account_tier"] == tier]
        money = sum(float(row["revenue_t4q"] or 0) for row in ranked if row["account_tier"] == tier)
        step = max(1, -(-len(ranks) // _MOST_POINTS))
        layers += lines([(0, middle, _PLOT, middle)], style.LINE, 1, _TIER_DASH[tier])
        edge = line if fill == style.PAPER else fill  # a white edge would eat marks that stand close
        layers += dots(Dot(x(rank), middle, 34, shape, fill, edge) for rank in ranks[::step])
        notes.append(Text(-8, middle, tier, "right"))
        words = f"{figures.count(len(ranks), 'account')}, {figures.percent(money / total)}" if ranks else "none"
        notes.append(Text(_PLOT + 10, middle, words))
    return layers, notes


def _claims(placed: list[Label], claim: str) -> list[Text]:
    """The sentence where it found room, else on the floor of the plot: it is the message and never left out."""
    if placed:
        return [Text(label.x, label.y, label.text, weight="bold") for label in placed]
    return [Text(_PLOT / 2, _HEIGHT - 16, claim, "center", weight="bold")]


def _along(curve: list[tuple[float, float]]) -> list[Box]:
    """Boxes along a curve, so that no label crosses it."""
    boxes = []
    for (x1, y1), (x2, y2) in pairwise(curve):
        steps = max(1, int(max(abs(x2 - x1), abs(y2 - y1)) / 6))
        for step in range(steps + 1):
            x, y = x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps
            boxes.append(Box(x - 3, y - 3, x + 3, y + 3))
    return boxes


def _thin(reached: list[float]) -> list[tuple[int, float]]:
    """Every point of a short curve; of a long one as many as can be seen, the last always."""
    step = max(1, -(-len(reached) // _MOST_POINTS))
    points = [(rank, part) for rank, part in enumerate(reached, 1) if (rank - 1) % step == 0]
    return points if points[-1][0] == len(reached) else [*points, (len(reached), reached[-1])]


def _ranks(everyone: int) -> list[int]:
    """Round ranks under the curve, and the last."""
    power = 10 ** (len(str(everyone)) - 1)
    step = next(int(power * part) or 1 for part in (2, 1, 0.5, 0.2, 0.1) if everyone >= 3 * power * part or part == 0.1)
    ranks = [rank for rank in range(step, everyone, step) if everyone - rank >= step * 0.6]
    return [*ranks, everyone]
