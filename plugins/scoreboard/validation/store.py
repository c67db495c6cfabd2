"""What the door wrote: per batch its typed valid rows, its quarantined rows, and a manifest that makes both count.

A batch without a manifest in valid/ has not been judged, whatever else lies there: the manifest is written last.
"""

from __future__ import annotations

import json
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


def validated_batches(settings: Settings, adapter: str, entity: str) -> list[tuple[dict[str, Any], list[Path], Path]]:
    """Judged batches of a stream in landing order: (manifest, Parquet files of valid rows, Parquet file of quarantined rows)."""
    return [
        (
            manifest,
            [valid_folder(settings, batch) / part["name"] for part in manifest["parts"]],
            quarantine_folder(settings, batch) / PART,
        )
        for batch in committed_batches(settings, adapter, entity)
        if (manifest := manifest_of(settings, batch)) is not None
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
