"""Random companies through the real pipeline, held against the independent computation of tests/oracle, cell by cell."""

from __future__ import annotations

import pytest

from tests.once import random_company
from tests.oracle.check import computed_tables, read_settings
from tests.oracle.compare import compare_folder

pytestmark = pytest.mark.long

# seeds whose options differ in fiscal start, currency and closeness of as-of to a quarter's closing, and that other tests build too; a
# company of another continent is in test_closed_quarters_random.py
SEEDS = (4, 21)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_warehouse_agrees_with_an_independent_computation(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    company = random_company(tmp_path_factory, seed)
    home = company.settings.home

    tables = computed_tables(home, [company.inbox], read_settings(home / "settings.env"))

    assert sum(len(table) for table in tables.values()) > 1000, "a company that small proves nothing"
    assert compare_folder(tables, home / "published" / "parquet") == []
