"""Alerts: how many are open, by severity, and deliveries of which nobody knows whether they arrived."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from scoreboard.alerts.states import OPEN, read_states
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.status.parts import Attention, Part
from scoreboard.warehouse import versions
from scoreboard.warehouse.tables import SCHEMA
from scoreboard.warehouse.versions import parquet_name

_DONE = ("resolved", "verified")
_NEEDS_A_PERSON = ("unknown", "failed", "dead")


def read(settings: Settings) -> Part:
    """Alerts of the live version, each in the state that was set last, also since it was published."""
    live = versions.current(settings)
    raised = _raised(settings, live["version"]) if live else []
    since = {entry.alert_id: entry.state for entry in read_states(settings)}
    states = [(since.get(alert_id, state), severity) for alert_id, state, severity in raised]
    by_severity = Counter(severity for state, severity in states if state not in _DONE)
    deliveries, attention = _deliveries(settings.home / "alerts" / "outbox.sqlite")
    return {
        "open": sum(by_severity.values()),
        "untouched": sum(state == OPEN for state, _ in states),
        "by_severity": dict(by_severity.most_common()),
        "deliveries": deliveries,
    }, attention


def _raised(settings: Settings, version: str) -> list[tuple[str, str, str]]:
    path = versions.folder_of(settings, version) / "parquet" / parquet_name(SCHEMA, "fct_action_alerts")
    if not path.exists():
        return []
    try:
        with duckdb.connect() as connection:
            return connection.execute("select alert_id, state, severity from read_parquet(?)", [str(path)]).fetchall()
    except duckdb.Error as error:
        raise ScoreboardError(f"{path} cannot be read: {error}. Restore it from a backup, or publish again") from error


def _deliveries(outbox: Path) -> tuple[dict[str, int] | None, list[Attention]]:
    """State -> messages in the outbox, opened for reading only; None without one."""
    if not outbox.is_file():
        return None, []
    try:
        states = _states_in(outbox)
    except sqlite3.Error as error:
        broken = f"{outbox} cannot be read: {error}. Alerts themselves are safe: the next delivery starts from the published ones"
        return None, [Attention("alerts", broken, "restore it from a backup")]
    lost = {state: number for state, number in states.items() if state in _NEEDS_A_PERSON}
    if not lost:
        return states, []
    what = " and ".join(f"{number} {state}" for state, number in lost.items())
    return states, [
        Attention(
            "alerts",
            f"of the messages about alerts {what}: nobody knows that they arrived, and none is sent twice",
            "look at the alerts' page, tell their owners, and mend the channel",
        )
    ]


def _states_in(outbox: Path) -> dict[str, int]:
    connection: Any = sqlite3.connect(f"file:{outbox}?mode=ro", uri=True, timeout=2)
    try:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        for table in ("deliveries", "outbox", "messages"):
            if table in tables:
                columns = [row[1] for row in connection.execute(f'pragma table_info("{table}")')]
                for column in ("state", "status"):
                    if column in columns:
                        statement = f'select "{column}", count(*) from "{table}" group by 1 order by 2 desc'  # noqa: S608 - names from this list
                        return {str(state): int(number) for state, number in connection.execute(statement)}
        return {}
    finally:
        connection.close()
