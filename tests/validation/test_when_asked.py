"""A module that is imported only once somebody asks for something in it."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from scoreboard.validation.when_asked import imported_when_asked


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with a module `rare`, and one that imports it; each test has another, since Python keeps what was imported."""
    name = f"library_of_{tmp_path.name}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    (tmp_path / name / "rare.py").write_text("value = 42\n", encoding="utf-8")
    (tmp_path / name / "user.py").write_text(f"from {name} import rare\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_it_is_imported_when_asked_and_not_before(library: str) -> None:
    with imported_when_asked(f"{library}.rare"):
        user = import_module(f"{library}.user")
    assert f"{library}.rare" not in sys.modules

    assert user.rare.value == 42
    assert f"{library}.rare" in sys.modules


def test_nobody_else_is_given_the_stand_in(library: str) -> None:
    with imported_when_asked(f"{library}.rare"):
        pass
    assert not hasattr(import_module(library), "rare")
    assert import_module(f"{library}.rare").__file__


def test_what_is_imported_already_stays(library: str) -> None:
    there = import_module(f"{library}.rare")
    with imported_when_asked(f"{library}.rare"):
        assert import_module(library).rare is there
    assert import_module(library).rare is there
