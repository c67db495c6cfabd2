"""The award report tells every decision with its reason, and every figure can be followed to its rows."""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.quarter import Quarter
from scoreboard.reports.award import write_award_report
from scoreboard.settings import Settings
from scoreboard.warehouse.publish import PublishError, publish
from tests.marts_fixture import award_row, settings_for, write_build
from tests.reports.page import Page

Q4 = Quarter.parse("2025-Q4")
EARNED = {
    "response_count": 2,
    "mean_score": 4.5,
    "waves": 4,
    "rule_pass": True,
    "status": "eligible",
    "evidence_grade": "B",
}
READ = ("fct_survey_answers", "rpt_award_eligibility", "rpt_award_evidence", "rpt_award_recipients")
HOSTILE = [
    "=cmd|' /C calc'!A1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "＝1+1",
    "@SUM(1)",
    "O'Neil\"; drop table x; --",
    "</style><link rel=stylesheet href=//evil>",
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


def evidence(
    response: str, project: str, score: float | None, wave: str, reason: str | None = None, year: int = 2025
) -> dict[str, Any]:
    return {
        "response_id": response,
        "award_year": year,
        "project_id": project,
        "award_score": score,
        "wave": wave,
        "is_counted": reason is None,
        "exclusion_reason": reason,
        "responded_at": f"{year}-05-01T10:00:00Z",
        "source_file": "survey/responses/part-02.csv",
        "source_row_number": int(response.strip("R")) + 1,
        "source_run_id": "landing-run",
        "content_hash": f"hash-of-{response}",
    }


def report(
    settings: Settings, eligibility: list[dict[str, Any]], quarter: Quarter = Q4, **tables: list[dict[str, Any]]
) -> str:
    """Publish the tables, write the report, return the page."""
    write_build(settings, {"rpt_award_eligibility": eligibility, **tables}, only=READ)
    publish(settings, "run-1")
    return Path(write_award_report(settings, quarter)["html"]).read_text(encoding="utf-8")


def csv_rows(settings: Settings) -> list[dict[str, str]]:
    with (settings.reports / "2025-Q4" / "award_report.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(html: str) -> str:
    return " ".join(Page(html).text.split())


# --- what is said ---


def test_the_result_of_a_closed_year_is_said_in_words(settings: Settings) -> None:
    near = {"response_count": 250, "mean_score": 3.996, "waves": 4, "status": "not_eligible"}
    three = {"response_count": 9, "mean_score": 4.4, "waves": 3, "status": "not_eligible"}
    text = said(
        report(
            settings,
            [award_row("Good", **EARNED), award_row("Near", **near), award_row("Three", **three), award_row("Silent")],
        )
    )
    assert (
        "1 of 4 projects is eligible for the 2025 award: Project Good. Project Near missed the mean of 4.0 by 0.004."
        " Project Three had the mean, but too few waves. 1 project had no counted response." in text
    )
    assert "Project Near. Two decimals would read 4.00. The unrounded mean is below 4.0." in text
    assert "Who earned the award, and why" in text


def test_an_open_year_says_who_is_on_track_and_what_is_needed(settings: Settings) -> None:
    track = {
        "response_count": 5,
        "mean_score": 4.2,
        "waves": 1,
        "status": "on_track",
        "needed_mean_rest_of_year": 3.9333333,
    }
    risk = {"response_count": 5, "mean_score": 2.0, "waves": 1, "status": "at_risk", "needed_mean_rest_of_year": 6.0}
    rows = [award_row("Track", 2026, **track), award_row("Risk", 2026, **risk), award_row("Old", 2025, **EARNED)]
    html = report(settings, rows, Quarter.parse("2026-Q1"))
    assert "The year 2026 is still open: 1 of 2 projects is on track: Project Track." in said(html)
    assert "Who earned the award, who is on track for it, and why" in said(html)
    assert list(re.findall(r"Award year (\d{4})", html)) == ["2025", "2026"], (
        "the last decided year stands beside the open one"
    )
    cells = {row[0]: row for row in Page(html).rows}
    assert "3.933" in cells["Project Track"]
    assert "6.000, out of reach" in cells["Project Risk"]


def test_the_year_counts_as_closed_fifteen_days_after_its_end(tmp_path: Path) -> None:
    for day, word in (("2026-01-14", "still open"), ("2026-01-15", "eligible for the 2025 award")):
        assert word in said(report(settings_for(tmp_path / day, day), [award_row("P")]))


def test_a_fiscal_quarter_that_touches_two_years_reports_both(settings: Settings) -> None:
    html = report(
        settings, [award_row("P", 2025), award_row("P", 2026), award_row("P", 2024)], Quarter.parse("2026-Q1", 11)
    )
    assert list(re.findall(r"Award year (\d{4})", html)) == ["2025", "2026"]
    paths = write_award_report(settings, Quarter.parse("2026-Q1", 11))
    assert Path(paths["csv"]).parent.name == "2026-Q1"


def test_every_project_has_a_line_with_its_reason_in_the_rules_own_terms(settings: Settings) -> None:
    rows = [
        award_row("Silent"),
        award_row("Low", response_count=3, mean_score=3.0, waves=4, status="not_eligible"),
        award_row(
            "Good", blocking_reasons="too_few_responses, some_new_reason", decision_depends_on_conversion=True, **EARNED
        ),
        award_row("Three", response_count=3, mean_score=5.0, waves=3, status="not_eligible"),
    ]
    html = report(settings, rows)
    lines = [row for row in Page(html).rows if row and row[0].startswith("Project ")]
    assert [(row[0], row[2], row[3], row[5]) for row in lines] == [
        ("Project Good", "4.500", "2", "mean at or above 4.0 / 4 of 4 waves"),
        ("Project Three", "5.000", "3", "mean at or above 4.0 / 3 of 4 waves"),
        ("Project Low", "3.000", "3", "mean below 4.0 / 4 of 4 waves"),
        ("Project Silent", "–", "0", "no response counted"),
    ]
    assert "too few responses; some new reason" in said(html)
    assert "Depends on the conversion to five points: Project Good." in said(html)


def test_categories_are_shown_with_their_own_figures(settings: Settings) -> None:
    own = {"response_count": 7, "mean_score": 3.5, "waves": 4, "status": "not_eligible"}
    html = report(settings, [award_row("Good", **EARNED), award_row("Good", category="field_service", **own)])
    assert ["Project Good", "–", "3.500", "–", "–"] in Page(html).rows
    assert "n 7, waves 4" in said(html)


def test_exclusions_are_counted_by_reason_and_add_up(settings: Settings) -> None:
    rows = [
        evidence("R1", "Good", 5.0, "w1"),
        evidence("R2", "Good", 4.0, "w2"),
        evidence("R3", "Good", 4.0, "w2", "superseded"),
        evidence("R4", "Good", None, "w2", "no_award_question"),
        evidence("R5", "Good", None, "w2", "no_award_question"),
        evidence("R6", "Good", 4.0, "w2", "test", year=2024),
    ]
    table = Page(report(settings, [award_row("Good", **EARNED)], rpt_award_evidence=rows)).rows[-5:]
    assert table == [
        ["Response", "Number"],
        ["counted", "2"],
        ["left out: scored, but on no question that counts for the award", "2"],
        ["left out: replaced by the same person's later response in the same wave", "1"],
        ["considered", "5"],
    ]


def test_recipients_are_those_of_the_latest_year_that_has_some(settings: Settings) -> None:
    def received(name: str, year: int, times: int, award: str = "nfsb") -> dict[str, Any]:
        return {
            "recipient_name": name,
            "location": "Boston",
            "award": award,
            "award_year": year,
            "times_received": times,
        }

    rows = [
        received("Early", 2016, 9),
        received("Late", 2024, 2),
        received("Future", 2026, 1),
        received("Trained", 2016, 1, "cempro"),
    ]
    text = said(report(settings, [award_row("P")], rpt_award_recipients=rows))
    assert "NFSB 2024 recipients Two-time recipient: Late; Boston First-time recipients: None" in text
    assert "CEMPRO 2016 recipients First-time recipient: Trained; Boston" in text
    assert "Early" not in text
    assert "Future" not in text


def test_without_recipients_and_projects_the_page_still_reads(settings: Settings) -> None:
    text = said(report(settings, []))
    assert "There are no projects to judge for 2025." in text
    assert "Nobody has received an award yet." in text
    assert "there is no figure to follow" in text


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
    html = report(settings, [award_row("O'Neil", **earned)], rpt_award_evidence=rows, fct_survey_answers=[answer])
    statements = [statement for statement in re.split(r"(?<=;)", "".join(_code_blocks(html))) if statement.strip()]
    with duckdb.connect(str(settings.published / "warehouse.duckdb"), read_only=True) as warehouse:
        published, recomputed, responses, answers = (
            warehouse.execute(statement).fetchall() for statement in statements
        )
    assert published == [("eligible", 2, 4.5, 2, 4.0, 4)]
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
    assert "Data version v000001-run-1 · as of 2026-02-01 · run run-1 · local time zone UTC." in said(
        report(settings, [])
    )


# --- the CSV ---


def test_the_csv_is_the_eligibility_list_of_the_year_with_figures_in_full(settings: Settings) -> None:
    rows = [
        award_row("B", **{**EARNED, "mean_score": 3.9999996666666666}),
        award_row("A"),
        award_row("A", category="field_service"),
        award_row("A", 2024),
    ]
    report(settings, rows)
    listed = csv_rows(settings)
    assert [(row["project_id"], row["category"], row["award_year"]) for row in listed] == [
        ("A", "overall", "2025"),
        ("A", "field_service", "2025"),
        ("B", "overall", "2025"),
    ]
    assert listed[2]["mean_score"] == "3.9999996666666666"
    assert (listed[0]["mean_score"], listed[0]["rule_pass"], listed[2]["rule_pass"]) == ("", "false", "true")


def test_the_same_version_gives_the_same_bytes(settings: Settings) -> None:
    html = report(settings, [award_row("Good", **EARNED)], rpt_award_evidence=[evidence("R1", "Good", 5.0, "w1")])
    content = (settings.reports / "2025-Q4" / "award_report.csv").read_bytes()
    paths = write_award_report(settings, Q4)
    assert Path(paths["html"]).read_text(encoding="utf-8") == html
    assert Path(paths["csv"]).read_bytes() == content


# --- hostile text, foreign readers ---


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_inert_in_page_and_csv(settings: Settings, text: str) -> None:
    other_home = replace(settings, home=settings.home / "harmless")  # a closed year keeps its first figures
    harmless = [tag for tag, _ in Page(report(other_home, *_everywhere("x"))).tags]
    hostile = report(settings, *_everywhere(text))
    page = Page(hostile)
    assert [tag for tag, _ in page.tags] == harmless  # no tag more, none less
    assert text in page.text
    assert "49" not in page.text.replace("2049", "")
    name = csv_rows(settings)[0]["project_name"]
    assert name == (f"'{text}" if text[0] in "=＝@" else text)


def _everywhere(text: str) -> tuple[list[dict[str, Any]]]:
    return ([award_row("P", project_name=text, company_name=text, blocking_reasons=text.replace(",", ""), **EARNED)],)


def test_the_page_fetches_nothing_and_forbids_it(settings: Settings) -> None:
    page = Page(report(settings, [award_row("Good", **EARNED)]))
    policy = next(meta["content"] for meta in page.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "link", "iframe", "object", "form", "base"})
    assert [a["href"] for a in page.named("a")] == ["#main"]
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]


def test_the_page_can_be_read_without_seeing_it(settings: Settings) -> None:
    own = {"response_count": 7, "mean_score": 3.5, "waves": 4, "status": "not_eligible"}
    rows = [award_row("Good", **EARNED), award_row("Good", category="field_service", **own)]
    page = Page(report(settings, rows, rpt_award_evidence=[evidence("R1", "Good", 5.0, "w1")]))
    tags = [tag for tag, _ in page.tags]
    assert page.named("html")[0]["lang"] == "en"
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption") == 3
    assert all(th.get("scope") in ("col", "row") for th in page.named("th"))
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes} <= set(ids)


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio of two #rrggbb colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_its_ground_in_light_and_dark(settings: Settings) -> None:
    html = report(settings, [])
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


def test_nothing_published_nothing_written(settings: Settings) -> None:
    with pytest.raises(PublishError, match="nothing has been published"):
        write_award_report(settings, Q4)
    assert not settings.reports.exists()


def test_a_full_disk_leaves_the_report_before(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    html = report(settings, [award_row("Good", **EARNED)])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            write_award_report(settings, Q4)
    folder = settings.reports / "2025-Q4"
    assert (folder / "award_report.html").read_text(encoding="utf-8") == html
    assert sorted(path.name for path in folder.iterdir()) == ["award_report.csv", "award_report.html"]
