"""Death and full disks while periods are frozen or taken back: whatever is live is what the ledger holds, after the next start."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.warehouse import ledger, versions
from scoreboard.warehouse.periods import heal
from scoreboard.warehouse.publish import publish, rollback
from tests.marts_fixture import settings_for
from tests.warehouse.closed_company import Q4, publish_company, tiers_readers_see
from tests.warehouse.killing import ROLLBACK, KillAt, cut_after, disk_full

# readers saw `early` while the quarter was open; `late` closed it
EARLY, LATE = "2026-01-14", "2026-01-15"


@pytest.fixture(scope="module")
def ready_to_close(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Settings]:
    """ready_to_close(home): a home in which the next publish closes a quarter and an award year; each gets a copy of the first."""
    first = tmp_path_factory.mktemp("ready") / "home"
    publish_company(settings_for(first, EARLY), "early", tier="key")
    publish_company(settings_for(first, LATE), "late", tier="marginal", publishes=False)

    def copied(home: Path) -> Settings:
        return settings_for(shutil.copytree(first, home, symlinks=True), LATE)

    return copied


@pytest.fixture(scope="module")
def closed(
    ready_to_close: Callable[[Path], Settings], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], Settings]:
    """closed(home): the same after that publish."""
    first = ready_to_close(tmp_path_factory.mktemp("closed") / "home")
    publish(first, "late")

    def copied(home: Path) -> Settings:
        return settings_for(shutil.copytree(first.home, home, symlinks=True), LATE)

    return copied


def assert_made_good(settings: Settings) -> None:
    """After whatever happened: the next run freezes what readers saw, and keeps it."""
    live = str(versions.require_current(settings)["run_id"])
    publish_company(settings, "next", tier="strategic")
    expected = {"early": "strategic", "late": "marginal"}[live]
    assert tiers_readers_see(settings)[Q4.start] == {expected}
    holding = [event for event in ledger.events(settings) if Q4.start in event.periods.get("fct_account_tiers", ())]
    assert len(holding) == 1
    assert holding[0].version.endswith("-next" if live == "early" else "-late")
    for event in ledger.events(settings):
        for table in event.files:
            ledger.require_whole(settings, event, table)
    left = [path for path in ledger.folder_of(settings).iterdir() if path.name.startswith(".")]
    assert left == []
    folders = {path.name for path in ledger.folder_of(settings).iterdir() if path.is_dir()}
    set_aside = {path.name.partition(".json")[0] for path in ledger.folder_of(settings).glob("*.withdrawn")}
    assert folders == {*ledger.names(settings), *set_aside}


def steps_of(settings: Settings) -> int:
    with pytest.MonkeyPatch.context() as monkeypatch:
        counter = cut_after(monkeypatch, -1, disk_full)
        publish(settings, "late")
    return counter[0]


def test_a_disk_that_fills_at_any_step_of_a_closing_publish(
    tmp_path: Path, ready_to_close: Callable[[Path], Settings]
) -> None:
    steps = steps_of(ready_to_close(tmp_path / "counted"))
    live = []
    for step in range(12, steps, 3):
        settings = ready_to_close(tmp_path / f"home{step}")
        with pytest.MonkeyPatch.context() as monkeypatch:
            cut_after(monkeypatch, step, disk_full)
            with pytest.raises(ScoreboardError, match="No space left"):
                publish(settings, "late")
        live.append(str(versions.require_current(settings)["run_id"]))
        assert_made_good(settings)
    assert live == sorted(live)  # once the switch is made it stays made
    assert live.count("late") >= 3
    assert "early" in live


def test_a_publish_killed_while_it_freezes_is_made_good_by_the_next_run(
    tmp_path: Path, ready_to_close: Callable[[Path], Settings], kill_at: KillAt
) -> None:
    steps = steps_of(ready_to_close(tmp_path / "counted"))
    for step in range(steps - 1, steps - 9, -3):
        settings = ready_to_close(tmp_path / f"home{step}")
        assert kill_at(settings, step, "late") == -signal.SIGKILL
        assert_made_good(settings)


def test_a_rollback_killed_at_any_step_leaves_the_ledger_with_the_version_that_is_live(
    tmp_path: Path, closed: Callable[[Path], Settings], kill_at: KillAt
) -> None:
    seen = set()
    for step in range(20):
        settings = closed(tmp_path / f"home{step}")
        if kill_at(settings, step, ROLLBACK) == 0:
            break
        seen.add(str(versions.require_current(settings)["run_id"]))
        assert_made_good(settings)
    assert seen == {"early", "late"}


def test_a_rollback_that_fails_gives_back_what_it_withdrew(
    tmp_path: Path, closed: Callable[[Path], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = closed(tmp_path / "home")
    before = ledger.names(settings)
    with monkeypatch.context() as broken:
        broken.setattr(versions, "switch", lambda *_: disk_full())
        with pytest.raises(ScoreboardError, match="No space left"):
            rollback(settings)
    assert ledger.names(settings) == before
    heal(settings, "next")
    assert ledger.names(settings) == before
