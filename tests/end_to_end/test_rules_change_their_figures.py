"""Rules are data: changing one changes the figures it should, all of them and no others, and no quarter before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scoreboard.warehouse.seeds import declared_seeds
from tests.end_to_end.rule_changes import CHANGES, COMPANY, RuleChange
from tests.once import random_company
from tests.rebuild import Rebuild

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rebuild]:
    """A company through the pipeline once."""
    with Rebuild.of(random_company(tmp_path_factory, COMPANY).settings, tmp_path_factory.mktemp("rebuild")) as rebuild:
        yield rebuild


@pytest.fixture(scope="module")
def day(built: Rebuild) -> str:
    """First day of the quarter in mid-history."""
    rows = built.copy.execute("select quarter_start_date from marts.dim_quarters order by 1").fetchall()
    return str(rows[len(rows) // 2][0])


def test_making_it_anew_without_a_change_changes_nothing(built: Rebuild) -> None:
    for seed in ("survey_scales", "tier_rules", "alert_rules"):
        assert built.changes(seed, "select 1") == ({}, [])


def test_every_rule_seed_is_changed_once() -> None:
    assert {change.seed for change in CHANGES} == set(declared_seeds()) - {"key_driver_policy", "t_critical"}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.seed)
def test_a_changed_rule_changes_its_figures_and_no_others(built: Rebuild, day: str, change: RuleChange) -> None:
    home, _, columns = change.home.partition(": ")

    found, early = built.changes(change.seed, change.statement.format(day=day), day if change.is_dated else None)

    assert set(found) == {home, *change.also.split()}
    assert set(found[home]) == set(columns.split())
    assert set(early) <= set(change.early.split())
