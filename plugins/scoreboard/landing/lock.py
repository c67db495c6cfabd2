"""One run at a time per stream: a lock that the system lets go of when its process dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scoreboard.errors import ScoreboardError
from scoreboard.landing.disk import make_folder

WAIT_SECONDS = 120.0
_ASK_AGAIN_SECONDS = 0.05


class LandingBusy(ScoreboardError):
    """Another run is landing the same stream and did not finish in time."""


@contextmanager
def stream_lock(folder: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the stream that lands in `folder` (landing/<adapter>/<entity>); raises LandingBusy after `wait_seconds`."""
    make_folder(folder)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _acquire(descriptor, folder, time.monotonic() + wait_seconds)
        yield
    finally:
        os.close(descriptor)  # gives the lock back


def _acquire(descriptor: int, folder: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise LandingBusy(
                    f"another run is landing {folder.parent.name}/{folder.name} (it holds {folder / '.lock'}). "
                    "Nothing was touched by this run; let the other one finish, then run again."
                ) from error
            time.sleep(_ASK_AGAIN_SECONDS)
