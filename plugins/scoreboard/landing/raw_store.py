"""Where the raw records of sources lie: landing/<adapter>@<connection>/<stream>/run=<run id>/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path

from scoreboard.errors import ScoreboardError
from scoreboard.landing.store import Batch, committed_batches
from scoreboard.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_RUN_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.~:+@-]{0,199}")
SNAPSHOT = "snapshot"


def source_folder(adapter: str, connection: str) -> str:
    """`<adapter>@<connection>`; raises ScoreboardError for a name that cannot be a folder's."""
    return f"{checked_name('adapter', adapter)}@{checked_name('connection', connection)}"


def checked_name(what: str, name: str) -> str:
    """`name`, if it can name a folder on every system."""
    if not _NAME.fullmatch(name):
        raise ScoreboardError(f"{what} {name!r} cannot name a folder; use letters, digits and _ - . (100 at most)")
    return name


def checked_run_id(run_id: str) -> str:
    """`run_id`, if it can name a folder."""
    if not _RUN_ID.fullmatch(run_id):
        raise ScoreboardError(f"run id {run_id!r} cannot name a folder; use letters, digits and _ . ~ : + @ -")
    return run_id


def unused_run_id(run_id: str, landed: Sequence[Batch]) -> str:
    """The run's id, or, where it has landed before, the first free of <run_id>.2, .3, ..."""
    used = {batch.run_id for batch in landed}
    names = (run_id if attempt == 1 else f"{run_id}.{attempt}" for attempt in count(1))
    return next(name for name in names if name not in used)


def raw_batches(settings: Settings, adapter_at_connection: str, stream: str) -> list[Batch]:
    """The batches of a stream that count, in landing order: all of an API's, the newest snapshot of a loader's table.

    Raises ManifestDamaged as `committed_batches` does.
    """
    batches = committed_batches(settings, adapter_at_connection, stream)
    return batches[-1:] if batches and batches[-1].manifest.get("mode") == SNAPSHOT else batches


def living_keys(batches: Sequence[Batch]) -> dict[str, datetime | None]:
    """Key -> version of every landed record that, as far as is landed, still exists. All in memory."""
    newest: dict[str, tuple[tuple[bool, datetime | None], bool]] = {}
    for key, version, is_gone in _identities(batches):
        rank = (version is not None, version)
        held = newest.get(key)
        if held is None or _at_least(rank, held[0]):
            newest[key] = (rank, is_gone)
    return {key: version for key, ((_, version), is_gone) in newest.items() if not is_gone}


def landed_keys(settings: Settings, adapter_at_connection: str, stream: str) -> dict[str, datetime | None]:
    """`living_keys` of a stream."""
    return living_keys(raw_batches(settings, adapter_at_connection, stream))


def part_paths(batches: Sequence[Batch]) -> list[Path]:
    """The Parquet files of some batches, in landing order."""
    return [path for batch in batches for path in batch.part_paths]


def rows_of(batches: Sequence[Batch]) -> int:
    """How many rows some batches hold, by their manifests."""
    return sum(int(batch.manifest["rows"]) for batch in batches)


def _identities(batches: Sequence[Batch]) -> Iterator[tuple[str, datetime | None, bool]]:
    import pyarrow.parquet as pq  # not for everyone who asks for a name

    columns = ["_key", "_version", "_is_deleted", "_is_tombstone"]
    for path in part_paths(batches):
        with pq.ParquetFile(path) as file:
            for chunk in file.iter_batches(columns=columns):
                keys, versions, deleted, tombstones = (column.to_pylist() for column in chunk.columns)
                for key, version, is_deleted, is_tombstone in zip(keys, versions, deleted, tombstones, strict=True):
                    yield key, version, is_deleted or is_tombstone


def _at_least(one: tuple[bool, datetime | None], other: tuple[bool, datetime | None]) -> bool:
    """Whether `one` comes at or after `other`: without a version first, then by version."""
    if one[1] is None or other[1] is None:
        return one[0] >= other[0]
    return one[1] >= other[1]
