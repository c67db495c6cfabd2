"""Sentences and tables at the edges: a year that is over but not closed, a fiscal quarter that looks ahead, odd names, many channels."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoreboard.quarter import Quarter
from scoreboard.reports import wording
from scoreboard.reports.award.outlook import outlook
from scoreboard.reports.award.paper import pdf_of
from scoreboard.settings import Settings
from tests.marts_fixture import award_row, settings_for
from tests.reports.award.company import EARNED, Q1, Q4, TRACK, content, evidence, full_company, page, published, said

pytestmark = pytest.mark.usefixtures("no_charts")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


def missed(name: str, mean: float, waves: int) -> dict[str, Any]:
    return award_row(name, mean_score=mean, response_count=9, waves=waves, status="not_eligible")


# --- rounding ---


def test_a_note_says_on_which_side_the_mean_is() -> None:
    """4.255 as a double lies a hair below: two decimals read 4.25, which is too low, and the mean passes."""
    assert wording.rounding_note(4.255, 4.255) == (
        "Two decimals would read 4.25. The unrounded mean is not below 4.255."
    )


@pytest.mark.parametrize(
    ("needed", "text"),
    [(3.9004, "3.901"), (3.9 + 1e-12, "3.900"), (5.0000004, "5.001, out of reach"), (5.0 + 1e-10, "5.000")],
)
def test_what_is_needed_is_never_told_too_low(needed: float, text: str) -> None:
    assert wording.needed_text(needed) == text


def test_a_difference_of_nothing_has_no_sign() -> None:
    assert [wording.plain_number(value) for value in (-1e-9, -0.25, 100.0)] == ["0", "-0.25", "100"]


def test_nothing_is_cut_where_one_name_is_left() -> None:
    names = [str(number) for number in range(10)]
    assert wording.listing(names[:9]).endswith("7 and 8") and wording.listing(names).endswith("7 and 2 more")


# --- the year's end ---


def test_a_year_that_is_over_asks_for_nothing_more() -> None:
    row = award_row("P", 2025, waves=3, status="at_risk", mean_score=4.2, needed_mean_rest_of_year=None)
    line = outlook(row, date(2026, 1, 10), has_vote_this_quarter=False)
    assert (
        line["to_do"]
        == line["in_short"]
        == ("Mean 4.200, 3 of 4 waves: only answers given in 2025 that still arrive can change it.")
    )


def test_a_year_that_is_over_says_when_it_is_closed(tmp_path: Path) -> None:
    text = said(page(settings_for(tmp_path, "2026-01-10"), [award_row("P", 2025, **TRACK)], Q4))
    assert "The year 2025 is over, but still open until 2026-01-15: 1 of 1 project is on track: Project P." in text
    assert "What has to happen" not in text and "What can still change 2025" in text


def test_in_the_last_quarter_answers_can_still_move_the_mean() -> None:
    row = award_row("P", 2025, waves=4, status="on_track", mean_score=4.2, needed_mean_rest_of_year=None)
    line = outlook(row, date(2025, 11, 20), has_vote_this_quarter=True)
    assert line["to_do"] == "Answers up to 2025-12-31 can still move the mean. The waves are complete."
    assert line["in_short"] == "Answers up to 2025-12-31 can still move the mean."


def test_a_mean_that_holds_is_not_said_to_need_less_than_the_scale_has() -> None:
    row = award_row("P", 2026, waves=4, status="on_track", mean_score=4.9, needed_mean_rest_of_year=0.4)
    assert outlook(row, date(2026, 8, 1), has_vote_this_quarter=True)["in_short"] == (
        "The mean holds whatever the rest of the year brings."
    )


def test_a_fiscal_quarter_that_reaches_into_next_year_reports_the_years_there_are(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "2025-12-10", fiscal_start_month=2)
    html = page(settings, [award_row("P", 2025, **TRACK)], Quarter(date(2025, 11, 1), 2))
    assert "Every project at a glance" in html and "2026" not in said(html).split("In short")[1].split("Recipients")[
        0
    ].replace("2026-01", "")


# --- sentences ---


def test_who_missed_both_is_named_with_both(settings: Settings) -> None:
    text = said(page(settings, [missed("Near", 3.97, 2), missed("Far", 3.2, 3), missed("Low", 3.1, 4)]))
    assert "None of 3 projects is eligible for the 2025 award." in text
    assert "Project Near missed the mean of 4.0 by 0.03 and had too few waves." in text
    assert "Below 4.0: Project Far (3.200, too few waves) and Project Low (3.100)." in text


def test_nothing_closed_has_nothing_restated(tmp_path: Path) -> None:
    text = said(page(settings_for(tmp_path), [award_row("P", 2026, **TRACK)], Q1))
    assert "Restatements: none. No award year of this report is closed yet." in text
    assert "Every closed figure" not in text


def test_an_open_year_without_votes_may_still_get_some(tmp_path: Path) -> None:
    text = said(page(settings_for(tmp_path), [award_row("P", 2026)], Q1))
    assert "1 project has had no counted response yet." in text


def test_a_project_that_is_gone_stays_at_a_glance(settings: Settings) -> None:
    published(settings, {"rpt_award_eligibility": [award_row("Gone", **EARNED), award_row("Here", 2026, **TRACK)]})
    glance = next(found for found in content(settings, Q1).tables() if found.key == "glance")
    assert [row["project_id"] for row in glance.rows] == ["Here", "Gone"]
    assert glance.rows[1]["status_2026"] is None and glance.rows[1]["status_2025"] == "eligible"


# --- odd data ---


def test_of_very_many_channels_the_common_ones_have_a_column(settings: Settings) -> None:
    names = [f"channel {number:02d} " + "x" * 500 for number in range(40) for _ in range(2 if number < 8 else 1)]
    votes = [evidence(f"R{number}", "Good", 5.0, "w1") for number in range(len(names))]
    answers = [{"response_id": f"R{number}", "channel": name} for number, name in enumerate(names)]
    published(
        settings,
        {
            "rpt_award_eligibility": [award_row("Good", **EARNED)],
            "rpt_award_evidence": votes,
            "fct_survey_responses": answers,
        },
    )
    table = next(found for found in content(settings, Q4).tables() if found.key == "channels")
    assert [column.title for column in table.visible][-1] == "32 others"
    assert all(len(column.title) <= 24 for column in table.visible)
    [row] = table.rows
    assert [row[column.key] for column in table.visible][2:] == [48, *[2] * 8, 32]


def test_names_turn_nothing_round_and_stay_on_the_paper(settings: Settings) -> None:
    company = full_company("evil\u202edlrow\x07" + "x" * 300)
    published(settings, company)
    report = content(settings, Q4)
    html = page(settings, company["rpt_award_eligibility"], Q4)
    assert not set(html) & {"\u202e", "\x07"}
    import io

    import pypdf

    paper = pypdf.PdfReader(io.BytesIO(pdf_of(report)))
    text = "\n".join(sheet.extract_text() for sheet in paper.pages)
    assert "\u202e" not in text and "x" * 200 not in text
