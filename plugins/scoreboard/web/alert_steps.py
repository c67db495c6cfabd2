"""The one thing the page changes: where an alert stands and who has it. Written to the logs of scoreboard.alerts, nothing else."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from scoreboard.alerts.assignments import assign
from scoreboard.alerts.log import locked
from scoreboard.alerts.states import LONGEST_NOTE, OPEN, STATES, StateRefused, append_state
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.web.data.live_alerts import LiveAlerts, read_live

_log = logging.getLogger(__name__)

ASSIGN = "assign"
# what a button says it does -> the state after it
STEPS = {
    "acknowledge": "acknowledged",
    "start": "in_progress",
    "resolve": "resolved",
    "verify": "verified",
    "reopen": OPEN,
}
# who does this says what was done, or why it is not done after all
NOTED = ("resolve", "reopen")


class StepRefused(ScoreboardError):
    """The step does not say all it must; nothing was written."""


class Overtaken(ScoreboardError):
    """Somebody else did something about the alert meanwhile; nothing was written."""


@dataclass(frozen=True)
class Step:
    """What a person asks for. `revision`: how the alert stood on the page they saw; `to`: the employee it is given to."""

    alert_id: str
    action: str
    by: str
    revision: str
    note: str = ""
    to: str = ""


def steps_from(state: str) -> list[str]:
    """What can be done about an alert in this state, in the order of the way."""
    if state not in STATES:
        return []
    stands = STATES.index(state)
    onward = [action for action, after in STEPS.items() if after != OPEN and STATES.index(after) > stands]
    if state in ("open", "acknowledged", "in_progress"):
        return [action for action in onward if action != "verify"]
    return [*onward, "reopen"]


def take(settings: Settings, step: Step) -> bool:
    """Write the step down; false where this very step is what was written last (a second click).

    Raises StepRefused, Overtaken or StateRefused with nothing written, and LogBroken.
    """
    _check(step)
    # one page at a time, across processes: what was read here still holds when it is written
    with locked(settings.home / "alerts" / "page.lock"):
        live = read_live(settings)
        before = _stands(live, step.alert_id)
        if _is_done(live, step):
            return False
        if live.revision(step.alert_id) != step.revision:
            raise Overtaken(
                f"{_last_of(live, step.alert_id)} Nothing of yours was written: look at it as it stands now."
            )
        if step.action == ASSIGN:
            assign(settings, step.alert_id, step.to, step.by, step.note)
        else:
            try:
                append_state(settings, step.alert_id, STEPS[step.action], step.by, note=step.note)
            except StateRefused as error:
                raise Overtaken(str(error)) from error
    # the logs themselves hold user, instant, from and to; these lines are for whoever reads the server's own
    if step.action == ASSIGN:
        _log.info("alert %r: %r gave it to %r", step.alert_id, step.by, step.to)
    else:
        _log.info("alert %r: %r moved it from %s to %s", step.alert_id, step.by, before, STEPS[step.action])
    return True


def _check(step: Step) -> None:
    if step.action != ASSIGN and step.action not in STEPS:
        raise StepRefused(f"There is no step {step.action!r}. Nothing was written.")
    if step.action in NOTED and not step.note:
        wanted = "what was done" if step.action == "resolve" else "why it is open again"
        raise StepRefused(f"Say in the note {wanted}. Nothing was written yet.")
    if len(step.note) > LONGEST_NOTE:
        raise StepRefused(
            f"The note has {len(step.note)} characters and may have {LONGEST_NOTE}. Nothing was written yet."
        )


def _stands(live: LiveAlerts, alert_id: str) -> str:
    entries = live.states.get(alert_id, ())
    return entries[-1].state if entries else OPEN


def _is_done(live: LiveAlerts, step: Step) -> bool:
    """Whether the last thing written about the alert is this step by this person, after the page they saw."""
    if live.revision(step.alert_id) == step.revision:
        return False
    if step.action == ASSIGN:
        given = live.assignments.get(step.alert_id, ())
        return bool(given) and (given[-1].to, given[-1].by, given[-1].note) == (step.to, step.by, step.note)
    entries = live.states.get(step.alert_id, ())
    return bool(entries) and (entries[-1].state, entries[-1].by, entries[-1].note) == (
        STEPS[step.action],
        step.by,
        step.note,
    )


def _last_of(live: LiveAlerts, alert_id: str) -> str:
    """Who was faster, and with what."""
    found: list[tuple[datetime, str]] = [
        (entry.at, f"{entry.by} set it to {entry.state.replace('_', ' ')}")
        for entry in live.states.get(alert_id, ())[-1:]
    ]
    found += [(entry.at, f"{entry.by} gave it to {entry.to}") for entry in live.assignments.get(alert_id, ())[-1:]]
    if not found:
        return "The alert does not stand as it did on the page you saw."
    at, what = max(found)
    return f"Somebody was faster: {what} at {at:%Y-%m-%d %H:%M} UTC."
