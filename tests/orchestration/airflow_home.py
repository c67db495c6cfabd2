"""One throw-away Airflow home per test process: Airflow reads its settings once, when it is first imported."""

import atexit
import os
import shutil
import sys
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from scoreboard.orchestration import airflow_env
from scoreboard.orchestration.one_process import spare_the_needless
from scoreboard.settings import Settings


@cache
def set_environment() -> None:
    """To be called while conftest.py is imported, before any test module."""
    assert "airflow" not in sys.modules, "Airflow was imported before its settings were in place"
    home = Path(tempfile.mkdtemp(prefix="scoreboard-airflow-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    environment = airflow_env.environment(Settings(home=home, as_of=date(2026, 8, 17)))
    del environment["SCOREBOARD_HOME"]  # each test has its own
    os.environ.update(environment)


@cache
def prepare_database() -> None:
    """Airflow's tables, once; and tests that call `dag.test()` themselves spare what a command spares."""
    set_environment()
    airflow_env.prepare_database()
    spare_the_needless()
