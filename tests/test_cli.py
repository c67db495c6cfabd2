"""The commands that need no pipeline: what they say and what they refuse."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from scoreboard.cli import command_line
from scoreboard.settings import PROJECT_ROOT
from tests.orchestration.tiny_company import AS_OF, drop
from tests.pipeline import settings_for


def scoreboard(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCOREBOARD_")}
    environment |= {
        "SCOREBOARD_HOME": str(home),
        "SCOREBOARD_AS_OF": AS_OF,
        "PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}",
    }
    return subprocess.run(
        [sys.executable, "-m", "scoreboard", *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def landed(tmp_path: Path) -> Path:
    """A home in which tickets have landed in run `first`."""
    from scoreboard.landing.drop import land_entity

    drop(tmp_path)
    land_entity(settings_for(tmp_path, AS_OF), "tickets", "first")
    return tmp_path


def test_a_drift_is_accepted_with_a_reason_that_stays_beside_the_batch(landed: Path) -> None:
    done = scoreboard(landed, "accept", "tickets", "first", "the field was retired")

    note = json.loads((landed / "landing/files/tickets/run=first/_accepted.json").read_text(encoding="utf-8"))
    assert done.returncode == 0, done.stderr
    assert note["why"] == "the field was retired"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("tickets", "first", " "), "say why"),
        (("tickets", "never", "because"), "no batch of files/tickets landed in run never"),
        (("cats", "first", "because"), "invalid choice"),
    ],
)
def test_nothing_is_accepted_without_a_reason_a_batch_and_an_entity(
    landed: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = scoreboard(landed, "accept", *arguments)

    assert done.returncode != 0
    assert says in done.stdout + done.stderr
    assert not list(landed.rglob("_accepted.json"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("2026-Q1", " ", "Ada"), "say why"),
        (("2026-Q1", "late answers", ""), "say who agreed to it"),
        (("2026-Q5", "late answers", "Ada"), "is not a quarter label such as 2026-Q1, nor an award year such as 2025"),
    ],
)
def test_nothing_is_restated_without_a_period_a_reason_and_approval(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = scoreboard(tmp_path, "restate", *arguments)

    assert done.returncode != 0
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_before_a_build_there_is_nothing_to_roll_back_to(tmp_path: Path) -> None:
    done = scoreboard(tmp_path, "rollback")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stdout + done.stderr


def test_before_a_build_the_documentation_is_written_without_dbts_own_pages(tmp_path: Path) -> None:
    done = scoreboard(tmp_path, "docs")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "reports" / "site" / "index.html").is_file()
    assert "dbt's own pages were left out" in done.stdout


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scoreboard", "run"],
        env={
            **os.environ,
            "SCOREBOARD_HOME": str(tmp_path),
            "SCOREBOARD_AS_OF": "yesterday",
            "PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "SCOREBOARD_AS_OF is 'yesterday'; it takes a date as YYYY-MM-DD" in done.stdout + done.stderr


TARGETS = re.findall(
    r"^([a-z-]+):.*\$\(INSTALLED\).*## ", (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
)
TYPED = ("QUARTER", "WHY", "BY", "ENTITY", "RUN", "FEED", "NAMES", "SOURCES", "ALL", "JSON", "AGAIN", "SETTLED")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("is_given", [False, True], ids=["bare", "with all it takes"])
def test_what_a_make_target_runs_exists_and_takes_what_it_is_given(target: str, is_given: bool, tmp_path: Path) -> None:
    given = dict.fromkeys(TYPED, "2026-Q1") | {"ENTITY": "tickets", "SOURCES": "files"} if is_given else {}
    if target in {"accept", "report", "restate"}:  # nothing without what they are about
        given |= {"QUARTER": "2026-Q1", "WHY": "late", "BY": "Ada", "ENTITY": "tickets", "RUN": "r1"}
    installed = tmp_path / "installed"
    installed.touch()  # newer than the lock file: nothing is to be installed
    shown = subprocess.run(
        ["make", "-n", "--no-print-directory", target, f"INSTALLED={installed}", *map("=".join, given.items())],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for line in shown.stdout.splitlines():
        _, *words = shlex.split(line)
        if words[0].endswith(".py"):
            assert (PROJECT_ROOT / words[0]).is_file()
        elif words[0] == "-m":
            assert importlib.util.find_spec(words[1]), target
            if words[1] == "scoreboard":
                options = command_line().parse_args(words[2:])
                assert options.command.__name__.replace("_", "-") == target


def test_the_make_targets_of_every_command_were_found() -> None:
    [commands] = [action.choices for action in command_line()._actions if isinstance(action.choices, dict)]
    assert set(commands) - set(TARGETS) == {"airflow"}
