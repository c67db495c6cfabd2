"""The last runs, how each ended, and the sentence of what failed and was not mended since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scoreboard import journal
from scoreboard.settings import Settings
from scoreboard.status.parts import Attention, Part, json_at

SHOWN = 5
RUNNING, SUCCESS, FAILED, BROKEN_OFF = "running", "success", "failed", "broken off"


def read(settings: Settings) -> Part:
    """The newest runs of any kind, newest first, and what every DAG's last run left undone."""
    is_busy = is_in_use(settings)
    by_dag = journal.outcomes(settings)
    noted: dict[str, list[dict[str, Any]]] = {}
    for found in by_dag.values():
        for outcome in found:
            noted.setdefault(outcome["run_key"], []).append(outcome)
    folders = {path.name: path for path in settings.runs.glob("*") if path.is_dir()}
    newest = sorted({*folders, *noted}, reverse=True)[:SHOWN]
    last = [_run(settings, key, noted.get(key, []), bool(is_busy) and key == newest[0]) for key in newest]
    return {"is_in_use": is_busy, "last": last}, [*_undone(settings, by_dag, last), *_untold(settings)]


def is_in_use(settings: Settings) -> bool | None:
    """Whether a run or `make up` holds the home; None where the system does not tell. Asked without taking the lock."""
    try:
        about = (settings.home / ".lock").stat()
    except FileNotFoundError:
        return False
    try:
        held = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    return any(line.split()[5].rpartition(":")[2] == str(about.st_ino) for line in held if " FLOCK " in line)


def _run(settings: Settings, key: str, noted: list[dict[str, Any]], may_run: bool) -> dict[str, Any]:
    folder = settings.runs / key
    summary = json_at(folder / "summary.json") or {}
    published = summary.get("published") or {}
    failures = list(journal.failures(settings, key))
    is_failed = any(outcome["state"] != SUCCESS for outcome in noted)
    if is_failed or (failures and not noted):
        state = FAILED
    elif may_run and not _is_done(key, noted, summary):
        state = RUNNING
    elif noted or published.get("by_this_run"):
        state = SUCCESS
    elif summary:
        state = FAILED
    else:
        state = BROKEN_OFF if (folder / "log.txt").exists() else SUCCESS
    return {
        "run": key,
        "state": state,
        "dags": list(dict.fromkeys(outcome["dag_id"] for outcome in noted)),
        "ended": max((outcome["ended"] for outcome in noted), default=None),
        "published": published.get("version") if published.get("by_this_run") else None,
        "sentences": [_sentence(failure) for failure in failures] if state == FAILED else [],
    }


def _is_done(key: str, noted: list[dict[str, Any]], summary: dict[str, Any]) -> bool:
    """A run of the scheduler ends with its one DAG; one of the terminal goes on until its report, or its summary, is there."""
    if any(key.endswith(outcome["dag_id"]) or outcome["dag_id"] in key for outcome in noted):
        return True
    return bool(summary)


def _undone(settings: Settings, by_dag: dict[str, list[dict[str, Any]]], last: list[dict[str, Any]]) -> list[Attention]:
    found = []
    for dag_id, outcomes in by_dag.items():
        newest = outcomes[-1]
        if newest["state"] != SUCCESS:
            failures = [one for one in journal.failures(settings, newest["run_key"]) if one.get("dag_id") == dag_id]
            sentences = [_sentence(one) for one in failures] or ["it left no reason; see its log in Airflow"]
            found += [Attention(f"{dag_id}, run {newest['run_key']}", sentence, "") for sentence in sentences]
    if last and not by_dag and last[0]["state"] == FAILED:
        sentences = last[0]["sentences"] or ["it published nothing; see its summary.json and log.txt"]
        found += [Attention(f"run {last[0]['run']}", sentence, "") for sentence in sentences]
    if last and last[0]["state"] == BROKEN_OFF:
        found.append(
            Attention(
                f"run {last[0]['run']}",
                "was broken off before it ended; nothing half-done counts",
                "run it again: it goes on from what landed",
            )
        )
    return found


def _untold(settings: Settings) -> list[Attention]:
    """Channels that did not take the last message to operators."""
    told = journal.messages(settings)[-1:]
    lost = [(channel, outcome) for one in told for channel, outcome in one["channels"].items() if outcome != "sent"]
    return [
        Attention(
            "notifications",
            f"{channel} did not take “{told[0]['subject']}”: {outcome}",
            "mend the channel's Connection",
        )
        for channel, outcome in lost
    ]


def _sentence(failure: dict[str, Any]) -> str:
    label = f"[{failure['map_label']}]" if failure.get("map_label") else ""
    return f"{failure.get('task_id', '')}{label}: {failure['sentence']}"
