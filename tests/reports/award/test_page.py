"""The page of the award report tells every decision with its reason, fetches nothing, and can be read without seeing it."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.quarter import Quarter
from scoreboard.reports.award.page import html_of
from scoreboard.settings import Settings
from tests.marts_fixture import award_row, settings_for
from tests.reports.award.company import EARNED, Q1, TRACK, content, evidence, full_company, page, published, said
from tests.reports.page import Page

pytestmark = pytest.mark.usefixtures("no_charts")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


# --- what is said ---


def test_the_result_of_a_closed_year_is_said_in_words(settings: Settings) -> None:
    near = {"response_count": 250, "mean_score": 3.996, "waves": 4, "status": "not_eligible"}
    three = {"response_count": 9, "mean_score": 4.4, "waves": 3, "status": "not_eligible"}
    far = near | {"mean_score": 3.2}
    rows = [
        award_row("Good", **EARNED),
        award_row("Near", **near),
        award_row("Far", **far),
        award_row("Three", **three),
        award_row("Silent"),
    ]
    text = said(page(settings, rows))
    assert (
        "1 of 5 projects is eligible for the 2025 award: Project Good. Project Near missed the mean of 4.0 by 0.004."
        " Below 4.0: Project Far (3.200)."
        " Project Three had the mean, but too few waves. 1 project had no counted response." in text
    )
    assert "Project Near. Two decimals would read 4.00. The unrounded mean is below 4.0." in text
    assert "Who earned the award, and why" in text


def test_an_open_year_says_who_is_on_track_who_is_at_risk_and_what_is_needed(settings: Settings) -> None:
    risk = {"response_count": 5, "mean_score": 2.0, "waves": 1, "status": "at_risk", "needed_mean_rest_of_year": 6.0}
    rows = [award_row("Track", 2026, **TRACK), award_row("Risk", 2026, **risk), award_row("Old", 2025, **EARNED)]
    html = page(settings, rows, Q1)
    assert "The year 2026 is still open: 1 of 2 projects is on track: Project Track. At risk: Project Risk." in said(
        html
    )
    assert "Who earned the award, who is on track for it, and why" in said(html)
    assert list(re.findall(r">Award year (\d{4}) <", html)) == ["2025", "2026"], (
        "the last decided year stands beside the open one"
    )
    cells = {row[0]: row for row in Page(html).rows if len(row) == 9}  # the last such table: what has to happen
    assert "3.934" in cells["Project Track"]
    assert "6.000, out of reach" in cells["Project Risk"]
    assert "Below 4.0 by 2" in said(html)


def test_the_year_counts_as_closed_fifteen_days_after_its_end(tmp_path: Path) -> None:
    for day, word in (("2026-01-14", "still open"), ("2026-01-15", "eligible for the 2025 award")):
        assert word in said(page(settings_for(tmp_path / day, day), [award_row("P")]))


def test_a_fiscal_quarter_that_touches_two_years_reports_both(settings: Settings) -> None:
    rows = [award_row("P", 2025), award_row("P", 2026), award_row("P", 2024)]
    html = page(settings, rows, Quarter.parse("2026-Q1", 11))
    assert list(re.findall(r">Award year (\d{4}) <", html)) == ["2025", "2026"]


def test_every_project_has_a_line_with_its_reason_in_the_rules_own_terms(settings: Settings) -> None:
    rows = [
        award_row("Silent"),
        award_row("Low", response_count=3, mean_score=3.0, waves=4, status="not_eligible"),
        award_row(
            "Good",
            blocking_reasons="too_few_responses, some_new_reason",
            decision_depends_on_conversion=True,
            bounds_verdict="open",
            **EARNED,
        ),
        award_row("Three", response_count=3, mean_score=5.0, waves=3, status="not_eligible"),
    ]
    html = page(settings, rows)
    lines = [row for row in Page(html).rows if row and row[0].startswith("Project ") and len(row) == 9]
    assert [(row[0], row[2], row[3], row[4], row[7]) for row in lines] == [
        (
            "Project Good",
            "4.500",
            "4",
            "2",
            "Mean at or above 4.0; 4 waves, 4 asked for. Depends on the conversion to five points."
            " Some answers tell only good or bad: the mean could lie on either side.",
        ),
        ("Project Three", "5.000", "3", "3", "Mean at or above 4.0; 3 waves, 4 asked for: 1 too few."),
        ("Project Low", "3.000", "4", "3", "Mean below 4.0 by 1; 4 waves, 4 asked for."),
        ("Project Silent", "–", "0", "0", "No response counted."),
    ]
    assert "40.0%2 of 5" in said(html)  # the rate, and the invitations it is of
    assert "too few responses; some new reason" in said(html)
    assert "Depends on the conversion to five points. Project Good." in said(html)


def test_a_reason_to_doubt_is_told_with_its_figure_and_the_policys_limit(settings: Settings) -> None:
    row = award_row("Good", blocking_reasons="too_few_responses, low_response_rate", **EARNED | {"response_rate": 0.05})
    policy = [
        {"award_year": 2025, "rule_name": "evidence_policy", "valid_from_date": "1900-01-01", "setting": name}
        | {"setting_value": value, "is_deciding": True}
        for name, value in (("min_responses", 30.0), ("min_response_rate", 0.1))
    ]
    text = said(page(settings, [row], rpt_award_rules=policy))
    assert "too few responses (2 of 30); low response rate (5.0%, asked for 10.0%)" in text


def test_categories_are_shown_with_their_own_figures(settings: Settings) -> None:
    own = {"response_count": 7, "mean_score": 3.5, "waves": 4, "status": "not_eligible"}
    html = page(settings, [award_row("Good", **EARNED), award_row("Good", category="field_service", **own)])
    assert ["Project Good", "Field service", "", "3.500", "4", "7", "D"] in Page(html).rows


def test_exclusions_are_counted_by_reason_and_add_up(settings: Settings) -> None:
    rows = [
        evidence("R1", "Good", 5.0, "w1"),
        evidence("R2", "Good", 4.0, "w2"),
        evidence("R3", "Good", 4.0, "w2", "superseded"),
        evidence("R4", "Good", None, "w2", "no_award_question"),
        evidence("R5", "Good", None, "w2", "no_award_question"),
        evidence("R6", "Good", 4.0, "w2", "test", year=2024),
    ]
    table = Page(page(settings, [award_row("Good", **EARNED)], rpt_award_evidence=rows)).rows
    start = table.index(["Year", "What became of them", "Responses"])
    assert table[start + 1 : start + 7] == [
        ["2025", "counted", "2"],
        ["2025", "left out: scored, but on no question that counts for the award", "2"],
        ["2025", "left out: replaced by the same person's later response in the same wave", "1"],
        ["2025", "considered in all", "5"],
        ["Year", "Project", "Considered", "Counted", "Replaced", "No award question"],
        ["2025", "Project Good", "5", "2", "1", "2"],
    ]


def test_recipients_are_those_of_the_latest_year_that_has_some(settings: Settings) -> None:
    def received(name: str, year: int, times: int, award: str = "nfsb") -> dict[str, Any]:
        place = {"location": "Boston", "award": award}
        return {"recipient_name": name, "award_year": year, "times_received": times, **place}

    rows = [
        received("Early", 2016, 9),
        received("Late", 2024, 2),
        received("Future", 2026, 1),
        received("Trained", 2016, 1, "cempro"),
    ]
    text = said(page(settings, [award_row("P")], rpt_award_recipients=rows))
    assert "NFSB 2024 recipients Two-time recipient: Late; Boston First-time recipients: None" in text
    assert "CEMPRO 2016 recipients First-time recipient: Trained; Boston" in text
    assert "Early" not in text
    assert "Future" not in text


def test_without_recipients_and_projects_the_page_still_reads(settings: Settings) -> None:
    text = said(page(settings, []))
    assert "There are no projects to judge for 2025." in text
    assert "Nobody has received an award yet." in text
    assert "there is no figure to follow" in text
    assert "Restatements: none." in text


# --- following a figure ---


def test_the_statements_on_the_page_run_and_agree_with_the_figure(settings: Settings) -> None:
    rows = [
        evidence("R1", "O'Neil", 5.0, "w1"),
        evidence("R2", "O'Neil", 4.0, "w2"),
        evidence("R3", "O'Neil", 1.0, "w3", "test"),
        evidence("R4", "Other", 1.0, "w3"),
    ]
    answer = {"answer_id": "a1", "response_id": "R1", "question_id": "q1", "score_5pt": 5.0}
    earned = {**EARNED, "waves": 2}
    html = page(settings, [award_row("O'Neil", **earned)], rpt_award_evidence=rows, fct_survey_answers=[answer])
    statements = [statement for statement in re.split(r"(?<=;)", "".join(_code_blocks(html))) if statement.strip()]
    with duckdb.connect(str(settings.published / "warehouse.duckdb"), read_only=True) as warehouse:
        figure, recomputed, responses, answers = (warehouse.execute(statement).fetchall() for statement in statements)
    assert figure == [("eligible", 2, 4.5, 2, 4.0, 4)]
    assert recomputed == [(2, 4.5, 2)]
    assert [row[0] for row in responses] == ["R1", "R2", "R3"]
    assert answers == [("q1", None, None, None, 5.0)]
    assert (
        "Response R1 is row 2 of survey/responses/part-02.csv. The file as it was received lies in"
        " archive/survey/responses/run=landing-run/; the fingerprint of the row's content is hash-of-R1." in said(html)
    )


def _code_blocks(html: str) -> list[str]:
    from html import unescape

    return [unescape(block) for block in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", html, re.DOTALL)]


def test_the_page_says_which_data_it_was_made_from(settings: Settings) -> None:
    html = page(settings, [award_row("P")])
    assert "Data version v000001-run-1 · as of 2026-02-01 · run run-1 · local time zone UTC." in said(html)
    rows = {row[0]: row[1:] for row in Page(html).rows if row}
    assert rows["Published version"] == ["v000001-run-1"]
    assert rows["rpt_award_eligibility"][0] == "1"
    assert re.fullmatch("[0-9a-f]{64}", rows["rpt_award_eligibility"][1])


# --- readers, foreign and blind ---


def test_the_page_fetches_nothing_and_forbids_it(settings: Settings) -> None:
    published(settings, full_company())
    html = Page(html_of(content(settings, Q1)))
    policy = next(meta["content"] for meta in html.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert {tag for tag, _ in html.tags}.isdisjoint(
        {"script", "img", "image", "link", "iframe", "object", "form", "base", "use"}
    )
    ids = {attributes["id"] for _, attributes in html.tags if "id" in attributes}
    assert {str(a["href"]).removeprefix("#") for a in html.named("a")} <= ids
    for _, attributes in html.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "xlink:href")]


def test_the_page_can_be_read_without_seeing_it(settings: Settings) -> None:
    published(settings, full_company())
    html = Page(html_of(content(settings, Q1)))
    tags = [tag for tag, _ in html.tags]
    assert html.named("html")[0]["lang"] == "en"
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption") > 15
    assert all(th.get("scope") in ("col", "row") for th in html.named("th"))
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in html.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named_by = " ".join(
        str(attributes["aria-labelledby"]) for _, attributes in html.tags if "aria-labelledby" in attributes
    )
    assert set(named_by.split()) <= set(ids)


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio of two #rrggbb colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_its_ground_in_light_and_dark(settings: Settings) -> None:
    html = page(settings, [])
    schemes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", html, re.DOTALL)[:2]
    ]
    for colours in schemes:
        for ink in ("ink", "soft", "link"):
            assert contrast(colours[ink], colours["paper"]) >= 4.5
            assert contrast(colours[ink], colours["shade"]) >= 4.5
        for status in ("good", "bad", "none"):
            assert contrast(colours[status], colours[f"{status}-back"]) >= 4.5
