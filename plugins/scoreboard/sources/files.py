"""The file drop: which files lie in inbox/<domain>/<entity>/, and which of them are ready to be read.

Only looks; claiming and moving is landing's business. Whatever is not taken is named with its reason.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from scoreboard import settings as clock
from scoreboard.entities import DOMAINS, Domain, Entity, entities_of
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.sources.readers import READERS, extension_of

_ENDINGS = ", ".join(READERS)


class InboxUnreachable(ScoreboardError):
    """A folder of the inbox cannot be listed."""


@dataclass(frozen=True)
class Dropped:
    """A file in the inbox as it was seen: if any of these changes, it is another file or still being written."""

    path: Path
    name: str  # below inbox/, e.g. crm/accounts/part-01.csv
    inode: int
    size: int
    modified_ns: int

    def is_unchanged(self, path: Path | None = None) -> bool:
        """Whether the file (at its own place, or moved to `path`) is still the one that was seen."""
        try:
            now = (path or self.path).lstat()
        except FileNotFoundError:
            return False
        return (now.st_ino, now.st_size, now.st_mtime_ns) == (self.inode, self.size, self.modified_ns)


@dataclass
class Look:
    """What one look into an entity's folder found; names are paths below inbox/."""

    ready: list[Dropped] = field(default_factory=list)  # in landing order: byte order of the path
    waiting: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # "path: reason"
    refused: dict[str, str] = field(default_factory=dict)  # path -> reason; these are broken files


def folder_of(settings: Settings, entity: Entity) -> Path:
    """Where files of one entity are dropped."""
    return settings.inbox / entity.domain / entity.name


def look(settings: Settings, entity: Entity) -> Look:
    """List an entity's folder; files touched within `settle_seconds` are watched once for that long, all together."""
    found = Look()
    candidates = _list(settings, entity, found)
    fresh = [file for file in candidates if not _is_settled(file, settings.settle_seconds)]
    if fresh:
        time.sleep(settings.settle_seconds)
    for file in candidates:
        if file not in fresh or file.is_unchanged():
            found.ready.append(file)
        elif file.path.exists():
            found.waiting.append(file.name)
    found.ready.sort(key=lambda file: os.fsencode(file.name))
    found.waiting.sort()
    return found


def strays(settings: Settings, domain: Domain) -> list[str]:
    """What lies beside the entity folders, where nobody reads it, as "path: reason" (for the first domain also what
    lies beside the domain folders)."""
    known = {entity.name for entity in entities_of(domain)}
    found = _strays_in(settings.inbox, settings.inbox / domain, known, f"no entity of {domain}")
    if domain == DOMAINS[0]:
        found += _strays_in(settings.inbox, settings.inbox, set(DOMAINS), f"no domain ({', '.join(DOMAINS)})")
    return found


def _strays_in(inbox: Path, folder: Path, known: set[str], reason: str) -> list[str]:
    found = []
    for entry in _entries(folder):
        path = _shown(str(Path(entry.path).relative_to(inbox)))
        if not entry.is_dir():
            found.append(f"{path}: left alone, files belong in inbox/<domain>/<entity>/")
        elif entry.name not in known:
            found.append(f"{path}: left alone, the folder names {reason}")
    return sorted(found)


def _list(settings: Settings, entity: Entity, found: Look) -> list[Dropped]:
    folder = folder_of(settings, entity)
    if folder.is_symlink():
        found.refused[f"{entity.domain}/{entity.name}"] = "the folder is a symbolic link"
        return []
    candidates = []
    for entry in _entries(folder):
        name = _shown(f"{entity.domain}/{entity.name}/{entry.name}")
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # taken away since it was listed
        if stat.S_ISDIR(status.st_mode):
            found.ignored.append(f"{name}: left alone, folders inside an entity's folder are not read")
        elif extension_of(entry.name) is None:
            found.ignored.append(f"{name}: left alone, its name ends with none of {_ENDINGS}")
        elif not name.endswith(f"/{entry.name}"):
            found.refused[name] = "its name is not UTF-8; rename it"
        elif not stat.S_ISREG(status.st_mode):
            what = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "no regular file"
            found.refused[name] = f"it is {what}; drop the file itself"
        else:
            candidates.append(Dropped(Path(entry.path), name, status.st_ino, status.st_size, status.st_mtime_ns))
    return candidates


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Entries by name, without hidden ones and Office lock files; a missing folder has none."""
    try:
        with os.scandir(folder) as entries:
            return sorted((e for e in entries if not e.name.startswith((".", "~$"))), key=lambda e: e.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise InboxUnreachable(
            f"{folder} cannot be listed ({error.strerror}); nothing was touched. Make it readable and run again."
        ) from error


def _is_settled(file: Dropped, settle_seconds: float) -> bool:
    """Last written longer ago than the settling time; a time in the future tells nothing, so such a file is watched."""
    age = clock.utc_now() - timedelta(seconds=settle_seconds)
    return file.modified_ns <= age.timestamp() * 1e9


def _shown(name: str) -> str:
    """A path as text; bytes in it that are no UTF-8 are shown as question marks."""
    return name.encode(errors="replace").decode()
