"""The tasks of action_alerts: queue what is new, queue what fell due, deliver, and say what became of it."""

from __future__ import annotations

import json
from typing import Any

from airflow.sdk import task

from scoreboard.orchestration.current_run import current_run


@task
def queue() -> dict[str, int]:
    """New alerts of the published version go into the outbox, once."""
    from scoreboard.alerts.config import load_config
    from scoreboard.alerts.outbox import opened
    from scoreboard.alerts.queueing import queue_new
    from scoreboard.settings import utc_now
    from scoreboard.warehouse.reader import open_published

    settings, _ = current_run()
    with opened(settings) as store, open_published(settings) as published:
        queued = queue_new(settings, store, published, load_config(settings), utc_now())
    return {"new_alerts": queued.new_alerts, "history": queued.history}


@task
def escalate(queued: dict[str, int]) -> dict[str, int]:
    """Steps that fell due of alerts that nobody has taken up go into the outbox, once."""
    from scoreboard.alerts.config import load_config
    from scoreboard.alerts.hours import business_hours
    from scoreboard.alerts.outbox import opened
    from scoreboard.alerts.queueing import queue_due
    from scoreboard.settings import utc_now
    from scoreboard.warehouse.reader import open_published

    settings, _ = current_run()
    with opened(settings) as store, open_published(settings) as published:
        steps = queue_due(settings, store, published, load_config(settings), business_hours(settings), utc_now())
    return {**queued, "steps_due": steps}


@task
def deliver(queued: dict[str, int]) -> dict[str, Any]:
    """Send what is due, each message once; a channel that is dead costs its own messages a try and nothing else."""
    from airflow.configuration import conf

    from scoreboard.alerts.channels.making import make_channel
    from scoreboard.alerts.config import load_config
    from scoreboard.alerts.deliver import Courier
    from scoreboard.alerts.hours import business_hours
    from scoreboard.alerts.outbox import opened
    from scoreboard.alerts.report import run_report
    from scoreboard.summary import add_alerts
    from scoreboard.warehouse.reader import open_published

    settings, run_id = current_run()
    with opened(settings) as store, open_published(settings) as published:
        courier = Courier(
            settings,
            store,
            published,
            load_config(settings),
            business_hours(settings),
            base_url=conf.get("api", "base_url", fallback="") or "http://localhost:8080",
            make_channel=make_channel,
        )
        outcomes = courier.deliver()
    report = run_report(settings, queued, outcomes)
    add_alerts(settings, run_id, report)
    # what goes to XCom: numbers and sentences, no people
    return dict(json.loads(json.dumps({"sentences": report["sentences"], "counts": report["counts"]})))
