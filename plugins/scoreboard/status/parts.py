"""What every part of the status gives: plain data to show, and what of it needs a person."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scoreboard.settings import utc_now


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
    """Hours from an ISO instant until now; None where there is none, or it is no instant."""
    if not stamp:
        return None
    try:
        at = datetime.fromisoformat(stamp)
    except (TypeError, ValueError):
        return None
    return max((utc_now() - (at if at.tzinfo else at.replace(tzinfo=UTC))).total_seconds(), 0.0) / 3600


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
