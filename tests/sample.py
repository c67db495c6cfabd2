"""The published sample company, made once for the whole test run by the command behind `make demo SOURCES=files`.

Tests that only read use `published_sample`; one that writes into the home takes a copy (`copy_of`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo import DEMO_AS_OF
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.once import once
from tests.pipeline import settings_for


@pytest.fixture(scope="session")
def published_sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the sample company's home, published and reported; every worker of the run gets the same. Read only."""
    return settings_for(once(tmp_path_factory, "published-sample", _make), str(DEMO_AS_OF))


def copy_of(settings: Settings, home: Path) -> Settings:
    """What is published and reported, in another home that a test may change."""
    for name in ("published", "reports", "runs", "seeds", "alerts"):
        if (settings.home / name).exists():
            shutil.copytree(settings.home / name, home / name, symlinks=True)
    return settings_for(home, str(settings.as_of))


def _make(home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SCOREBOARD_", "AIRFLOW"))}
    done = subprocess.run(
        [sys.executable, "-m", "scoreboard", "demo", "--sources", "files"],
        cwd=PROJECT_ROOT,
        env=environment | {"SCOREBOARD_HOME": str(home), "PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
