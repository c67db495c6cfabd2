"""Land the file drop of one entity: claim, read everything, commit one batch, archive the originals.

All files of a run make one batch or none: one broken file stops the entity, and every file goes back to the inbox.
A file is known by its content: dropped again, under any name, it is archived and changes nothing. That also finishes
the work of a run that died between commit and archive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from scoreboard import settings as clock
from scoreboard.atomic import sha256_of
from scoreboard.entities import ENTITIES, Entity, entities_of
from scoreboard.errors import ScoreboardError
from scoreboard.landing.claim import Claim, recover_claims
from scoreboard.landing.disk import free_name, is_same_file
from scoreboard.landing.lock import stream_lock
from scoreboard.landing.raw_store import checked_run_id, unused_run_id
from scoreboard.landing.store import committed_batches, remove_uncommitted, run_folder, stream_folder
from scoreboard.settings import Settings
from scoreboard.sources.files import Dropped, Look, folder_of, look, strays

ADAPTER = "files"


class LandingFailed(ScoreboardError):
    """The disk did not let the landing go on; the message says where, and what is safe."""


def land_entity(settings: Settings, entity_name: str, run_id: str) -> dict[str, Any]:
    """Land everything ready in inbox/<domain>/<entity>/ as one batch of the stream files/<entity>.

    Gives {"entity", "run_id" (the batch's), "batch" (its number, None if there is nothing new), "rows", "files"
    (landed), "skipped" (landed before, whatever the name), "waiting" (still being written), "ignored" ("path: reason"),
    "unknown_columns"}; paths are below inbox/. Called again under a `run_id` that has landed, new files land as
    run=<run_id>.2 and so on.

    Raises BrokenFile, LandingBusy, LandingFailed, ManifestDamaged, InboxUnreachable or ClaimDiverted; no dropped row is ever lost.
    """
    entity = ENTITIES.get(entity_name)
    if entity is None:
        raise ScoreboardError(f"there is no entity '{entity_name}'; the contract knows {', '.join(ENTITIES)}")
    checked_run_id(run_id)
    try:
        with stream_lock(stream_folder(settings, ADAPTER, entity.name)):
            return _land(settings, entity, run_id)
    except OSError as error:
        raise LandingFailed(
            f"landing {entity.name} stopped: {error.strerror or error} at {error.filename or settings.home}. Rows land "
            "whole or not at all, and no dropped file is lost: what this run held is back in the inbox, or the next run "
            "puts it there. Mend the disk or its permissions and run again."
        ) from error


def _land(settings: Settings, entity: Entity, run_id: str) -> dict[str, Any]:
    folder = folder_of(settings, entity)
    recover_claims(folder)
    remove_uncommitted(settings, ADAPTER, entity.name)
    landed = committed_batches(settings, ADAPTER, entity.name)
    known: dict[str, list[Mapping[str, Any]]] = {}
    for entry in (entry for batch in landed for entry in batch.manifest["files"]):
        known.setdefault(entry["sha256"], []).append(entry)
    run_id = unused_run_id(run_id, landed)
    archive = settings.archive / entity.domain / entity.name / f"run={run_id}"

    found = look(settings, entity)
    claim = Claim(folder, run_id)
    manifest: dict[str, Any] = {"batch": None, "rows": 0, "files": [], "unknown_columns": []}
    try:
        changed = claim.take(found.ready)
        hashes = _hashes(claim, found)
        fresh = [file for file in claim.held if file in hashes and hashes[file] not in known]
        if fresh or found.refused:
            # only now: most runs find nothing, and what reads and writes tables takes a second to import
            from scoreboard.landing.batch import ClaimedFile, commit_batch
            from scoreboard.landing.parts import BatchIdentity

            claimed = []
            for file in fresh:
                archived = free_name(archive / file.path.name).relative_to(settings.home).as_posix()
                claimed.append(ClaimedFile(file, claim.held[file], hashes[file], archived))
            number = 1 + max((batch.number for batch in landed), default=0)
            identity = BatchIdentity(entity.name, number, run_id, clock.utc_now())
            manifest = commit_batch(
                run_folder(settings, ADAPTER, entity.name, run_id), ADAPTER, entity, identity, claimed, found.refused
            )
    except BaseException:
        with suppress(OSError):  # the next run gives back what this one could not
            claim.give_back()
        raise

    skipped = [file.name for file in claim.held if hashes[file] in known]
    claim.archive(_archive_places(settings, claim.held, hashes, known, archive))
    return {
        "entity": entity.name,
        "run_id": run_id,
        "batch": manifest["batch"],
        "rows": manifest["rows"],
        "files": [entry["path"] for entry in manifest["files"]],
        "skipped": skipped,
        "waiting": sorted(found.waiting + [file.name for file in changed]),
        "ignored": found.ignored + _strays_once(settings, entity),
        "unknown_columns": manifest["unknown_columns"],
    }


def _hashes(claim: Claim, found: Look) -> dict[Dropped, str]:
    """The content of every held file; one that may not be opened joins the refused ones."""
    hashes = {}
    for file, place in claim.held.items():
        try:
            hashes[file] = sha256_of(place)
        except PermissionError as error:
            found.refused[file.name] = f"it cannot be opened: {error.strerror}"
    return hashes


def _archive_places(
    settings: Settings,
    held: Mapping[Dropped, Path],
    hashes: Mapping[Dropped, str],
    known: Mapping[str, Sequence[Mapping[str, Any]]],
    archive: Path,
) -> dict[Dropped, Path]:
    """Where each original goes: where a manifest expects its content and archiving was cut off, else into `archive`."""
    places: dict[Dropped, Path] = {}
    given: set[Path] = set()
    for file, now in held.items():
        expected = [settings.home / entry["archived"] for entry in known.get(hashes[file], [])]
        owed = (path for path in expected if path not in given and (not path.exists() or is_same_file(path, now)))
        places[file] = next(owed, archive / file.path.name)
        given.add(places[file])
    return places


def _strays_once(settings: Settings, entity: Entity) -> list[str]:
    """What nobody reads in the domain's folder, reported with the domain's first entity only."""
    return strays(settings, entity.domain) if entity == entities_of(entity.domain)[0] else []
