"""The manifest of a batch: what landed, from which files, with which hashes. Its appearance is the commit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scoreboard.atomic import write_json
from scoreboard.errors import ScoreboardError

NAME = "_manifest.json"
FORMAT = 1
_FIELDS = {
    "format", "adapter", "domain", "entity", "run_id", "batch", "landed_at", "rows", "files", "parts",
    "columns", "unknown_columns", "window", "cursor_in", "cursor_out",
}  # fmt: skip


class ManifestDamaged(ScoreboardError):
    """A manifest, or a part it vouches for, is not what was committed."""


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Commit the batch in `folder`; every part must be on disk already."""
    write_json(folder / NAME, manifest)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a committed batch, None of a folder that was never committed; raises ManifestDamaged."""
    path = folder / NAME
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise _damaged(path, f"it is no JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _damaged(path, f"this version reads format {FORMAT}")
    if missing := _FIELDS - manifest.keys():
        raise _damaged(path, f"it lacks {', '.join(sorted(missing))}")
    if (manifest["adapter"], manifest["entity"]) != (folder.parent.parent.name, folder.parent.name):
        raise _damaged(path, f"it belongs to {manifest['adapter']}/{manifest['entity']}")
    return manifest


def _damaged(path: Path, why: str) -> ManifestDamaged:
    return ManifestDamaged(
        f"{path} cannot be trusted: {why}. Nothing was changed. Restore it from a backup, or move its folder away "
        "and land it again: dropped files lie in archive/, a source is read anew with full_refresh."
    )
