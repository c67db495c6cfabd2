"""What several test files need and takes long to make is made once for the whole run, by whichever worker asks first.

Nobody may write into what is shared: a test that changes a home takes a copy.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from scoreboard.settings import Settings
from tests.oracle.check import read_settings
from tests.oracle.random_company import write_company
from tests.pipeline import run_pipeline, without_tests_of_columns


def once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder `name` that `make` fills, the same for every worker; a second asker waits for the first one's work."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, made = shared / name, shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # half of one, from a worker that failed
            make(folder)
            made.touch()
    return folder


def sample_users_apart(items: Iterable[pytest.Item], fixture: str) -> list[pytest.Item]:
    """The tests with one file that uses `fixture` first, then the long ones, then all others; of each, those that use it last.

    One worker makes what the fixture gives, and meanwhile the others have enough to do that needs it not. The long ones come early, so
    that what is left for the end is short, and no worker does it alone.
    """
    items = list(items)
    users = {item.path for item in items if fixture in getattr(item, "fixturenames", ())}
    first = next((item.path for item in items if item.path in users), None)
    long = {item.path for item in items if item.get_closest_marker("long")}
    return sorted(items, key=lambda item: (item.path != first, item.path not in long, item.path in users))


@dataclass(frozen=True)
class Company:
    """A random company's published home, and its files as they were dropped."""

    settings: Settings
    inbox: Path


TESTED_WHOLE = 4
"""The seed of the random company whose build has dbt's tests of columns too."""


def random_company(tmp_path_factory: pytest.TempPathFactory, seed: int) -> Company:
    """The random company of this seed through the whole pipeline."""

    def make(folder: Path) -> None:
        write_company(seed, folder / "home")
        shutil.copytree(folder / "home" / "inbox", folder / "inbox")
        is_tested = seed == TESTED_WHOLE
        with nullcontext() if is_tested else without_tests_of_columns(keeps_manifest=True):
            run_pipeline(told_settings(folder / "home"), "random")

    folder = once(tmp_path_factory, f"random-company-{seed}", make)
    return Company(told_settings(folder / "home"), folder / "inbox")


def told_settings(home: Path) -> Settings:
    """The settings a generated company was written for; its files count as settled at once."""
    told = read_settings(home / "settings.env")
    return Settings.from_environment(told | {"SCOREBOARD_HOME": str(home), "SCOREBOARD_SETTLE_SECONDS": "0"})
