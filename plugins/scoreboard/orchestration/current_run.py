"""Which run a task belongs to: its settings and the name of its folder below runs/."""

from __future__ import annotations

import re
from datetime import UTC
from hashlib import sha256
from typing import Any

from scoreboard.settings import Settings

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


def run_key(dag_run: Any) -> str:
    """The run's name on disk, the same for every task and every retry of one DAG run.

    `run_key` in the run's conf lets several DAG runs share one folder (`make run`). Whoever may trigger a DAG
    may write the conf, so anything that is not a plain file name is not used. Otherwise the name is the time the run was due,
    its DAG, and a hash of its Airflow id, by which two runs of one second differ.
    """
    asked = (dag_run.conf or {}).get("run_key")
    if isinstance(asked, str) and _KEY.fullmatch(asked):
        return asked
    due = dag_run.run_after.astimezone(UTC)
    return f"{due:%Y%m%dT%H%M%SZ}-{dag_run.dag_id}-{sha256(dag_run.run_id.encode()).hexdigest()[:8]}"


def current_run() -> tuple[Settings, str]:
    """The settings and the run key, for a task that is running now."""
    from airflow.sdk import get_current_context

    return Settings.from_environment(), run_key(get_current_context()["dag_run"])
