"""An alert's past in the order of time: opened, told, taken on, moved."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from scoreboard.alerts.outbox import Delivery, OutboxBroken, deliveries
from scoreboard.alerts.states import OPEN
from scoreboard.settings import Settings
from scoreboard.web.data.listing import Row
from scoreboard.web.data.live_alerts import LiveAlerts

_MOVED = {
    "open": "Opened again",
    "acknowledged": "Acknowledged",
    "in_progress": "Set to in progress",
    "resolved": "Resolved",
    "verified": "Verified",
}


@dataclass(frozen=True)
class Told:
    """What was delivered of an alert; `problem` where the outbox could not be read."""

    deliveries: tuple[Delivery, ...] = ()
    problem: str = ""


def deliveries_of(settings: Settings, alert_id: str) -> Told:
    """The alert's deliveries. An outbox that cannot be read takes nothing away from the rest of the page."""
    try:
        return Told(tuple(deliveries(settings, [alert_id]).get(alert_id, ())))
    except (sqlite3.Error, OutboxBroken, ValueError) as error:
        return Told(problem=f"The outbox cannot be read: {error}")


def history(alert: Row, live: LiveAlerts, told: Told, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Events, oldest first: `at`, `what`, `by` (None where it was the pipeline), `note`, and `from`/`to` of a step."""
    alert_id = alert["alert_id"]
    events: list[dict[str, Any]] = [_event(alert["opened_at"], "Opened by the rule", None)]
    stands = OPEN
    for entry in live.states.get(alert_id, ()):
        events.append(_event(entry.at, _MOVED[entry.state], entry.by, entry.note, stands, entry.state))
        stands = entry.state
    for given in live.assignments.get(alert_id, ()):
        who = f"{names[given.to]} ({given.to})" if given.to in names else given.to
        events.append(_event(given.at, f"Assigned to {who}", given.by, given.note))
    events += [
        _event(
            each.at,
            f"{each.stage.capitalize()} to {each.owner} by {each.channel}: {each.state.replace('_', ' ')}",
            None,
        )
        for each in told.deliveries
        if each.state == "sent"
    ]
    return sorted(events, key=itemgetter("at"))


def _event(
    at: datetime, what: str, by: str | None, note: str = "", before: str | None = None, after: str | None = None
) -> dict[str, Any]:
    return {"at": at, "what": what, "by": by, "note": note, "from": before, "to": after}
