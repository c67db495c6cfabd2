"""The same rows landed in another order, over the same runs, give the same bytes of every mart."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.settings import Settings
from scoreboard.warehouse.publish import publish
from tests.oracle.check import read_settings
from tests.oracle.random_company import write_company
from tests.oracle.random_world import Options
from tests.pipeline import build_and_publish, land_and_judge, without_tests_of_columns
from tests.rebuild import build_like

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


def landed(home: Path, company: Path, inboxes: list[Path], order: tuple[int, ...]) -> Settings:
    """A home in which the windows have landed in this order, each under its own run id."""
    settings = Settings.from_environment(
        read_settings(company / "settings.env") | {"SCOREBOARD_HOME": str(home), "SCOREBOARD_SETTLE_SECONDS": "0"}
    )
    shutil.copytree(company / "seeds", home / "seeds", dirs_exist_ok=True)
    for window in order:
        shutil.copytree(inboxes[window], home / "inbox", dirs_exist_ok=True)
        land_and_judge(settings, f"window-{window}")
    return settings


def published_bytes(settings: Settings) -> dict[str, str]:
    """Hash of every mart's file."""
    return {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((settings.published / "parquet").resolve().rglob("*.parquet"))
        if path.stem not in ABOUT_RUNS
    }


def test_every_mart_has_the_same_bytes_after_any_order_of_backfills(
    tmp_path: Path, windows: tuple[Path, list[Path]]
) -> None:
    company, inboxes = windows
    first, other = (landed(tmp_path / str(order), company, inboxes, order) for order in ORDERS)
    with without_tests_of_columns(keeps_manifest=True):
        build_and_publish(first, "build")
    # a second time dbt would compile and run the very same: what is different is the order of the rows it reads
    build_like(other, first, "build")
    publish(other, "build")

    bytes_of_first, bytes_of_other = published_bytes(first), published_bytes(other)
    assert len(bytes_of_first) > 15
    assert [name for name in bytes_of_first if bytes_of_first[name] != bytes_of_other.get(name)] == []
    assert bytes_of_other.keys() == bytes_of_first.keys()
