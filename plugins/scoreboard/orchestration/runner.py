"""Run the DAGs once, in order, in this process: what `make run` and `make demo` do.

They are the very DAGs the scheduler runs; Airflow's `dag.test()` takes the scheduler's place.
"""

from __future__ import annotations

import json
from pathlib import Path
from time import monotonic
from typing import Any

from scoreboard.errors import ScoreboardError
from scoreboard.orchestration.landing_notes import landing_notes
from scoreboard.orchestration.one_process import spare_the_needless
from scoreboard.orchestration.report_quarter import last_closed
from scoreboard.orchestration.terminal import Progress
from scoreboard.quarter import Quarter
from scoreboard.settings import PROJECT_ROOT, Settings

EXTRACTS = ("extract_crm", "extract_support", "extract_surveys")
BUILD = "build_warehouse"
REPORT = "quarterly_award_report"
RESTATE = "restate_quarter"
ALERTS = "action_alerts"


def run_pipeline(settings: Settings, run_key: str, progress: Progress) -> bool:
    """Extract, build, publish, report, alert. True if every task succeeded and this run's version is the published one.

    Every extract is tried, so that one run names all broken files; after a failed one nothing is built.
    """
    dags = load_dags()
    extracted = [run_dag(dags[dag_id], settings, run_key, progress) for dag_id in EXTRACTS]
    if not all(extracted):
        progress.console.print(
            "Stopped before the warehouse was built: what is published stays as it was, what landed is kept for the next run.",
            style="red",
        )
        return False
    if not run_dag(dags[BUILD], settings, run_key, progress):
        return False
    if not is_live(settings, run_key):
        progress.console.print("Every task succeeded, yet the published version is not this run's.", style="red")
        return False
    quarter = last_closed(settings)
    is_reported = True
    if is_published(settings, quarter):
        is_reported = run_report(dags, settings, run_key, progress, quarter)
    else:
        progress.console.print(f"  [dim]– {REPORT:<24} no closed quarter in the data as of {settings.as_of}[/]")
    # whoever must act is told even where a report could not be written
    return run_dag(dags[ALERTS], settings, run_key, progress) and is_reported


def run_report(dags: dict[str, Any], settings: Settings, run_key: str, progress: Progress, quarter: Quarter) -> bool:
    """Close one quarter and write its award report. True if every task succeeded."""
    is_success = run_dag(dags[REPORT], settings, run_key, progress, {"quarter": quarter.label})
    if is_success:
        progress.console.print(f"      award report of {quarter.label}:", style="dim")
        for path in sorted((settings.reports / quarter.label).glob("award_report.*")):
            progress.console.print(f"        {path}", style="dim", soft_wrap=True, highlight=False)
    return is_success


def run_restatement(
    dags: dict[str, Any], settings: Settings, run_key: str, progress: Progress, asked: dict[str, str]
) -> bool:
    """Restate one closed period (`asked`: quarter, reason, approved_by) and publish. True if readers see it."""
    return run_dag(dags[RESTATE], settings, run_key, progress, asked) and is_live(settings, run_key)


def load_dags() -> dict[str, Any]:
    """The project's DAGs by id; raises ScoreboardError with the import error of a DAG file that cannot be read."""
    from airflow.dag_processing.dagbag import DagBag

    spare_the_needless()
    bag = DagBag(str(PROJECT_ROOT / "dags"))
    if bag.import_errors:
        file, error = next(iter(bag.import_errors.items()))
        raise ScoreboardError(f"{Path(file).name} cannot be imported; nothing was run.\n{error.strip()}")
    for dag in bag.dags.values():
        # nobody is late who is being watched; and `dag.test()` of Airflow 3.3 can neither make a run of a DAG with a deadline
        # nor call back for one whose params have no default: `run_dag` tells operators itself
        dag.deadline = None
        dag.on_failure_callback, dag.has_on_failure_callback = None, False
    return dict(bag.dags)


def run_dag(
    dag: Any, settings: Settings, run_key: str, progress: Progress, params: dict[str, str] | None = None
) -> bool:
    """One run of one DAG, shown on the terminal with the sentences of its failures. True if it succeeded."""
    from airflow.sdk import DagRunState
    from airflow.sdk.listener import get_listener_manager

    from scoreboard.orchestration.notify import tell_operators

    listeners = get_listener_manager()
    started = monotonic()
    listeners.add_listener(progress)
    try:
        with progress.of(dag.dag_id):
            dag_run = dag.test(run_conf={"run_key": run_key} | (params or {}))
    finally:
        listeners.pm.unregister(progress)
    is_success = bool(dag_run.state == DagRunState.SUCCESS)
    progress.ended(dag.dag_id, is_success, started)
    for note in landing_notes(settings, run_key, dag.dag_id):
        progress.noted(note)
    if not is_success:
        tell_operators({"dag": dag, "dag_run": dag_run, "run_id": dag_run.run_id})
        for failure in failures_of(settings, run_key, dag.dag_id):
            progress.failed(failure)
    return is_success


def failures_of(settings: Settings, run_key: str, dag_id: str) -> list[dict[str, Any]]:
    """What the tasks of one DAG wrote into the run's failures.jsonl; never empty, a failure without a record is said to be one."""
    path = settings.runs / run_key / "failures.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    failures = [failure for failure in map(json.loads, lines) if failure["dag_id"] == dag_id]
    return failures or [{"task_id": dag_id, "sentence": "failed without a recorded reason; see the log"}]


def is_live(settings: Settings, run_key: str) -> bool:
    """Whether readers now see what this run built."""
    from scoreboard.warehouse.publish import current

    record = current(settings)
    return record is not None and record["run_id"] == run_key


def is_published(settings: Settings, quarter: Quarter) -> bool:
    """Whether the published warehouse has the quarter at all (its data may begin later)."""
    from scoreboard.warehouse.reader import open_published

    with open_published(settings) as published:
        return bool(published.rows("select 1 from marts.dim_quarters where quarter_start_date = ?", [quarter.start]))
