"""What dbt read of the project (scoreboard.warehouse.parsed), kept for every worker of the test run and not for one process alone."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator
from hashlib import sha256

import pytest

from scoreboard.warehouse import parsed


@pytest.fixture(scope="session", autouse=True)
def readings_for_every_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The whole run long: a worker that asks for what another one has read is given that."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "dbt-readings"
    folder.mkdir(exist_ok=True)

    def remembered(key: Hashable) -> bytes | None:
        path = folder / sha256(repr(key).encode()).hexdigest()
        return path.read_bytes() if path.exists() else None

    def remember(key: Hashable, reading: bytes) -> None:
        path = folder / sha256(repr(key).encode()).hexdigest()
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(reading)
        aside.replace(path)  # whoever finds the file finds all of it

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsed, "_remembered", remembered)
        patch.setattr(parsed, "_remember", remember)
        yield
