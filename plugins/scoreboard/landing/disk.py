"""Moving files so that a crash at any moment loses none and nothing is ever overwritten."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from scoreboard.atomic import sync_file, sync_folder

_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, each name on disk before something is put in."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def move_files(moves: Iterable[tuple[Path, Path]]) -> None:
    """Move each source to its target, or beside it where that name is taken; nothing is ever overwritten.

    All moves are on disk when it returns. Interrupted, each file is still at its source, at its target, or at both:
    the old names go only after the new ones are safe.
    """
    moves = list(moves)
    for folder in {target.parent for _, target in moves}:
        make_folder(folder)
    for source, target in moves:
        _place_beside(source, target)
    for folder in {target.parent for _, target in moves}:
        sync_folder(folder)
    for source, _ in moves:
        source.unlink(missing_ok=True)
    for folder in {source.parent for source, _ in moves}:
        sync_folder(folder)


def free_name(target: Path) -> Path:
    """`target`, or the first name beside it that is not taken."""
    return next(place for place in _names(target) if not place.exists())


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two names are of one file; links are not followed, missing files are none."""
    try:
        return os.path.samestat(one.lstat(), other.lstat())
    except FileNotFoundError:
        return False


def remove_empty(folder: Path, until: Path) -> None:
    """Remove a folder and those above it, up to and without `until`, as long as they are empty."""
    with contextlib.suppress(OSError):
        while folder != until:
            folder.rmdir()
            folder = folder.parent


def _place_beside(source: Path, target: Path) -> None:
    """Give the file its new name, or the first free one beside it."""
    for place in _names(target):
        if is_same_file(place, source):  # an earlier move got this far
            return
        try:
            _place(source, place)
            return
        except FileExistsError:
            continue


def _place(source: Path, place: Path) -> None:
    """Give the file its new name, failing where the name is taken."""
    try:
        os.link(source, place, follow_symlinks=False)  # the one step that can neither overwrite nor lose
        return
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS | {errno.EXDEV}:
            raise
        across_disks = error.errno == errno.EXDEV
    if place.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
    if across_disks:
        beside = place.with_name(f".{place.name}.copying")
        shutil.copy2(source, beside)
        sync_file(beside)
        source = beside
    os.replace(source, place)  # noqa: PTH105


def _names(path: Path) -> Iterator[Path]:
    """`name.csv`, `name (1).csv`, ...: the extension stays, and the older file sorts before a newer `name.csv`."""
    yield path
    stem, dot, extension = path.name.partition(".")
    for number in itertools.count(1):
        yield path.with_name(f"{stem} ({number}){dot}{extension}")
