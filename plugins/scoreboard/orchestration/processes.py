"""Starting and ending: one user of a home at a time, and no process left behind by Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import psutil  # type: ignore[import-untyped]

from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class HomeInUse(ScoreboardError):
    """Somebody else runs or serves this home."""


@contextmanager
def sole_user_of(settings: Settings) -> Iterator[None]:
    """Hold the home for one run or one server; the lock goes with the process, however it ends. Raises HomeInUse."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HomeInUse(
                f"another run or `make up` is working in {settings.home}; nothing was touched."
                " Wait for it or stop it (under `make up`, trigger the DAGs in the web UI), or set SCOREBOARD_HOME."
            ) from error
        yield


def end_at_once_on_signals(farewell: Callable[[], None]) -> None:
    """On Ctrl-C or a kill: say farewell, end every child, exit with 128 + signal.

    A KeyboardInterrupt would not do: Airflow takes it for one more failing task and tries again. Ending hard is safe, as every
    stage commits all or nothing. The signal is read from the wakeup descriptor by a thread of its own, since
    Airflow and dbt put their own handlers in place of ours.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    for number in ENDING_SIGNALS:
        # nohup means it
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _leave_it_to_the_thread)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def watch() -> None:
        while True:
            number = os.read(reading, 1)[0]
            if number in ENDING_SIGNALS:
                break
        with suppress(Exception):
            farewell()
        end_all(lambda: psutil.Process().children(recursive=True))
        os._exit(128 + number)

    threading.Thread(target=watch, name="signals", daemon=True).start()


def _leave_it_to_the_thread(number: int, frame: FrameType | None) -> None:
    """Python needs a handler of its own to write to the wakeup descriptor."""


def members_of(sessions: set[int]) -> list[psutil.Process]:
    """Every living process of these sessions, also those whose parent is gone."""
    members = []
    for process in psutil.process_iter():
        with suppress(ProcessLookupError, PermissionError, psutil.Error):
            if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
    return members


def end_all(living: Callable[[], list[psutil.Process]], patience: float = 5.0) -> None:
    """Ask everything that is living to end, wait, kill; again, until nothing is left of what was born meanwhile."""
    while processes := living():
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        _, stubborn = psutil.wait_procs(processes, timeout=patience)
        for process in stubborn:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, timeout=patience)
        patience /= 10
