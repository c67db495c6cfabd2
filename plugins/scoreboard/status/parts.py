"""What every part of the status gives: plain data to show, and what of it needs a person."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scoreboard.settings import utc_now

CLOCKS_DIFFER_HOURS = 0.25


@dataclass(frozen=True)
class Attention:
    """One thing that needs a person: what it is about, the sentence, and what to do (empty where the sentence says it)."""

    about: str
    sentence: str
    do: str

    def told(self) -> dict[str, str]:
        """As plain data."""
        return asdict(self)


Part = tuple[Any, list[Attention]]


def hours_since(stamp: str | None) -> float | None:
    """Hours from an ISO instant until now, negative for one in the future; None where there is none, or it is no instant."""
    if not stamp:
        return None
    try:
        at = datetime.fromisoformat(stamp)
    except (TypeError, ValueError):
        return None
    return (utc_now() - (at if at.tzinfo else at.replace(tzinfo=UTC))).total_seconds() / 3600


def is_ahead(hours: float | None) -> bool:
    """Whether an age is that of a stamp in the future, by more than two clocks may differ."""
    return hours is not None and hours < -CLOCKS_DIFFER_HOURS


def folders(path: Path) -> list[str]:
    """The names of the folders in a folder, in order; none where it does not exist. Raises where it may not be read, which looks no different to `glob`."""
    try:
        with os.scandir(path) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except FileNotFoundError:
        return []


def json_at(path: Path) -> dict[str, Any] | None:
    """A JSON object on disk; None where there is none or it cannot be read."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def first_line(sentence: str, longest: int = 400) -> str:
    """The sentence for one line of a terminal; lines after the first follow it, shortened."""
    text = " ".join(line.strip() for line in sentence.splitlines() if line.strip())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
