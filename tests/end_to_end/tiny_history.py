"""Five runs of the tiny company, made once for all that ask what became of a row, a quarter or a version on the way."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard import atomic
from scoreboard.quarter import Quarter
from scoreboard.settings import Settings
from scoreboard.warehouse import ledger
from scoreboard.warehouse.periods import restate
from tests.once import once
from tests.orchestration.tiny_company import AS_OF, FILES
from tests.pipeline import run_pipeline, settings_for, without_tests_of_columns

FIRST, LATER, RESTATED, LOOKING_BACK, FORWARD = RUNS = ("run-1", "run-2", "run-3", "run-4", "run-5")

LATE = {
    # X3 comes late, N1 is corrected, N2 is emptied
    "survey/responses/late.csv": (
        "response_id,survey_id,respondent_type,account_id,responded_at,updated_at\n"
        "X3,S1,customer,A1,2026-02-20T08:00:00Z,2026-05-20T08:00:00Z\n"
        "X4,S1,customer,A1,2026-04-20T08:00:00Z,2026-05-20T08:00:00Z\n"
    ),
    "survey/answers/late.csv": (
        "answer_id,response_id,question_id,value,updated_at\n"
        "N3,X3,Q1,2,2026-05-20T08:00:00Z\n"
        "N4,X4,Q1,1,2026-05-20T08:00:00Z\n"
        "N1,X1,Q1,3,2026-05-20T08:00:00Z\n"
        "N2,X2,Q1,,2026-05-20T08:00:00Z\n"
    ),
    "crm/revenue/late.csv": (
        "revenue_id,account_id,recognised_on,amount,currency,updated_at\n"
        "R9,A2,2026-02-01,500,USD,2026-05-20T08:00:00Z\n"
    ),
}
_CONTACTS = "contact_id,account_id,full_name,updated_at\n"
ORPHAN = {"crm/contacts/early.csv": f"{_CONTACTS}C1,A3,Ada Early,2026-02-01T08:00:00Z\n"}
# a prospect, so that it has a name and no figure of a closed quarter
PARENT = {
    "crm/contacts/renamed.csv": ORPHAN["crm/contacts/early.csv"],
    "crm/accounts/late.csv": "account_id,account_name,lifecycle_stage,updated_at\nA3,Third Account,prospect,2026-02-01T08:00:00Z\n",
}
FIRST_FILES = {f"{folder}/first.csv": content for folder, content in FILES.items()}
AGAIN = FIRST_FILES | LATE | PARENT
ANOTHER_ORPHAN = {"crm/contacts/another.csv": f"{_CONTACTS}C2,A4,Bob Alone,2026-02-01T08:00:00Z\n"}


def tiny_history(tmp_path_factory: pytest.TempPathFactory, home: Path | None = None) -> Settings:
    """The home after all runs, nobody's to change, or a copy of it.

    After the first, `run-1`, the ledger is made to look like one of an older release that died while it froze. `run-2` brings
    late answers and revenue for the closed quarter, and a contact of an account that nobody knows; before `run-3` the
    quarter is restated, and it brings that account; `run-4` looks back to a day before the quarter closed; `run-5` gets the
    same files again, and another orphan.
    """
    made = once(tmp_path_factory, "tiny-history", _make)
    if home is not None:
        shutil.copytree(made, home, symlinks=True, dirs_exist_ok=True)
    return settings_for(home or made, AS_OF)


def shown(settings: Settings, run_id: str, sql: str) -> list[tuple[Any, ...]]:
    """Rows of what was published in one of the runs."""
    with duckdb.connect(str(_kept(settings, run_id) / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def told(settings: Settings, run_id: str) -> dict[str, Any]:
    """The summary of one of the runs."""
    summary: dict[str, Any] = json.loads((settings.runs / run_id / "summary.json").read_text(encoding="utf-8"))
    return summary


def marts_bytes(settings: Settings, run_id: str) -> dict[str, str]:
    """Hash of every table that was published in one of the runs and does not tell of runs."""
    return {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((_kept(settings, run_id) / "parquet").glob("*.parquet"))
        if path.stem != "rpt_data_quality"
    }


def put(home: Path, path: str, content: str) -> None:
    """Drop a file."""
    target = home / "inbox" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8")


def _make(home: Path) -> None:
    settings = settings_for(home, AS_OF)
    with without_tests_of_columns():
        _run(settings, FIRST, FIRST_FILES)
        _make_older(settings)
        _run(settings, LATER, LATE | ORPHAN)
        restate(settings, Quarter.parse("2026-Q1"), "answers came late", "Ada", RESTATED)
        _run(settings, RESTATED, PARENT)
        _run(replace(settings, as_of=date(2026, 4, 10)), LOOKING_BACK, {})
    _run(settings, FORWARD, AGAIN | ANOTHER_ORPHAN)


def _run(settings: Settings, run_id: str, files: dict[str, str]) -> None:
    for path, content in files.items():
        put(settings.home, path, content)
    run_pipeline(settings, run_id)
    _keep(settings, run_id)


def _keep(settings: Settings, run_id: str) -> None:
    shutil.copytree((settings.published / "live").resolve(), _kept(settings, run_id))


def _kept(settings: Settings, run_id: str) -> Path:
    return settings.home / "shown" / run_id


def _make_older(settings: Settings) -> None:
    """Make the ledger's first event one that lacks rpt_gaps, and did not know the tiers' column is_unprofitable."""
    [name] = ledger.names(settings)
    record = ledger.folder_of(settings) / f"{name}.json"
    event = json.loads(record.read_text(encoding="utf-8"))
    del event["tables"]["rpt_gaps"]
    path = ledger.folder_of(settings) / name / "fct_account_tiers.parquet"
    narrow = path.with_suffix(".narrow")
    duckdb.sql(f"copy (select * exclude (is_unprofitable) from '{path}') to '{narrow}' (format parquet)")
    narrow.replace(path)
    tiers = event["tables"]["fct_account_tiers"]
    tiers["columns"].remove("is_unprofitable")
    tiers["sha256"] = atomic.sha256_of(path)
    atomic.write_json(record, event)
