"""A published home as large as asked: the sample company's published rows, each many times over under ids of its own.

Every copy of an account keeps what the pipeline computed for its original (tiers, gaps, comments, alerts, ...), so the pages meet
real texts and real distributions; global, project and rule figures stay single. Copy 0 keeps its ids: A-0001 and A-0001-017 both exist.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

from scoreboard.alerts.states import log_path
from scoreboard.settings import Settings
from scoreboard.warehouse import publish, versions
from scoreboard.warehouse.reader import open_published
from scoreboard.warehouse.tables import SCHEMA, SCHEMA_NOW

BY_ACCOUNT = [
    "account_id",
    "parent_account_id",
    "contact_id",
    "employee_id",
    "account_manager_id",
    "executive_sponsor_id",
    "owner_id",
    "ticket_id",
    "subject_id",
]
BY_RESPONSE = ("response_id", "answer_id", "invitation_id")
RUNS = 300
ACTED = 5000
ACTED_AT = "2026-04-20T12:00:00+00:00"
PER_RESPONSE = ("fct_survey_responses", "fct_survey_answers", "rpt_award_evidence")
SINGLE = ("dim_projects", "rpt_award_recipients")
# rows of only some scopes belong to an account: table -> the column that says so, the columns that then name it
PARTLY = {
    "fct_satisfaction_quarterly": ("scope_type", ("scope_id", "scope_name")),
    "rpt_satisfaction_changes": ("dimension", ("group_id",)),
}
REPEATED = ("rpt_quarantine", "rpt_data_quality")  # as many runs and refused rows as a large company has


def make_home(sample: Settings, home: Path, accounts: int, answers: int) -> Settings:
    """Publish at least so many accounts and answers in `home`, unless it holds them already."""
    settings = Settings(home=home, as_of=sample.as_of)
    run_id = f"copies-{accounts}-{answers}-{ACTED}"
    live = versions.current(settings)
    if live and live["run_id"] == run_id:
        return settings
    shutil.rmtree(home, ignore_errors=True)
    settings.build.mkdir(parents=True)
    source = sample.published / "warehouse.duckdb"
    build = settings.build / "warehouse.duckdb"
    with duckdb.connect(str(build)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach '{source.resolve()}' as sample (read_only)")
        connection.execute(f"create schema {SCHEMA}")
        connection.execute(f"create schema {SCHEMA_NOW}")
        connection.execute("create schema intermediate")
        # nothing of it is to be frozen: a second copy of every closed quarter would measure nothing
        connection.execute(
            "create table intermediate.int_periods (quarter_start_date date, award_year integer, is_closed boolean)"
        )
        copies = -(-accounts // _count(connection, "dim_accounts"))
        voices = max(copies, -(-answers // _count(connection, "fct_survey_answers")))
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'sample' and schema_name = ? order by 1",
            [SCHEMA],
        ).fetchall():
            connection.execute(_copies(connection, table, copies, voices))
            print(f"  {table}: {connection.execute(f'select count(*) from {SCHEMA}.{table}').fetchall()[0][0]:,} rows")
    publish.publish(settings, run_id)
    build.unlink()
    _copy_files(sample, settings)
    _act_on_alerts(settings)
    return settings


def _act_on_alerts(settings: Settings) -> None:
    """What people did since: a log of ACTED alerts acknowledged or resolved, spread over all accounts."""
    with open_published(settings) as published:
        rows = published.rows(
            "select alert_id from (select alert_id, row_number() over (order by hash(alert_id)) as place"
            " from marts.fct_action_alerts where state = 'open') where place <= ? order by place",
            [ACTED],
        )
    path = log_path(settings)
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8") as log:
        for number, row in enumerate(rows):
            state = "resolved" if number % 2 else "acknowledged"
            log.write(json.dumps({"alert_id": row["alert_id"], "state": state, "at": ACTED_AT, "by": "bench"}) + "\n")


def _copy_files(sample: Settings, settings: Settings) -> None:
    """The sample's reports, and its runs many times over."""
    shutil.copytree(sample.reports, settings.reports)
    for number in range(RUNS):
        for run in sample.runs.iterdir():
            if run.is_dir():
                shutil.copytree(run, settings.runs / f"{run.name}-{number:03}")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"select count(*) from sample.{SCHEMA}.{table}").fetchall()[0][0])


def _copies(connection: duckdb.DuckDBPyConnection, table: str, copies: int, voices: int) -> str:
    """The statement that makes one table; `copy` numbers the account, `voice` the response (several per account)."""
    columns = [
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where database_name = 'sample' and schema_name = ? and table_name = ?"
            " order by column_index",
            [SCHEMA, table],
        ).fetchall()
    ]
    source = f"sample.{SCHEMA}.{table}"
    is_own = table not in SINGLE and bool({*BY_ACCOUNT, *BY_RESPONSE} & {*columns})
    if table in PARTLY:
        scope, names = PARTLY[table]
        chosen = ", ".join(_renamed(name, name in names) for name in columns)
        return (
            f"create table {SCHEMA}.{table} as select {chosen} from {source}, range({copies}) as copies (copy)"
            f" where {scope} = 'account' or copy = 0"
        )
    if not is_own and table not in REPEATED:
        return f"create table {SCHEMA}.{table} as from {source}"
    chosen = ", ".join(
        _renamed(name, name in (*BY_ACCOUNT, *BY_RESPONSE, "account_name", "alert_id", "run_id")) for name in columns
    )
    number = (
        f"select range as voice, range % {copies} as copy from range({voices if table in PER_RESPONSE else copies})"
    )
    return f"create table {SCHEMA}.{table} as select {chosen} from {source}, ({number}) as copies"


def _renamed(column: str, is_own: bool) -> str:
    """The column of copy 0 as it is, of any other with the copy's number behind it; null stays null."""
    if not is_own:
        return column
    number = "voice" if column in BY_RESPONSE else "copy"
    if column == "alert_id":
        return f"case when copy = 0 then {column} else md5({column} || copy) end as {column}"
    separator = " " if column in ("account_name", "scope_name") else "-"
    return f"case when {number} = 0 then {column} else {column} || '{separator}' || lpad({number}::varchar, 3, '0') end as {column}"
