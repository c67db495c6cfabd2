"""Processes that die at a chosen step of a publish or rollback.

All are forked from one that has everything imported, and no thread yet: starting Python anew for each would take longer than
what it does until it dies.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse.publish import publish, rollback
from tests.marts_fixture import settings_for

CUTS: tuple[tuple[str, str], ...] = (("os", "replace"), ("os", "rename"), ("os", "symlink"), ("os", "fsync"))
ROLLBACK = "rollback"
# kill_at(settings, step, what): the exit code of a process that publishes run `what`, or rolls back, and dies at that step
KillAt = Callable[[Settings, int, str], int]


def cut_after(monkeypatch: pytest.MonkeyPatch, allowed: int, act: Callable[[], None]) -> list[int]:
    """Let the `allowed`-th call that changes the disk's names (or flushes) happen, then `act` at the next; returns the call counter."""
    counter = [0]

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def cut(*arguments: Any, **options: Any) -> Any:
            if counter[0] == allowed:
                act()
            counter[0] += 1
            return original(*arguments, **options)

        return cut

    for module, name in CUTS:
        monkeypatch.setattr(f"{module}.{name}", wrap(getattr(os, name)))
    return counter


def disk_full() -> None:
    raise OSError(28, "No space left on device")


@contextmanager
def killer() -> Iterator[KillAt]:
    """The process that the dying ones are forked from, for as long as it is needed."""
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}"}
    with subprocess.Popen(
        [sys.executable, "-c", f"from {__name__} import serve; serve()"],
        env=environment,
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        asked, told = server.stdin, server.stdout
        assert asked is not None and told is not None

        def kill_at(settings: Settings, step: int, what: str) -> int:
            asked.write(json.dumps([str(settings.home), settings.as_of.isoformat(), step, what]) + "\n")
            asked.flush()
            return int(told.readline())

        yield kill_at


def serve() -> None:
    """Fork one process for each line read, and print how it ended."""
    for line in sys.stdin:
        home, as_of, step, what = json.loads(line)
        process = os.fork()
        if process == 0:
            try:
                _die_at(settings_for(Path(home), as_of), step, what)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


def _die_at(settings: Settings, step: int, what: str) -> None:
    cut_after(pytest.MonkeyPatch(), step, lambda: os.kill(os.getpid(), signal.SIGKILL))
    if what == ROLLBACK:
        rollback(settings)
    else:
        publish(settings, what)
