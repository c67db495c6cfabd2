"""A DAG file that cannot be imported: operators hear of it once, status shows it until it can be, and other people's files are theirs."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from scoreboard import journal
from scoreboard.settings import PROJECT_ROOT
from scoreboard.status import read_status
from tests.orchestration.sinks import listening
from tests.pipeline import settings_for

TRACEBACK = (
    "Traceback (most recent call last):\n  File \"x.py\", line 3\nModuleNotFoundError: No module named 'pandas'\n"
)
FILE = str(PROJECT_ROOT / "dags" / "build_warehouse.py")


@pytest.fixture
def hook():
    """As Airflow's DAG processor calls it: by way of the plugin."""
    from airflow.listeners.listener import get_listener_manager

    return get_listener_manager().hook


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("SCOREBOARD_HOME", str(tmp_path))
    monkeypatch.setenv("SCOREBOARD_NOTIFY", "http:ops_hook")
    return settings_for(tmp_path, "2026-05-04")


def test_it_is_told_once_with_the_line_that_matters_and_shown_until_it_is_mended(settings, hook, monkeypatch):
    with listening(monkeypatch) as sinks:
        hook.on_new_dag_import_error(filename=FILE, stacktrace=TRACEBACK)
        for _ in range(3):
            hook.on_existing_dag_import_error(filename=FILE, stacktrace=TRACEBACK)
    [(_, _, post)] = sinks.posts
    assert post["subject"] == "Scoreboard: dags/build_warehouse.py cannot be imported"
    assert "No module named 'pandas'" in post["lines"][0]

    about = {one["about"]: one["sentence"] for one in read_status(settings)["attention"]}
    assert "No module named 'pandas'" in about["dags/build_warehouse.py"]
    note = settings.home / "status/imports/build_warehouse.py.json"
    old = {"at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    note.write_text(json.dumps(json.loads(note.read_text()) | old))  # Airflow tries on, and it can be imported
    assert read_status(settings)["attention"] == []


def test_somebody_elses_file_is_none_of_ours(settings, hook):
    hook.on_new_dag_import_error(filename="/srv/dags/theirs.py", stacktrace=TRACEBACK)
    assert journal.import_errors(settings) == []
