"""What has landed: the committed batches of a stream, in landing order."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoreboard.atomic import sha256_of
from scoreboard.landing.manifest import ManifestDamaged, read_manifest
from scoreboard.settings import Settings


@dataclass(frozen=True)
class Batch:
    """One committed batch of one stream."""

    adapter: str
    domain: str
    entity: str
    run_id: str
    number: int
    folder: Path
    manifest: dict[str, Any]

    @property
    def part_paths(self) -> list[Path]:
        """Its Parquet files, in row order."""
        return [self.folder / part["name"] for part in self.manifest["parts"]]

    def verify(self) -> None:
        """Raise ManifestDamaged naming the first part that is gone or is not byte for byte what was landed."""
        for part, path in zip(self.manifest["parts"], self.part_paths, strict=True):
            if not path.is_file():
                raise _part_damaged(path, "is gone")
            if sha256_of(path) != part["sha256"]:
                raise _part_damaged(path, "was changed after landing (its sha256 is not the manifest's)")


def stream_folder(settings: Settings, adapter: str, entity: str) -> Path:
    """Where the batches of one stream lie."""
    return settings.landing / adapter / entity


def run_folder(settings: Settings, adapter: str, entity: str, run_id: str) -> Path:
    """Where one run's batch of a stream lies."""
    return stream_folder(settings, adapter, entity) / f"run={run_id}"


def committed_batches(settings: Settings, adapter: str, entity: str) -> list[Batch]:
    """All committed batches of a stream in landing order; folders without a manifest do not exist.

    Raises ManifestDamaged for a manifest that cannot be read, a missing part, or a batch number used twice.
    Contents are checked by `Batch.verify`, where they are read.
    """
    batches = []
    for folder in _run_folders(stream_folder(settings, adapter, entity)):
        manifest = read_manifest(folder)
        if manifest is None:
            continue
        batch = Batch(
            adapter, manifest["domain"], entity, manifest["run_id"], manifest["batch"], folder=folder, manifest=manifest
        )
        for path in batch.part_paths:
            if not path.is_file():
                raise _part_damaged(path, "is gone")
        batches.append(batch)
    doubled = [number for number, times in Counter(batch.number for batch in batches).items() if times > 1]
    if doubled:
        folders = ", ".join(str(batch.folder) for batch in batches if batch.number in doubled)
        raise ManifestDamaged(f"one batch number was given twice: {folders}. Move the copy away and run again.")
    return sorted(batches, key=lambda batch: batch.number)


def remove_uncommitted(settings: Settings, adapter: str, entity: str) -> None:
    """Remove what dead runs left without a manifest; only under the stream's lock."""
    for folder in _run_folders(stream_folder(settings, adapter, entity)):
        discard_uncommitted(folder)


def discard_uncommitted(folder: Path) -> None:
    """Remove a batch's folder unless it was committed."""
    if folder.is_dir() and read_manifest(folder) is None:
        shutil.rmtree(folder)


def _run_folders(stream: Path) -> list[Path]:
    return sorted(folder for folder in stream.glob("run=*") if folder.is_dir())


def _part_damaged(path: Path, why: str) -> ManifestDamaged:
    return ManifestDamaged(
        f"landed file {path} {why}. Nothing was changed. Restore it from a backup, or move its folder away and land "
        "it again: dropped files lie in archive/, a source is read anew with full_refresh."
    )
