"""How far a stream has been read: kept in the manifest of the batch that brought it there, and nowhere else.

A cursor never runs ahead of what has landed, and never past the source's present less the stream's horizon, so that a stamp
in the future cannot make the next run skip what lies before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from scoreboard.errors import ScoreboardError
from scoreboard.landing.store import Batch

FORMAT = 1
FULL_REFRESH = "full_refresh"


class CursorRefused(ScoreboardError):
    """A stored cursor cannot be trusted; reading from it could skip records."""


def cursor_json(at: datetime | None) -> dict[str, Any] | None:
    """A cursor as the manifest keeps it."""
    return None if at is None else {"format": FORMAT, "at": at.astimezone(UTC).isoformat()}


def advanced(cursor: datetime | None, newest: datetime | None, trusted_until: datetime) -> datetime | None:
    """The cursor after records up to `newest` were read; it never goes back, nor past `trusted_until`."""
    if newest is None:
        return cursor
    reached = min(newest, trusted_until)
    return reached if cursor is None else max(cursor, reached)


def stored_cursor(batches: Sequence[Batch]) -> datetime | None:
    """The cursor that the batches of a stream have come to, None if there is none yet; raises CursorRefused.

    It is refused where it is unreadable, of a newer format, ahead of all that is landed, or where a batch is missing: what that
    batch held would not be read again.
    """
    _refuse_gaps(batches)
    for batch in reversed(batches):
        if batch.manifest["cursor_out"] is not None:
            at = _parsed(batch)
            _refuse_ahead(batch, at, batches)
            return at
    return None


def stored_tokens(batches: Sequence[Batch]) -> dict[str, str]:
    """The vendor's tokens that the batches of a stream have come to; none where they cannot be read: they only save work."""
    for batch in reversed(batches):
        tokens = batch.manifest.get("continuation")
        if isinstance(tokens, dict):
            return {str(part): token for part, token in tokens.items() if isinstance(token, str)}
    return {}


def _parsed(batch: Batch) -> datetime:
    cursor = batch.manifest["cursor_out"]
    form = cursor.get("format") if isinstance(cursor, dict) else None
    if isinstance(form, int) and form > FORMAT:
        raise _refused(batch, f"it has format {form}, written by a newer Scoreboard (this one reads {FORMAT})")
    try:
        at = datetime.fromisoformat(cursor["at"])
    except (TypeError, KeyError, ValueError):
        raise _refused(batch, f"it reads {cursor!r}") from None
    if form != FORMAT or at.tzinfo is None:
        raise _refused(batch, f"it reads {cursor!r}")
    return at.astimezone(UTC)


def _refuse_ahead(batch: Batch, at: datetime, batches: Sequence[Batch]) -> None:
    stamps = [stamp for one in batches if (stamp := one.manifest.get("newest_version")) is not None]
    try:
        newest = max((datetime.fromisoformat(stamp) for stamp in stamps), default=None)
        is_ahead = newest is None or at > newest
    except (TypeError, ValueError):
        is_ahead = True
    if is_ahead:
        raise _refused(batch, f"it says {at.isoformat()}, ahead of every record that has landed")


def _refuse_gaps(batches: Sequence[Batch]) -> None:
    """Batches are numbered without gaps from 1, or from the last full refresh on."""
    refreshed = [batch.number for batch in batches if batch.manifest.get("mode") == FULL_REFRESH]
    first = refreshed[-1] if refreshed else 1
    there = {batch.number for batch in batches}
    missing = [number for number in range(first, max(there, default=0) + 1) if number not in there]
    if missing:
        folder = batches[-1].folder.parent
        raise CursorRefused(
            f"batch {missing[0]} of {folder.parent.name}/{folder.name} is not in {folder} any more, and its records would not "
            "be read again. Nothing was read or changed. Put its folder back from a backup, or run once with full_refresh."
        )


def _refused(batch: Batch, why: str) -> CursorRefused:
    return CursorRefused(
        f"the cursor in {batch.folder / '_manifest.json'} cannot be trusted: {why}. Nothing was read or changed. Restore the "
        "manifest from a backup, or run once with full_refresh, which reads everything again and lands what is new."
    )
