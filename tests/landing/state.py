"""What a home holds, in forms that tests compare."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scoreboard.landing.store import committed_batches
from scoreboard.settings import Settings


def settings_of(home: Path) -> Settings:
    """The settings of these tests, for whoever lands in their home."""
    return Settings(home=home, as_of=date(2026, 3, 31), settle_seconds=0.01)


def landed_rows(settings: Settings, entity: str = "projects") -> list[dict[str, Any]]:
    """Every landed row in landing order."""
    rows: list[dict[str, Any]] = []
    for batch in committed_batches(settings, "files", entity):
        batch.verify()
        rows += pa.concat_tables([pq.read_table(path, partitioning=None) for path in batch.part_paths]).to_pylist()
    return rows


def landed_keys(settings: Settings, entity: str = "projects", key: str = "project_id") -> list[str]:
    """The keys of every landed row in landing order."""
    return [row[key] for row in landed_rows(settings, entity)]


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder (also hidden ones) with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
