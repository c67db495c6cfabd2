"""What a person should hear of a landing that failed nothing: files left alone, and columns that nobody uses.

One text file per run and extract, for the terminal of `make run` and for whoever looks at a scheduled run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scoreboard.entities import ENTITIES
from scoreboard.settings import Settings


def note_landing(settings: Settings, run_key: str, dag_id: str, landed: dict[str, Any]) -> None:
    """Keep by the run what `land_entity` left alone or did not understand; nothing is written where there is nothing to say."""
    lines = [
        *(f"left alone: {ignored}" for ignored in landed["ignored"]),
        *(f"left alone: {name}: still being written" for name in landed["waiting"]),
        *(_unknown(landed["entity"], column) for column in landed["unknown_columns"]),
    ]
    if lines:
        notes = _notes(settings, run_key, dag_id)
        notes.parent.mkdir(parents=True, exist_ok=True)
        with notes.open("a", encoding="utf-8") as file:
            file.writelines(f"{_one_line(line)}\n" for line in lines)


def landing_notes(settings: Settings, run_key: str, dag_id: str) -> list[str]:
    """The notes of one extract of a run."""
    path = _notes(settings, run_key, dag_id)
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _notes(settings: Settings, run_key: str, dag_id: str) -> Path:
    return settings.runs / run_key / f"notes_of_{dag_id}.txt"


def _unknown(entity: str, column: str) -> str:
    meant = next((known for known in ENTITIES[entity].columns if known == column.strip().lower()), None)
    hint = f" (names must match exactly: is it '{meant}'?)" if meant else ""
    return f"unknown column: {ENTITIES[entity].domain}/{entity} has '{column}'{hint}; it is kept in landing, no figure uses it"


def _one_line(text: str) -> str:
    """Names come with the files: nothing in them may break a line or steer a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)
