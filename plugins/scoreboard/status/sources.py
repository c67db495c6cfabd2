"""Freshness: per source and stream when it last landed something, when it was last asked, and up to where it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scoreboard import journal
from scoreboard.entities import DOMAINS, ENTITIES, entities_of
from scoreboard.errors import ScoreboardError
from scoreboard.landing.raw_store import source_folder
from scoreboard.landing.store import Batch
from scoreboard.mapping.config import load_mapping
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS
from scoreboard.status.landed import Landed
from scoreboard.status.parts import Attention, Part, folders, hours_since, is_ahead
from scoreboard.status.waiting import waiting

FILES = "files"
NEVER_ASKED = "*"  # the stream of a source nothing of which ever landed


def read(settings: Settings) -> Part:
    """Every feed that is configured or has landed, and every batch that waits at the door."""
    attention: list[Attention] = []
    known = journal.reads(settings)
    configured = list(_configured(settings, attention))
    landed = Landed(settings, attention)
    feeds = [
        _feed(settings, source, stream, landed.of(source, stream), known.get((source, stream)), source in configured)
        for source, stream in _feeds(settings, configured, list(known))
    ]
    attention += [one for feed in feeds if (one := _overdue(settings, feed))]
    attention += _never_heard(settings, feeds, landed.first_at)
    queue = list(waiting(settings, landed, attention))
    return {"expected_hours": settings.fresh_hours, "feeds": feeds, "waiting": queue}, attention


def _configured(settings: Settings, attention: list[Attention]) -> Iterator[str]:
    """`files`, and every connection of every other adapter."""
    for adapter in dict.fromkeys(adapter for _, adapter in settings.adapters):
        if adapter == FILES:
            yield FILES
            continue
        try:
            connections = load_mapping(settings, ADAPTERS[adapter].vendor).connections_of(adapter)
        except ScoreboardError as error:
            attention.append(Attention(f"source {adapter}", str(error), ""))
            continue
        for connection in connections:
            yield source_folder(adapter, connection.id)


def _feeds(settings: Settings, configured: list[str], read: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(source, stream) of what landed or was asked; a configured source that never was has the stream `*`. A vendor's mapped rows are no feed."""
    feeding = [name for name in folders(settings.landing) if name == FILES or "@" in name]
    for source in dict.fromkeys([*configured, *feeding]):
        asked = {stream for place, stream in read if place == source}
        streams = sorted(asked.union(folders(settings.landing / source)))
        if source == FILES:
            fed = [
                entity.name
                for domain in DOMAINS
                if FILES in settings.adapters_of(domain)
                for entity in entities_of(domain)
            ]
            streams = [name for name in ENTITIES if name in fed or name in streams]
        yield from ((source, stream) for stream in streams or [NEVER_ASKED])


def _feed(
    settings: Settings,
    source: str,
    stream: str,
    landed: list[Batch] | None,
    read: dict[str, Any] | None,
    is_configured: bool,
) -> dict[str, Any]:
    newest = landed[-1] if landed else None
    last_landing = newest.manifest["landed_at"] if newest else None
    last_read = read["read_at"] if read else None
    # a home of before reads were noted: what landed was read then; files may be silent for long without anybody being late
    asked = last_read or (last_landing if source != FILES else None)
    age = hours_since(asked)
    if landed is None:
        state = "damaged"
    elif not is_configured:
        state = "unused"
    elif asked and (age is None or is_ahead(age)):
        state = "future" if age else "unreadable"
    elif age is None:
        state = "never" if newest is None else "unknown"
    else:
        state = "late" if age > settings.fresh_hours else "fresh"
    return {
        "source": source,
        "stream": stream,
        "state": state,
        "last_landing": last_landing,
        "last_read": last_read,
        "age_hours": None if age is None else round(age, 2),
        "rows": sum(int(batch.manifest["rows"]) for batch in landed or []),
        "cursor": _cursor(landed or []),
    }


def _cursor(landed: list[Batch]) -> str | None:
    """Up to where an API's stream is read, as its newest batch says."""
    for batch in reversed(landed):
        cursor = batch.manifest["cursor_out"]
        if isinstance(cursor, dict) and isinstance(cursor.get("at"), str):
            return str(cursor["at"])
    return None


def _overdue(settings: Settings, feed: dict[str, Any]) -> Attention | None:
    about = f"{feed['source']} {feed['stream']}"
    stamp = feed["last_read"] or feed["last_landing"]
    if feed["state"] == "late":
        return Attention(
            about,
            f"was last read {feed['age_hours']:.0f} hours ago; it is expected every {settings.fresh_hours:g} hours",
            "see whether the extracts run (`make up`, or `make run` in your scheduler); `make check-connections` tries the source",
        )
    if feed["state"] == "future":
        return Attention(
            about,
            f"was last read at {stamp}, which is in the future: a clock was wrong then, or is wrong here, and nobody can tell how fresh it is",
            "set the clock; the next time the source answers, the stamp is right again",
        )
    if feed["state"] == "unreadable":
        return Attention(
            about,
            f"was last read at {stamp}, which is no time: the note below status/reads/ was changed by hand",
            "remove it; the next time the source answers, it is written again",
        )
    return None


def _never_heard(settings: Settings, feeds: list[dict[str, Any]], first_at: str | None) -> Iterator[Attention]:
    """Sources that are configured and never answered, in a home in which others have landed for longer than a source may be silent."""
    if (hours_since(first_at) or 0.0) <= settings.fresh_hours:
        return
    for feed in feeds:
        if feed["state"] == "never" and feed["stream"] == NEVER_ASKED:
            yield Attention(
                feed["source"],
                f"is configured and has never answered, though this home has taken rows in since {str(first_at)[:10]}",
                "see whether its extract runs and is not paused; `make check-connections` tries the source",
            )
