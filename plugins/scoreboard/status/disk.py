"""Disk: what the home takes, folder by folder, and whether the next run has room."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from scoreboard.settings import Settings
from scoreboard.status.parts import Attention, Part

FOLDERS = ("inbox", "archive", "landing", "valid", "quarantine", "build", "published", "reports", "runs", "airflow")
_LEAST_FREE = 500_000_000


def read(settings: Settings) -> Part:
    """Bytes per folder, in all, and free; a run needs about what the build file and the live version take, once more."""
    there = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    sizes = {name: size_of(settings.home / name) for name in FOLDERS if (settings.home / name).is_dir()}
    free = shutil.disk_usage(there).free
    live = (settings.published / "live").resolve()
    needed = max(_LEAST_FREE, 2 * (sizes.get("build", 0) + (size_of(live) if live.is_dir() else 0)))
    attention = []
    if free < needed:
        attention.append(
            Attention(
                "disk",
                f"{free / 1e9:.1f} GB are free in {there} and the next run may need {needed / 1e9:.1f} GB",
                "make room: old folders below runs/ may go, and archive/ after a backup. A full disk loses nothing, it only stops",
            )
        )
    return {"folders": sizes, "used": sum(sizes.values()), "free": free, "needed": needed}, attention


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder; what vanishes meanwhile does not count."""
    total = 0
    stack = [str(folder)]
    while stack:
        try:
            with os.scandir(stack.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        stack.append(entry.path)
                    else:
                        try:
                            total += entry.stat(follow_symlinks=False).st_size
                        except FileNotFoundError:
                            continue
        except (FileNotFoundError, PermissionError):
            continue
    return total
