"""What each chart shows of its rows."""

from __future__ import annotations

import random

import pytest

from scoreboard.reports.charts import gap_bars, quadrant_plot, revenue_heard, revenue_pareto, score_trend
from scoreboard.reports.charts.labels import Box, place
from scoreboard.reports.charts.quadrant_marks import FRAME
from tests.reports.charts.drawing import (
    SVG,
    boxes_of,
    collisions,
    gap_row,
    hints_of,
    quadrant_row,
    root_of,
    score_row,
    texts_of,
    tier_row,
)


def test_the_quadrants_have_number_name_and_all_their_accounts() -> None:
    rows = [quadrant_row(f"A{i}", 8.0 if i % 2 else 1.0, 9.0 if i % 3 else None) for i in range(2000)]

    picture = quadrant_plot(rows, "2026-Q1", cutoffs=(5.0, 5.0))

    shown = texts_of(picture)
    assert "1 Willing but not able: 333" in shown and "2 Risky business: 334" in shown
    assert "3 Silent but satisfied: 666" in shown and "4 Raving fans: 667" in shown
    assert any("the 1,500 largest are drawn" in text for text in shown)
    assert len(hints_of(picture)) == 1500
    assert "Usage is unknown for 667." in picture.alt


def test_who_changed_quadrant_has_an_arrow_from_last_quarter_and_says_so() -> None:
    came = {"previous_quadrant": "risky_business", "previous_engagement_score": 2.0, "previous_usage_score": 8.0}
    stayed = quadrant_row("A1", 8.0, 8.0, previous_quadrant="raving_fans", previous_engagement_score=7.0)

    moved = quadrant_plot([quadrant_row("A2", 8.0, 8.0, **came), stayed], "2026-Q1", cutoffs=(5.0, 5.0))
    still = quadrant_plot([stayed], "2026-Q1", cutoffs=(5.0, 5.0))

    assert any("last quarter 2 Risky business" in hint for hint in hints_of(moved))
    assert "came from another quadrant" in texts_of(moved)
    assert not any("came from" in text or "last quarter 2" in text for text in [*texts_of(still), *hints_of(still)])
    assert "1 changed quadrant" in moved.alt and "0 changed quadrant" in still.alt


def test_a_link_is_laid_in_as_given_and_can_be_reached() -> None:
    picture = quadrant_plot(
        [quadrant_row("A/1 &", 8.0, 8.0)], "2026-Q1", cutoffs=(5.0, 5.0), link=lambda account: f"/a?id={account}"
    )

    root = root_of(picture)
    link = next(root.iter(f"{SVG}a"))
    assert link.get("href") == "/a?id=A/1 &"
    assert "Raving fans" in (link.get("aria-label") or "")
    assert root.get("role") == "group"  # the parts of an image could not be reached


def test_labels_cover_neither_each_other_nor_what_is_taken() -> None:
    generator = random.Random(5)
    plot = Box(0, 0, 400, 300)
    taken = [Box(100, 100, 180, 140)]
    wanted = [(f"Account {i}", generator.uniform(0, 400), generator.uniform(0, 300), 4.0) for i in range(80)]

    placed = place(wanted, plot, taken)

    boxes = [label.box(11) for label in placed]
    assert 10 < len(placed) < 80
    assert not any(a.meets(b) for i, a in enumerate(boxes) for b in [*boxes[:i], *taken])
    assert all(box.lies_in(plot) for box in boxes)


def test_a_score_just_below_the_threshold_never_reads_as_reached() -> None:
    picture = score_trend([score_row("2025-Q1", 4.2), score_row("2025-Q2", 3.9996)], 4.0, "Ada")

    assert "3.9996" in texts_of(picture)
    assert "below the threshold of 4.0" in picture.alt
    assert "4.0 needed" in texts_of(picture)


def test_a_quarter_without_responses_leaves_a_gap_in_the_line() -> None:
    def line_count(quarters: list[str]) -> int:
        root = root_of(score_trend([score_row(quarter, 4.1) for quarter in quarters], 4.0, "Ada"))
        return sum(element.get("stroke-width") == "2.2" for element in root.iter(f"{SVG}path"))

    assert line_count(["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]) == 1
    assert line_count(["2025-Q1", "2025-Q2", "2025-Q4", "2026-Q1"]) == 2


def test_one_response_is_hollow_and_says_that_it_has_no_interval() -> None:
    picture = score_trend([score_row("2025-Q1", 4.7, None, 1)], 4.0, "Ada")

    assert "too few for an interval" in picture.alt
    assert any("hollow" in text for text in texts_of(picture))
    assert "1" in texts_of(picture)


def test_the_point_of_80_percent_names_the_accounts_it_takes() -> None:
    rows = [tier_row(f"A{i}", revenue, tier) for i, (revenue, tier) in enumerate([(700, "key"), (100, "key")])]
    rows += [tier_row(f"B{i}", 25.0, "strategic" if i < 2 else "marginal") for i in range(8)] + [tier_row("C", -50.0)]

    picture = revenue_pareto(rows, "2026-Q1", share=0.8, currency="EUR")

    assert "80 % of revenue comes from 2 of 11 accounts" in texts_of(picture)
    assert "2 accounts, 80 %" in texts_of(picture) and "2 accounts, 5 %" in texts_of(picture)
    assert "€1k" in picture.alt and "1 account without revenue" in picture.alt


def test_gaps_that_may_be_chance_are_hollow() -> None:
    rows = [
        gap_row("field_service", 4.9, 3.9, True),
        gap_row("overall", 4.5, 4.4, False),
        gap_row("customer_service", 3.0, 4.0, None),
    ]

    picture = gap_bars(rows, "Ada")

    bars = [e.get("fill") for e in root_of(picture).iter() if e.get("stroke-width") == "1.4" and e.get("fill")]
    assert [fill == "#ffffff" for fill in bars] == [True, False, True]  # overall first, then the award's order
    assert "More than chance: Field service." in picture.alt
    assert any("too few to tell from chance" in text for text in texts_of(picture))


def test_the_share_heard_stands_above_each_bar() -> None:
    rows = [
        {"quarter_label": "2025-Q4", "heard_revenue": 8.2e6, "silent_revenue": 1.8e6},
        {"quarter_label": "2026-Q1", "heard_revenue": 0.0, "silent_revenue": 1.25e6},
    ]

    picture = revenue_heard(rows, currency="CHF")

    assert "82 %" in texts_of(picture) and "0 %" in texts_of(picture)
    assert picture.alt == "Revenue heard. 2026-Q1: 0 % of revenue heard, CHF 0 of CHF 1.2M."


@pytest.mark.parametrize("cutoffs", [(5.0, 5.0), (0.0, 0.0), (10.0, 10.0), (7.0, 8.7), (3.0, 0.9)])
def test_quadrants_at_the_edge_keep_their_names_in_the_picture(cutoffs: tuple[float, float]) -> None:
    rows = [quadrant_row(f"A{n}", float(n), None if n == 3 else float(n)) for n in range(9)]
    picture = quadrant_plot(rows, "2026-Q1", cutoffs=cutoffs)

    boxes = boxes_of(picture).values()
    assert all(box.left >= -FRAME.left and box.right <= FRAME.width + FRAME.right for box in boxes)
    assert collisions(picture) == []


@pytest.mark.parametrize("quarters", [1, 20, 21, 24, 39, 64])
def test_labels_of_many_quarters_do_not_collide(quarters: int) -> None:
    labels = [f"{2010 + n // 4}-Q{n % 4 + 1}" for n in range(quarters)]
    heard = [{"quarter_label": label, "heard_revenue": 1e6, "silent_revenue": 0.0} for label in labels]

    assert collisions(revenue_heard(heard, currency="CHF")) == []
    assert collisions(score_trend([score_row(label, 4.0) for label in labels], 4.0, "Ada")) == []
