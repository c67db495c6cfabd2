"""Runs as their own files tell them (runs/<run>/), and the versions they published; nothing here is kept in a database."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoreboard.settings import Settings
from scoreboard.warehouse import versions
from scoreboard.web.data.listing import Row
from scoreboard.web.paging import Pages

_PER_PAGE = 25
# what a run's folder may be called; anything else in an address is no run
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,199}")
_LONGEST_FILE = 5_000_000
_MOST_LINES = 200


@dataclass(frozen=True)
class Run:
    """One run: its summary (None where it ended before it wrote one), what failed, and what no mapping explains."""

    run_id: str
    summary: Row | None
    failures: list[Row]
    unmapped: list[str]
    files: list[str]

    @property
    def outcome(self) -> str:
        """`published`, `failed` or `unpublished`: neither a new version nor a failure on record."""
        if self.summary and _part(self.summary, "published").get("by_this_run") is True:
            return "published"
        return "failed" if self.failures or (self.summary and self.summary.get("problems")) else "unpublished"


def runs(settings: Settings, page: int = 1) -> tuple[list[Run], Pages]:
    """A page of runs, newest first by name; a run's name starts with its instant."""
    names = run_names(settings)
    pages = Pages(page, len(names), _PER_PAGE)
    found = [read_run(settings, name) for name in names[pages.offset : pages.offset + pages.per_page]]
    return [run for run in found if run], pages


def run_names(settings: Settings) -> list[str]:
    """Every run there is a folder of, newest first."""
    try:
        found = [path.name for path in settings.runs.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]
    except FileNotFoundError:
        return []
    return sorted(found, reverse=True)


def read_run(settings: Settings, run_id: str) -> Run | None:
    """One run; None where there is none of that name. A file of it that cannot be read counts as not there."""
    folder = settings.runs / run_id
    if not _NAME.fullmatch(run_id) or not folder.is_dir():
        return None
    return Run(
        run_id=run_id,
        summary=_json(folder / "summary.json"),
        failures=_lines(folder / "failures.jsonl"),
        unmapped=_unmapped(folder),
        files=sorted(path.name for path in folder.iterdir() if path.is_file()),
    )


def published_versions(settings: Settings) -> list[Row]:
    """The versions kept, newest first: which run made each, as of when, and what became of it."""
    live = versions.current(settings)
    return [_version(settings, name, live) for name in reversed(versions.names(settings))]


def _version(settings: Settings, name: str, live: dict[str, Any] | None) -> Row:
    folder = versions.folder_of(settings, name)
    manifest = _json(folder / "manifest.json") or {}
    record = _json(folder / "current.json") or manifest
    return {
        "version": name,
        "run_id": manifest.get("run_id"),
        "as_of": manifest.get("as_of"),
        "created_at": manifest.get("created_at"),
        "previous": manifest.get("previous"),
        "published_at": record.get("published_at"),
        "rolled_back_from": record.get("rolled_back_from"),
        "rows": sum(int(table["rows"]) for table in _part(manifest, "tables").values()),
        "tables": len(_part(manifest, "tables")),
        "is_live": live is not None and live["version"] == name,
        # a newer version that is not live has been taken back
        "is_withdrawn": live is not None and _number(name) > _number(live["version"]),
    }


def _number(version: str) -> int:
    return int(version[1:].partition("-")[0])


def _part(told: Row, name: str) -> Row:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _unmapped(folder: Path) -> list[str]:
    """The sentences about what vendors delivered and no mapping explains."""
    found = []
    for told in (_json(folder / "unmapped.json") or {}).values():
        for each in told.get("unmapped", []) if isinstance(told, dict) else []:
            found.append(str(each.get("sentence", "")) if isinstance(each, dict) else str(each))
        found += [str(each) for each in told.get("missing_columns", [])] if isinstance(told, dict) else []
    return found


def _lines(path: Path) -> list[Row]:
    """The last lines of a log of JSON objects; a line that is none is left out."""
    found = []
    for line in (_text(path) or "").splitlines()[-_MOST_LINES:]:
        told = _parsed(line)
        if told is not None:
            found.append(told)
    return found


def _json(path: Path) -> Row | None:
    return _parsed(_text(path) or "")


def _parsed(text: str) -> Row | None:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _text(path: Path) -> str | None:
    try:
        if path.stat().st_size > _LONGEST_FILE:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
