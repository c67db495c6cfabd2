"""What the door wrote: per batch its typed valid rows, its quarantined rows, and a manifest that makes both count.

A batch without a manifest in valid/ has not been judged, whatever else lies there: the manifest is written last.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoreboard.atomic import write_json
from scoreboard.landing.store import Batch, committed_batches
from scoreboard.settings import Settings
from scoreboard.validation.errors import ValidatorError

PART = "part-00001.parquet"
MANIFEST = "_manifest.json"
ACCEPTED = "_accepted.json"
FORMAT = 1


def valid_folder(settings: Settings, batch: Batch) -> Path:
    """Where the batch's valid rows and their manifest lie."""
    return settings.valid / batch.adapter / batch.entity / batch.folder.name


def quarantine_folder(settings: Settings, batch: Batch) -> Path:
    """Where the batch's refused rows lie."""
    return settings.quarantine / batch.adapter / batch.entity / batch.folder.name


def commit(settings: Settings, batch: Batch, manifest: dict[str, Any]) -> None:
    """Declare the batch judged; its parts must be on disk."""
    write_json(valid_folder(settings, batch) / MANIFEST, manifest)


def manifest_of(settings: Settings, batch: Batch) -> dict[str, Any] | None:
    """The manifest of a judged batch; None while it is not judged. Raises ValidatorError for one that cannot be read."""
    path = valid_folder(settings, batch) / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise _damaged(path, "is no JSON") from error
    if manifest.get("format") != FORMAT or (manifest["entity"], manifest["batch"]) != (batch.entity, batch.number):
        raise _damaged(path, "belongs to another batch or version")
    return manifest


@dataclass(frozen=True)
class Judged:
    """A landed batch and what the door wrote of it."""

    batch: Batch
    manifest: dict[str, Any]
    valid_parts: list[Path]
    quarantine_part: Path


def judged_batches(settings: Settings, feed: str, entity: str) -> list[Judged]:
    """All judged batches of a feed's entity in landing order."""
    return [
        Judged(
            batch,
            manifest,
            [valid_folder(settings, batch) / part["name"] for part in manifest["parts"]],
            quarantine_folder(settings, batch) / PART,
        )
        for batch in committed_batches(settings, feed, entity)
        if (manifest := manifest_of(settings, batch)) is not None
    ]


def counted_batches(settings: Settings, feed: str, entity: str) -> list[Judged]:
    """The judged batches that a build reads: all that were dropped as files, of a vendor's snapshots the newest."""
    return counted(judged_batches(settings, feed, entity))


def counted(judged: list[Judged]) -> list[Judged]:
    """Those of some judged batches that count: a snapshot takes the place of all before it."""
    return judged[-1:] if judged and is_snapshot(judged[-1].batch) else judged


def is_snapshot(batch: Batch) -> bool:
    """Whether a batch is everything its feed knows, and not something more."""
    return bool(batch.manifest.get("snapshot"))


def validated_batches(settings: Settings, adapter: str, entity: str) -> list[tuple[dict[str, Any], list[Path], Path]]:
    """Judged batches of a stream in landing order: (manifest, Parquet files of valid rows, Parquet file of quarantined rows)."""
    return [
        (judged.manifest, judged.valid_parts, judged.quarantine_part)
        for judged in judged_batches(settings, adapter, entity)
    ]


def accept(batch: Batch, note: dict[str, str]) -> Path:
    """Write down beside the landed batch that a person accepts its drift."""
    return write_json(batch.folder / ACCEPTED, note)


def is_accepted(batch: Batch) -> bool:
    """Whether a person accepted the batch's drift."""
    return (batch.folder / ACCEPTED).is_file()


def _damaged(path: Path, why: str) -> ValidatorError:
    return ValidatorError(
        f"{path} {why}. Landed rows are untouched: remove that folder, and the next run judges the batch again."
    )
