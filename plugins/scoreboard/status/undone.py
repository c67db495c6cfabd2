"""What runs left for a person: a DAG whose last run failed, one that hangs, one that runs no more, a message nobody received."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scoreboard import journal
from scoreboard.settings import Settings
from scoreboard.status.parts import Attention, hours_since

Outcomes = dict[str, list[dict[str, Any]]]

SUCCESS = "success"
# what a failed run left waiting is done by the next success of another DAG
_MENDED_BY = {"restate_quarter": "build_warehouse"}
# these run whenever all extracts have
_AFTER_EXTRACTS = ("build_warehouse", "action_alerts")
_EXTRACTS = ("extract_crm", "extract_support", "extract_surveys")
_HANGS_AFTER_HOURS = 8.0  # no run takes so long: each task has its limit, and ends three times at most
_SENDING_HOURS = 0.1
_TRIED_AGAIN_HOURS = 0.25  # Airflow tries a broken file again every minute or so


def undone(settings: Settings, by_dag: Outcomes) -> Iterator[Attention]:
    """DAGs whose last run failed, with the sentences it left."""
    for dag_id, outcomes in by_dag.items():
        newest = outcomes[-1]
        mended = by_dag.get(_MENDED_BY.get(dag_id, ""), [])
        if newest["state"] == SUCCESS or any(
            one["state"] == SUCCESS and one["ended"] > newest["ended"] for one in mended
        ):
            continue
        failures = [one for one in journal.failures(settings, newest["run_key"]) if one.get("dag_id") == dag_id]
        for sentence in [sentence_of(one) for one in failures] or ["it left no reason; see its log in Airflow"]:
            yield Attention(f"{dag_id}, run {newest['run_key']}", sentence, "")


def hanging(settings: Settings, going_on: list[dict[str, str]]) -> Iterator[Attention]:
    """Runs that the scheduler began so long ago that they cannot be at work any more."""
    for one in going_on:
        hours = hours_since(one["started"])
        if hours is not None and hours > _HANGS_AFTER_HOURS:
            yield Attention(
                f"{one['dag_id']}, run {one['run_key']}",
                f"began {hours:.0f} hours ago and its end was never noted: it hangs, or its scheduler was ended with it",
                "start the scheduler (`make up`), which takes it up again; or mark the run failed in Airflow, and the next one begins",
            )


def stalled(settings: Settings, by_dag: Outcomes) -> Iterator[Attention]:
    """DAGs that should have followed the extracts and have not: paused, broken, or nobody schedules them."""
    extracted = [by_dag[dag_id][-1] for dag_id in _EXTRACTS if dag_id in by_dag]
    if len(extracted) < len(_EXTRACTS) or any(one["state"] != SUCCESS for one in extracted):
        return  # they wait for the one that failed or never ran
    landed = min(str(one["ended"]) for one in extracted)
    for dag_id in _AFTER_EXTRACTS:
        ended = str(by_dag[dag_id][-1]["ended"]) if dag_id in by_dag else None
        behind = None if ended is None else (hours_since(ended) or 0.0) - (hours_since(landed) or 0.0)
        if behind is not None and behind > settings.fresh_hours:
            yield Attention(
                dag_id,
                f"has not run since {str(ended)[:16]}, {behind:.0f} hours before the extracts last did; what is published is as old",
                "see in Airflow whether it is paused or its file cannot be imported; `make run` runs everything once",
            )


def unreadable(settings: Settings) -> Iterator[Attention]:
    """DAG files that Airflow could not import when it last tried."""
    for told in journal.import_errors(settings):
        if (hours_since(told["at"]) or 0.0) < _TRIED_AGAIN_HOURS:
            yield Attention(
                f"dags/{told['file']}",
                f"cannot be imported, so its runs do not start: {told['sentence']}",
                "mend the file or what it imports; it is tried again within minutes",
            )


def untold(settings: Settings) -> Iterator[Attention]:
    """Channels that did not take the last message to operators, and a message whose sender was ended with it."""
    for told in journal.messages(settings)[-1:]:
        for channel, outcome in told["channels"].items():
            if outcome != "sent":
                yield Attention(
                    "notifications",
                    f"{channel} did not take “{told['subject']}”: {outcome}",
                    "mend the channel's Connection",
                )
        missing = set(settings.notify) - set(told["channels"])
        if not told["channels"] and missing and (hours_since(told["at"]) or 0.0) > _SENDING_HOURS:
            yield Attention(
                "notifications",
                f"“{told['subject']}” was about to be sent when its sender was ended; it is not sent again",
                "read it here, under the runs that failed",
            )


def sentence_of(failure: dict[str, Any]) -> str:
    """The task that failed, and what it said."""
    label = f"[{failure['map_label']}]" if failure.get("map_label") else ""
    return f"{failure.get('task_id', '')}{label}: {failure['sentence']}"
