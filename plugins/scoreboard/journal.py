"""What the pipeline notes down for `make status`: when each feed was last read, and how the last runs of each DAG ended.

Below SCOREBOARD_HOME/status/, one small file per feed and per DAG, each replaced whole. Nothing computes with them: without these
files every run works as before, and status says less.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from scoreboard.atomic import write_json
from scoreboard.settings import Settings, utc_now

KEPT_OUTCOMES = 20
KEPT_MESSAGES = 500


def note_read(settings: Settings, source: str, stream: str, run_id: str, rows: int) -> None:
    """A source (`files`, `zendesk@main`) was asked for a stream and answered; `rows` were new, perhaps none."""
    note = {"source": source, "stream": stream, "read_at": utc_now().isoformat(), "run_id": run_id, "rows": rows}
    with suppress(OSError):  # what landed has landed, whether it can be noted or not
        write_json(_reads(settings) / source / f"{stream}.json", note)


def reads(settings: Settings) -> dict[tuple[str, str], dict[str, Any]]:
    """The last read of every feed by (source, stream); a note that cannot be read is left out."""
    notes = (_note(path) for path in sorted(_reads(settings).glob("*/*.json")))
    return {(note["source"], note["stream"]): note for note in notes if {"source", "stream", "read_at"} <= note.keys()}


def note_begun(settings: Settings, dag_id: str, run_key: str, started: datetime | None) -> None:
    """The scheduler began a run of a DAG; it goes on until its outcome is noted."""
    path = _dags(settings) / f"{dag_id}.json"
    at = (started or utc_now()).isoformat()
    begun = [*(one for one in _begun(path) if one["run_key"] != run_key), {"run_key": run_key, "started": at}]
    write_json(path, {"outcomes": _outcomes(path), "begun": begun[-KEPT_OUTCOMES:]})


def note_outcome(
    settings: Settings, dag_id: str, run_key: str, state: str, started: datetime | None, kind: str
) -> None:
    """A run of a DAG ended; the last few of each DAG are kept."""
    outcome = {
        "dag_id": dag_id,
        "run_key": run_key,
        "state": state,
        "kind": kind,
        "started": started.isoformat() if started else None,
        "ended": utc_now().isoformat(),
    }
    path = _dags(settings) / f"{dag_id}.json"
    begun = [one for one in _begun(path) if one["run_key"] != run_key]
    write_json(path, {"outcomes": [*_outcomes(path), outcome][-KEPT_OUTCOMES:], "begun": begun})


def outcomes(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """DAG -> how its last runs ended, oldest first."""
    return {path.stem: found for path in sorted(_dags(settings).glob("*.json")) if (found := _outcomes(path))}


def going_on(settings: Settings) -> list[dict[str, str]]:
    """The runs that the scheduler began and whose end nobody noted: dag_id, run_key, started."""
    return [{"dag_id": path.stem, **one} for path in sorted(_dags(settings).glob("*.json")) for one in _begun(path)]


def note_copy(settings: Settings, version: str) -> None:
    """PostgreSQL shows this version now."""
    with suppress(OSError):
        write_json(_copy(settings), {"version": version, "at": utc_now().isoformat()})


def copy(settings: Settings) -> dict[str, Any] | None:
    """The version that PostgreSQL was last made to show, and when; None where none ever was."""
    told = _note(_copy(settings))
    return told if {"version", "at"} <= told.keys() else None


def claim_message(settings: Settings, key: str, subject: str) -> bool:
    """Whether the message of this key is the caller's to send: True once, whoever asks and however often. Old ones are dropped."""
    folder = settings.home / "status" / "told"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.json"), key=_age)[:-KEPT_MESSAGES]:
        old.unlink(missing_ok=True)
    try:
        with (folder / f"{key}.json").open("x", encoding="utf-8") as file:
            json.dump({"at": utc_now().isoformat(), "subject": subject, "channels": {}}, file)
    except FileExistsError:
        return False
    return True


def note_message(settings: Settings, key: str, subject: str, channels: dict[str, str]) -> None:
    """What became of a message: channel -> `sent`, or the sentence of what was in the way."""
    told = {"at": utc_now().isoformat(), "subject": subject, "channels": channels}
    write_json(settings.home / "status" / "told" / f"{key}.json", told)


def messages(settings: Settings) -> list[dict[str, Any]]:
    """The last messages to operators, oldest first."""
    told = [_note(path) for path in (settings.home / "status" / "told").glob("*.json")]
    return sorted((one for one in told if {"at", "subject", "channels"} <= one.keys()), key=lambda one: str(one["at"]))


def note_import_error(settings: Settings, file: str, sentence: str) -> None:
    """A DAG file cannot be imported now; noted again each time Airflow tries, so that an old note means that it can."""
    with suppress(OSError):
        told = {"file": file, "sentence": sentence, "at": utc_now().isoformat()}
        write_json(settings.home / "status" / "imports" / f"{file}.json", told)


def import_errors(settings: Settings) -> list[dict[str, Any]]:
    """What was noted of DAG files that could not be imported: file, sentence, at."""
    told = [_note(path) for path in sorted((settings.home / "status" / "imports").glob("*.json"))]
    return [one for one in told if {"file", "sentence", "at"} <= one.keys()]


def failures(settings: Settings, run_key: str) -> Iterator[dict[str, Any]]:
    """What failed tasks of a run left in its failures.jsonl, each try once: Airflow may call back twice. Lines that cannot be read are passed over."""
    try:
        lines = (settings.runs / run_key / "failures.jsonl").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and isinstance(told.get("sentence"), str):
            try_of = (str(told.get(name)) for name in ("dag_id", "task_id", "map_label", "try_number", "sentence"))
            found.setdefault(tuple(try_of), told)
    yield from found.values()


def _reads(settings: Settings) -> Path:
    return settings.home / "status" / "reads"


def _copy(settings: Settings) -> Path:
    return settings.home / "status" / "postgres.json"


def _dags(settings: Settings) -> Path:
    return settings.home / "status" / "dags"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _outcomes(path: Path) -> list[dict[str, Any]]:
    found = _note(path).get("outcomes", [])
    return [one for one in found if isinstance(one, dict) and {"dag_id", "run_key", "state", "ended"} <= one.keys()]


def _begun(path: Path) -> list[dict[str, str]]:
    found = _note(path).get("begun", [])
    return [one for one in found if isinstance(one, dict) and {"run_key", "started"} <= one.keys()]


def _note(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
