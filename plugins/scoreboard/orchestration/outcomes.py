"""Notes how every DAG run ended, for `make status`. An Airflow listener: called once per run, in the scheduler or in `make run`."""

from __future__ import annotations

from typing import Any

from pluggy import HookimplMarker

from scoreboard.journal import note_outcome
from scoreboard.orchestration.current_run import run_key
from scoreboard.settings import Settings

hookimpl = HookimplMarker("airflow")
_OURS = "scoreboard"


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    """Called by Airflow, which logs what is raised here and goes on."""
    _note(dag_run, "success")


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    """Called by Airflow, as above."""
    _note(dag_run, "failed")


def _note(dag_run: Any, state: str) -> None:
    tags = getattr(getattr(dag_run, "dag", None), "tags", None)
    if tags is not None and _OURS not in {str(getattr(tag, "name", tag)) for tag in tags}:
        return  # somebody else's DAG in the same Airflow
    kind = str(getattr(dag_run.run_type, "value", dag_run.run_type))
    note_outcome(Settings.from_environment(), dag_run.dag_id, run_key(dag_run), state, dag_run.start_date, kind)
