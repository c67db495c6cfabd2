"""A home of its own for every test, and a way to drop files into its inbox."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scoreboard import settings as clock
from scoreboard.settings import Settings
from tests.forking import Forked, forking

from . import dying
from .state import settings_of

NOW = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
HEADER = "project_id,project_name,company_name,updated_at\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path / "home")


@pytest.fixture(scope="package")
def forked() -> Iterator[Forked]:
    """forked(function of dying.py, its arguments): how a process ended that called it; see tests/forking.py."""
    with forking(dying.__name__) as forked:
        yield forked


@pytest.fixture
def drop(settings: Settings) -> Callable[..., Path]:
    """drop("a.csv", "P1", "P2") puts two projects into a file; content= gives the file's bytes instead."""

    def write(name: str, *keys: str, content: bytes | None = None, entity: str = "crm/projects") -> Path:
        path = settings.inbox / entity / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = "".join(f"{key},Project {key},OurCo,2026-01-01T00:00:00Z\n" for key in keys)
        path.write_bytes(content if content is not None else (HEADER + rows).encode())
        os.utime(path, (1_700_000_000, 1_700_000_000))
        return path

    return write


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at NOW."""
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
