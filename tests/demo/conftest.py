"""The sample company, written once per test process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import demo
from tests.demo.figures import Figures


@dataclass
class Written:
    """A company on disk, what its generator promised, and what its files say."""

    home: Path
    summary: dict[str, Any]
    figures: Figures


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The default company. Nobody may write into its folder."""
    home = tmp_path_factory.mktemp("company")
    summary = demo.write_company(home)
    return Written(home, summary, Figures(home))
