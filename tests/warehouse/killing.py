"""Processes that die at a chosen step of a publish or rollback."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scoreboard.settings import Settings
from scoreboard.warehouse.publish import publish, rollback
from tests.forking import forking
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
    with forking(__name__) as forked:

        def kill_at(settings: Settings, step: int, what: str) -> int:
            return forked(die_at, str(settings.home), settings.as_of.isoformat(), step, what)

        yield kill_at


def die_at(home: str, as_of: str, step: int, what: str) -> None:
    """Publish run `what`, or roll back, in a process that is killed at this step."""
    settings = settings_for(Path(home), as_of)
    cut_after(pytest.MonkeyPatch(), step, lambda: os.kill(os.getpid(), signal.SIGKILL))
    if what == ROLLBACK:
        rollback(settings)
    else:
        publish(settings, what)
