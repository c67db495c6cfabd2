"""What is kept of a failed task: the one sentence a person needs, where the run's other results are."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from typing import Any

from scoreboard.orchestration.current_run import run_key
from scoreboard.orchestration.message import without_secrets
from scoreboard.settings import Settings, utc_now

_LONGEST_SENTENCE = 2000


def record_failure(context: Mapping[str, Any]) -> None:
    """Append a line to runs/<run key>/failures.jsonl: when, dag_id, task_id, map_label, try_number, sentence, log_url."""
    settings = Settings.from_environment()
    task_instance = context["ti"]
    failure = {
        "when": utc_now().isoformat(),
        "dag_id": task_instance.dag_id,
        "task_id": task_instance.task_id,
        "map_label": _map_label(task_instance),
        "try_number": task_instance.try_number,
        "sentence": without_secrets(sentence_of(context.get("exception"))),
        "log_url": str(getattr(task_instance, "log_url", "") or ""),
    }
    folder = settings.runs / run_key(context["dag_run"])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "failures.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(failure, ensure_ascii=False) + "\n")


def _map_label(task_instance: Any) -> str | None:
    """What one of several is called; its number where Airflow calls back for a process that is gone."""
    label = getattr(task_instance, "rendered_map_index", None)
    index = getattr(task_instance, "map_index", None)
    return label or (str(index) if isinstance(index, int) and index >= 0 else None)


def sentence_of(exception: object) -> str:
    """Our own errors speak for themselves; others are given with their type, and with what to do where that is known."""
    from airflow.sdk.exceptions import AirflowTaskTimeout

    from scoreboard.errors import ScoreboardError

    if exception is None:
        return (
            "its process was ended from outside, or lost its connection to Airflow, before it could say why: out of memory, a restart"
            " or a kill. Nothing half-done counts; see whether the machine had memory left, and run it again"
        )
    text = str(exception).strip()
    if not isinstance(exception, ScoreboardError):
        text = f"{type(exception).__name__}: {text}" if text else type(exception).__name__
    if isinstance(exception, AirflowTaskTimeout):
        text = f"it took longer than it may and was stopped ({text}). Nothing half-done counts; see its log for what it waited for, and run it again"
    elif _is_disk_full(exception):
        text = f"{text.rstrip('. ')}. The disk is full: nothing half-written counts. Make room (`make status` says what takes it), and run it again"
    return text[:_LONGEST_SENTENCE]


def _is_disk_full(exception: object) -> bool:
    while isinstance(exception, BaseException):
        if getattr(exception, "errno", None) == errno.ENOSPC or "No space left on device" in str(exception):
            return True
        exception = exception.__cause__ or exception.__context__
    return False
