"""The deadline of a quarter's award report: when it passes and the report is not there, operators are told, once per quarter.

Two look for it. Airflow keeps a deadline with the report's run, so long after it was queued, and calls back in its triggerer. A run that
was never queued (paused, no scheduler on that day, a file that cannot be imported) has no such deadline: `tell_late_report`, a task that runs by
the hour, looks at the calendar. Whoever is first tells; neither tells of a report that is there, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from airflow.sdk import AsyncCallback, DeadlineAlert, DeadlineReference, task  # type: ignore[attr-defined]  # its stub leaves them out

from scoreboard.orchestration.current_run import current_run
from scoreboard.orchestration.message import Message, of_late_report
from scoreboard.orchestration.report_quarter import last_closed
from scoreboard.quarter import Quarter
from scoreboard.settings import Settings

DAG_ID = "quarterly_award_report"


def report_deadline(settings: Settings) -> DeadlineAlert:
    """`SCOREBOARD_REPORT_DUE_HOURS` after the run was queued."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=settings.report_due_hours),
        callback=AsyncCallback(report_is_late),
        name="award report",
    )


async def report_is_late(context: Mapping[str, Any] | None = None) -> None:
    """Called by the triggerer with the run and its deadline as plain data."""
    from scoreboard.orchestration.notify import log, send_async

    run = _plain((context or {}).get("dag_run"))
    run_id = str(run.get("dag_run_id") or run.get("run_id") or "")
    due = str(_plain((context or {}).get("deadline")).get("deadline_time") or "its deadline")
    settings = Settings.from_environment()
    quarter = _quarter_of(settings, run)
    if is_there(settings, quarter):
        log.info("run %s did not end in time, yet the award report of %s is there: nobody is told", run_id, quarter)
        return
    log.warning("the award report of %s, run %s, is late; it was due %s", quarter, run_id, due)
    await send_async(settings, _message(quarter, due, run_id))


@task
def tell_late_report() -> dict[str, str] | None:
    """By the calendar: operators hear of the last closed quarter's report that is late, whether its run was ever queued or not."""
    return tell_if_late(current_run()[0])


def tell_if_late(settings: Settings) -> dict[str, str] | None:
    """What became of the message per channel; None where no report is late. Told before: told to nobody."""
    from scoreboard.orchestration.notify import send
    from scoreboard.status.quarters import due_at, read

    told, _ = read(settings)
    if told["report"] != "late":
        return None
    quarter = last_closed(settings)
    due = f"{due_at(settings, quarter):%Y-%m-%d %H:%M} ({settings.timezone})"
    return send(settings, _message(quarter, due, "")) if settings.notify else {}


def is_there(settings: Settings, quarter: Quarter) -> bool:
    """Whether the quarter's report was written, by whatever run."""
    return (settings.reports / quarter.label / "award_report.html").is_file()


def _quarter_of(settings: Settings, run: Mapping[str, Any]) -> Quarter:
    """The quarter a run is about, as its task `choose_quarter` would say."""
    asked = (run.get("conf") or {}).get("quarter")
    if isinstance(asked, str):
        try:
            return Quarter.parse(asked, settings.fiscal_start_month)
        except ValueError:
            return last_closed(settings)
    start = run.get("data_interval_start")
    if start and str(run.get("run_type")) in ("scheduled", "backfill"):
        instant = start if isinstance(start, datetime) else datetime.fromisoformat(str(start).replace("Z", "+00:00"))
        return Quarter.of_instant(instant, settings.timezone, settings.fiscal_start_month)
    return last_closed(settings)


def _message(quarter: Quarter, due: str, run_id: str) -> Message:
    key = sha256(f"late/{quarter.label}".encode()).hexdigest()[:16]
    return of_late_report(key, quarter.label, DAG_ID, run_id, due, _address(DAG_ID, run_id))


def _address(dag_id: str, run_id: str) -> str:
    from urllib.parse import quote

    from airflow.sdk.configuration import conf

    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return f"{base}/dags/{dag_id}/runs/{quote(run_id, safe='')}" if base and run_id else ""


def _plain(told: Any) -> dict[str, Any]:
    if isinstance(told, Mapping):
        return dict(told)
    return vars(told) if hasattr(told, "__dict__") else {}
