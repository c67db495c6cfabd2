"""A few of the random histories once more, through publish, restate, rollback and the ledger's own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoreboard.quarter import Quarter
from scoreboard.settings import Settings
from scoreboard.warehouse import periods as closing
from scoreboard.warehouse.periods import heal, restate
from scoreboard.warehouse.publish import publish, rollback
from scoreboard.warehouse.reader import open_published
from tests.marts_fixture import settings_for, write_build
from tests.warehouse.histories import COLUMNS, KEYS, QUARTERLY, YEARLY, YOUNG_COLUMN, Model, Run, Tables, history

PERIODS = {QUARTERLY: "quarter_start_date", YEARLY: "award_year"}


def is_whole(runs: list[Run]) -> bool:
    """Both tables and all columns from the first run on: what a build file of one release has."""
    return all(YEARLY in run.columns and YOUNG_COLUMN in run.columns[QUARTERLY] for run in runs)


def is_eventful(runs: list[Run]) -> bool:
    return (
        any(run.rolls_back for run in runs)
        and sum(run.restates is not None for run in runs) > 2
        and any(run.dies_before_freezing for run in runs)
    )


SEEDS = [seed for seed in range(400) if is_whole(history(seed)) and is_eventful(history(seed))][:3]


def rows_of(found: Tables, table: str) -> list[dict[str, object]]:
    return [
        {
            PERIODS[table]: str(period) if table == QUARTERLY else period,
            **dict(zip(KEYS[table], key, strict=True)),
            **cells,
        }
        for (name, period), rows in found.items()
        if name == table
        for key, cells in rows.items()
    ]


def shown(settings: Settings, schema: str) -> Tables:
    found: Tables = {}
    with open_published(settings) as published:
        for table, period in PERIODS.items():
            for row in published.rows(f"select * from {schema}.{table}"):
                key = tuple(row[column] for column in KEYS[table])
                found.setdefault((table, row[period]), {})[key] = {column: row[column] for column in COLUMNS[table]}
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_readers_see_is_what_the_model_says(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()
    for number, run in enumerate(history(seed)):
        run_id = f"run-{number}"
        settings = settings_for(tmp_path, run.as_of.isoformat(), **run.settings)
        if run.rolls_back and model.live and model.live.previous:
            rollback(settings)
            model.roll_back()
        heal(settings, run_id)
        model.freeze()
        periods = [] if run.restates is None else model.may_restate(run, run.restates)
        if periods:
            what = periods[0] if isinstance(periods[0], int) else Quarter(periods[0])
            restate(settings, what, "so it is", "Ada", run_id)
            model.restate(periods)
        write_build(
            settings,
            {table: rows_of(run.now, table) for table in PERIODS},
            only=list(PERIODS),
            periods=run.periods,
        )
        with monkeypatch.context() as dying:
            if run.dies_before_freezing:
                dying.setattr(closing, "freeze_live", lambda *_: None)
            publish(settings, run_id)
        model.publish(run)
        if not run.dies_before_freezing:
            model.freeze()
        for schema, wanted in (("marts", model.official(run)), ("marts_now", run.now)):
            assert shown(settings, schema) == {pair: rows for pair, rows in wanted.items() if rows}, (number, schema)


def test_there_are_such_histories() -> None:
    assert len(SEEDS) == 3
