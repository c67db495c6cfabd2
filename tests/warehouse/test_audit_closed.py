"""The audit lets no build through that shows a closed period otherwise than it was published or restated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scoreboard import atomic
from scoreboard.settings import Settings
from scoreboard.warehouse.audit import audit
from scoreboard.warehouse.publish import publish
from scoreboard.warehouse.tables import OFFICIAL
from tests.marts_fixture import settings_for
from tests.warehouse.test_audit import OTHER_SETTINGS, build, change, refused


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


@pytest.mark.parametrize("changes", OTHER_SETTINGS)
def test_settings_that_cut_closed_quarters_anew_need_somebodys_word(
    settings: Settings, changes: dict[str, Any]
) -> None:
    build(settings, "first")
    publish(settings, "first")
    other = settings_for(settings.home, **changes)
    build(other)
    message = refused(other)
    assert "closed quarters would move: v000001-first shows them under" in message
    assert "accept_changes.json" in message
    atomic.write_json(other.home / "accept_changes.json", {"reason": "we report in euro now", "by": "Ada"})
    assert audit(other, "run")["changes"]["accepted"]["by"] == "Ada"
    publish(other, "run")
    build(other, "next")
    assert audit(other, "next")["passed"]  # agreed to once, it is the rule
    build(settings, "back")
    assert "closed quarters would move" in refused(settings, "back")


def frozen_then_built_again(settings: Settings) -> None:
    """A closed quarter with one account's tier has been published; another build shows it as the ledger wants it."""
    tiers = [{"account_id": "A0", "quarter_start_date": "2025-10-01", "account_tier": "key"}]
    for run_id in ("first", "run"):
        build(settings, run_id, tiers=tiers)
        if run_id == "first":
            publish(settings, run_id)
        tiers = [{**tiers[0], "account_tier": "marginal"}]


def test_a_build_that_shows_closed_periods_as_published_passes(settings: Settings) -> None:
    frozen_then_built_again(settings)
    result = audit(settings, "run")
    assert result["closed"] == sum(1 for period in OFFICIAL.values() if period == "quarter_start_date")


@pytest.mark.parametrize(
    "harm",
    [
        "update marts.fct_account_tiers set account_tier = 'marginal'",
        "delete from marts.fct_account_tiers",
        "insert into marts.fct_account_tiers from marts.fct_account_tiers",
        "update marts.fct_account_tiers set revenue_t4q = 1",
    ],
)
def test_a_closed_period_that_moved_by_a_cell_or_a_row_is_found(settings: Settings, harm: str) -> None:
    frozen_then_built_again(settings)
    change(settings, harm)
    assert "fct_account_tiers: " in (message := refused(settings))
    assert "rows of closed periods are not those that were published or restated" in message


def test_an_official_table_without_its_twin_is_found(settings: Settings) -> None:
    build(settings)
    change(settings, "drop table marts_now.rpt_gaps")
    change(settings, "alter table marts_now.fct_account_tiers drop column account_tier")
    message = refused(settings)
    assert "table rpt_gaps has no equal in marts_now" in message
    assert "table fct_account_tiers has no equal in marts_now" in message


def test_a_build_that_does_not_know_the_ledger_is_found(settings: Settings) -> None:
    build(settings)
    change(settings, "drop table landed.closed_periods")
    assert "does not say which periods were published closed" in refused(settings)
