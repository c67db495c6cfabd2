"""What a command spares of Airflow's preparations, and how it ends."""

import subprocess
import sys

from scoreboard.settings import PROJECT_ROOT
from tests.orchestration import airflow_home


def test_tasks_report_in_the_one_version_that_is_spoken_here():
    airflow_home.prepare_database()
    from airflow.api_fastapi.execution_api.versions import bundle
    from airflow.sdk.api.datamodels._generated import API_VERSION

    assert bundle.version_values == (API_VERSION,)


LEAVING = """
import atexit, threading, time
from scoreboard.leaving import leave

class Part:
    def __del__(self):
        print("taken apart")

part = Part()
atexit.register(print, "what was left for the end")
threading.Thread(target=lambda: (time.sleep(0.3), print("a thread's last words"))).start()
leave(7)
"""


def test_a_command_waits_for_all_that_is_under_way_and_takes_nothing_apart():
    left = subprocess.run(
        [sys.executable, "-c", LEAVING],
        cwd=PROJECT_ROOT,
        env={"PYTHONPATH": "plugins"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (left.returncode, left.stdout.splitlines(), left.stderr) == (
        7,
        ["a thread's last words", "what was left for the end"],
        "",
    )
