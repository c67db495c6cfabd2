"""What a plot draws is the rule its quarter was placed by: told by the published version, not by today's seed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoreboard.reports.charts import quadrant_plot
from scoreboard.reports.charts.quadrant_marks import place_x, place_y
from scoreboard.reports.charts.rules import enter_share, quadrant_cutoffs
from scoreboard.warehouse.publish import publish
from scoreboard.warehouse.reader import open_published
from tests.marts_fixture import quarter_row, settings_for, write_build
from tests.reports.charts.drawing import quadrant_row

Q3, Q4 = date(2025, 7, 1), date(2025, 10, 1)


def rule(quarter: date, setting: str, value: float, name: str = "quadrant_cutoffs") -> dict[str, Any]:
    return {
        "quarter_start_date": quarter.isoformat(),
        "rule_name": name,
        "setting": setting,
        "valid_from_date": "1900-01-01",
        "setting_value": value,
    }


RULES = [
    rule(Q3, "engagement_cutoff", 5.0),
    rule(Q3, "usage_cutoff", 5.0),
    rule(Q4, "engagement_cutoff", 7.0),
    rule(Q4, "usage_cutoff", 3.5),
    rule(Q3, "enter_share", 0.8, "tier_rules"),
    rule(Q4, "enter_share", 0.6, "tier_rules"),
]


def told(home: Path, quarter: date, placed: list[dict[str, Any]], **tables: Any) -> tuple[tuple[float, float], float]:
    """The cut-offs and the share of a quarter, read from a version with these tables."""
    settings = settings_for(home)
    calendar = [quarter_row("2025-10-01", "2025-12-31", "2025-Q4", True)]
    write_build(settings, tables | {"dim_quarters": calendar}, only=["dim_quarters", *tables])
    publish(settings, "run-1")
    with open_published(settings) as version:
        return quadrant_cutoffs(version, quarter, placed), enter_share(version, quarter)


@pytest.mark.parametrize(("quarter", "cutoffs", "share"), [(Q3, (5.0, 5.0), 0.8), (Q4, (7.0, 3.5), 0.6)])
def test_each_quarter_has_the_rule_that_was_in_force(
    tmp_path: Path, quarter: date, cutoffs: tuple[float, float], share: float
) -> None:
    assert told(tmp_path, quarter, [], rpt_quarter_rules=RULES) == (cutoffs, share)


def test_rows_that_were_placed_otherwise_decide(tmp_path: Path) -> None:
    """A quarter closed before its rule was published keeps its rows, the rule's row is computed with today's seed."""
    placed = [
        quadrant_row("A", 5.5, 6.0, quadrant="raving_fans"),
        quadrant_row("B", 4.0, None, quadrant="risky_business"),
    ]
    assert told(tmp_path, Q4, placed, rpt_quarter_rules=RULES)[0] == (5.5, 3.5)


def test_a_score_on_the_cut_within_the_tolerance_is_high(tmp_path: Path) -> None:
    placed = [quadrant_row("A", 7.0 - 5e-10, 1.0, quadrant="willing_but_not_able")]
    assert told(tmp_path, Q4, placed, rpt_quarter_rules=RULES)[0] == (7.0, 3.5)


def test_a_version_that_does_not_tell_its_rules_is_drawn_by_its_rows(tmp_path: Path) -> None:
    placed = [quadrant_row("A", 6.0, 9.0, quadrant="silent_but_satisfied"), quadrant_row("B", 7.5, 9.0)]
    assert told(tmp_path, Q4, placed) == ((7.5, 5.0), 0.8)


def test_the_lines_stand_at_the_cut_offs() -> None:
    svg = quadrant_plot([quadrant_row("A", 8.0, 2.0)], "2025-Q4", cutoffs=(7.0, 3.5)).svg
    assert f"translate({place_x(3.5):g},-26)" in svg
    assert f"translate(-62,{place_y(7.0)})" in svg
