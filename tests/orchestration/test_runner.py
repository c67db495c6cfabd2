"""One run of the very DAGs in one process: order, one run key, what stops it, and the sentence a person gets to read."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from rich.console import Console

from scoreboard.entities import ENTITIES
from scoreboard.errors import ScoreboardError
from scoreboard.orchestration import runner
from scoreboard.orchestration.house import HOUSE_RULES
from scoreboard.orchestration.terminal import Progress
from scoreboard.quarter import Quarter
from scoreboard.settings import Settings
from tests.orchestration import airflow_home
from tests.orchestration.stubs import BROKEN_FILE, Steps

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("without_lineage")]
KEY = "20260817T050501Z"
ALERTS = ("queue_alerts", "queue_escalations", "deliver_alerts")


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("SCOREBOARD_HOME", str(tmp_path))
    monkeypatch.setenv("SCOREBOARD_AS_OF", "2026-08-17")
    return Settings(home=tmp_path, as_of=date(2026, 8, 17))


@pytest.fixture
def steps(monkeypatch):
    airflow_home.prepare_database()
    monkeypatch.setattr(runner, "is_published", lambda settings, quarter: True)
    return Steps().install(monkeypatch)


@pytest.fixture
def one_extract(monkeypatch):
    """For tests of what comes after: the other two extracts would only take their time."""
    monkeypatch.setattr(runner, "EXTRACTS", ("extract_support",))


@pytest.fixture
def no_extract(monkeypatch):
    """For tests of what comes after every extract."""
    monkeypatch.setattr(runner, "EXTRACTS", ())


def run(settings):
    """Whether the run succeeded, and what the terminal showed."""
    terminal = StringIO()
    is_success = runner.run_pipeline(settings, KEY, Progress(Console(file=terminal, soft_wrap=True)))
    return is_success, terminal.getvalue()


def test_a_run_lands_everything_then_builds_publishes_and_reports_under_one_run_key(settings, steps):
    is_success, shown = run(settings)
    assert is_success
    assert sorted(entity for entity, _ in steps.named("land_entity")) == sorted(ENTITIES)
    assert [domain for domain, _ in steps.named("validate_domain")] == ["crm", "support", "survey"]
    in_order = [name for name, _ in steps.calls if name not in ("land_entity", "validate_domain")]
    published = ["build_warehouse", "audit", "publish", "write_summary"]
    assert in_order == [*published, "close_quarter", "write_award_report", "write_account_packs", *ALERTS]
    assert [line.split()[:2] for line in shown.splitlines() if "✓" in line] == [
        ["✓", dag_id] for dag_id in (*runner.EXTRACTS, runner.BUILD, runner.REPORT, runner.ALERTS)
    ]
    for name, arguments in steps.calls:
        if name not in ("write_award_report", "write_account_packs", *ALERTS):
            assert arguments[-1] == KEY, name


def test_the_report_is_about_the_last_closed_quarter(settings, steps, no_extract):
    run(settings)
    (quarter,) = steps.named("write_award_report")[0]
    assert quarter.label == "2026-Q2"
    assert steps.named("write_account_packs") == [(quarter,)]


def test_where_the_data_begin_later_there_is_nothing_to_report_and_the_run_succeeds(
    settings, steps, no_extract, monkeypatch
):
    monkeypatch.setattr(runner, "is_published", lambda settings, quarter: False)
    is_success, shown = run(settings)
    assert is_success
    assert steps.named("write_award_report") == []
    assert "no closed quarter" in shown


def test_alerts_are_told_in_the_runs_own_name_and_even_where_the_report_failed(settings, steps, no_extract):
    steps.failing["write_award_report"] = ScoreboardError("no paper")
    is_success, shown = run(settings)
    assert not is_success and "no paper" in shown
    [(run_key, _, base_url)] = steps.named("deliver_alerts")
    assert run_key == KEY and base_url.startswith("http://127.0.0.1:")


def test_before_the_first_version_there_is_nobody_to_tell(settings, steps, monkeypatch):
    shown = StringIO()
    assert runner.run_dag(runner.load_dags()[runner.ALERTS], settings, KEY, Progress(Console(file=shown)))
    assert not [name for name, _ in steps.calls if name in ALERTS]


def test_a_broken_channels_file_is_said_and_the_version_stays_published(settings, steps, no_extract):
    steps.failing["queue_alerts"] = ScoreboardError("channels.yaml: no channel 'fax'. Nothing was sent.")
    is_success, shown = run(settings)
    assert not is_success and "no channel 'fax'" in shown
    assert steps.live and steps.named("write_award_report")


def test_broken_files_stop_the_run_before_the_build_each_named_by_one_run_and_tried_once(settings, steps):
    steps.failing |= {"usage": BROKEN_FILE, "answers": ScoreboardError("survey/answers/a.csv is empty")}
    is_success, shown = run(settings)
    assert not is_success
    assert f"land[usage]: {BROKEN_FILE}" in shown
    assert "land[answers]: survey/answers/a.csv is empty" in shown
    assert [domain for domain, _ in steps.named("validate_domain")] == ["support"]
    assert steps.named("build_warehouse") == []
    assert "what is published stays" in shown

    assert [entity for entity, _ in steps.named("land_entity")].count("usage") == 1
    failure, _ = map(json.loads, (settings.runs / KEY / "failures.jsonl").read_text().splitlines())
    expected = {
        "dag_id": "extract_crm",
        "task_id": "land",
        "map_label": "usage",
        "try_number": 1,
        "sentence": str(BROKEN_FILE),
    }
    assert failure == failure | expected


def test_files_and_columns_nobody_reads_are_mentioned_and_fail_nothing(settings, steps, one_extract):
    steps.unknown["tickets"] = ["Priority ", "shoe\nsize"]
    steps.ignored["tickets"] = ["support/tickets/july.doc: not one of csv, csv.gz, jsonl, parquet, xlsx"]
    is_success, shown = run(settings)
    assert is_success
    assert "left alone: support/tickets/july.doc: not one of" in shown
    assert "unknown column: support/tickets has 'Priority ' (names must match exactly: is it 'priority'?)" in shown
    assert "unknown column: support/tickets has 'shoe�size'; it is kept in landing, no figure uses it" in shown


def test_what_may_pass_is_tried_three_times(settings, steps, no_extract, monkeypatch):
    monkeypatch.setitem(HOUSE_RULES, "retry_delay", timedelta(seconds=0.01))
    steps.failing["audit"] = OSError("disk is busy")
    is_success, shown = run(settings)
    assert not is_success
    assert len(steps.named("audit")) == 3
    assert "audit: OSError: disk is busy" in shown


@pytest.mark.parametrize("failing", ["build_warehouse", "audit", "publish"])
def test_a_failing_build_publishes_nothing_and_reports_nothing(settings, steps, no_extract, failing):
    steps.failing[failing] = ScoreboardError("the reason")
    is_success, shown = run(settings)
    assert not is_success
    assert "the reason" in shown
    assert steps.live is None
    assert steps.named("write_award_report") == []


def test_a_summary_that_fails_fails_the_run_after_publishing(settings, steps, no_extract):
    steps.failing["write_summary"] = ScoreboardError("the reason")
    is_success, shown = run(settings)
    assert not is_success
    assert "the reason" in shown
    assert steps.live


@pytest.mark.parametrize("failing", ["close_quarter", "write_award_report", "write_account_packs"])
def test_a_report_that_fails_fails_the_run(settings, steps, failing):
    """Of the report alone; that a run fails with it, `test_alerts_are_told_in_the_runs_own_name_and_even_where_the_report_failed` shows."""
    steps.failing[failing] = ScoreboardError("the reason")
    terminal = StringIO()
    progress = Progress(Console(file=terminal, soft_wrap=True))
    assert not runner.run_report(runner.load_dags(), settings, KEY, progress, Quarter.parse("2026-Q2", 1))
    assert "the reason" in terminal.getvalue()


ASKED = {"quarter": "2026-Q1", "reason": "late answers", "approved_by": "Ada"}


def restate(settings):
    terminal = StringIO()
    progress = Progress(Console(file=terminal, soft_wrap=True))
    return runner.run_restatement(runner.load_dags(), settings, KEY, progress, ASKED), terminal.getvalue()


def test_a_restatement_is_followed_by_a_build_an_audit_and_a_publish(settings, steps):
    is_success, _ = restate(settings)
    assert is_success
    assert [name for name, _ in steps.calls] == ["restate", "build_warehouse", "audit", "publish", "write_summary"]
    assert steps.named("restate") == [("2026-Q1", "late answers", "Ada", KEY)]


@pytest.mark.parametrize("failing", ["restate", "build_warehouse", "audit", "publish"])
def test_a_restatement_that_does_not_reach_readers_has_failed(settings, steps, failing):
    steps.failing[failing] = ScoreboardError("the reason")
    is_success, shown = restate(settings)
    assert not is_success
    assert "the reason" in shown
    assert steps.live is None


def test_a_run_whose_version_is_not_the_published_one_has_failed(settings, steps, no_extract, monkeypatch):
    monkeypatch.setattr(runner, "is_live", lambda settings, run_key: False)
    is_success, shown = run(settings)
    assert not is_success
    assert "not this run's" in shown


def test_the_asset_carries_the_counts(settings, steps, one_extract):
    run(settings)
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        newest = session.scalars(
            select(AssetEvent).where(AssetEvent.source_dag_id == "extract_support").order_by(AssetEvent.id.desc())
        ).first()
        assert newest.extra == newest.extra | {"run_key": KEY, "rows_landed": 6, "rows_valid": 4, "rows_quarantined": 2}


def test_a_dag_file_that_cannot_be_imported_runs_nothing_and_is_named(tmp_path, monkeypatch):
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "broken.py").write_text("from airflow.sdk import dag\nraise RuntimeError('the cause')\n")
    monkeypatch.setattr(runner, "PROJECT_ROOT", tmp_path)
    with pytest.raises(ScoreboardError, match=r"broken\.py.*nothing was run[\s\S]*the cause"):
        runner.load_dags()
