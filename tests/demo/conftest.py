"""The sample company, written once for the whole run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import demo
from tests.demo.figures import Figures
from tests.once import once


@dataclass
class Written:
    """A company on disk, what its generator promised, and what its files say."""

    home: Path
    summary: dict[str, Any]
    figures: Figures


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The default company. Nobody may write into its folder."""

    def make(folder: Path) -> None:
        (folder / "home").mkdir(parents=True)
        told = demo.write_company(folder / "home")
        (folder / "summary.json").write_text(json.dumps(told), encoding="utf-8")

    folder = once(tmp_path_factory, "written-company", make)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return Written(folder / "home", summary, Figures(folder / "home"))
