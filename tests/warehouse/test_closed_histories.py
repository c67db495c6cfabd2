"""Five hundred random histories: what is official, what was first published and what was restated agree with a plain model.

The ledger's rules (`official`), what dbt is told (`frozen.tell_closed`) and the SQL that puts rows in place and finds the
differences are the real ones, run over all histories at once: each has years of its own, so one warehouse holds them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.warehouse import frozen, official
from scoreboard.warehouse.official import Event, Standing
from tests import compiled_models
from tests.warehouse import histories
from tests.warehouse.histories import COLUMNS, KEYS, NUMBERS, QUARTERLY, YEARLY, Model, Period, Run, Tables

HISTORIES = 500
PERIODS = {QUARTERLY: "quarter_start_date", YEARLY: "award_year"}
LATEST = len(range(8))


class History:
    """One history half-way: the events of the ledger with their rows, and the model that they are held against."""

    def __init__(self, seed: int) -> None:
        self.number = seed
        self.runs = histories.history(seed)
        self.model = Model()
        self.events: list[Event] = []
        self.withdrawn: list[Event] = []
        self.rows: dict[int, Tables] = {}

    def before(self, run: Run, place: int, forgets_withdrawn: bool) -> None:
        """All that happens between the last run and the build of this one."""
        if run.rolls_back and self.model.live and self.model.live.previous:
            gone = [e for e in self.events if e.kind == "published" and e.version == f"v{self.model.live.number}"]
            if not forgets_withdrawn:
                self.events = [event for event in self.events if event not in gone]
            self.model.roll_back()
        self.freeze()  # a build first makes good what a death prevented
        if run.restates is not None:
            periods = self.model.may_restate(run, run.restates)
            if periods:
                self.add("restated", self.model.restate(periods), f"because {place}")

    def freeze(self) -> None:
        live = self.model.live
        if live is None:
            return
        tables = {table: PERIODS[table] for table in live.run.columns}
        due = official.due(self.events, live.run.settings, live.run.closed(), tables)
        new = self.model.freeze()
        if due:
            rows = {
                (table, period): live.official.get((table, period), {})
                for table, periods in due.items()
                for period in periods
            }
            self.add("published", rows)
        assert {(table, period) for table, periods in due.items() for period in periods} == set(new) or NOT_EXACT

    def add(self, kind: Any, rows: Tables, reason: str | None = None) -> None:
        live = self.model.live
        assert live is not None
        sequence = self.number * 1000 + len(self.rows) + 1
        self.rows[sequence] = rows
        self.events.append(
            Event(
                sequence=sequence,
                kind=kind,
                version=f"v{live.number}",
                as_of=live.run.as_of,
                settings=live.run.settings,
                periods={
                    table: [period for name, period in rows if name == table] for table in {name for name, _ in rows}
                },
                columns={
                    table: (PERIODS[table], *KEYS[table], *columns) for table, columns in live.run.columns.items()
                },
                at="2026-01-01T00:00:00+00:00",
                run_id=f"run-{sequence}",
                reason=reason,
                approved_by="Ada" if reason else None,
            )
        )


# a broken ledger may freeze other things than the model does; that is found in what readers see
NOT_EXACT = False


@cache
def statements() -> dict[str, str]:
    """The macros and models as dbt compiles them."""
    about = {table: {"period": PERIODS[table], "key": list(KEYS[table])} for table in PERIODS}
    folder = Path(compiled_models._folder()) / "histories"
    folder.mkdir()
    with duckdb.connect(str(folder / "memory.duckdb")) as connection:
        make_tables(connection)
        connection.executemany(
            "insert into landed.closed_columns values (?, 1, ?)",
            [(table, column) for table in PERIODS for column in (*KEYS[table], PERIODS[table], *COLUMNS[table])],
        )
    found = compiled_models.compiled_over(
        folder / "memory.duckdb", ("int_closed_figures_compared", "rpt_restatements"), official_tables=about
    )
    for table, period in PERIODS.items():
        columns = [period, *KEYS[table], *COLUMNS[table]]
        found[f"remove {table}"] = compiled_models.compiled_text(
            f"{{{{ closed_rows_removed('marts.{table}', '{table}', '{period}') }}}}"
        )
        found[f"add {table}"] = compiled_models.compiled_text(
            f"{{{{ official_rows_added('marts.{table}', 'landed.official__{table}', {columns}) }}}}"
        )
    return found


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("set timezone = 'UTC'")
    for schema in ("landed", "marts", "marts_now", "intermediate"):
        connection.execute(f"create schema {schema}")
    for table, period in PERIODS.items():
        kinds = {period: "date" if period == "quarter_start_date" else "bigint"}
        kinds |= dict.fromkeys(KEYS[table], "varchar")
        kinds |= {column: "double" if column in NUMBERS else "varchar" for column in COLUMNS[table]}
        columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
        for place in (f"marts.{table}", f"marts_now.{table}"):
            connection.execute(f"create table {place} ({columns})")
        for prefix in ("official", "first_published"):
            connection.execute(f"create table landed.{prefix}__{table} ({columns})")
    frozen.tell_closed(connection, {})


def fill(connection: duckdb.DuckDBPyConnection, place: str, table: str, found: Tables) -> None:
    connection.execute(f"delete from {place}")
    rows = [
        (period, *key, *cells.values())
        for (name, period), rows in found.items()
        if name == table
        for key, cells in rows.items()
    ]
    if rows:
        marks = ", ".join("unnest(?)" for _ in rows[0])
        connection.execute(f"insert into {place} select {marks}", [list(column) for column in zip(*rows, strict=True)])


def read(connection: duckdb.DuckDBPyConnection, place: str, table: str) -> Tables:
    found: Tables = {}
    keys = len(KEYS[table])
    for period, *rest in connection.execute(
        f"select {', '.join((PERIODS[table], *KEYS[table], *COLUMNS[table]))} from {place}"
    ).fetchall():
        cells = dict(zip(COLUMNS[table], rest[keys:], strict=True))
        assert tuple(rest[:keys]) not in found.get((table, period), {}), "a row twice"
        found.setdefault((table, period), {})[tuple(rest[:keys])] = cells
    return found


def differences(count: int, *, forgets_withdrawn: bool = False) -> Iterator[str]:
    """Every place where the ledger and the model disagree, run by run, over `count` histories at once."""
    sql = statements()
    under_way = [History(seed) for seed in range(count)]
    with duckdb.connect(":memory:") as connection:
        make_tables(connection)
        for place in range(LATEST):
            turns = [(h, h.runs[place]) for h in under_way if place < len(h.runs)]
            for history, run in turns:
                history.before(run, place, forgets_withdrawn)
            found: dict[tuple[str, Period], Standing] = {}
            frozen_rows: dict[str, Tables] = {"official": {}, "first_published": {}}
            for history, run in turns:
                for (table, period), standing in official.standings(history.events, run.settings, run.as_of).items():
                    if table in run.columns:
                        found[table, period] = standing
                        for reading, event in (("official", standing.official), ("first_published", standing.first)):
                            frozen_rows[reading][table, period] = history.rows[event.sequence][table, period]
            yield from seen_by_readers(connection, sql, found, frozen_rows, turns)
            for history, run in turns:
                history.model.publish(run)
                if not run.dies_before_freezing:
                    history.freeze()


def seen_by_readers(
    connection: duckdb.DuckDBPyConnection,
    sql: dict[str, str],
    found: dict[tuple[str, Period], Standing],
    frozen_rows: dict[str, Tables],
    turns: list[tuple[History, Run]],
) -> Iterator[str]:
    """Let the real SQL make marts and rpt_restatements of this turn's runs; what differs from the models'."""
    now: Tables = {pair: rows for _, run in turns for pair, rows in run.now.items()}
    frozen.tell_closed(connection, found)
    for table in PERIODS:
        fill(connection, f"marts_now.{table}", table, now)
        for reading, rows in frozen_rows.items():
            fill(connection, f"landed.{reading}__{table}", table, rows)
        connection.execute(f"create or replace table marts.{table} as from marts_now.{table}")
        connection.execute(sql[f"remove {table}"])
        connection.execute(sql[f"add {table}"])
        shown = read(connection, f"marts.{table}", table)
        expected = {
            pair: rows
            for history, run in turns
            for pair, rows in history.model.official(run).items()
            if pair[0] == table and rows
        }
        for pair in sorted(shown.keys() | expected.keys(), key=str):
            if shown.get(pair) != expected.get(pair):
                yield f"{pair}: {shown.get(pair)} where {expected.get(pair)} is official"
    connection.execute(
        f"create or replace table intermediate.int_closed_figures_compared as {sql['int_closed_figures_compared']}"
    )
    lines = {
        (table, year or quarter, key, column): (*cells, told)
        for table, key, quarter, year, column, *cells, told in connection.execute(
            "select table_name, row_key, quarter_start_date, award_year, column_name, figure_first_published,"
            f" figure_official, figure_now, status from ({sql['rpt_restatements']})"
        ).fetchall()
    }
    wanted = {
        (table, period, spelled(table, key), column): (*(None if c is None else str(c) for c in cells), told)
        for history, run in turns
        for (table, period, key, column), (*cells, told) in history.model.restatements(run).items()
    }
    for line in sorted(lines.keys() | wanted.keys(), key=str):
        if lines.get(line) != wanted.get(line):
            yield f"{line}: listed as {lines.get(line)} where it should be {wanted.get(line)}"


def spelled(table: str, key: tuple[str, ...]) -> str:
    return ", ".join(f"{column}={cell}" for column, cell in zip(KEYS[table], key, strict=True))


def test_five_hundred_histories_agree_with_a_model_that_keeps_every_version() -> None:
    assert list(differences(HISTORIES)) == []


def test_the_histories_are_worth_something() -> None:
    """Every kind of thing happens in them, often: otherwise their agreement would say nothing."""
    under_way = [History(seed) for seed in range(HISTORIES)]
    kinds: dict[str, int] = dict.fromkeys(
        ("look back", "restated twice", "withdrawn", "added", "removed", "changed"), 0
    )
    statuses = {"pending": 0, "restated": 0}
    for history in under_way:
        for place, run in enumerate(history.runs):
            history.before(run, place, forgets_withdrawn=False)
            lines = history.model.restatements(run)
            for (*_, column), (first, _, now, status) in lines.items():
                change = "changed" if column != "*" else "removed" if now is None else "added"
                kinds[change] += 1
                statuses[status] += 1
                assert first != now or status == "pending"
            live = history.model.live
            kinds["look back"] += live is not None and run.as_of < live.run.as_of
            history.model.publish(run)
            if not run.dies_before_freezing:
                history.freeze()
        moments = history.model.moments
        kinds["withdrawn"] += any(moment.is_withdrawn for moment in moments)
        restated = [pair for moment in moments if moment.is_restatement for pair in moment.rows]
        kinds["restated twice"] += len(restated) > len(set(restated))
    assert min(kinds.values()) >= 10, kinds
    assert min(statuses.values()) >= 100, statuses


def freeze_the_last(events: Any, settings: Any, as_of: date) -> dict[tuple[str, Period], Standing]:
    """Wrong: what was published or restated last is taken for what was published first."""
    return {pair: Standing(s.official, s.official) for pair, s in REAL(events, settings, as_of).items()}


def never_restate(events: Any, settings: Any, as_of: date) -> dict[tuple[str, Period], Standing]:
    """Wrong: the first publication stays official for ever."""
    return {pair: Standing(s.first, s.first) for pair, s in REAL(events, settings, as_of).items()}


def see_the_future(events: Any, settings: Any, as_of: date) -> dict[tuple[str, Period], Standing]:
    """Wrong: a look back is shown what was published later."""
    return REAL([replace(event, as_of=min(event.as_of, as_of)) for event in events], settings, as_of)


def mix_settings(events: Any, settings: Any, as_of: date) -> dict[tuple[str, Period], Standing]:
    """Wrong: figures in another currency pass for official."""
    return REAL([replace(event, settings=settings) for event in events], settings, as_of)


REAL = official.standings


@pytest.mark.parametrize("wrong", [freeze_the_last, never_restate, see_the_future, mix_settings])
def test_a_wrong_ledger_is_found_out(wrong: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(official, "standings", wrong)
    assert next(differences(60), None) is not None


def test_a_ledger_that_forgets_what_was_withdrawn_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.NOT_EXACT", True)
    assert next(differences(60, forgets_withdrawn=True), None) is not None


@pytest.mark.parametrize(
    ("model", "right", "wrong"),
    [
        ("rpt_restatements", "1e-9", "1e-12"),
        ("rpt_restatements", "1e-9", "1e-3"),
        ("rpt_restatements", "is_told_first and is_told_now and", ""),
        ("rpt_restatements", "where is_other_than_first\n    or is_other_than_official", "where is_other_than_first"),
        ("int_closed_figures_compared", "first_columns.column_name is not null", "true"),
        ("int_closed_figures_compared", "having count(*) <> 3", "having count(*) = 1"),
        (f"add {QUARTERLY}", "official__", "first_published__"),
    ],
)
def test_wrong_sql_is_found_out(model: str, right: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = statements()
    assert right in sql[model]
    monkeypatch.setitem(sql, model, sql[model].replace(right, wrong))
    assert next(differences(60), None) is not None


def test_only_the_periods_frozen_for_this_very_table_are_taken_out() -> None:
    remove = statements()[f"remove {QUARTERLY}"]
    day, other = date(2026, 1, 1), date(2026, 4, 1)
    with duckdb.connect(":memory:") as connection:
        make_tables(connection)
        connection.execute(f"insert into marts.{QUARTERLY} (quarter_start_date) values (?), (?)", [day, other])
        connection.execute(
            "insert into landed.closed_periods (table_name, quarter_start_date) values (?, ?), ('rpt_gaps', ?)",
            [QUARTERLY, day, other],
        )
        connection.execute(remove)
        left = connection.execute(f"select quarter_start_date from marts.{QUARTERLY}").fetchall()
    assert left == [(other,)]
