"""Random companies through the real pipeline, held against the independent computation of tests/oracle, cell by cell."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scoreboard.settings import Settings
from tests.oracle.check import computed_tables, read_settings
from tests.oracle.compare import compare_folder
from tests.oracle.random_company import write_company
from tests.pipeline import run_pipeline

# seeds whose options differ in zone, fiscal start, currency and closeness of as-of to a quarter's closing
SEEDS = (4, 13)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_warehouse_agrees_with_an_independent_computation(tmp_path: Path, seed: int) -> None:
    home = tmp_path / "home"
    write_company(seed, home)
    inbox = shutil.copytree(home / "inbox", tmp_path / "inbox")
    told = read_settings(home / "settings.env")

    run_pipeline(
        Settings.from_environment(told | {"SCOREBOARD_HOME": str(home), "SCOREBOARD_SETTLE_SECONDS": "0"}), "random"
    )

    tables = computed_tables(home, [inbox], told)
    assert sum(len(table) for table in tables.values()) > 1000, "a company that small proves nothing"
    assert compare_folder(tables, home / "published" / "parquet") == []
