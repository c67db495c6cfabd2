"""Notes how every DAG run began and ended, for `make status`. An Airflow listener: called once per run, in the scheduler or in `make run`.

A run of the terminal is not said to begin: it holds the home, which status sees by itself.
"""

from __future__ import annotations

from typing import Any

from pluggy import HookimplMarker

from scoreboard.journal import note_begun, note_outcome
from scoreboard.orchestration.current_run import run_key
from scoreboard.settings import Settings

hookimpl = HookimplMarker("airflow")
_OURS = "scoreboard"


@hookimpl
def on_dag_run_running(dag_run: Any, msg: str) -> None:
    """Called by Airflow's scheduler, which logs what is raised here and goes on."""
    if _is_ours(dag_run):
        note_begun(Settings.from_environment(), dag_run.dag_id, run_key(dag_run), dag_run.start_date)


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    """Called by Airflow, which logs what is raised here and goes on."""
    _note(dag_run, "success")


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    """Called by Airflow, as above."""
    _note(dag_run, "failed")


def _note(dag_run: Any, state: str) -> None:
    if not _is_ours(dag_run):
        return
    kind = str(getattr(dag_run.run_type, "value", dag_run.run_type))
    note_outcome(Settings.from_environment(), dag_run.dag_id, run_key(dag_run), state, dag_run.start_date, kind)


def _is_ours(dag_run: Any) -> bool:
    """Not somebody else's DAG in the same Airflow, where that can be told."""
    tags = getattr(getattr(dag_run, "dag", None), "tags", None)
    return tags is None or _OURS in {str(getattr(tag, "name", tag)) for tag in tags}
