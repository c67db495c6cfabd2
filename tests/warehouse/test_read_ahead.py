"""A run's reading of the dbt project is begun before it is needed, by a process that ends with the run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import psutil
import pytest

from scoreboard.cli import runs
from scoreboard.mapping.run import _run_staging
from scoreboard.orchestration.terminal import Terminal
from scoreboard.quarter import Quarter
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse import build, parsed, read_ahead


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home, named in the environment as a command's is; nothing is kept of the project, of which there is a copy."""
    monkeypatch.setenv("SCOREBOARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SCOREBOARD_AS_OF", "2026-03-31")
    monkeypatch.setattr(parsed, "_folder", lambda project: tmp_path / "readings")
    monkeypatch.setattr(parsed, "_kept", {})
    return Settings.from_environment()


def sleeping_for_reading(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Readers sleep instead of reading; those that were started."""
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def sleeper(command: list[str], **told: Any) -> subprocess.Popen[bytes]:
        assert command == [sys.executable, "-m", "scoreboard.warehouse.read_ahead"]
        started.append(start([sys.executable, "-c", "import time; time.sleep(600)"], **told))
        return started[-1]

    monkeypatch.setattr(read_ahead.subprocess, "Popen", sleeper)
    return started


def test_it_ends_with_the_run_however_that_ends(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    started = sleeping_for_reading(monkeypatch)

    with pytest.raises(ZeroDivisionError), read_ahead.reading_ahead(settings):
        assert psutil.pid_exists(started[0].pid)
        raise ZeroDivisionError

    assert not psutil.pid_exists(started[0].pid)


def test_it_reads_what_builds_and_mappings_ask_for_and_only_if_that_is_not_kept(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Asked(Exception):
        pass

    def recall(project: Path, key: str, seeds: Path) -> None:
        asked.append(key)
        raise Asked

    monkeypatch.setattr(parsed, "recall", recall)
    monkeypatch.setattr(build, "heal", lambda settings, run_id: None)
    monkeypatch.setattr(build, "prepare_warehouse", lambda settings, run_id: settings.build / "warehouse.duckdb")
    mapping = settings.build / "mapping" / "warehouse.duckdb"
    for needs in (
        read_ahead.main,
        lambda: build.build_warehouse(settings, "run-1"),
        lambda: _run_staging(settings, "zendesk", mapping, "run-1"),
    ):
        with pytest.raises(Asked):
            needs()
    assert len(asked) == 3
    assert len(set(asked)) == 1

    started = sleeping_for_reading(monkeypatch)
    (tmp_path / "readings").mkdir(exist_ok=True)
    (tmp_path / "readings" / asked[0]).touch()
    with read_ahead.reading_ahead(settings):
        assert started == []


@pytest.mark.parametrize(("quarter", "readers"), [(None, 1), (Quarter.parse("2026-Q1"), 0)])
def test_a_run_reads_ahead_and_a_report_which_builds_nothing_does_not(
    quarter: Quarter | None, readers: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = sleeping_for_reading(monkeypatch)
    monkeypatch.setattr(runs.airflow_env, "environment", lambda settings: {})
    monkeypatch.setattr(runs.processes, "end_at_once_on_signals", lambda say: None)
    monkeypatch.setattr(runs, "_run_dags", lambda *told: True)

    assert runs.run_once(settings, Mock(spec=Terminal, console=Mock()), quarter)

    assert len(started) == readers


def test_who_needs_the_project_while_another_process_reads_it_waits(settings: Settings, tmp_path: Path) -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-c", WAITER, str(tmp_path / "readings")],
        cwd=PROJECT_ROOT,
        env=os.environ | {"PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}{os.pathsep}{PROJECT_ROOT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdin is not None and waiting.stdout is not None
    assert waiting.stdout.readline() == "ready\n"
    with parsed.sole_reader(PROJECT_ROOT):
        waiting.stdin.write("go\n")
        waiting.stdin.flush()
        time.sleep(0.5)
        (tmp_path / "readings").mkdir(exist_ok=True)
        (tmp_path / "readings" / "key").write_bytes(b"read")
    assert waiting.stdout.read() == "found read\n"
    assert waiting.wait(timeout=30) == 0


WAITER = """
import sys
from pathlib import Path
from scoreboard.warehouse import parsed
folder = Path(sys.argv[1])
parsed._folder = lambda project: folder
print("ready", flush=True)
sys.stdin.readline()
with parsed.sole_reader(folder):
    print("found", (folder / "key").read_text() if (folder / "key").exists() else "nothing")
"""
