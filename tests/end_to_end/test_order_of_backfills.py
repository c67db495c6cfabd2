"""The same rows landed in another order, over the same runs, give the same bytes of every mart."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.settings import Settings
from tests.oracle.check import read_settings
from tests.oracle.random_company import write_company
from tests.oracle.random_world import Options
from tests.pipeline import build_and_publish, land_and_judge, without_tests_of_columns

pytestmark = pytest.mark.long

# They tell when something landed or ran, which is no figure.
ABOUT_RUNS = {"rpt_data_quality", "rpt_quarantine"}
# Rows of one key with one updated_at and other content are the one thing that the order of landing decides (CONTRACT section 2).
ORDERLY = Options(responses=60, runs=2, bad_rows=False, big_group=False)
ORDERS = ((0, 1), (1, 0))


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A company whose rows come in two windows; its home and the inbox of each."""
    home = tmp_path_factory.mktemp("windows")
    return home, write_company(11, home, replace(ORDERLY, drop=()))


def published_bytes(home: Path, company: Path, inboxes: list[Path], order: tuple[int, ...]) -> dict[str, str]:
    """Land the windows in this order, each under its own run id, publish once; hash of every mart's file."""
    settings = Settings.from_environment(
        read_settings(company / "settings.env") | {"SCOREBOARD_HOME": str(home), "SCOREBOARD_SETTLE_SECONDS": "0"}
    )
    shutil.copytree(company / "seeds", home / "seeds", dirs_exist_ok=True)
    for window in order:
        shutil.copytree(inboxes[window], home / "inbox", dirs_exist_ok=True)
        land_and_judge(settings, f"window-{window}")
    with without_tests_of_columns():
        build_and_publish(settings, "build")
    return {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((settings.published / "parquet").resolve().rglob("*.parquet"))
        if path.stem not in ABOUT_RUNS
    }


def test_every_mart_has_the_same_bytes_after_any_order_of_backfills(
    tmp_path: Path, windows: tuple[Path, list[Path]]
) -> None:
    company, inboxes = windows
    first, other = (published_bytes(tmp_path / str(order), company, inboxes, order) for order in ORDERS)

    assert len(first) > 15
    assert [name for name in first if first[name] != other.get(name)] == []
    assert other.keys() == first.keys()
