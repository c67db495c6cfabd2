"""Processes that a test lets die or fail, forked from a small one that has everything imported and no thread yet.

Starting Python anew for each would take longer than what it does; and a fork of the test's own process copies the page tables of a
gigabyte, ten times the work of the little that is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from scoreboard.settings import PROJECT_ROOT

# forked(function, *arguments): how a process ended that called it with these (as JSON): its exit code, or minus the signal that killed it
Forked = Callable[..., int]


@contextmanager
def forking(module: str) -> Iterator[Forked]:
    """Calls of functions of this module, each in a process of its own; its exit code is 0 if it returned, 1 if it raised."""
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}"}
    with subprocess.Popen(
        [sys.executable, "-m", __name__, module],
        env=environment,
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        asked, told = server.stdin, server.stdout
        assert asked is not None and told is not None

        def forked(function: Callable[..., object], *arguments: object) -> int:
            assert function.__module__ == module
            asked.write(json.dumps([function.__name__, *arguments]) + "\n")
            asked.flush()
            return int(told.readline())

        yield forked


def serve(module: str) -> None:
    """Fork one process for each line read, and print how it ended."""
    functions = import_module(module)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            name, *arguments = json.loads(line)
            try:
                getattr(functions, name)(*arguments)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
