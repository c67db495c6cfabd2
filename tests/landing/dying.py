"""Landing in processes that are killed (SIGKILL) when about to take a chosen step, or that may not write what they want to."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

import pandas  # noqa: F401 - Arrow imports it for the first row it is given; here once for all that are forked

from scoreboard.landing import batch, parts  # noqa: F401 - likewise, for the first file
from scoreboard.landing.drop import LandingFailed, land_entity
from scoreboard.landing.pages import land_stream
from tests.landing.scripted import TICKETS, Scripted, at
from tests.landing.state import settings_of

# every way in which landing changes what is on disk
OF_FILES = ("rename", "replace", "link", "unlink", "fsync", "mkdir", "rmdir")
OF_RECORDS = ("replace", "fsync", "mkdir", "unlink", "rmdir")


def six_tickets() -> Scripted:
    """A source of six records, of a minute each."""
    source = Scripted()
    for number in range(6):
        source.put(f"T{number}", at(number))
    return source


def land_files(home: str, run_id: str, die_before: int) -> None:
    """What lies in the inbox for projects; killed before the step of this number, where there are as many."""
    _die_before(die_before, OF_FILES)
    land_entity(settings_of(Path(home)), "projects", run_id)


def land_records(home: str, run_id: str, die_before: int) -> None:
    """Six tickets in pieces of four; killed likewise."""
    _die_before(die_before, OF_RECORDS)
    land_stream(settings_of(Path(home)), "zendesk", six_tickets(), TICKETS, run_id, piece_rows=4)


def land_on_a_full_disk(home: str, run_id: str) -> None:
    """As `land_files`, where no file may grow beyond 20 kB: the real failure of the real writer; it has to be named."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    try:
        land_entity(settings_of(Path(home)), "projects", run_id)
    except LandingFailed as error:
        assert "landing projects stopped: " in str(error)
        return
    raise AssertionError("it landed")


def _die_before(number: int, steps: Iterable[str]) -> None:
    taken = count(1)

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if next(taken) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return step

    for name in steps:
        setattr(os, name, dying(getattr(os, name)))
