"""Rules are data: changing one changes the figures it should, all of them and no others, and no quarter before it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from scoreboard.warehouse.seeds import declared_seeds
from tests.end_to_end.rule_changes import CHANGES, COMPANY, RuleChange
from tests.once import random_company
from tests.rebuild import Rebuild, changes

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Rebuild:
    """A company through the pipeline once."""
    return Rebuild.of(random_company(tmp_path_factory, COMPANY).settings)


@pytest.fixture(scope="module")
def day(built: Rebuild) -> str:
    """First day of the quarter in mid-history."""
    with duckdb.connect(str(built.database), read_only=True) as warehouse:
        rows = warehouse.execute("select quarter_start_date from marts.dim_quarters order by 1").fetchall()
    return str(rows[len(rows) // 2][0])


def test_making_it_anew_without_a_change_changes_nothing(built: Rebuild, tmp_path: Path) -> None:
    for seed in ("survey_scales", "tier_rules", "alert_rules"):
        with built.changed(seed, "select 1", tmp_path) as warehouse:
            assert changes(built.database, warehouse) == ({}, [])


def test_every_rule_seed_is_changed_once() -> None:
    assert {change.seed for change in CHANGES} == set(declared_seeds()) - {"key_driver_policy", "t_critical"}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.seed)
def test_a_changed_rule_changes_its_figures_and_no_others(
    built: Rebuild, day: str, tmp_path: Path, change: RuleChange
) -> None:
    home, _, columns = change.home.partition(": ")

    with built.changed(change.seed, change.statement.format(day=day), tmp_path) as warehouse:
        found, early = changes(built.database, warehouse, day if change.is_dated else None)

    assert set(found) == {home, *change.also.split()}
    assert set(found[home]) == set(columns.split())
    assert set(early) <= set(change.early.split())
