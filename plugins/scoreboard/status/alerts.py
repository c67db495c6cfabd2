"""Alerts: how many are open, by severity, and deliveries of which nobody knows whether they arrived."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import duckdb

from scoreboard.alerts.outbox import outbox_path
from scoreboard.alerts.states import OPEN, read_states
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.status.parts import Attention, Part
from scoreboard.warehouse import versions
from scoreboard.warehouse.tables import SCHEMA
from scoreboard.warehouse.versions import parquet_name

_DONE = ("resolved", "verified")
_NEEDS_A_PERSON = ("unknown", "failed")


def read(settings: Settings) -> Part:
    """Alerts of the live version, each in the state that was set last, also since it was published."""
    live = versions.current(settings)
    raised = _raised(settings, live["version"]) if live else []
    since = {entry.alert_id: entry.state for entry in read_states(settings)}
    states = [(since.get(alert_id, state), severity) for alert_id, state, severity in raised]
    by_severity = Counter(severity for state, severity in states if state not in _DONE)
    deliveries, attention = _deliveries(outbox_path(settings))
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
            f"messages about alerts are {what}: they did not surely arrive, and are not sent again by themselves",
            "make alerts lists them: tell their owners, and mend the channel",
        )
    ]


def _states_in(outbox: Path) -> dict[str, int]:
    # without a log of its own beside it nobody is writing, and looking must not make one
    how = "mode=ro" if outbox.with_name(f"{outbox.name}-wal").exists() else "immutable=1"
    with closing(sqlite3.connect(f"{outbox.as_uri()}?{how}", uri=True, timeout=2)) as connection:
        rows = connection.execute("select state, count(*) from messages group by state order by 2 desc").fetchall()
    return {str(state): int(number) for state, number in rows}
