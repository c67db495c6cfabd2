"""The same seed writes the same bytes, in every format the file drop takes, and never over anybody's files."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import time_machine

import demo
from demo.company.writing import Style, write
from scoreboard.entities import ENTITIES
from tests.demo.conftest import Written

ROOT = Path(__file__).parents[2]


def digests(home: Path) -> dict[str, str]:
    files = sorted(path for path in home.rglob("*") if path.is_file())
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def run_demo(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT / "plugins"), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-m", "demo", str(home)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths} | environment,
        check=False,
    )


def test_another_process_writes_the_same_bytes(company: Written, tmp_path: Path) -> None:
    done = run_demo(tmp_path / "home", PYTHONHASHSEED="12345", TZ="Asia/Kathmandu")

    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "home") == digests(company.home)
    assert len(done.stdout.splitlines()) == 1
    assert "as of 2026-04-20" in done.stdout


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz", "rows.jsonl", "rows.parquet", "rows.xlsx"])
def test_no_file_carries_the_hour_it_was_written(tmp_path: Path, name: str) -> None:
    rows = [{"name": "Łukasz", "amount": Decimal("12.50"), "seen_at": datetime(2026, 1, 2, 3, 4, 5)}]
    kinds = {"name": "text", "amount": "number", "seen_at": "timestamp"}
    for folder, now in (("then", datetime(2001, 2, 3, tzinfo=UTC)), ("now", datetime(2031, 5, 6, tzinfo=UTC))):
        with time_machine.travel(now):
            write(tmp_path / folder / name, list(kinds), kinds, rows, Style())

    assert (tmp_path / "then" / name).read_bytes() == (tmp_path / "now" / name).read_bytes()


def test_every_entity_comes_in_several_files_and_every_format_is_used(company: Written) -> None:
    inbox = company.home / "inbox"
    present = sorted(str(path.relative_to(inbox)) for path in inbox.rglob("*") if path.is_file())
    promised = sorted(name for entity in company.summary["entities"].values() for name in entity["files"])

    assert present == promised
    assert set(company.summary["entities"]) == set(ENTITIES)
    for name, entity in company.summary["entities"].items():
        assert len(entity["files"]) >= 2, name
        assert all(file.startswith(f"{ENTITIES[name].domain}/{name}/") for file in entity["files"])
    endings = {name.partition(".")[2] for name in present}
    assert endings == {"csv", "csv.gz", "jsonl", "parquet", "xlsx"}
    assert any(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in inbox.rglob("*.csv")), "a byte-order mark"


def test_a_text_that_looks_like_a_formula_is_no_formula_in_a_workbook(tmp_path: Path) -> None:
    write(tmp_path / "rows.xlsx", ["note"], {"note": "text"}, [{"note": "=1+1"}], Style())

    cell = openpyxl.load_workbook(tmp_path / "rows.xlsx").active["A2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1")


def test_a_format_nobody_reads_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"rows\.txt"):
        write(tmp_path / "rows.txt", ["note"], {"note": "text"}, [], Style())


def test_files_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "inbox" / "crm" / "accounts" / "ours.csv"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("account_id\n1\n")

    with pytest.raises(demo.InboxNotEmpty, match=r"crm/accounts/ours\.csv"):
        demo.write_company(tmp_path)
    done = run_demo(tmp_path)

    assert done.returncode == 1
    assert "nothing was written" in done.stderr
    assert digests(tmp_path) == {"inbox/crm/accounts/ours.csv": hashlib.sha256(b"account_id\n1\n").hexdigest()}


def test_the_settings_of_the_demo_are_the_documented_ones() -> None:
    assert demo.DEMO_ENVIRONMENT == {
        "SCOREBOARD_AS_OF": "2026-04-20",
        "SCOREBOARD_TIMEZONE": "UTC",
        "SCOREBOARD_FISCAL_START_MONTH": "1",
        "SCOREBOARD_CURRENCY": "USD",
    }
