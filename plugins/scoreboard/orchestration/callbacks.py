"""What is kept of a failed task: the one sentence a person needs, where the run's other results are."""

from __future__ import annotations

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
        "map_label": getattr(task_instance, "rendered_map_index", None),
        "try_number": task_instance.try_number,
        "sentence": without_secrets(sentence_of(context.get("exception"))),
        "log_url": str(getattr(task_instance, "log_url", "") or ""),
    }
    folder = settings.runs / run_key(context["dag_run"])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "failures.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(failure, ensure_ascii=False) + "\n")


def sentence_of(exception: object) -> str:
    """Our own errors speak for themselves; others are given with their type."""
    from scoreboard.errors import ScoreboardError

    if exception is None:
        return "the task ended without saying why; see its log"
    text = str(exception).strip()
    if not isinstance(exception, ScoreboardError):
        text = f"{type(exception).__name__}: {text}" if text else type(exception).__name__
    return text[:_LONGEST_SENTENCE]
