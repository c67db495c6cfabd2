"""The deadline of a quarter's award report: so long after its run was queued it must have succeeded, or operators are told.

Airflow keeps the deadline with the run and calls back in its triggerer. A run that was never queued, since no scheduler was there, has no
deadline: `make status` says of such a report that it is late.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from airflow.sdk import AsyncCallback, DeadlineAlert, DeadlineReference  # type: ignore[attr-defined]  # its stub leaves them out

from scoreboard.orchestration.message import of_late_report
from scoreboard.settings import Settings


def report_deadline(settings: Settings) -> DeadlineAlert:
    """`SCOREBOARD_REPORT_DUE_HOURS` after the run was queued."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=settings.report_due_hours),
        callback=AsyncCallback(report_is_late),
        name="award report",
    )


async def report_is_late(context: Mapping[str, Any] | None = None) -> None:
    """Called by the triggerer with the run and its deadline as plain data; tells operators once per run."""
    from scoreboard.orchestration.notify import log, send_async

    run = _plain((context or {}).get("dag_run"))
    deadline = _plain((context or {}).get("deadline"))
    dag_id, run_id = (
        str(run.get("dag_id", "quarterly_award_report")),
        str(run.get("dag_run_id") or run.get("run_id") or ""),
    )
    due = str(deadline.get("deadline_time") or "its deadline")
    key = sha256(f"late/{dag_id}/{run_id}".encode()).hexdigest()[:16]
    settings = Settings.from_environment()
    log.warning("the award report of run %s is late; it was due %s", run_id, due)
    await send_async(settings, of_late_report(key, dag_id, run_id, due, _address(dag_id, run_id)))


def _address(dag_id: str, run_id: str) -> str:
    from urllib.parse import quote

    from airflow.sdk.configuration import conf

    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return f"{base}/dags/{dag_id}/runs/{quote(run_id, safe='')}" if base and run_id else ""


def _plain(told: Any) -> dict[str, Any]:
    if isinstance(told, Mapping):
        return dict(told)
    return vars(told) if hasattr(told, "__dict__") else {}
