"""What every DAG and task of this house has, whatever it does."""

import ast
from datetime import timedelta

import pytest

from scoreboard.orchestration.callbacks import record_failure
from scoreboard.settings import PROJECT_ROOT

DAG_IDS = [
    "action_alerts",
    "build_warehouse",
    "extract_crm",
    "extract_support",
    "extract_surveys",
    "quarterly_award_report",
    "reconcile_sources",
    "restate_quarter",
]
DAG_FILES = sorted((PROJECT_ROOT / "dags").glob("*.py"))


def test_every_dag_file_can_be_imported_and_nothing_else_is_a_dag(bag):
    assert bag.import_errors == {}
    assert sorted(bag.dags) == DAG_IDS


def test_a_dag_has_the_name_of_its_file():
    assert [path.stem for path in DAG_FILES] == DAG_IDS


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_a_dag_explains_itself_and_never_overlaps_with_itself(dags, dag_id):
    dag = dags[dag_id]
    assert "When a task fails" in dag.doc_md
    assert "scoreboard" in dag.tags
    assert dag.catchup is False
    assert dag.max_active_runs == 1


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_every_task_is_owned_tries_again_and_cannot_hang(dags, dag_id):
    for task in dags[dag_id].tasks:
        assert task.owner not in ("", "airflow"), task.task_id
        assert task.retries >= 1, task.task_id
        assert task.retry_exponential_backoff > 1, task.task_id
        assert timedelta(0) < task.execution_timeout <= timedelta(hours=2), task.task_id
        assert task.retry_policy is not None, task.task_id
        callbacks = task.on_failure_callback
        assert record_failure in (callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]), task.task_id


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.stem)
def test_a_dag_file_fits_one_screen_and_says_its_cron_in_words(path):
    lines = path.read_text().splitlines()
    assert len(lines) <= 75
    for line in lines:
        if 'schedule="' in line:
            assert "  # every" in line


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.stem)
def test_a_dag_file_imports_nothing_heavy_when_it_is_parsed(path):
    tree = ast.parse(path.read_text())
    for statement in tree.body:
        assert not isinstance(statement, ast.Import), ast.unparse(statement)
        if isinstance(statement, ast.ImportFrom):
            light = (
                "airflow.sdk",
                "datetime",
                "scoreboard.orchestration",
                "scoreboard.quarter_timetable",
                "scoreboard.settings",
            )
            assert statement.module.startswith(light), ast.unparse(statement)
