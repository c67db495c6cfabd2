"""One user of a home at a time; nothing left running by Ctrl-C, whatever swallows its exceptions."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from textwrap import dedent

import pytest

from scoreboard.orchestration import processes
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.orchestration import tiny_company

# a task that would take a KeyboardInterrupt for a failure, with a child of its own that outlives it
STUBBORN = dedent("""
    import signal, subprocess, sys, time
    from scoreboard.orchestration import processes
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be left alone, as it should
    processes.end_at_once_on_signals(lambda: print("farewell", flush=True))
    signal.signal(signal.SIGTERM, lambda *_: None)
    child = subprocess.Popen([sys.executable, "-c",
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"])
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass
""")


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path, as_of=date(2026, 8, 17))


@pytest.mark.parametrize("number", processes.ENDING_SIGNALS)
def test_a_signal_ends_the_process_and_its_children_whatever_the_work_does_with_it(number):
    work = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert work.stdout.readline() == "up\n"
    assert len(processes.members_of({work.pid})) == 2
    os.kill(work.pid, number)  # the process alone, as a supervisor would
    assert work.wait(timeout=30) == 128 + number
    left = processes.members_of({work.pid})
    processes.end_all(lambda: processes.members_of({work.pid}))  # a child left alive would hold the pipe open
    assert left == []
    assert work.stdout.read() == "farewell\n"


def test_ctrl_c_ends_a_real_run_in_the_middle_of_a_task(tmp_path):
    tiny_company.drop(tmp_path)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "SCOREBOARD"))}
    run = subprocess.Popen(
        [sys.executable, "-m", "scoreboard", "run"],
        env=inherited
        | {"SCOREBOARD_HOME": str(tmp_path), "SCOREBOARD_SETTLE_SECONDS": "600"},  # landing waits that long
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not any("task_id=land" in log.read_text() for log in tmp_path.glob("runs/*/log.txt")):
        assert run.poll() is None
        time.sleep(0.1)
    os.kill(run.pid, signal.SIGINT)
    assert run.wait(timeout=60) == 130
    assert "Interrupted" in run.stdout.read()
    assert processes.members_of({run.pid}) == []


def test_a_session_is_ended_whole_also_what_has_lost_its_parent():
    script = "sleep 600 & (sleep 600 &) ; trap '' TERM; echo up; while true; do sleep 600; done"
    work = subprocess.Popen(["bash", "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert work.stdout.readline() == "up\n"
    assert len(processes.members_of({work.pid})) >= 3
    processes.end_all(lambda: processes.members_of({work.pid}), patience=0.5)
    work.wait(timeout=10)
    assert processes.members_of({work.pid}) == []


def test_a_home_in_use_is_refused_with_what_to_do(settings):
    with (
        processes.sole_user_of(settings),
        pytest.raises(processes.HomeInUse, match="nothing was touched"),
        processes.sole_user_of(settings),
    ):
        pass
    with processes.sole_user_of(settings):
        pass


def test_a_killed_user_leaves_the_home_free(settings):
    script = dedent(f"""
        from datetime import date
        from pathlib import Path
        from scoreboard.orchestration import processes
        from scoreboard.settings import Settings
        with processes.sole_user_of(Settings(home=Path({str(settings.home)!r}), as_of=date(2026, 8, 17))):
            print("mine", flush=True)
            input()
    """)
    user = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert user.stdout.readline() == "mine\n"
    with pytest.raises(processes.HomeInUse), processes.sole_user_of(settings):
        pass
    user.send_signal(signal.SIGKILL)
    user.communicate()
    with processes.sole_user_of(settings):
        pass
