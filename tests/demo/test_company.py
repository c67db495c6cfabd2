"""The sample company is believable: sizes, spreads and trends a reader would expect of a real one."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction

import pytest

import demo
from scoreboard.quarter import Quarter
from tests.demo.conftest import Written

LAST_CLOSED = Quarter.parse("2026-Q1")


def mean(values: list[Fraction]) -> float:
    return float(sum(values, Fraction(0)) / len(values))


@pytest.mark.parametrize(
    ("entity", "least", "most"),
    [
        ("accounts", 400, 400),
        ("contacts", 2300, 2700),
        ("employees", 60, 60),
        ("projects", 12, 12),
        ("revenue", 5000, 6500),
        ("activities", 25000, 40000),
        ("usage", 10000, 13000),
        ("tickets", 5500, 6700),
        ("responses", 8000, 10000),
        ("answers", 34000, 45000),
        ("invitations", 12000, 22000),
        ("opportunities", 500, 2000),
        ("assessments", 500, 2000),
        ("training", 100, 300),
    ],
)
def test_volumes_stay_what_a_quick_demo_can_carry(company: Written, entity: str, least: int, most: int) -> None:
    assert least <= len(company.figures.rows(entity)) <= most


def test_thirteen_closed_quarters_carry_revenue_use_activities_and_answers(company: Written) -> None:
    first = Quarter.parse("2023-Q1")
    expected = [first]
    while expected[-1] < LAST_CLOSED:
        expected.append(expected[-1].next)
    assert len(expected) == 13

    for entity, column in (("revenue", "recognised_on"), ("usage", "month")):
        seen = {Quarter.containing(row[column]) for row in company.figures.rows(entity)}
        assert set(expected) <= seen, entity
    for entity, column in (("activities", "occurred_at"), ("responses", "responded_at"), ("tickets", "created_at")):
        days = [row[column].date() for row in company.figures.rows(entity)]
        assert set(expected) <= {Quarter.containing(day) for day in days}, entity
        assert min(days) >= first.start, f"{entity} would open a fourteenth closed quarter"


def test_a_fifth_of_the_accounts_bring_four_fifths_of_the_revenue(company: Written) -> None:
    by_account: dict[str, Fraction] = defaultdict(Fraction)
    for row in company.figures.rows("revenue"):
        if row["recognised_on"].year == 2025:
            by_account[row["account_id"]] += Fraction(row["amount"])
    ordered = sorted(by_account.values(), reverse=True)

    share = sum(ordered[: len(ordered) // 5]) / sum(ordered)
    assert Fraction(74, 100) < share < Fraction(86, 100)


def test_satisfaction_is_alive(company: Written) -> None:
    figures, accounts = company.figures, company.figures.judged.current["accounts"]
    surveys = figures.judged.current["surveys"]
    by_region, by_project, by_year = defaultdict(list), defaultdict(list), defaultdict(list)
    for response in figures.counted:
        score = figures.score(response)
        assert score is not None
        by_region[accounts[response["account_id"]]["region"]].append(score)
        by_project[surveys[response["survey_id"]]["project_id"]].append(score)
        by_year[response["responded_at"].year].append(score)
    everybody = [score for scores in by_year.values() for score in scores]
    projects = [mean(scores) for scores in by_project.values()]

    assert 4.05 <= mean(everybody) <= 4.20
    assert max(projects) - min(projects) > 0.4
    assert max(map(mean, by_region.values())) - min(map(mean, by_region.values())) > 0.05
    assert mean(by_year[2023]) < mean(by_year[2024]) < mean(by_year[2026]), "slowly getting better"


def test_a_third_of_the_invited_answer(company: Written) -> None:
    figures = company.figures
    staff = {row["survey_id"] for row in figures.rows("surveys") if row["kind"] == "staff"}
    answered = {row["invitation_id"] for row in figures.counted}
    invited = Counter(Quarter.containing(row["sent_at"].date()) for row in figures.rows("invitations")
                      if row["survey_id"] not in staff)  # fmt: skip
    heard = Counter(Quarter.containing(row["sent_at"].date()) for row in figures.rows("invitations")
                    if row["survey_id"] not in staff and row["invitation_id"] in answered)  # fmt: skip

    rates = [heard[quarter] / invited[quarter] for quarter in invited if quarter <= LAST_CLOSED]
    assert all(0.25 <= rate <= 0.40 for rate in rates), rates


def test_every_quadrant_is_populated(company: Written) -> None:
    figures = company.figures
    customers = [
        row["account_id"]
        for row in figures.rows("accounts")
        if row["lifecycle_stage"] == "active" and row["customer_since"] <= LAST_CLOSED.end
    ]
    quadrants = Counter(figures.quadrant(account, LAST_CLOSED) for account in customers)

    assert len(quadrants) == 4
    assert min(quadrants.values()) >= len(customers) * 0.08, quadrants


def test_every_scale_measure_category_and_format_of_life_occurs(company: Written) -> None:
    questions = company.figures.rows("questions")

    assert {row["scale_id"] for row in questions} == {
        "likert5", "likert7", "likert10", "nps11", "percent", "binary", "effort7", "effort5_reversed",
    }  # fmt: skip
    assert len({row["measure"] for row in questions}) == 11
    assert {row["counts_for_award"] for row in questions} >= {None, False}
    assert {row["currency"] for row in company.figures.rows("revenue")} == {"USD", "EUR", "GBP"}
    assert {row["lifecycle_stage"] for row in company.figures.rows("accounts")} == {"prospect", "active", "churned"}
    assert {row["kind"] for row in company.figures.rows("opportunities")} == {"new", "expansion", "renewal"}
    assert any(row["amount"] < 0 for row in company.figures.rows("revenue")), "credit notes"
    assert any(row["occurred_at"].date() > demo.DEMO_AS_OF for row in company.figures.rows("activities")), "planned"


def test_rates_are_listed_for_every_invoice_in_either_reporting_currency(company: Written) -> None:
    lines = (company.home / "seeds" / "fx_rates.csv").read_text().splitlines()[1:]
    since: dict[tuple[str, str], date] = {}
    for line in lines:
        currency, to_currency, valid_from, rate = line.split(",")
        assert float(rate) > 0
        pair, day = (currency, to_currency), date.fromisoformat(valid_from)
        since[pair] = min(day, since.get(pair, day))
    used = {row["currency"] for row in company.figures.rows("revenue")}

    first = min(row["recognised_on"] for row in company.figures.rows("revenue"))
    assert all(since[currency, to_currency] <= first for currency in used for to_currency in ("USD", "EUR", "GBP"))


def test_hostile_text_arrives_as_the_text_it_is(company: Written) -> None:
    comments = {row["comment"] for row in company.figures.rows("answers") if row["comment"]}
    names = {row["full_name"] for row in company.figures.rows("contacts")}
    firms = {row["account_name"] for row in company.figures.rows("accounts")}

    assert "=cmd|' /C calc'!A0" in comments & names
    assert any("<script>" in text for text in comments)
    assert any("<script>" in text for text in names)
    assert any("<script>" in text for text in firms)
    assert any("\n" in text for text in comments), "a quoted newline"
    assert any(not text.isascii() for text in comments)
    assert len(comments) > 500, "people do not all write the same"
