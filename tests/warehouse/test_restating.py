"""A closed quarter changes only when somebody says why and who agreed; and then all of it, at once, with the year that ended in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from scoreboard.quarter import Quarter
from scoreboard.settings import Settings
from scoreboard.warehouse import ledger
from scoreboard.warehouse.periods import RestateError, parse_period, restate
from scoreboard.warehouse.publish import PublishError, rollback
from scoreboard.warehouse.reader import open_published
from tests.marts_fixture import settings_for
from tests.warehouse.closed_company import Q1, Q3, Q4, publish_company, tiers_readers_see


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home", "2026-02-01")


@pytest.fixture(scope="module")
def moved_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("moved") / "home"
    publish_company(settings_for(home, "2026-02-01"), tier="key")
    publish_company(settings_for(home, "2026-02-01"), "r2", tier="marginal")
    return home


@pytest.fixture
def moved(settings: Settings, moved_once: Path) -> Settings:
    """Everything was `key` when it closed; by now it would be `marginal`. A copy of its own for each test."""
    shutil.copytree(moved_once, settings.home, symlinks=True)
    return settings


def years_readers_see(settings: Settings) -> dict[int, str]:
    with open_published(settings) as published:
        rows = published.rows("select distinct award_year, status from marts.rpt_award_eligibility order by 1")
    return {row["award_year"]: row["status"] for row in rows}


def test_a_restated_quarter_shows_what_was_known_with_the_award_year_that_ended_in_it(moved: Settings) -> None:
    record = restate(moved, Q4, " late answers ", " Ada ", "r3")
    assert (record["kind"], record["version"], record["reason"], record["approved_by"]) == (
        "restated",
        "v000002-r2",
        "late answers",
        "Ada",
    )
    assert ledger.names(moved) == ["0001-v000001-r1", "0002-restated-2025-Q4"]
    publish_company(moved, "r3", tier="strategic")
    assert tiers_readers_see(moved) == {Q3.start: {"key"}, Q4.start: {"marginal"}, Q1.start: {"strategic"}}
    assert years_readers_see(moved) == {2024: "key", 2025: "marginal", 2026: "strategic"}


def test_a_quarter_in_mid_year_takes_no_year_along_and_a_year_no_quarter(moved: Settings) -> None:
    restate(moved, Q3, "late answers", "Ada", "r3")
    restate(moved, 2024, "a recount", "Ada", "r4")
    publish_company(moved, "r5", tier="strategic")
    assert tiers_readers_see(moved) == {Q3.start: {"marginal"}, Q4.start: {"key"}, Q1.start: {"strategic"}}
    assert years_readers_see(moved) == {2024: "marginal", 2025: "key", 2026: "strategic"}


def test_the_year_that_ends_in_a_quarter_waits_for_its_own_closing(tmp_path: Path) -> None:
    """Fiscal quarters of Nov-Jan close a month after the award year; those of Oct-Dec with it."""
    settings = settings_for(tmp_path, "2026-02-20", fiscal_start_month=11)
    quarter = Quarter.containing(Q4.end, 11)
    publish_company(settings, quarters=(), tier="key")
    with pytest.raises(RestateError, match="2026-Q1 is no closed period"):
        restate(settings, quarter, "why", "who", "r2")


def test_a_quarter_can_be_restated_again_and_the_last_word_holds(moved: Settings) -> None:
    restate(moved, Q4, "late answers", "Ada", "r3")
    publish_company(moved, "r3", tier="strategic")
    restate(moved, Q4, "a deleted response", "Ben", "r4")
    publish_company(moved, "r4", tier="key")
    assert tiers_readers_see(moved)[Q4.start] == {"strategic"}
    with duckdb.connect(str(moved.build / "warehouse.duckdb"), read_only=True) as build:
        [told] = build.execute(
            "select first_published_version, reason, approved_by, first_sequence, official_sequence"
            " from landed.closed_periods where table_name = 'fct_account_tiers' and quarter_start_date = ?",
            [Q4.start],
        ).fetchall()
        [first] = build.execute(
            "select distinct account_tier from landed.first_published__fct_account_tiers where quarter_start_date = ?",
            [Q4.start],
        ).fetchall()
    assert told == ("v000001-r1", "a deleted response", "Ben", 1, 3)
    assert first == ("key",)


def test_a_retried_task_makes_no_second_event(moved: Settings) -> None:
    first = restate(moved, Q4, "late answers", "Ada", "r3")
    assert restate(moved, Q4, "late answers", "Ada", "r3") == first
    assert len(ledger.names(moved)) == 2


def test_what_readers_see_changes_with_the_next_version_only(moved: Settings) -> None:
    restate(moved, Q4, "late answers", "Ada", "r3")
    assert tiers_readers_see(moved)[Q4.start] == {"key"}


def test_a_rollback_keeps_restatements(moved: Settings) -> None:
    restate(moved, Q4, "late answers", "Ada", "r3")
    publish_company(moved, "r3", tier="strategic")
    assert rollback(moved)["withdrawn_events"] == []
    assert tiers_readers_see(moved)[Q4.start] == {"key"}
    publish_company(moved, "r4", tier="strategic")
    assert tiers_readers_see(moved)[Q4.start] == {"marginal"}


def test_a_restatement_stays_also_when_the_version_it_was_taken_from_is_retracted(moved: Settings) -> None:
    restate(moved, Q4, "late answers", "Ada", "r3")
    rollback(moved)
    assert ledger.names(moved) == ["0001-v000001-r1", "0002-restated-2025-Q4"]


def test_a_look_back_from_before_the_restatement_does_not_see_it(moved: Settings) -> None:
    later = settings_for(moved.home, "2026-03-01")
    publish_company(later, "r3", tier="marginal")
    restate(later, Q4, "late answers", "Ada", "r4")
    publish_company(moved, "back", tier="strategic")
    assert tiers_readers_see(moved)[Q4.start] == {"key"}


@pytest.mark.parametrize(("reason", "by"), [("", "Ada"), (" ", "Ada"), ("late", ""), ("late", "\t")])
def test_nothing_is_restated_without_a_reason_and_somebody_who_agreed(moved: Settings, reason: str, by: str) -> None:
    with pytest.raises(RestateError, match=r"say why .* and who agreed"):
        restate(moved, Q4, reason, by, "r3")
    assert len(ledger.names(moved)) == 1


def test_what_is_not_closed_needs_no_restatement(moved: Settings) -> None:
    for open_period in (Q1, 2026, Quarter.parse("2019-Q1"), 1999):
        with pytest.raises(RestateError, match="is no closed period of v000002-r2"):
            restate(moved, open_period, "why", "who", "r3")


def test_figures_that_are_known_already_are_not_restated(settings: Settings) -> None:
    publish_company(settings)
    with pytest.raises(RestateError, match="there is nothing to restate in 2025-Q4"):
        restate(settings, Q4, "why", "who", "r2")


def test_nothing_is_restated_from_a_look_back_or_under_other_settings(moved: Settings) -> None:
    publish_company(settings_for(moved.home, "2026-01-20"), "back", tier="strategic")
    with pytest.raises(RestateError, match="looks back to 2026-01-20, but 2025-Q4 was published as of 2026-02-01"):
        restate(moved, Q4, "why", "who", "r3")
    with pytest.raises(RestateError, match="published with other settings"):
        restate(settings_for(moved.home, "2026-02-01", currency="EUR"), Q4, "why", "who", "r3")


def test_before_the_first_publish_there_is_nothing_to_restate(settings: Settings) -> None:
    with pytest.raises(PublishError, match="nothing has been published"):
        restate(settings, Q4, "why", "who", "r1")


def test_a_full_disk_leaves_what_is_official(moved: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", full)
        with pytest.raises(RestateError, match=r"2025-Q4 could not be restated.*No space left"):
            restate(moved, Q4, "why", "who", "r3")
    assert ledger.names(moved) == ["0001-v000001-r1"]
    assert restate(moved, Q4, "why", "who", "r3")["sequence"] == 2


def test_a_period_is_a_quarters_label_or_a_year() -> None:
    assert parse_period("2025-Q4", 1) == Q4
    assert parse_period("2025", 1) == 2025
    for text in ("2025-Q5", "25", "", "last"):
        with pytest.raises(RestateError, match="nothing was restated"):
            parse_period(text, 1)
