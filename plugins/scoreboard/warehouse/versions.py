"""Published versions on disk: which one is live, how the switch is made, which ones are kept.

    published/versions/<version>/{manifest.json, current.json, warehouse.duckdb, parquet/<table>.parquet, parquet/marts_now/<table>.parquet}
    published/live             -> versions/<version>       the only thing a publish or a rollback replaces
    published/parquet          -> live/parquet             set up once; so all three names
    published/warehouse.duckdb -> live/warehouse.duckdb    change in the same instant,
    published/current.json     -> live/current.json        by one rename of `live`

A version folder is complete before `live` points at it and is never written again (its `current.json` apart, by a rollback).
Who reads several tables takes the version's name from `current.json` once and reads below `versions/<version>/`.
"""

from __future__ import annotations

import fcntl
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from scoreboard import atomic
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.warehouse.tables import SCHEMA, SCHEMA_NOW

# settings a version's figures depend on besides as-of: versions that differ here cannot be compared row by row
COMPARABLE = ("timezone", "fiscal_start_month", "currency")
KEPT_VERSIONS = 5
LOCK_WAIT_SECONDS = 30.0
_NAME = re.compile(r"v(\d{6,})-[A-Za-z0-9_.-]+")
# not versions yet, or not any more: what a crash may leave, swept by the next publish
BUILDING, DELETING = ".building-", ".deleting-"


class PublishError(ScoreboardError):
    """A version could not be published, rolled back or read; the message says which version readers still see."""


def comparable_settings(settings: Settings) -> dict[str, Any]:
    """The settings that a version's figures depend on besides as-of."""
    return {name: getattr(settings, name) for name in COMPARABLE}


def tables_of(record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Schema -> table -> {rows, sha256} of a version's record or manifest."""
    return {SCHEMA: record["tables"], SCHEMA_NOW: record.get("tables_now", {})}


def parquet_name(schema: str, table: str) -> str:
    """A table's file below a version's parquet/."""
    return f"{table}.parquet" if schema == SCHEMA else f"{schema}/{table}.parquet"


def versions_folder(settings: Settings) -> Path:
    """Where the versions are."""
    return settings.published / "versions"


def folder_of(settings: Settings, version: str) -> Path:
    """The folder of one version; refuses anything that is not a version's name."""
    if not _NAME.fullmatch(version):
        raise PublishError(f"{version!r} is not the name of a published version such as v000001-<run>")
    return versions_folder(settings) / version


def current(settings: Settings) -> dict[str, Any] | None:
    """The live version's record (`current.json`: version, run_id, as_of, settings, tables with rows and sha256); None before the first publish."""
    path = settings.published / "current.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        folder_of(settings, record["version"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, PublishError) as error:
        raise PublishError(
            f"{path} is not a record of a published version ({error}); the versions below {versions_folder(settings)} are"
            " untouched: point published/live at one of them, or publish again"
        ) from error
    return dict(record)


def require_current(settings: Settings) -> dict[str, Any]:
    """As `current`, but raises PublishError before the first publish."""
    record = current(settings)
    if record is None:
        raise PublishError(
            f"nothing has been published in {settings.published} yet; `make run` publishes a first version"
        )
    return record


def names(settings: Settings) -> list[str]:
    """Complete versions on disk, oldest first."""
    folder = versions_folder(settings)
    found = [path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)] if folder.is_dir() else []
    return sorted(found, key=_number)


def next_name(settings: Settings, run_id: str) -> str:
    """A name above every version there is, also above those rolled back: `v000007-<run id>`."""
    live = current(settings)
    taken = [_number(name) for name in [*names(settings), *([live["version"]] if live else [])]]
    return f"v{max(taken, default=0) + 1:06d}-{re.sub(r'[^A-Za-z0-9_.-]+', '-', run_id) or 'run'}"


def manifest_of(settings: Settings, version: str) -> dict[str, Any]:
    """What was written into a version when it was built; raises PublishError when it cannot be read."""
    path = folder_of(settings, version) / "manifest.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise PublishError(f"the manifest of version {version} cannot be read: {path}: {error}") from error


def damage(settings: Settings, version: str) -> list[str]:
    """What differs from the manifest in a version's files, one sentence each; empty when every hash agrees."""
    folder, manifest = folder_of(settings, version), manifest_of(settings, version)
    expected = {
        f"parquet/{parquet_name(schema, table)}": about["sha256"]
        for schema, tables in tables_of(manifest).items()
        for table, about in tables.items()
    }
    expected["warehouse.duckdb"] = manifest["warehouse"]["sha256"]
    found = []
    for name, sha256 in expected.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif atomic.sha256_of(path) != sha256:
            found.append(f"{name} is not the file that was published (its sha256 differs)")
    return found


def switch(settings: Settings, version: str, record: Mapping[str, Any]) -> None:
    """Make a complete version the live one. `record` becomes its `current.json`, before readers can see it."""
    folder = folder_of(settings, version)
    atomic.write_json(folder / "current.json", record)
    for name in ("parquet", "warehouse.duckdb", "current.json"):
        _lead_through_live(settings.published / name)
    atomic.point_link(settings.published / "live", folder)


def prune(settings: Settings) -> list[str]:
    """Delete all but the newest versions; the live one and the one a rollback would go to always stay. Returns the names deleted."""
    live = require_current(settings)
    every = names(settings)
    kept = {*every[-KEPT_VERSIONS:], live["version"], live["previous"]}
    doomed = [name for name in every if name not in kept]
    for name in doomed:
        # renamed first: a half-deleted folder must not pass for a version
        folder_of(settings, name).rename(versions_folder(settings) / f"{DELETING}{name}")
    sweep(settings)
    return doomed


def sweep(settings: Settings) -> None:
    """Remove what an interrupted publish or prune left behind. Only under the lock."""
    for path in versions_folder(settings).glob(".*"):
        if path.name.startswith((BUILDING, DELETING)):
            shutil.rmtree(path)
    for name in names(settings):
        # killed between completing a version and switching to it: nobody ever saw it
        if not (folder_of(settings, name) / "current.json").exists():
            shutil.rmtree(folder_of(settings, name))
    for path in settings.published.glob(".*.tmp"):
        path.unlink()


@contextmanager
def lock(settings: Settings) -> Iterator[None]:
    """One publish or rollback at a time; readers need no lock. The system frees it when its holder dies."""
    settings.published.mkdir(parents=True, exist_ok=True)
    with (settings.published / ".publish.lock").open("a") as file:
        attempts = Retrying(
            retry=retry_if_exception_type(BlockingIOError),
            stop=stop_after_delay(LOCK_WAIT_SECONDS),
            wait=wait_fixed(0.2),
        )
        try:
            attempts(fcntl.flock, file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except RetryError as error:
            raise PublishError(
                f"another publish or rollback has been at work in {settings.published} for {LOCK_WAIT_SECONDS:.0f} s;"
                " nothing was changed here, try again when it is done"
            ) from error
        yield


def _number(name: str) -> int:
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else 0


def _lead_through_live(link: Path) -> None:
    """A name readers use, as a link through `live`. Dangling until the first switch, and right at every moment after it."""
    target = link.parent / "live" / link.name
    if link.is_symlink() and link.parent / link.readlink() == target:
        return
    if link.is_dir() and not link.is_symlink():
        raise PublishError(
            f"{link} is a folder where a link to the live version belongs (a copy that followed links?);"
            " move it away and publish again"
        )
    atomic.point_link(link, target)
