"""The facts of `demo.STORY` are in the files, computed by the contract's formulas."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import demo
from demo import STORY
from scoreboard.quarter import SETTLE_DAYS, Quarter
from tests.demo.conftest import Written
from tests.demo.figures import Figures

THRESHOLD, WAVES = 4, 4


def test_the_years_of_the_story_are_closed_on_the_demo_date() -> None:
    closed = [year for year in range(2023, 2027) if Quarter.parse(f"{year}-Q4").is_closed(demo.DEMO_AS_OF)]

    assert tuple(closed) == STORY.closed_award_years
    assert Quarter.parse("2026-Q1").is_closed(demo.DEMO_AS_OF)
    assert not Quarter.parse("2026-Q2").is_closed(demo.DEMO_AS_OF)


def test_the_winner_earns_the_award_but_not_in_every_category(company: Written) -> None:
    awards = {
        category: company.figures.award(STORY.winner_project, STORY.award_year, category)
        for category in STORY.winner_statuses
    }

    assert {category: award.status for category, award in awards.items()} == STORY.winner_statuses
    assert awards["technical_support"].mean >= THRESHOLD
    assert len(awards["technical_support"].waves) == WAVES - 1
    assert awards["customer_service"].mean < THRESHOLD
    assert len(awards["customer_service"].waves) >= WAVES


def test_one_project_misses_by_four_thousandths(company: Written) -> None:
    award = company.figures.award(STORY.near_miss_project, STORY.award_year)

    assert (award.count, award.total) == (250, STORY.near_miss_sum)
    assert award.mean == Fraction(STORY.near_miss_mean) == THRESHOLD - Fraction(4, 1000)
    assert dict(award.waves) == STORY.near_miss_waves
    assert award.ratio_total == award.total, "five-point scores are the same under both conversions"


def test_the_near_miss_would_not_miss_if_anybody_counted(company: Written) -> None:
    figures, survey = company.figures, f"S-{STORY.near_miss_project[2:]}"
    everybody = [
        figures.score(response)
        for response in figures.rows("responses")
        if response["survey_id"] == survey and response["responded_at"].year == STORY.award_year
    ]
    left_out = {
        figures.exclusions[response["response_id"]]
        for response in figures.rows("responses")
        if response["survey_id"] == survey and response["response_id"] in figures.exclusions
    }

    scores = [score for score in everybody if score is not None]
    assert sum(scores, Fraction(0)) / len(scores) != Fraction(STORY.near_miss_mean)
    assert {"test", "not_customer", "internal_domain", "incomplete", "no_scored_answer", "superseded"} <= left_out


def test_one_project_is_good_enough_but_was_asked_about_three_times(company: Written) -> None:
    award = company.figures.award(STORY.three_wave_project, STORY.award_year)

    assert award.mean >= THRESHOLD + Fraction(3, 10)
    assert sorted(award.waves) == ["2025-Q1", "2025-Q2", "2025-Q4"]
    assert STORY.three_wave_missing not in award.waves
    assert award.status == "not_eligible"


def test_the_scale_changed_in_mid_year_and_the_conversion_decides(company: Written) -> None:
    figures = company.figures
    sent = {row["invitation_id"]: row["sent_at"].date() for row in figures.rows("invitations")}
    responses = {row["response_id"]: row for row in figures.rows("responses")}
    asked_on: dict[str, list] = {STORY.scale_change_old_question: [], STORY.scale_change_new_question: []}
    for answer in figures.rows("answers"):
        response = responses[answer["response_id"]]
        if answer["question_id"] in asked_on and response["invitation_id"]:
            asked_on[answer["question_id"]].append(sent[response["invitation_id"]])
    award = figures.award(STORY.scale_change_project, STORY.award_year)
    scales = {row["question_id"]: row["scale_id"] for row in figures.rows("questions")}

    assert scales[STORY.scale_change_old_question] == "likert5"
    assert scales[STORY.scale_change_new_question] == "likert10"
    assert max(asked_on[STORY.scale_change_old_question]) < STORY.scale_change_on
    assert min(asked_on[STORY.scale_change_new_question]) >= STORY.scale_change_on
    assert award.status == "eligible"
    assert award.ratio_total / award.count < THRESHOLD, "as shares of the maximum the same answers fail"


@pytest.mark.parametrize(
    ("label", "quadrant"),
    [
        ("2025-Q1", "raving_fans"),
        (STORY.risky_last_fan_quarter, "raving_fans"),
        (STORY.risky_silent_quarter, "silent_but_satisfied"),
        (STORY.risky_quarter, "risky_business"),
    ],
)
def test_a_raving_fan_falls_silent_and_becomes_risky(company: Written, label: str, quadrant: str) -> None:
    assert company.figures.quadrant(STORY.risky_account, Quarter.parse(label)) == quadrant


def test_the_risky_account_brings_a_twentieth_of_the_revenue_and_lost_its_decision_maker(company: Written) -> None:
    revenue = company.figures.rows("revenue")
    year = [row for row in revenue if row["recognised_on"].year == STORY.award_year]
    # in the currencies of the invoices: near enough for a share
    share = sum(row["amount"] for row in year if row["account_id"] == STORY.risky_account) / sum(
        row["amount"] for row in year
    )
    contact = company.figures.judged.current["contacts"][STORY.risky_left_contact]

    assert share > Fraction(4, 100)
    assert contact["account_id"] == STORY.risky_account
    assert contact["is_active"] is False


@pytest.mark.parametrize("label", STORY.blind_spot_quarters)
@pytest.mark.parametrize("category", ["overall", "technical_support"])
def test_a_team_thinks_more_of_itself_than_its_customer_does(company: Written, label: str, category: str) -> None:
    gap = company.figures.perception_gap(STORY.blind_spot_account, Quarter.parse(label), category)

    assert gap >= Fraction(1, 2)


def test_only_the_overrating_team_rates_the_overrated_accounts(company: Written) -> None:
    raters = {
        row["team_id"]
        for row in company.figures.rows("responses")
        if row["respondent_type"] == "employee"
        and row["survey_id"] == "S-STAFF"
        and row["account_id"] in STORY.overrated_accounts
        and row["responded_at"].year == STORY.award_year
    }

    assert raters == {STORY.overrating_team}


def test_late_answers_come_after_their_quarter_some_after_it_settled(company: Written) -> None:
    responses = company.figures.judged.current["responses"]
    sent = {row["invitation_id"]: row["sent_at"].date() for row in company.figures.rows("invitations")}
    late = [responses[key] for key in company.summary["late_responses"]]
    ends = [(Quarter.parse(row["wave"]).end, row) for row in late]

    assert len(late) > 200
    assert all(sent[row["invitation_id"]] <= end < row["responded_at"].date() for end, row in ends)
    assert any(row["responded_at"].date() > end + timedelta(days=SETTLE_DAYS) for end, row in ends)
    assert any(row["survey_id"] == STORY.late_survey for row in late)
    assert not any(row["response_id"] in company.figures.exclusions for row in late), "late is not left out"


def test_the_story_does_not_depend_on_the_seed(tmp_path: Path) -> None:
    demo.write_company(tmp_path, seed=7)
    figures = Figures(tmp_path)
    near = figures.award(STORY.near_miss_project, STORY.award_year)
    change = figures.award(STORY.scale_change_project, STORY.award_year)

    assert (near.count, near.total, dict(near.waves)) == (250, STORY.near_miss_sum, STORY.near_miss_waves)
    for category, status in STORY.winner_statuses.items():
        assert figures.award(STORY.winner_project, STORY.award_year, category).status == status
    assert len(figures.award(STORY.three_wave_project, STORY.award_year).waves) == WAVES - 1
    assert change.status == "eligible"
    assert change.ratio_total < THRESHOLD * change.count
    assert figures.quadrant(STORY.risky_account, Quarter.parse(STORY.risky_last_fan_quarter)) == "raving_fans"
    assert figures.quadrant(STORY.risky_account, Quarter.parse(STORY.risky_quarter)) == "risky_business"
    for label in STORY.blind_spot_quarters:
        assert figures.perception_gap(STORY.blind_spot_account, Quarter.parse(label)) >= Fraction(1, 2)
