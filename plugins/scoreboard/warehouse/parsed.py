"""What dbt read of the project, kept for the rest of the process: reading it takes half the time of a small build.

A run over vendors calls dbt for each of them and then for the warehouse, and every call reads the same files. dbt has a
memory of its own, beside its target folder, but forgets everything whenever a setting differs.
"""

from __future__ import annotations

import pickle
from collections.abc import Hashable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

# settings that only values in the models' SQL hold, which is made anew for every command; all others are read into the project
IN_SQL_ONLY = ("as_of", "timezone", "fiscal_start_month", "reporting_currency")
_WRITTEN_BY_DBT = ("target", "logs")

_kept: dict[Hashable, bytes] = {}


def key_of(
    project: Path, engine: str, database: Path, seeds: Path, variables: Mapping[str, Any], connection: Mapping[str, str]
) -> Hashable:
    """Everything that what dbt reads depends on: the project's files, the names of the seeds, the target and the settings."""
    files = tuple(
        (str(path), stat.st_mtime_ns, stat.st_size)
        for path in sorted(project.rglob("*"))
        if path.relative_to(project).parts[0] not in _WRITTEN_BY_DBT and path.is_file() and (stat := path.stat())
    )
    names = tuple(sorted(path.name for path in seeds.iterdir()))
    told = repr(sorted((name, value) for name, value in variables.items() if name not in IN_SQL_ONLY))
    return files, names, engine, database.stem, told, tuple(sorted(connection.items()))


def keep(key: Hashable, manifest: Manifest) -> None:
    """Keep a copy of what was read, before a command writes its results into it."""
    # field by field: dbt 1.11 gets their order wrong when it pickles a manifest itself. Look-ups are made again where they are missed
    contents = {one.name: getattr(manifest, one.name) for one in fields(manifest) if not one.name.startswith("_")}
    _remember(key, pickle.dumps(contents, protocol=pickle.HIGHEST_PROTOCOL))


def recall(key: Hashable, seeds: Path) -> Manifest | None:
    """What was read under this key, with the seeds of this folder; None when it was not."""
    from dbt.artifacts.resources import FileHash
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import SeedNode
    from dbt_common.clients.system import load_file_contents

    reading = _remembered(key)
    if reading is None:
        return None
    manifest = Manifest(**pickle.loads(reading))  # noqa: S301 - this process wrote it
    for node in manifest.nodes.values():
        if isinstance(node, SeedNode):
            node.original_file_path = str(seeds / node.path)
            node.checksum = FileHash.from_contents(load_file_contents(node.original_file_path))
    return manifest


def _remembered(key: Hashable) -> bytes | None:
    return _kept.get(key)


def _remember(key: Hashable, reading: bytes) -> None:
    _kept.clear()  # one project is in work at a time; what was read for another is not worth its memory
    _kept[key] = reading
