"""The summary says what became of every row, what was published, and what the figures are; also when nothing was."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scoreboard import atomic
from scoreboard.settings import Settings
from scoreboard.summary import plain_text, render, write_summary
from scoreboard.warehouse.publish import publish
from tests.marts_fixture import award_row, quality_rows, quarter_row, settings_for, write_build


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home", "2026-02-10")


def score(start: str, mean: float, is_closed: bool, **changes: Any) -> dict[str, Any]:
    return {
        "quarter_start_date": start,
        "scope_type": "global",
        "scope_id": "global",
        "category": "overall",
        "response_count": 50,
        "mean_score": mean,
        "ci95_low": mean - 0.1,
        "ci95_high": mean + 0.1,
        "is_closed": is_closed,
    } | changes


def publish_company(settings: Settings, run_id: str = "run-1") -> None:
    quality = quality_rows(run_id, {"accounts": 10})
    accounts = next(row for row in quality if row["entity"] == "accounts")
    accounts |= {"valid": 5, "quarantined": 3, "replaced": 1, "deduplicated": 1}
    tiers = [("A1", "key", 0.6), ("A2", "key", 0.25), ("A3", "marginal", 0.15)]
    write_build(
        settings,
        {
            "dim_quarters": [
                quarter_row("2025-07-01", "2025-09-30", "2025-Q3", True),
                quarter_row("2025-10-01", "2025-12-31", "2025-Q4", True),
                quarter_row("2026-01-01", "2026-03-31", "2026-Q1", False),
            ],
            "rpt_data_quality": [*quality, *quality_rows("an earlier run", {"accounts": 99})],
            "rpt_quarantine": [
                {"entity": "accounts", "rule": rule, "status": status}
                for rule, status in [
                    ("orphan_key", "open"),
                    ("wrong_type", "open"),
                    ("wrong_type", "open"),
                    ("wrong_type", "released"),
                ]
            ],
            "fct_satisfaction_quarterly": [
                score("2025-07-01", 3.5, True),
                score("2025-10-01", 4.123, True),
                score("2026-01-01", 1.0, True, category="field_service"),
                score("2025-10-01", 1.0, True, scope_type="account", scope_id="A1"),
                score("2026-01-01", 3.9, False, response_count=1, ci95_low=None, ci95_high=None),
            ],
            "fct_account_tiers": [
                {"account_id": account, "quarter_start_date": start, "account_tier": tier, "revenue_share": share}
                for start in ("2025-10-01", "2026-01-01")
                for account, tier, share in (tiers if start == "2025-10-01" else tiers[:1])
            ],
            "fct_account_quadrants": [
                {"account_id": account, "quarter_start_date": start, "quadrant": quadrant}
                for start, account, quadrant in [
                    ("2025-10-01", "A1", "raving_fans"),
                    ("2025-10-01", "A2", "raving_fans"),
                    ("2025-10-01", "A3", "risky_business"),
                    ("2026-01-01", "A1", "risky_business"),  # a quarter of a few days, not the headline
                ]
            ],
            "rpt_award_eligibility": [
                award_row("Won", 2025, status="eligible"),
                award_row("Won", 2025, category="field_service", status="eligible"),
                award_row("Lost", 2025, status="not_eligible"),
                award_row("Won", 2026, status="on_track"),
                award_row("Lost", 2026, status="on_track"),
                award_row("Old", 2024, status="eligible"),
            ],
        },
    )
    atomic.write_json(
        settings.runs / run_id / "dbt_results.json", {"tests": [], "passed": 210, "failed": 0, "errors": 0}
    )
    publish(settings, run_id)


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("summary") / "home"
    publish_company(settings_for(home, "2026-02-10"))
    return home


@pytest.fixture
def company(settings: Settings, published_once: Path) -> Settings:
    """The company, published, in a home that the test may change."""
    shutil.copytree(published_once, settings.home, symlinks=True)
    return settings


def test_the_summary_holds_rows_tests_version_figures_and_paths(company: Settings) -> None:
    docs = atomic.write_text(company.reports / "data_docs" / "crm" / "index.html", "docs")
    summary = write_summary(company, "run-1")
    assert summary["published"] == {
        "version": "v000001-run-1",
        "by_this_run": True,
        "as_of": "2026-02-10",
        "previous": None,
    }
    assert len(summary["rows"]) == 16
    assert summary["rows"][0] == {
        "entity": "accounts",
        "landed": 10,
        "valid": 5,
        "quarantined": 3,
        "replaced": 1,
        "deduplicated": 1,
    }
    assert summary["tests"] == {"passed": 210, "failed": 0, "errors": 0}
    assert summary["quarantine"] == {"open": 3, "by_rule": {"wrong_type": 2, "orphan_key": 1}}
    assert summary["paths"]["data_docs"] == [str(docs)]
    assert summary["paths"]["warehouse"] == str(company.published / "warehouse.duckdb")
    assert "log" not in summary["paths"]
    assert json.loads((company.runs / "run-1" / "summary.json").read_text(encoding="utf-8")) == summary


def test_the_headline_figures_are_the_published_ones(company: Settings) -> None:
    headline = write_summary(company, "run-1")["headline"]
    closed, running = headline["satisfaction"]["closed"], headline["satisfaction"]["running"]
    assert (closed["quarter"], closed["mean"], closed["ci95_low"], closed["responses"]) == (
        "2025-Q4",
        4.123,
        4.123 - 0.1,
        50,
    )
    assert (running["quarter"], running["mean"], running["ci95_low"]) == ("2026-Q1", 3.9, None)
    assert headline["key_accounts"] == {"quarter": "2025-Q4", "accounts": 3, "key_accounts": 2, "revenue_share": 0.85}
    assert headline["quadrants"] == {
        "quarter": "2025-Q4",
        "counts": {"raving_fans": 2, "silent_but_satisfied": 0, "willing_but_not_able": 0, "risky_business": 1},
    }
    assert headline["award"] == {
        "closed": {"award_year": 2025, "projects": 2, "eligible": ["Project Won"]},
        "open": {"award_year": 2026, "projects": 2, "on_track": ["Project Lost", "Project Won"]},
    }


def test_an_award_year_still_settling_is_open(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "2026-01-14")
    publish_company(settings)
    award = write_summary(settings, "run-1")["headline"]["award"]
    assert award["closed"]["award_year"] == 2024


def test_a_company_without_scores_and_customers_has_a_summary_too(settings: Settings) -> None:
    write_build(settings, {"dim_quarters": [quarter_row("2026-01-01", "2026-03-31", "2026-Q1", False)]})
    publish(settings, "run-1")
    headline = write_summary(settings, "run-1")["headline"]
    assert headline == {
        "satisfaction": {"closed": None, "running": None},
        "key_accounts": None,
        "quadrants": None,
        "award": {"closed": None, "open": None},
    }
    assert "Published v000001-run-1" in plain_text(write_summary(settings, "run-1"))


def test_a_run_that_published_nothing_says_why_and_what_readers_see(company: Settings) -> None:
    atomic.write_json(
        company.runs / "run-2" / "audit.json", {"passed": False, "problems": ["table rpt_gaps is missing"]}
    )
    summary = write_summary(company, "run-2")
    assert summary["published"]["by_this_run"] is False
    text = plain_text(summary)
    assert "Run run-2, as of 2026-02-10, published nothing; readers see v000001-run-1 as before" in text
    assert "table rpt_gaps is missing" in text


def test_before_the_first_publish_there_is_a_summary(settings: Settings) -> None:
    text = plain_text(write_summary(settings, "run-1"))
    assert "published nothing; nothing was published before" in " ".join(text.split())
    assert "not run" in text


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("is_terminal", [True, False])
def test_it_fits_the_terminal(company: Settings, width: int, is_terminal: bool) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=is_terminal, color_system=None)
    console.print(render(write_summary(company, "run-1")))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert max(len(line) for line in lines) <= width
    assert len(lines) < 45
    text = "\n".join(lines)
    for part in (
        "accounts",
        "4.12 [4.02, 4.22] of 5, 50 responses",
        "2 of 3, 85.0% of revenue",
        "1 of 2 projects eligible: Project Won",
    ):
        assert part in text


def test_into_a_pipe_it_is_plain_text(company: Settings) -> None:
    text = plain_text(write_summary(company, "run-1"))
    assert "\x1b" not in text
    assert "─" not in text


def test_names_from_files_cannot_steer_the_terminal(settings: Settings) -> None:
    name = "\x1b]0;owned\x07[bold red]P\x1b[2J"
    write_build(settings, {"rpt_award_eligibility": [award_row("P", project_name=name, status="eligible")]})
    publish(settings, "run-1")
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    console.print(render(write_summary(settings, "run-1")))
    output = console.file.getvalue()  # type: ignore[attr-defined]
    assert "[bold red]P" in output
    assert "\x1b]0" not in output
    assert "\x1b[2J" not in output
    assert "\x07" not in output


def moved(account: str, status: str, **period: Any) -> dict[str, Any]:
    return {
        "table_name": "fct_account_tiers",
        "row_key": account,
        "column_name": "account_tier",
        "status": status,
    } | period


def test_closed_figures_that_wait_for_somebody_to_decide_are_mentioned(settings: Settings) -> None:
    quarter, year = {"quarter_start_date": "2025-10-01"}, {"award_year": 2024}
    lines = [moved("A1", "pending", **quarter), moved("A2", "pending", **quarter), moved("A3", "pending", **year)]
    write_build(settings, {"rpt_restatements": [*lines, moved("A4", "restated", quarter_start_date="2025-07-01")]})
    publish(settings, "run-1")
    summary = write_summary(settings, "run-1")
    assert summary["restatements"] == {"figures": 3, "periods": 2}
    assert "3 figures of 2 closed quarters or years are not what is known now" in " ".join(plain_text(summary).split())


def test_settled_restatements_are_not_worth_a_line(settings: Settings) -> None:
    write_build(settings, {"rpt_restatements": [moved("A4", "restated", quarter_start_date="2025-07-01")]})
    publish(settings, "run-1")
    summary = write_summary(settings, "run-1")
    assert summary["restatements"] == {"figures": 0, "periods": 0}
    assert "known now" not in plain_text(summary)


def test_it_says_what_no_mapping_file_explains(company: Settings) -> None:
    told = [{"sentence": f"qualtrics question QID{number} is not mapped."} for number in range(5)]
    atomic.write_json(
        company.runs / "run-1" / "unmapped.json",
        {"crm": {"unmapped": [], "missing_columns": []}, "survey": {"unmapped": told, "missing_columns": []}},
    )

    summary = write_summary(company, "run-1")

    assert summary["unmapped"] == [entry["sentence"] for entry in told]
    shown = plain_text(summary)
    assert "QID2" in shown and "QID3" not in shown
    assert "and 2 more: unmapped.json" in shown


def test_a_test_that_only_warns_is_told_and_stops_nothing(settings: Settings) -> None:
    publish_company(settings)
    sentence = (
        "award_history.csv: a recipient would have received the award more often than there were years since 2000"
    )
    nodes = [
        {"status": "warn", "sentence": sentence, "name": "claim_1", "failures": 2},
        {"status": "warn", "sentence": None, "name": "claim_2", "failures": 1},
        {"status": "pass", "sentence": "never said", "name": "claim_3", "failures": 0},
    ]
    results = {"tests": [], "passed": 210, "failed": 0, "errors": 0, "nodes": nodes}
    atomic.write_json(settings.runs / "run-1" / "dbt_results.json", results)

    summary = write_summary(settings, "run-1")

    assert summary["warnings"] == [f"{sentence} (2 rows)", "claim_2 (1 row)"]
    assert f"warning {sentence} (2 rows)" in " ".join(plain_text(summary).split())
