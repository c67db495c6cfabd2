"""Reading a drawn chart in tests: its texts, its marks, and the rows charts are made of."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date
from typing import Any

from scoreboard.reports.charts.labels import Box, text_width
from scoreboard.reports.charts.picture import Picture

SVG = "{http://www.w3.org/2000/svg}"


def root_of(picture: Picture) -> ET.Element:
    """The drawing; raises where it is no well-formed XML."""
    return ET.fromstring(picture.svg)  # noqa: S314 - our own drawing


def texts_of(picture: Picture) -> list[str]:
    """Every text that is seen, halos once."""
    found = [
        "".join(element.itertext()) for element in root_of(picture).iter(f"{SVG}text") if element.get("stroke") is None
    ]
    return [text for text in found if text]


def hints_of(picture: Picture) -> list[str]:
    """What marks say when pointed at."""
    root = root_of(picture)
    return [title.text or "" for mark in root.iter() for title in mark.findall(f"{SVG}title") if mark is not root]


def quadrant_row(account: str, engagement: float | None, usage: float | None, **changes: Any) -> dict[str, Any]:
    """A row of fct_account_quadrants with a name."""
    high = (engagement or 0) >= 5, (usage or 0) >= 5
    names = {
        (True, False): "willing_but_not_able",
        (False, False): "risky_business",
        (False, True): "silent_but_satisfied",
        (True, True): "raving_fans",
    }
    return {
        "account_id": account,
        "account_name": f"Account {account}",
        "engagement_score": engagement,
        "usage_score": usage,
        "quadrant": names[high],
        "previous_quadrant": None,
    } | changes


def score_row(quarter: str, mean: float | None, half: float | None = 0.2, n: int = 10) -> dict[str, Any]:
    """A row of fct_satisfaction_quarterly for a quarter such as 2025-Q1."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return {
        "quarter_start_date": date(year, 3 * number - 2, 1),
        "mean_score": mean,
        "ci95_low": None if half is None or mean is None else mean - half,
        "ci95_high": None if half is None or mean is None else mean + half,
        "response_count": n,
    }


def tier_row(account: str, revenue: float | None, tier: str = "marginal", **changes: Any) -> dict[str, Any]:
    """A row of fct_account_tiers with a name."""
    return {
        "account_id": account,
        "account_name": f"Account {account}",
        "revenue_t4q": revenue,
        "account_tier": tier,
    } | changes


def gap_row(category: str, staff: float, customers: float, significant: bool | None, **changes: Any) -> dict[str, Any]:
    """A row of rpt_gaps: customers against staff."""
    gap = staff - customers
    return {
        "gap_kind": "perception",
        "category": category,
        "reference_mean": staff,
        "reference_count": 4,
        "actual_mean": customers,
        "actual_count": 9,
        "gap": gap,
        "ci95_low": None if significant is None else gap - 0.3,
        "ci95_high": None if significant is None else gap + 0.3,
        "is_significant": significant,
    } | changes


def boxes_of(picture: Picture) -> dict[str, Box]:
    """Where every text stands, in pixels of the plot, by a width rather too large; texts that are said twice are numbered."""
    found: dict[str, Box] = {}
    for element in root_of(picture).iter(f"{SVG}text"):
        text = "".join(element.itertext())
        if element.get("stroke") is not None or not text:
            continue
        size = float(element.get("font-size", "11px").removesuffix("px"))
        width, x, y = text_width(text, size) / 1.08, float(element.get("x", 0)), float(element.get("y", 0))
        left = x - {"middle": width / 2, "end": width}.get(element.get("text-anchor", ""), 0)
        found[f"{text} #{len(found)}"] = Box(left, y - size * 0.75, left + width, y + size * 0.2)
    return found


def collisions(picture: Picture) -> list[tuple[str, str]]:
    """Pairs of texts that lie over one another."""
    boxes = list(boxes_of(picture).items())
    return [(a, b) for place, (a, box) in enumerate(boxes) for b, other in boxes[:place] if box.meets(other)]
