"""The tasks of action_alerts: queue what is new, queue what fell due, deliver and say what became of it."""

from __future__ import annotations

from typing import Any

from airflow.sdk import task

from scoreboard.orchestration.current_run import current_run


@task
def queue() -> dict[str, int]:
    """New alerts of the published version go into the outbox, once; skipped before the first version."""
    from airflow.sdk.exceptions import AirflowSkipException

    from scoreboard.alerts.steps import queue_alerts
    from scoreboard.warehouse.publish import current

    settings, _ = current_run()
    if current(settings) is None:
        raise AirflowSkipException("nothing is published yet, so there is nobody to tell")
    return queue_alerts(settings)


@task
def escalate(queued: dict[str, int]) -> dict[str, int]:
    """Steps that fell due of alerts that nobody has taken up go into the outbox, once."""
    from scoreboard.alerts.steps import queue_escalations

    return {**queued, "steps_due": queue_escalations(current_run()[0])}


@task
def deliver(queued: dict[str, int]) -> dict[str, Any]:
    """Send what is due, each message once; a dead channel fails no task."""
    from airflow.configuration import conf

    from scoreboard.alerts.steps import deliver_alerts

    settings, run_id = current_run()
    base_url = conf.get("api", "base_url", fallback="") or "http://localhost:8080"
    return deliver_alerts(settings, run_id, queued, base_url)
