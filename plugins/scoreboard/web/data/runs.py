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
    """One run as its own files tell it; a file that is not there or not readable leaves its part empty."""

    run_id: str
    has_summary: bool
    as_of: str | None
    version: str | None
    is_published: bool
    problems: list[str]
    tests: dict[str, int]
    rows: list[Row]
    refused: dict[str, int]
    restated: int
    failures: list[Row]
    unmapped: list[str]
    files: list[str]

    @property
    def outcome(self) -> str:
        """`published`, `failed`, or `unpublished`: neither a new version nor a failure on record."""
        if self.is_published:
            return "published"
        return "failed" if self.failures or self.problems else "unpublished"


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
    summary = _json(folder / "summary.json")
    told = summary or {}
    published = _part(told, "published")
    return Run(
        run_id=run_id,
        has_summary=summary is not None,
        as_of=_text_of(told, "as_of"),
        version=_text_of(published, "version"),
        is_published=published.get("by_this_run") is True,
        problems=[str(each) for each in _list(told, "problems")],
        tests=_counts(_part(told, "tests")),
        rows=[row for row in _list(told, "rows") if isinstance(row, dict)],
        refused=_counts(_part(_part(told, "quarantine"), "by_rule")),
        restated=_counts(_part(told, "restatements")).get("figures", 0),
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
        "rows": sum(
            _counts(table).get("rows", 0) for table in _part(manifest, "tables").values() if isinstance(table, dict)
        ),
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


def _list(told: Row, name: str) -> list[Any]:
    part = told.get(name)
    return part if isinstance(part, list) else []


def _text_of(told: Row, name: str) -> str | None:
    value = told.get(name)
    return value if isinstance(value, str) else None


def _counts(told: Row) -> dict[str, int]:
    """What is a count in an object."""
    return {str(name): value for name, value in told.items() if isinstance(value, int)}


def _unmapped(folder: Path) -> list[str]:
    """The sentences about what vendors delivered and no mapping explains, and about columns that were missing."""
    found: list[str] = []
    for domain in (_json(folder / "unmapped.json") or {}).values():
        told = domain if isinstance(domain, dict) else {}
        found += [str(each.get("sentence", "")) for each in _list(told, "unmapped") if isinstance(each, dict)]
        found += [str(each) for each in _list(told, "missing_columns")]
    return found


def _lines(path: Path) -> list[Row]:
    """The last lines of a log of JSON objects; a line that is none is left out."""
    told = [_parsed(line) for line in (_text(path) or "").splitlines()[-_MOST_LINES:]]
    return [each for each in told if each is not None]


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
