"""Tells operators of a DAG file that cannot be imported. An Airflow listener: called by the DAG processor, which logs what is raised here.

Nothing fails in such a case, and nobody would hear of it: the DAG is gone until its file can be read again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from pluggy import HookimplMarker

from scoreboard import journal
from scoreboard.orchestration.message import of_import_error, without_secrets
from scoreboard.settings import PROJECT_ROOT, Settings

hookimpl = HookimplMarker("airflow")


@hookimpl
def on_new_dag_import_error(filename: str, stacktrace: str) -> None:
    """A file that could be imported before."""
    if (file := _ours(filename)) is None:
        return
    from scoreboard.orchestration.notify import send

    settings = Settings.from_environment()
    sentence = last_line(stacktrace)
    journal.note_import_error(settings, file, without_secrets(sentence))
    if settings.notify:
        key = sha256(f"import/{file}/{sentence}/{datetime.now(UTC):%Y-%m-%d}".encode()).hexdigest()[:16]
        send(settings, of_import_error(key, file, sentence))


@hookimpl
def on_existing_dag_import_error(filename: str, stacktrace: str) -> None:
    """It still cannot: for `make status`, nobody is told again."""
    if (file := _ours(filename)) is not None:
        journal.note_import_error(Settings.from_environment(), file, without_secrets(last_line(stacktrace)))


def last_line(stacktrace: str) -> str:
    """What a traceback comes to: `ModuleNotFoundError: No module named 'x'`."""
    lines = [line.strip() for line in stacktrace.splitlines() if line.strip()]
    return lines[-1] if lines else "Airflow gave no reason"


def _ours(filename: str) -> str | None:
    """The file's name, if it is one of this project's; somebody else's is none of ours."""
    path = Path(filename)
    return path.name if path.parent == PROJECT_ROOT / "dags" or path.parent.resolve() == PROJECT_ROOT / "dags" else None
