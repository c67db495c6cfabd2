"""The last runs, how each ended, and the sentence of what failed and was not mended since."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from scoreboard import journal
from scoreboard.settings import Settings
from scoreboard.status.parts import Attention, Part, folders, json_at
from scoreboard.status.undone import hanging, sentence_of, stalled, undone, unreadable, untold

SHOWN = 5
RUNNING, SUCCESS, FAILED, BROKEN_OFF, UNKNOWN = "running", "success", "failed", "broken off", "end unknown"
_INSTANT = re.compile(r"\d{8}T\d{6}Z")  # what a run's name begins with


def read(settings: Settings) -> Part:
    """The newest runs of any kind, newest first, and what every DAG's last run left undone."""
    is_busy = is_in_use(settings)
    by_dag = journal.outcomes(settings)
    noted: dict[str, list[dict[str, Any]]] = {}
    for found in by_dag.values():
        for outcome in found:
            noted.setdefault(outcome["run_key"], []).append(outcome)
    going_on = [one for one in journal.going_on(settings) if not _was_overtaken(one, by_dag)]
    begun = {one["run_key"]: one["started"] for one in going_on}
    # somebody's own folder below runs/ is no run
    known = {*noted, *begun, *(name for name in folders(settings.runs) if _INSTANT.match(name))}
    newest = sorted(known, key=lambda key: (_instant(key, noted.get(key, []), begun.get(key)), key), reverse=True)[
        :SHOWN
    ]
    last = [
        _run(settings, key, noted.get(key, []), key in begun or (bool(is_busy) and key == newest[0])) for key in newest
    ]
    attention = [
        *undone(settings, by_dag),
        *hanging(settings, going_on),
        *stalled(settings, by_dag),
        *unreadable(settings),
        *_broken_off(by_dag, last),
        *untold(settings),
    ]
    return {"is_in_use": is_busy, "going_on": going_on, "last": last}, attention


def _was_overtaken(begun: dict[str, str], by_dag: dict[str, list[dict[str, Any]]]) -> bool:
    """Whether a later run of the DAG has ended: no DAG runs beside itself, so this one's end was not noted."""
    return any(str(outcome.get("started") or "") > begun["started"] for outcome in by_dag.get(begun["dag_id"], []))


def _instant(key: str, noted: list[dict[str, Any]], started: str | None) -> str:
    """When a run began or was due, in the way runs are called."""
    if _INSTANT.match(key):
        return key[:16]
    at = str((noted[0].get("started") or noted[0]["ended"]) if noted else started or "")
    return re.sub(r"[-:]", "", at)[:15] + "Z"


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
    if is_failed or (failures and not noted and not may_run):
        state = FAILED
    elif may_run and not _is_done(key, noted, summary):
        state = RUNNING
    elif noted or published.get("by_this_run"):
        state = SUCCESS
    elif summary:
        state = FAILED
    else:
        state = BROKEN_OFF if (folder / "log.txt").exists() else UNKNOWN
    return {
        "run": key,
        "state": state,
        "dags": list(dict.fromkeys(outcome["dag_id"] for outcome in noted)),
        "ended": max((outcome["ended"] for outcome in noted), default=None),
        "published": published.get("version") if published.get("by_this_run") else None,
        "sentences": [sentence_of(failure) for failure in failures] if state == FAILED else [],
    }


def _is_done(key: str, noted: list[dict[str, Any]], summary: dict[str, Any]) -> bool:
    """A run of the scheduler ends with its one DAG; one of the terminal goes on until its report, or its summary, is there."""
    if any(key.endswith(outcome["dag_id"]) or outcome["dag_id"] in key for outcome in noted):
        return True
    return bool(summary)


def _broken_off(by_dag: dict[str, list[dict[str, Any]]], last: list[dict[str, Any]]) -> list[Attention]:
    """The newest run, where it ended without a word, or failed before anything was noted of DAGs."""
    if last and not by_dag and last[0]["state"] == FAILED:
        sentences = last[0]["sentences"] or ["it published nothing; see its summary.json and log.txt"]
        return [Attention(f"run {last[0]['run']}", sentence, "") for sentence in sentences]
    if last and last[0]["state"] == BROKEN_OFF:
        return [
            Attention(
                f"run {last[0]['run']}",
                "was broken off before it ended; nothing half-done counts",
                "run it again: it goes on from what landed",
            )
        ]
    return []
