"""Freshness: per source and stream when it last landed something, when it was last asked, and up to where it is read."""

from __future__ import annotations

from collections.abc import Iterator
from time import sleep
from typing import Any

from scoreboard import journal
from scoreboard.entities import DOMAINS, ENTITIES, entities_of
from scoreboard.errors import ScoreboardError
from scoreboard.landing.manifest import ManifestDamaged
from scoreboard.landing.raw_store import source_folder
from scoreboard.landing.store import Batch, committed_batches
from scoreboard.mapping.config import load_mapping
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS
from scoreboard.status.parts import Attention, Part, hours_since
from scoreboard.validation import store

FILES = "files"
_LOOKS = 3  # a snapshot may be pruned between two looks; what is damaged stays damaged
_WAITED_LONG_HOURS = 2.0  # a batch is judged minutes after it landed


def read(settings: Settings) -> Part:
    """Every feed that is configured or has landed, and every batch that waits at the door."""
    attention: list[Attention] = []
    known = journal.reads(settings)
    configured = list(_configured(settings, attention))
    feeds: list[dict[str, Any]] = []
    for source, stream in _feeds(settings, configured):
        landed = _landed(settings, source, stream, attention)
        feeds.append(_feed(settings, source, stream, landed, known.get((source, stream)), source in configured))
    attention += [_late(settings, feed) for feed in feeds if feed["state"] == "late"]
    waiting = list(_waiting(settings, attention))
    return {"expected_hours": settings.fresh_hours, "feeds": feeds, "waiting": waiting}, attention


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


def _feeds(settings: Settings, configured: list[str]) -> Iterator[tuple[str, str]]:
    """(source, stream) of what landed; a configured source that never did has the stream `*`. A vendor's mapped rows are no feed."""
    folders = sorted(path.name for path in settings.landing.glob("*") if path.is_dir())
    feeding = [name for name in folders if name == FILES or "@" in name]
    for source in dict.fromkeys([*configured, *feeding]):
        streams = sorted(path.name for path in (settings.landing / source).glob("*") if path.is_dir())
        if source == FILES:
            fed = [
                entity.name
                for domain in DOMAINS
                if FILES in settings.adapters_of(domain)
                for entity in entities_of(domain)
            ]
            streams = [name for name in ENTITIES if name in fed or name in streams]
        yield from ((source, stream) for stream in streams or ["*"])


def _landed(settings: Settings, source: str, stream: str, attention: list[Attention]) -> list[Batch] | None:
    """The batches of a stream; None, with the sentence kept, where one of them cannot be trusted."""
    for look in range(_LOOKS):
        try:
            return committed_batches(settings, source, stream)
        except ManifestDamaged as error:
            if look == _LOOKS - 1:
                attention.append(Attention(f"{source} {stream}", str(error), ""))
            else:
                sleep(0.1)
    return None


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


def _late(settings: Settings, feed: dict[str, Any]) -> Attention:
    return Attention(
        f"{feed['source']} {feed['stream']}",
        f"was last read {feed['age_hours']:.0f} hours ago; it is expected every {settings.fresh_hours:g} hours",
        "see whether the extracts run (`make up`, or `make run` in your scheduler); `make check-connections` tries the source",
    )


def _waiting(settings: Settings, attention: list[Attention]) -> Iterator[dict[str, Any]]:
    """Landed batches that the door has not let in: a run is at it, or a rule stopped them and a person has to look."""
    for domain in DOMAINS:
        for entity in entities_of(domain):
            for feed in settings.feeds_of(domain):
                about = f"{feed} {entity.name}"
                try:
                    landed = committed_batches(settings, feed, entity.name)
                    pending = landed[-1:] if landed and store.is_snapshot(landed[-1]) else landed
                    pending = [batch for batch in pending if store.manifest_of(settings, batch) is None]
                except ManifestDamaged as error:
                    if feed != FILES:  # those of files were told among the feeds
                        attention.append(Attention(about, str(error), ""))
                    continue
                except ScoreboardError as error:
                    attention.append(Attention(about, str(error), ""))
                    continue
                for batch in pending:
                    age = hours_since(batch.manifest["landed_at"]) or 0.0
                    if age > _WAITED_LONG_HOURS:
                        attention.append(_stopped(about, batch))
                    yield {
                        "feed": feed,
                        "entity": entity.name,
                        "run_id": batch.run_id,
                        "rows": int(batch.manifest["rows"]),
                    }


def _stopped(about: str, batch: Batch) -> Attention:
    feed = "" if batch.adapter == FILES else f" FEED={batch.adapter}"
    return Attention(
        about,
        f"{batch.manifest['rows']} rows that landed in run {batch.run_id} wait at the door and are in no figure",
        f"the failure of `validate` says why; if the change is real: make accept ENTITY={batch.entity} RUN={batch.run_id}{feed} WHY='...'",
    )
