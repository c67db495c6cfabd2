"""Logs of what people did about alerts: one JSON object per line, only ever appended to, whole lines or none."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from scoreboard.atomic import sync_folder
from scoreboard.errors import ScoreboardError

_Entry = TypeVar("_Entry")


class LogBroken(ScoreboardError):
    """A line of a log cannot be read; the message names file and line."""


def read_lines(
    path: Path, parse: Callable[[int, Mapping[str, Any]], _Entry], fields: Sequence[str], broken: type[LogBroken]
) -> list[_Entry]:
    """Every line in the order written, parsed; none without a file. `fields` must be there, texts that are not empty.

    `parse` is given the line's number, from 1, and its object; what it refuses (ValueError) is raised as `broken`.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    lines = content.split(b"\n")
    return [
        _parsed(path, number, line, parse, fields, broken) for number, line in enumerate(lines, start=1) if line.strip()
    ]


def instant(text: str) -> datetime:
    """An ISO 8601 instant in UTC; raises ValueError where it names no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no zone")
    return moment.astimezone(UTC)


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """The log's descriptor for appending, held by this process alone; folder and file are on the disk by name."""
    for folder in (path.parent.parent, path.parent):
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            sync_folder(folder.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        sync_folder(path.parent)
        yield descriptor
    finally:
        os.close(descriptor)  # gives the lock back


def append_line(path: Path, descriptor: int, entry: Mapping[str, Any]) -> None:
    """One whole line at the end, on the disk when this returns, or the file as it was."""
    size = os.fstat(descriptor).st_size
    # a line somebody wrote by hand without ending it must not run into ours
    unended = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    line = ("\n" if unended else "") + json.dumps(entry, ensure_ascii=False) + "\n"
    content = line.encode("utf-8")
    try:
        if os.write(descriptor, content) != len(content):
            raise OSError(f"{path}: the disk took only a part of the line")
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _parsed(
    path: Path,
    number: int,
    line: bytes,
    parse: Callable[[int, Mapping[str, Any]], _Entry],
    fields: Sequence[str],
    broken: type[LogBroken],
) -> _Entry:
    try:
        told = json.loads(line.decode("utf-8"))
        values = [told[name] for name in fields]
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise ValueError("every field is a text that is not empty")
        return parse(number, told)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise broken(
            f"{path}: line {number} cannot be read as {{{', '.join(fields)}}}: {error!r}."
            " Mend or remove that line; nothing was written or built."
        ) from error
