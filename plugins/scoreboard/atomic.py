"""Writing files so that a reader, a crash or a full disk never meets half of one.

Everything goes to a temporary name in the same folder first, is flushed to the disk, and takes its place by one rename.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4


def write_bytes(path: Path, content: bytes) -> Path:
    """Put `content` at `path`, all or nothing; makes missing parent folders. Raises OSError with the old file untouched."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary_beside(path)
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - os.* is one place to cut in the crash tests
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return path


def write_text(path: Path, text: str) -> Path:
    """As `write_bytes`, UTF-8, line ends as given."""
    return write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, document: Mapping[str, Any]) -> Path:
    """As `write_bytes`, readable JSON with keys in the order given."""
    return write_text(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def point_link(link: Path, target: Path) -> None:
    """Make the symbolic link `link` point at `target` (stored relative, so that the tree can be moved), replacing what it pointed at."""
    temporary = _temporary_beside(link)
    try:
        os.symlink(os.path.relpath(target, link.parent), temporary)  # noqa: PTH211 - as above
        os.replace(temporary, link)  # noqa: PTH105
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(link.parent)


def sync_file(path: Path) -> None:
    """Wait until the content of a finished file is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder (renames, new files) are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _temporary_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid4().hex}.tmp")
