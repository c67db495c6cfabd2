"""Death and full disks while periods are frozen or taken back: whatever is live is what the ledger holds, after the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scoreboard.errors import ScoreboardError
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse import ledger, versions
from scoreboard.warehouse.periods import heal
from scoreboard.warehouse.publish import publish, rollback
from tests.marts_fixture import settings_for
from tests.warehouse.closed_company import Q4, publish_company, tiers_readers_see
from tests.warehouse.test_publish_faults import cut_after, disk_full

# readers saw `early` while the quarter was open; `late` closed it
EARLY, LATE = "2026-01-14", "2026-01-15"


def ready_to_close(home: Path) -> Settings:
    """A home in which the next publish closes a quarter and an award year."""
    publish_company(settings_for(home, EARLY), "early", tier="key")
    late = settings_for(home, LATE)
    publish_company(late, "late", tier="marginal", publishes=False)
    return late


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


def steps_of(home: Path) -> int:
    settings = ready_to_close(home)
    with pytest.MonkeyPatch.context() as monkeypatch:
        counter = cut_after(monkeypatch, -1, disk_full)
        publish(settings, "late")
    return counter[0]


def test_a_disk_that_fills_at_any_step_of_a_closing_publish(tmp_path: Path) -> None:
    steps = steps_of(tmp_path / "counted")
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


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.marts_fixture import settings_for
from tests.warehouse.test_publish_faults import cut_after
from scoreboard.warehouse.publish import publish, rollback
import pytest
settings = settings_for(Path(sys.argv[1]), sys.argv[3])
cut_after(pytest.MonkeyPatch(), int(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL))
publish(settings, "late") if sys.argv[4] == "publish" else rollback(settings)
"""


def kill_at(settings: Settings, step: int, what: str) -> int:
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}"}
    arguments = [str(settings.home), str(step), settings.as_of.isoformat(), what]
    return subprocess.run(
        [sys.executable, "-c", KILLED, *arguments], env=environment, cwd=PROJECT_ROOT, check=False
    ).returncode


def test_a_publish_killed_while_it_freezes_is_made_good_by_the_next_run(tmp_path: Path) -> None:
    steps = steps_of(tmp_path / "counted")
    for step in range(steps - 1, steps - 9, -3):
        settings = ready_to_close(tmp_path / f"home{step}")
        assert kill_at(settings, step, "publish") == -signal.SIGKILL
        assert_made_good(settings)


def test_a_rollback_killed_at_any_step_leaves_the_ledger_with_the_version_that_is_live(tmp_path: Path) -> None:
    seen = set()
    for step in range(20):
        settings = ready_to_close(tmp_path / f"home{step}")
        publish(settings, "late")
        if kill_at(settings, step, "rollback") == 0:
            break
        seen.add(str(versions.require_current(settings)["run_id"]))
        assert_made_good(settings)
    assert seen == {"early", "late"}


def test_a_rollback_that_fails_gives_back_what_it_withdrew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ready_to_close(tmp_path)
    publish(settings, "late")
    before = ledger.names(settings)
    with monkeypatch.context() as broken:
        broken.setattr(versions, "switch", lambda *_: disk_full())
        with pytest.raises(ScoreboardError, match="No space left"):
            rollback(settings)
    assert ledger.names(settings) == before
    heal(settings, "next")
    assert ledger.names(settings) == before
