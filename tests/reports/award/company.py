"""Small published versions for the tests of the award report, and the report read from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scoreboard.quarter import Quarter
from scoreboard.reports.award import history, projects, write_award_report
from scoreboard.reports.award.blocks import Report
from scoreboard.reports.award.content import read_report
from scoreboard.reports.award.page import html_of
from scoreboard.reports.charts.picture import Picture
from scoreboard.settings import Settings
from scoreboard.warehouse.publish import publish
from scoreboard.warehouse.reader import open_published
from tests.marts_fixture import award_row, write_build
from tests.reports.page import Page

Rows = list[dict[str, Any]]

Q4 = Quarter.parse("2025-Q4")
Q1 = Quarter.parse("2026-Q1")
# what a version has had as long as there were reports
ALWAYS = (
    "fct_survey_answers",
    "fct_survey_responses",
    "rpt_award_eligibility",
    "rpt_award_evidence",
    "rpt_award_recipients",
)
EARNED = {
    "response_count": 2,
    "mean_score": 4.5,
    "ci95_low": 4.25,
    "ci95_high": 4.75,
    "waves": 4,
    "rule_pass": True,
    "status": "eligible",
    "evidence_grade": "B",
    "invitation_count": 5,
    "answered_count": 2,
    "response_rate": 0.4,
    "times_received": 3,
}
TRACK = {
    "response_count": 5,
    "mean_score": 4.2,
    "waves": 1,
    "status": "on_track",
    "needed_mean_rest_of_year": 3.9333333,
}


def evidence(
    response: str, project: str, score: float | None, wave: str, reason: str | None = None, year: int = 2025
) -> dict[str, Any]:
    """A row of rpt_award_evidence."""
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


def rules(year: int, threshold: float = 4.0, valid_from: str = "1900-01-01", until: str | None = None) -> Rows:
    """Rows of rpt_award_rules: the award's rule of a year, deciding unless it ends in it."""
    return [
        {
            "award_year": year,
            "rule_name": "award_rules",
            "valid_from_date": valid_from,
            "setting": setting,
            "valid_until_date": until,
            "setting_value": value,
            "is_deciding": until is None,
        }
        for setting, value in (("threshold", threshold), ("min_waves", 4.0))
    ]


def question(key: str, project: str = "Good", text: str = "How satisfied are you?", **changes: Any) -> dict[str, Any]:
    """A row of dim_questions."""
    return {
        "question_id": key,
        "survey_id": "S",
        "survey_name": "Pulse",
        "survey_kind": "relationship",
        "project_id": project,
        "question_text": text,
        "measure": "satisfaction",
        "weight": 1.0,
        "counts_for_award": True,
        "scale_id": "likert5",
        "scale_min": 1.0,
        "scale_max": 5.0,
        "is_scale_reversed": False,
        "label_family": "satisfaction",
    } | changes


def full_company(text: str = "Good") -> dict[str, Rows]:
    """Every table the report reads, with something to tell in each; `text` is the name of everything that people name."""
    low = {
        "response_count": 3,
        "mean_score": 3.9996,
        "ci95_low": 3.5,
        "ci95_high": 4.5,
        "waves": 4,
        "status": "not_eligible",
    }
    own = {"response_count": 7, "mean_score": 3.5, "waves": 4, "status": "not_eligible"}
    named = {"project_name": text, "company_name": text}
    return {
        "rpt_award_eligibility": [
            award_row("Good", **named, **EARNED),
            award_row("Good", category="field_service", **named, **own),
            award_row("Low", blocking_reasons="too_few_responses", **low),
            award_row("Good", 2026, **named, **TRACK),
            award_row("Low", 2026),
        ],
        "rpt_award_evidence": [
            evidence("R1", "Good", 5.0, "w1"),
            evidence("R2", "Good", 4.0, "w2"),
            evidence("R3", "Good", 1.0, "w2", "test"),
            evidence("R4", "Good", 4.2, "w3", year=2026),
        ],
        "fct_survey_responses": [{"response_id": "R1", "channel": text}, {"response_id": "R2", "channel": None}],
        "fct_survey_answers": [
            {"answer_id": "a1", "response_id": "R1", "question_id": "q1", "measure": "satisfaction", "value": 5.0, "score_5pt": 5.0, "score_5pt_ratio": 5.0},
            {"answer_id": "a2", "response_id": "R3", "question_id": "q1", "measure": "satisfaction", "value": 1.0, "score_5pt": 1.0, "score_5pt_ratio": 1.0},
        ],
        "dim_questions": [question("q1", text=text, survey_name=text)],
        "rpt_award_recipients": [
            {"recipient_name": text, "location": text, "award": "nfsb", "award_year": 2024, "times_received": 2},
            {"recipient_name": "Trained", "location": "Boston", "award": "cempro", "award_year": 2016, "times_received": 1},
        ],
        "rpt_award_running": [
            {"project_id": "Good", "project_name": text, "category": "overall", "award_year": 2025, "calendar_quarter": 1, "quarter_end_date": "2025-03-31",
             "response_count": 1, "mean_score": 5.0, "waves": 1, "quarter_response_count": 1, "quarter_mean_score": 5.0, "threshold": 4.0, "min_waves": 4,
             "running_status": "on_track", "needed_mean_rest_of_year": 3.75},
        ],
        "rpt_award_invitations": [
            {"award_year": 2025, "project_id": "Good", "dimension": "tier", "group_id": "key", "eligible_count": 8, "invited_count": 4, "answered_count": 2,
             "eligible_share": 0.25, "invited_share": 0.5, "share_difference": 0.25, "response_rate": 0.5},
            {"award_year": 2025, "project_id": "Good", "dimension": "agent", "group_id": "E1", "eligible_count": 9, "invited_count": 0, "answered_count": 0,
             "eligible_share": 1.0, "invited_share": None, "share_difference": None, "response_rate": None},
        ],
        "rpt_award_rules": [*rules(2025), *rules(2026)],
        "rpt_series_breaks": [
            {"question_id": "q1", "changed_at": "2025-06-01T12:00:00Z", "survey_id": "S", "project_id": "Good", "award_year": 2025, "change": "wording",
             "text_before": text, "text_after": "How satisfied are you?", "scale_before": "likert5", "scale_after": "likert5", "answers_before": 1,
             "answers_after": 1, "is_break": True},
        ],
        "rpt_vote_integrity": [{"response_id": "R2", "flag": "answered_late", "is_counted": True}],
        "rpt_restatements": [
            {"table_name": "rpt_award_eligibility", "row_key": "project_id=Low, category=overall", "award_year": 2025, "column_name": "mean_score",
             "figure_first_published": "4.01", "figure_official": "3.9996", "figure_now": "3.9996", "difference": -0.0104, "change": "changed",
             "status": "restated", "first_published_version": "v1", "restated_at": "2026-01-20T09:00:00Z", "reason": text, "approved_by": text},
            {"table_name": "rpt_award_evidence", "row_key": "response_id=R9", "award_year": 2025, "column_name": "*", "figure_first_published": None,
             "figure_official": None, "figure_now": "there", "change": "added", "status": "pending", "first_published_version": "v1"},
        ],
        "dim_quarters": [{"quarter_start_date": "2025-10-01", "quarter_end_date": "2025-12-31", "quarter_label": "2025-Q4", "is_closed": True}],
        "fct_satisfaction_quarterly": [
            {"quarter_start_date": "2025-10-01", "scope_type": "project", "scope_id": "Good", "scope_name": text, "category": "overall", "response_count": 9,
             "mean_score": 4.4, "ci95_low": 4.1, "ci95_high": 4.7, "is_suppressed": False},
        ],
    }  # fmt: skip


def published(settings: Settings, tables: dict[str, Rows]) -> None:
    """Publish these tables, and those no report can do without."""
    write_build(settings, tables, only=tuple({*ALWAYS, *tables}))
    publish(settings, "run-1")


def content(settings: Settings, quarter: Quarter = Q4) -> Report:
    """The content of the report of what is published."""
    with open_published(settings) as version:
        return read_report(version, quarter)


def page(settings: Settings, eligibility: Rows, quarter: Quarter = Q4, **tables: Rows) -> str:
    """Publish, and return the page."""
    published(settings, {"rpt_award_eligibility": eligibility, **tables})
    return html_of(content(settings, quarter))


def written(settings: Settings, tables: dict[str, Rows], quarter: Quarter = Q4) -> dict[str, Path]:
    """Publish, and write all four files."""
    published(settings, tables)
    return {ending: Path(path) for ending, path in write_award_report(settings, quarter).items()}


@pytest.fixture
def no_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes longer than all else; for tests that look at words and figures."""
    picture = Picture("<svg></svg>", "A chart.")
    monkeypatch.setattr(projects, "award_intervals", lambda *_: picture)
    monkeypatch.setattr(history, "score_trend", lambda *_: picture)


def said(html: str) -> str:
    """What the page says, blanks evened out."""
    return " ".join(Page(html).text.split())
