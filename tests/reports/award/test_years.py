"""Years open, closed and empty, rules that change within one, and figures that were changed after it was closed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoreboard.reports.award.blocks import Report, Table
from scoreboard.reports.award.outlook import outlook
from scoreboard.settings import Settings
from tests.marts_fixture import award_row, settings_for
from tests.reports.award.company import (
    EARNED,
    Q1,
    Q4,
    TRACK,
    Rows,
    content,
    evidence,
    full_company,
    page,
    published,
    question,
    rules,
    said,
)

pytestmark = pytest.mark.usefixtures("no_charts")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


def table(report: Report, key: str, title: str = "") -> Table:
    return next(found for found in report.tables() if found.key == key and title in found.title)


# --- the rest of an open year ---


def line(
    waves: int, status: str = "on_track", as_of: str = "2026-04-20", *, voted: bool = False, **changes: Any
) -> dict[str, Any]:
    row = award_row("P", 2026, waves=waves, status=status, mean_score=4.2, needed_mean_rest_of_year=3.9) | changes
    return outlook(row, date.fromisoformat(as_of), voted)


def test_missing_waves_are_due_one_per_quarter_counted_from_the_years_end() -> None:
    two = line(2)
    assert (two["missing_waves"], two["quarters_left"]) == (2, 3)
    assert (str(two["first_wave_due"]), str(two["last_wave_due"])) == ("2026-09-30", "2026-12-31")
    assert "2 more waves must be measured: the first by 2026-09-30, then one in each quarter." in two["to_do"]
    assert "1 more wave must be measured by 2026-12-31." in line(3)["to_do"]
    assert str(line(1)["first_wave_due"]) == "2026-06-30"
    assert "The waves are complete." in line(5)["to_do"]


def test_the_quarter_that_runs_can_bring_a_wave_until_a_vote_came() -> None:
    assert line(1, voted=True)["quarters_left"] == 2
    late = line(1, voted=True)
    assert late["first_wave_due"] is None
    assert "3 more waves must be measured, and 2 quarters can still bring one each" in late["to_do"]
    assert "3 more waves, too few quarters left" in late["in_short"]


def test_the_mean_that_is_needed_is_told_with_what_it_means() -> None:
    assert "must average 3.900 or more" in line(4)["to_do"]
    assert "6.000, out of reach: more than the scale has" in line(4, needed_mean_rest_of_year=6.0)["to_do"]
    assert "holds whatever" in line(4, needed_mean_rest_of_year=0.9)["to_do"]
    assert "Answers up to 2026-12-31 can still move the mean." in line(4, needed_mean_rest_of_year=None)["to_do"]
    assert "Nothing counts yet" in line(0, "no_data", mean_score=None, needed_mean_rest_of_year=None)["to_do"]
    assert line(4, "at_risk", mean_score=3.9, needed_mean_rest_of_year=4.2)["in_short"] == (
        "Below 4.0 by 0.1; the rest of the year must average 4.200."
    )


def test_a_vote_in_the_running_quarter_is_read_from_the_quarters(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "2026-04-20")
    running = [
        {
            "project_id": "P",
            "category": "overall",
            "award_year": 2026,
            "calendar_quarter": 2,
            "quarter_end_date": "2026-06-30",
        }
        | {
            "quarter_response_count": votes,
            "response_count": 5,
            "waves": 1,
            "threshold": 4.0,
            "running_status": "on_track",
        }
        for votes in (1,)
    ]
    published(settings, {"rpt_award_eligibility": [award_row("P", 2026, **TRACK)], "rpt_award_running": running})
    [row] = table(content(settings, Q1), "outlook").rows
    assert row["quarters_left"] == 2


# --- years ---


def test_a_closed_year_has_no_outlook_and_an_open_one_no_verdict(settings: Settings) -> None:
    published(settings, full_company())
    report = content(settings, Q1)
    assert [row["award_year"] for row in table(report, "outlook").rows] == [2026, 2026]
    assert {row["status"] for row in table(report, "tally", "2025").rows} == {"eligible", "not_eligible", "no_data"}
    assert {row["status"] for row in table(report, "tally", "2026").rows} == {"on_track", "at_risk", "no_data"}


def test_an_open_year_alone_is_reported_alone(tmp_path: Path) -> None:
    html = page(settings_for(tmp_path, "2026-02-01"), [award_row("P", 2026, **TRACK)], Q1)
    assert "Who is on track for the award, and why" in said(html)
    assert "Award year 2025" not in html


def test_a_project_without_data_has_its_lines_and_no_figures(settings: Settings) -> None:
    html = page(settings, [award_row("Silent"), award_row("Silent", 2026)], Q1)
    assert "Nothing counts yet: the responses to come must average 4.0 or more." in said(html)


# --- the rule ---


def test_a_rule_that_changes_within_the_year_is_told_with_its_days_and_which_decides(settings: Settings) -> None:
    changed = [*rules(2026, 4.0, until="2026-07-01"), *rules(2026, 4.2, "2026-07-01")]
    row = award_row("P", 2026, **TRACK) | {"threshold": 4.2}
    html = page(settings, [row], Q1, rpt_award_rules=changed)
    text = said(html)
    assert "The rule: a mean of 4.2 or more on the 5-point scale" in text
    assert (
        "This rule is valid since 2026-07-01; the year is judged by the rule in force on its 31 December, all of it."
        in text
    )
    shown = [
        (
            row["setting"],
            row["setting_value"],
            str(row["valid_from_date"]),
            str(row["valid_until_date"]),
            row["is_deciding"],
        )
        for row in table(content(settings, Q1), "rules").rows
    ]
    assert ("mean asked for", 4.0, "1900-01-01", "2026-07-01", False) in shown
    assert ("mean asked for", 4.2, "2026-07-01", "None", True) in shown


def test_a_rule_of_long_standing_is_not_said_to_be_new(settings: Settings) -> None:
    assert "This rule is valid since" not in said(page(settings, [award_row("P")], rpt_award_rules=rules(2025)))


# --- method and restatements ---


def test_only_questions_with_counted_answers_are_quoted(settings: Settings) -> None:
    asked: dict[str, Rows] = {
        "rpt_award_evidence": [evidence("R1", "Good", 5.0, "w1"), evidence("R2", "Good", 5.0, "w1", "test")],
        "fct_survey_answers": [
            {
                "answer_id": name,
                "response_id": response,
                "question_id": name,
                "measure": measure,
                "value": 4.0,
                "score_5pt": 4.0,
            }
            for name, response, measure in (
                ("counts", "R1", "satisfaction"),
                ("loyal", "R1", "loyalty"),
                ("effort", "R1", "effort"),
                ("not for the award", "R1", "satisfaction"),
                ("of a test", "R2", "satisfaction"),
            )
        ],
        "dim_questions": [
            question(name, counts_for_award=name != "not for the award")
            for name in ("counts", "loyal", "effort", "not for the award", "of a test", "never answered")
        ],
    }
    published(settings, {"rpt_award_eligibility": [award_row("Good", **EARNED)], **asked})
    report = content(settings, Q4)
    assert [(row["question_id"], row["answers_2025"]) for row in table(report, "questions").rows] == [
        ("counts", 1),
        ("loyal", 1),
    ]
    [scale] = table(report, "scales").rows
    assert (scale["scale_id"], scale["scale_max"], scale["answers"], scale["mean_five"]) == ("likert5", 5.0, 2, 4.0)


def test_every_flag_is_listed_also_where_no_vote_carries_it(settings: Settings) -> None:
    published(settings, full_company())
    shown = {
        (row["award_year"], row["flag"]): row["responses"] for row in table(content(settings, Q4), "integrity").rows
    }
    assert shown[2025, "answered late"] == 1
    assert shown[2025, "straight lining"] == 0
    assert len(shown) == 6


def test_restated_figures_are_told_with_before_after_why_and_who(settings: Settings) -> None:
    published(settings, full_company("late answers"))
    report = content(settings, Q4)
    [row] = table(report, "restatements").rows
    assert [row[key] for key in ("figure_first_published", "figure_official", "figure_now", "reason", "approved_by")] == [
        "4.01", "3.9996", "3.9996", "late answers", "late answers",
    ]  # fmt: skip
    sums = table(report, "restatements_sums").rows
    assert [(row["table_name"], row["change"], row["status"], row["figures"]) for row in sums] == [
        ("rpt_award_eligibility", "changed", "restated", 1),
        ("rpt_award_evidence", "added", "pending", 1),
    ]
    words = [block.text for block in report.blocks() if block.block == "words"]
    assert any("1 closed figure restated and 1 closed figure would read otherwise" in text for text in words)


def test_restatements_of_other_years_are_not_told(settings: Settings) -> None:
    tables = full_company()
    for row in tables["rpt_restatements"]:
        row["award_year"] = 2023
    published(settings, tables)
    keys = {found.key for found in content(settings, Q4).tables()}
    assert not {"restatements", "restatements_sums"} & keys
