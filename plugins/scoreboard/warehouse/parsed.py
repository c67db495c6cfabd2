"""What dbt read of the project, kept beside it as Python keeps compiled modules: reading it takes half the time of a small build.

Every build reads the same files, and a run over vendors does so for each of them too. dbt has a memory of its own, in its target
folder, but forgets everything whenever a setting differs, and the as-of date does every day.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoreboard.atomic import write_bytes

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

# settings that only values in the models' SQL hold, which is made anew for every command; all others are read into the project
IN_SQL_ONLY = ("as_of", "timezone", "fiscal_start_month", "reporting_currency")
_WRITTEN_BY_DBT = ("target", "logs")
_NEWEST = 8

# where the folder cannot be written, as in an image, the process remembers for itself
_kept: dict[str, bytes] = {}


def key_of(
    project: Path,
    engine: str,
    database: Path,
    seeds: Iterable[str],
    variables: Mapping[str, Any],
    connection: Mapping[str, str],
) -> str:
    """A name for everything that what dbt reads depends on.

    That is: the project's files, the names of the `seeds`, the target, the settings, and dbt itself.
    """
    files = [
        (str(path), stat.st_mtime_ns, stat.st_size)
        for path in sorted(project.rglob("*"))
        if path.relative_to(project).parts[0] not in _WRITTEN_BY_DBT and path.is_file() and (stat := path.stat())
    ]
    told = [
        [version(package) for package in ("dbt-core", "dbt-adapters", f"dbt-{engine}")],
        engine,
        database.stem,
        sorted(seeds),
        sorted((name, repr(value)) for name, value in variables.items() if name not in IN_SQL_ONLY),
        sorted((name, value) for name, value in connection.items() if "SECRET" not in name),
    ]
    return hashlib.sha256(repr([files, told]).encode()).hexdigest()


def keep(project: Path, key: str, manifest: Manifest) -> None:
    """Keep a copy of what was read, before a command writes its results into it; the newest few stay."""
    # field by field: dbt 1.11 gets their order wrong when it pickles a manifest itself. Look-ups are made again where they are missed
    contents = {one.name: getattr(manifest, one.name) for one in fields(manifest) if not one.name.startswith("_")}
    reading = pickle.dumps(contents, protocol=pickle.HIGHEST_PROTOCOL)
    try:
        write_bytes(_folder(project) / key, reading)
    except OSError:
        _kept.clear()
        _kept[key] = reading
        return
    with contextlib.suppress(OSError):  # another process may be tidying too
        for old in sorted(_folder(project).iterdir(), key=lambda path: -path.stat().st_mtime_ns)[_NEWEST:]:
            old.unlink(missing_ok=True)


def recall(project: Path, key: str, seeds: Path) -> Manifest | None:
    """What was read under this key, with the seeds of this folder; None when it was not, or what was kept is damaged."""
    from dbt.artifacts.resources import FileHash
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import SeedNode
    from dbt_common.clients.system import load_file_contents

    try:
        reading = _kept.get(key) or (_folder(project) / key).read_bytes()
        # whoever may write beside the project's own code may write that too
        manifest = Manifest(**pickle.loads(reading))  # noqa: S301
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        return None
    for node in manifest.nodes.values():
        if isinstance(node, SeedNode):
            node.original_file_path = str(seeds / node.path)
            node.checksum = FileHash.from_contents(load_file_contents(node.original_file_path))
    return manifest


def is_kept(project: Path, key: str) -> bool:
    """Whether something was kept under this key, damaged or not."""
    return key in _kept or (_folder(project) / key).exists()


@contextlib.contextmanager
def sole_reader(project: Path) -> Iterator[None]:
    """Who comes while another process is reading the project waits, and finds what that one has kept."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):  # where nothing can be kept, everyone reads for themselves
            path = _folder(project).with_suffix(".lock")
            path.parent.mkdir(parents=True, exist_ok=True)
            fcntl.flock(held.enter_context(path.open("w")), fcntl.LOCK_EX)
        yield


def _folder(project: Path) -> Path:
    return project / "target" / "readings"
