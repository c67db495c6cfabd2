"""Read claimed files to their end and commit them as one batch, or say of every broken one what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoreboard.entities import Entity
from scoreboard.errors import ScoreboardError
from scoreboard.landing.manifest import FORMAT, write_manifest
from scoreboard.landing.parts import BatchIdentity, PartWriter, landed_names
from scoreboard.landing.store import discard_uncommitted
from scoreboard.progress import step
from scoreboard.sources.files import Dropped
from scoreboard.sources.readers import open_table
from scoreboard.sources.readers.base import TableFile, Unreadable, check_required, check_row_count


class BrokenFile(ScoreboardError):
    """Files that cannot be landed: `reasons` maps each path below inbox/ to what is wrong with it."""

    def __init__(self, entity: Entity, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(sorted(reasons.items()))
        listed = "\n".join(f"  {path}: {reason}" for path, reason in self.reasons.items())
        count = "1 file is broken" if len(reasons) == 1 else f"{len(reasons)} files are broken"
        super().__init__(
            f"{count}, so nothing of {entity.name} was landed in this run:\n{listed}\n"
            f"Every file is back where it was dropped, in inbox/{entity.domain}/{entity.name}/. "
            "Mend the broken ones or take them away, then run again."
        )


@dataclass(frozen=True)
class ClaimedFile:
    """A file to land: as it was seen in the inbox, where it lies now, its hash, and where its original will be kept."""

    dropped: Dropped
    place: Path
    sha256: str
    archived: str  # below SCOREBOARD_HOME


def commit_batch(
    folder: Path,
    adapter: str,
    entity: Entity,
    identity: BatchIdentity,
    files: Sequence[ClaimedFile],
    refused: Mapping[str, str],
) -> dict[str, Any]:
    """Land `files`, in this order, in `folder` and give the manifest; raises BrokenFile for all broken and refused ones.

    Until the manifest stands, the folder does not exist for any reader; on any failure it is taken away.
    """
    broken = dict(refused)
    tables: dict[ClaimedFile, TableFile] = {}
    for file in files:
        try:
            tables[file] = open_table(file.place, entity.kinds)
            check_required(tables[file].columns, entity)
        except Unreadable as error:
            broken[file.dropped.name] = str(error)

    names = landed_names(entity.columns, (name for table in tables.values() for name in table.columns))
    rows: dict[ClaimedFile, int] = {}
    try:
        with PartWriter(folder, identity, names) as writer:
            for number, (file, table) in enumerate(tables.items()):
                step(entity.name, number, len(tables), "files")
                try:
                    # past a broken file the others are read only to name all that is broken at once
                    rows[file] = _read(file, table, None if broken else writer)
                except Unreadable as error:
                    broken[file.dropped.name] = str(error)
            if broken:
                raise BrokenFile(entity, broken)
            parts = writer.finish()
        manifest = {
            "format": FORMAT,
            "adapter": adapter,
            "domain": entity.domain,
            "entity": entity.name,
            "run_id": identity.run_id,
            "batch": identity.number,
            "landed_at": identity.landed_at.isoformat(),
            "rows": writer.rows,
            "files": [
                {
                    "path": file.dropped.name,
                    "sha256": file.sha256,
                    "bytes": file.dropped.size,
                    "rows": rows[file],
                    "archived": file.archived,
                }
                for file in files
            ],
            "parts": parts,
            "columns": list(names.values()),
            "unknown_columns": list(names.values())[len(entity.columns) :],
            "window": None,
            "cursor_in": None,
            "cursor_out": None,
        }
        write_manifest(folder, manifest)
    except BaseException:
        discard_uncommitted(folder)
        raise
    return manifest


def _read(file: ClaimedFile, table: TableFile, writer: PartWriter | None) -> int:
    """Read one file to its end, into `writer` if there is one; gives its rows."""
    rows = 0
    for chunk in table.chunks():
        rows += chunk.rows
        check_row_count(rows)
        if writer is not None:
            writer.add(file.dropped.name, chunk)
    if rows == 0:
        raise Unreadable("it has no rows")
    if not file.dropped.is_unchanged(file.place):
        raise Unreadable("it was still being written while it was read")
    return rows
