"""Batches that landed and that the door has not let in: a run is at it, or a rule stopped them and a person has to look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scoreboard.entities import DOMAINS, entities_of
from scoreboard.errors import ScoreboardError
from scoreboard.landing.store import Batch
from scoreboard.settings import Settings
from scoreboard.status.landed import Landed
from scoreboard.status.parts import Attention, hours_since
from scoreboard.validation import store

_WAITED_LONG_HOURS = 2.0  # a batch is judged minutes after it landed
_NEWEST = 100  # of these the door's manifest is read; of older ones, read by every build since, that it is there


def waiting(settings: Settings, landed: Landed, attention: list[Attention]) -> Iterator[dict[str, Any]]:
    """Each batch that waits; those that wait for long, and what cannot be read, are added to `attention`."""
    for domain in DOMAINS:
        for entity in entities_of(domain):
            for feed in settings.feeds_of(domain):
                about = f"{feed} {entity.name}"
                try:
                    pending = _pending(settings, landed.of(feed, entity.name) or [])
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


def _pending(settings: Settings, landed: list[Batch]) -> list[Batch]:
    candidates = landed[-1:] if landed and store.is_snapshot(landed[-1]) else landed
    older, newest = candidates[:-_NEWEST], candidates[-_NEWEST:]
    return [
        *(batch for batch in older if not (store.valid_folder(settings, batch) / store.MANIFEST).exists()),
        *(batch for batch in newest if store.manifest_of(settings, batch) is None),
    ]


def _stopped(about: str, batch: Batch) -> Attention:
    feed = "" if batch.adapter == "files" else f" FEED={batch.adapter}"
    return Attention(
        about,
        f"{batch.manifest['rows']} rows that landed in run {batch.run_id} wait at the door and are in no figure",
        f"the failure of `validate` says why; if the change is real: make accept ENTITY={batch.entity} RUN={batch.run_id}{feed} WHY='...'",
    )
