"""The three steps of a run of action_alerts, as its DAG calls them: queue what is new, queue what fell due, deliver."""

from __future__ import annotations

from typing import Any

from scoreboard.alerts.channels.making import make_channel
from scoreboard.alerts.config import load_config
from scoreboard.alerts.deliver import Courier
from scoreboard.alerts.hours import business_hours
from scoreboard.alerts.outbox import opened
from scoreboard.alerts.queueing import queue_due, queue_new
from scoreboard.alerts.report import run_report
from scoreboard.settings import Settings, utc_now
from scoreboard.summary import add_alerts
from scoreboard.warehouse.reader import open_published


def queue_alerts(settings: Settings) -> dict[str, int]:
    """New alerts of the published version go into the outbox, once. Raises ScoreboardError; then nothing was queued."""
    config = load_config(settings)
    with opened(settings) as store, open_published(settings) as published:
        queued = queue_new(settings, store, published, config, utc_now())
    return {"new_alerts": queued.new_alerts, "history": queued.history}


def queue_escalations(settings: Settings) -> int:
    """Steps that fell due of alerts that nobody has taken up go into the outbox, once; gives how many steps."""
    config, hours = load_config(settings), business_hours(settings)
    with opened(settings) as store, open_published(settings) as published:
        return queue_due(settings, store, published, config, hours, utc_now())


def deliver_alerts(settings: Settings, run_id: str, queued: dict[str, int], base_url: str) -> dict[str, Any]:
    """Send what is due and write runs/<run_id>/alerts.json; gives its sentences and counts, no people.

    A channel that is dead costs its own messages a try and nothing else.
    """
    config, hours = load_config(settings), business_hours(settings)
    with opened(settings) as store, open_published(settings) as published:
        outcomes = Courier(settings, store, published, config, hours, base_url, make_channel).deliver()
    report = run_report(settings, queued, outcomes)
    add_alerts(settings, run_id, report)
    return {"sentences": report["sentences"], "counts": report["counts"]}
