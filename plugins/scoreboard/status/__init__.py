"""How a home is doing, in one look: what needs a person first, then sources, runs, quarantine, versions, alerts, quarters, disk.

Reads files only, writes nothing, takes no lock, and asks nobody over a network: safe beside a running pipeline and in a home
that is empty or damaged. A part that cannot be read is one more thing that needs a person; the other parts are told all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings, utc_now
from scoreboard.status import alerts, disk, published, quarters, runs, sources
from scoreboard.status.parts import Attention, Part, folders

__all__ = ["read_status"]

# in the order in which what needs a person is told
_PARTS: dict[str, Callable[[Settings], Part]] = {
    "sources": sources.read,
    "runs": runs.read,
    "versions": published.read_versions,
    "quarantine": published.read_quarantine,
    "quarters": quarters.read,
    "alerts": alerts.read,
    "disk": disk.read,
}


def read_status(settings: Settings) -> dict[str, Any]:
    """Everything `make status` shows, as plain data; `attention` lists what needs a person, each with a sentence and what to do."""
    attention: list[Attention] = []
    told: dict[str, Any] = {}
    for name, read in {"home": _is_empty, **_PARTS}.items():
        try:
            told[name], found = read(settings)
        except (ScoreboardError, OSError, ValueError, KeyError, TypeError) as error:
            told[name] = None
            found = [Attention(name, str(error) if isinstance(error, ScoreboardError) else _broken(name, error), "")]
        attention += found
    is_empty = told.pop("home")
    return {
        "home": str(settings.home),
        "as_of": settings.as_of.isoformat(),
        "at": utc_now().isoformat(timespec="seconds"),
        "is_empty": bool(is_empty),
        "attention": [one.told() for one in attention],
        **told,
    }


def _is_empty(settings: Settings) -> Part:
    """Whether nothing ever ran here. Raises PermissionError for a home that the caller may not look into."""
    return not {"landing", "published", "runs"} & set(folders(settings.home)), []


def _broken(name: str, error: Exception) -> str:
    return f"the {name} could not be read: {type(error).__name__}: {error}. Nothing was changed by looking."
