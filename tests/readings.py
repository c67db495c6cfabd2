"""What dbt read of the project (scoreboard.warehouse.parsed), kept for every worker of the test run and not for one process alone."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, MutableMapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from scoreboard.settings import PROJECT_ROOT
from scoreboard.warehouse import parsed


class Shelf(MutableMapping[Hashable, bytes]):
    """Readings of this project in files of a folder; of another one, such as a copy that a test broke, the last alone."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._elsewhere: dict[Hashable, bytes] = {}

    def __getitem__(self, key: Any) -> bytes:
        if not self._is_ours(key):
            return self._elsewhere[key]
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise KeyError(key) from None

    def __setitem__(self, key: Any, reading: bytes) -> None:
        if not self._is_ours(key):
            self._elsewhere[key] = reading
            return
        aside = self._path(key).with_suffix(f".{os.getpid()}")
        aside.write_bytes(reading)
        aside.replace(self._path(key))  # whoever finds the file finds all of it

    def __delitem__(self, key: Any) -> None:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Hashable]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def clear(self) -> None:
        """What is not of this project goes; the rest may be asked for again."""
        self._elsewhere.clear()

    def _path(self, key: Any) -> Path:
        return self._folder / sha256(repr(key).encode()).hexdigest()

    @staticmethod
    def _is_ours(key: Any) -> bool:
        return all(Path(path).is_relative_to(PROJECT_ROOT) for path, *_ in key[0])


@pytest.fixture(scope="session", autouse=True)
def readings_for_every_worker(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The whole run long: a worker that asks for what another one has read is given that."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    parsed._kept = Shelf(shared / "dbt-readings")  # type: ignore[assignment]
