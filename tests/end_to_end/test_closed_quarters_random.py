"""Closed quarters of a random company whose rows come over two runs, three with more SCOREBOARD_TEST_EFFORT, held against the independent computation."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest

from scoreboard.settings import Settings
from scoreboard.warehouse.tables import OFFICIAL
from tests.effort import EFFORT
from tests.oracle.check import official_and_now, read_settings
from tests.oracle.compare import TABLES, compare_file, compare_folder
from tests.oracle.official import period_of
from tests.oracle.random_company import write_company
from tests.oracle.random_world import Options
from tests.pipeline import run_pipeline, without_tests_of_columns

pytestmark = pytest.mark.long


def test_a_random_company_over_several_runs_agrees_with_the_independent_computation(tmp_path: Path) -> None:
    home = tmp_path / "home"
    inboxes = write_company(11, home, Options(responses=60, big_group=False, runs=min(1 + EFFORT, 3), drop=()))
    kept = [shutil.copytree(inbox, tmp_path / f"inbox-{number}") for number, inbox in enumerate(inboxes)]
    told = read_settings(home / "settings.env")
    settings = Settings.from_environment(told | {"SCOREBOARD_HOME": str(home), "SCOREBOARD_SETTLE_SECONDS": "0"})
    for number, inbox in enumerate(inboxes):
        if number:
            shutil.copytree(inbox, home / "inbox", dirs_exist_ok=True)
        with without_tests_of_columns() if inbox != inboxes[-1] else nullcontext():
            run_pipeline(settings, f"run-{number}")

    official, now = official_and_now(home, kept, told)
    with_periods = [table for table in now if period_of(table)]
    moved = {table for table in with_periods if sorted(map(str, official[table])) != sorted(map(str, now[table]))}
    # no revenue of this company came late; where nothing closed moves, nothing is shown
    assert moved >= {table for table in TABLES if period_of(table)} - {"fct_account_tiers"}
    parquet = settings.published / "parquet"
    assert compare_folder(official, parquet) == []
    assert [line for table in with_periods for line in compare_file(table, now[table], parquet / "marts_now")] == []
    assert {table.partition("+")[0] for table in with_periods} <= set(OFFICIAL)
