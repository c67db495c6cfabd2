"""The chart of the award's scores: every project with its interval, and what passes told without colour."""

from __future__ import annotations

from typing import Any

from scoreboard.reports.charts.award import award_intervals
from tests.marts_fixture import award_row
from tests.reports.charts.drawing import hints_of, texts_of


def row(name: str, mean: float | None, status: str, **changes: Any) -> dict[str, Any]:
    interval = {"ci95_low": None if mean is None else mean - 0.1, "ci95_high": None if mean is None else mean + 0.1}
    return award_row(name, mean_score=mean, status=status, **(interval | changes))


def test_every_project_has_its_name_score_and_word() -> None:
    picture = award_intervals(
        [row("A", 4.3, "eligible"), row("B", 3.996, "not_eligible"), row("C", None, "no_data")], 4.0, 2025
    )
    shown = texts_of(picture)
    assert {"Project A", "4.300, eligible", "Project B", "3.996, not eligible", "4.0 needed"} <= set(shown)
    assert not any("Project C" in text for text in shown)
    assert hints_of(picture)[0] == "Project A: 4.300, 95 % interval 4.200 to 4.400, eligible"
    assert picture.alt == (
        "Award scores 2025: 1 of 2 projects has a mean at or above 4.0; for 1 of them the whole 95 % interval is."
        " From 3.996 (Project B) to 4.300 (Project A)."
    )


def test_what_does_not_pass_is_hollow_and_of_another_shape() -> None:
    passed = award_intervals([row("A", 4.3, "eligible")], 4.0, 2025).svg
    failed = award_intervals([row("A", 4.3, "not_eligible")], 4.0, 2025).svg
    assert passed.count('fill="#0b4f9c"') > failed.count('fill="#0b4f9c"')


def test_the_threshold_is_the_rules() -> None:
    assert "4.25 needed" in texts_of(award_intervals([row("A", 4.3, "on_track")], 4.25, 2026))


def test_of_very_many_projects_those_nearest_the_threshold_are_drawn_and_it_says_so() -> None:
    rows = [row(f"{number:03}", 3.0 + number / 100, "eligible") for number in range(200)]
    picture = award_intervals(rows, 4.0, 2025)
    names = [text for text in texts_of(picture) if text.startswith("Project ")]
    assert len(names) == 40
    assert {"Project 080", "Project 119"} <= set(names)
    assert any("the 40 of 200 nearest it" in text for text in texts_of(picture))


def test_one_response_has_no_interval_and_nobody_has_a_picture_too() -> None:
    one = award_intervals([row("A", 5.0, "at_risk", ci95_low=None, ci95_high=None)], 4.0, 2026)
    assert hints_of(one) == ["Project A: 5.000, one response, no interval, at risk"]
    assert "for none of them" in one.alt
    assert "No response has counted yet." in award_intervals([], 4.0, 2026).alt


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [row("A", 4.3, "eligible"), row("<b>&", 3.1, "not_eligible")]
    assert award_intervals(rows, 4.0, 2025) == award_intervals(rows, 4.0, 2025)
