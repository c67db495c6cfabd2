"""Files taken out of the inbox by one run: claimed by rename, then archived, or given back.

A claimed file lies in inbox/<domain>/<entity>/.claimed/<run_id>/. All of this happens under the stream's lock, so
whatever lies there when a run starts was left by a run that died.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from scoreboard.atomic import sync_folder
from scoreboard.errors import ScoreboardError
from scoreboard.landing.disk import make_folder, move_files, remove_empty
from scoreboard.sources.files import Dropped

_CLAIMED = ".claimed"


class ClaimDiverted(ScoreboardError):
    """The place of claimed files was tampered with."""


class Claim:
    """The files that one run holds; `held` maps each to where it lies now, in landing order."""

    def __init__(self, folder: Path, run_id: str) -> None:
        self.held: dict[Dropped, Path] = {}
        self._folder = folder
        self._place = folder / _CLAIMED / run_id

    def take(self, files: Iterable[Dropped]) -> list[Dropped]:
        """Claim each file that is still the one that was seen; gives those that changed meanwhile, left in the inbox."""
        changed = []
        for file in files:
            make_folder(self._place)
            place = self._place / file.path.name
            try:
                os.rename(file.path, place)  # noqa: PTH104
            except FileNotFoundError:  # taken away since it was seen
                continue
            self.held[file] = place
            if not file.is_unchanged(place):  # written to or replaced since it was seen
                move_files([(self.held.pop(file), file.path)])
                changed.append(file)
        if self.held:
            sync_folder(self._place)
            sync_folder(self._folder)
        return changed

    def give_back(self) -> None:
        """Put every held file back to where it lay."""
        self._move({file: file.path for file in self.held})

    def archive(self, places: Mapping[Dropped, Path]) -> None:
        """Move every held file to its place, or beside it where that name is taken."""
        self._move(places)

    def _move(self, places: Mapping[Dropped, Path]) -> None:
        move_files((self.held[file], place) for file, place in places.items())
        self.held.clear()
        remove_empty(self._place, until=self._folder)


def recover_claims(folder: Path) -> None:
    """Give back what dead runs had claimed in this entity folder, never over a file dropped since under that name."""
    if (folder / _CLAIMED).is_symlink() or any(place.is_symlink() for place in (folder / _CLAIMED).glob("*")):
        raise ClaimDiverted(
            f"{folder / _CLAIMED} is, or holds, a symbolic link, which would let files from elsewhere be moved into the "
            "inbox. Nothing was touched; take the link away and run again."
        )
    for place in sorted((folder / _CLAIMED).glob("*/")):
        claimed = sorted(place.iterdir(), key=lambda path: os.fsencode(path.name))
        move_files((path, folder / path.name) for path in claimed)
        remove_empty(place, until=folder)
