"""The published sample company, made once for the whole test run by the tutorial's first command, `make demo SOURCES=files`.

Tests that only read use `published_sample`; one that writes into the home takes a copy (`copy_of`). Those that run the pipeline again
over what is there start from `small_sample` (small_sample.py).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from demo import DEMO_AS_OF
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.once import once
from tests.pipeline import settings_for


@pytest.fixture(scope="session")
def published_sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the sample company's home, published and reported; every worker of the run gets the same. Read only."""
    return settings_for(once(tmp_path_factory, "published-sample", _make), str(DEMO_AS_OF))


def copy_of(settings: Settings, home: Path) -> Settings:
    """What is published and reported, in another home that a test may change."""
    for name in ("published", "reports", "runs", "seeds", "alerts"):
        if (settings.home / name).exists():
            shutil.copytree(settings.home / name, home / name, symlinks=True)
    return settings_for(home, str(settings.as_of))


def _make(home: Path) -> None:
    from tests.docs.commands import FIRST_COMMAND, run_blocks

    scratch = home.with_name("published-sample-made")
    scratch.mkdir(exist_ok=True)
    run_blocks([FIRST_COMMAND], settings_for(home, str(DEMO_AS_OF)), scratch, where=PROJECT_ROOT)
