"""What holds for every chart: it stands alone, says its message, takes any text, and equal rows give equal bytes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from scoreboard.reports.charts import (
    Picture,
    gap_bars,
    quadrant_plot,
    revenue_heard,
    revenue_pareto,
    score_trend,
)
from scoreboard.reports.charts.marks import PIXEL_X, PIXEL_Y, chart
from scoreboard.reports.charts.picture import Frame, draw
from tests.reports.charts.drawing import (
    SVG,
    gap_row,
    hints_of,
    quadrant_row,
    root_of,
    score_row,
    texts_of,
    tier_row,
)

HOSTILE = '<script>alert(1)</script> & "q" \x00\x0b\u202e]]> =1+1 漢字 مرحبا 🎉\ud800' + "long " * 400


def _quadrants(name: str = "Ada") -> Picture:
    rows = [
        quadrant_row("A1", 8.0, 2.0, account_name=name, revenue_t4q=900.0, account_tier="key"),
        quadrant_row(
            "A2", 6.0, 7.0, previous_quadrant="risky_business", previous_engagement_score=1.0, previous_usage_score=1.0
        ),
        quadrant_row("A3", 1.0, None),
    ]
    return quadrant_plot(rows, "2026-Q1", cutoffs=(5.0, 5.0))


CHARTS: dict[str, Callable[[str], Picture]] = {
    "quadrants": _quadrants,
    "trend": lambda name: score_trend([score_row("2025-Q1", 4.1), score_row("2025-Q2", 3.9, None, 1)], 4.0, name),
    "pareto": lambda name: revenue_pareto(
        [tier_row("A1", 900.0, "key", account_name=name), tier_row("A2", 100.0)], "2026-Q1", share=0.8
    ),
    "gaps": lambda name: gap_bars([gap_row("overall", 4.8, 3.9, True)], name),
    "heard": lambda name: revenue_heard(
        [{"quarter_label": name[:50], "heard_revenue": 800.0, "silent_revenue": 200.0}]
    ),
}
NOTHING: dict[str, Callable[[], Picture]] = {
    "quadrants": lambda: quadrant_plot([], "2026-Q1", cutoffs=(5.0, 5.0)),
    "trend": lambda: score_trend([], 4.0, "Ada"),
    "pareto": lambda: revenue_pareto([tier_row("A1", None), tier_row("A2", -5.0)], "2026-Q1", share=0.8),
    "gaps": lambda: gap_bars([gap_row("overall", 4.0, 3.0, True, gap_kind="target")], "Ada"),
    "heard": lambda: revenue_heard([]),
    "heard, no revenue": lambda: revenue_heard(
        [{"quarter_label": "2026-Q1", "heard_revenue": 0.0, "silent_revenue": None}]
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_stands_alone_and_says_its_message(name: str) -> None:
    picture = CHARTS[name]("Ada")
    root = root_of(picture)

    assert root.get("role") == "img"
    assert root.get("viewBox")
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text and root.get("aria-labelledby") == title.get("id")
    assert description is not None and description.text == picture.alt
    assert 1 <= len(re.findall(r"[.!](?:\s|$)", picture.alt)) <= 4
    outside = picture.svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
    outside = outside.replace('xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    assert "http" not in outside and "url(" not in outside.replace("url(#", "")
    assert "<image" not in outside and "<style" not in outside and "@font" not in outside


@pytest.mark.parametrize("name", CHARTS)
def test_any_text_stays_text(name: str) -> None:
    picture = CHARTS[name](HOSTILE)

    tags = {element.tag.removeprefix(SVG) for element in root_of(picture).iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "line", "text", "clipPath", "defs", "tspan"}
    seen = " ".join([*texts_of(picture), *hints_of(picture), picture.alt])
    assert "<script>alert(1)" in seen
    assert not set(seen) & {"\x00", "\x0b", "\u202e", "\ud800"}
    assert max(len(text) for text in texts_of(picture)) < 160
    picture.svg.encode("utf-8")


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_show_is_said(name: str) -> None:
    picture = NOTHING[name]()

    assert root_of(picture).get("role") == "img"
    assert root_of(picture).get("width") == "740"
    assert re.search(r"\b(no|No|Nothing)\b", picture.alt)
    assert any(text in picture.alt for text in texts_of(picture)[:1])


def test_equal_rows_give_equal_bytes_in_this_process_and_in_another() -> None:
    here = {name: made("Ada").svg for name, made in CHARTS.items()}
    again = {name: CHARTS[name]("Ada").svg for name in reversed(CHARTS)}
    code = (
        "import sys; from tests.reports.charts.test_charts import CHARTS;"
        "sys.stdout.buffer.write(b'\\0'.join(chart('Ada').svg.encode() for chart in CHARTS.values()))"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.decode().split("\0")

    assert again == here
    assert there == list(here.values())


def test_two_charts_share_one_page_without_sharing_an_id() -> None:
    ids = [
        element.get("id") for chart in CHARTS.values() for element in root_of(chart("Ada")).iter() if element.get("id")
    ]

    assert len(ids) == len(set(ids))


def test_a_clipped_mark_keeps_its_clip_and_its_bytes() -> None:
    def clipped() -> Picture:
        mark = chart([{"x": 5, "y": 5}]).mark_point(clip=True).encode(x=PIXEL_X, y=PIXEL_Y)
        return draw([mark], Frame(100, 100, 10, 10), "Clipped", "", "One point.")

    first, again = clipped(), clipped()  # Vega counts its clips on and on

    assert first == again
    (clip,) = [element.get("id") for element in root_of(first).iter(f"{SVG}clipPath")]
    assert f"url(#{clip})" in first.svg
