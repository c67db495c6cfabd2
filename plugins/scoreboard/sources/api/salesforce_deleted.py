"""The log of deletions (getDeleted): the only trace of a record that has left the recycle bin.

It reaches 15 days back at most, and less far where an administrator purged it. What was deleted before that is found
by reconciling.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from scoreboard.sources.api.http import Refused
from scoreboard.sources.api.salesforce_soql import instant, literal

KEPT = timedelta(days=15)
OVERLAP = timedelta(hours=1)  # a deletion may enter the log later than it happened
_MINUTE = timedelta(minutes=1)
_TOO_MANY, _TOO_EARLY = "EXCEEDED_ID_LIMIT", "INVALID_REPLICATION_DATE"

Ask = Callable[[Mapping[str, str]], Any]


class DeletedLog:
    """Deletions of one object in the order they happened, read as far as they are asked for.

    `ask` answers sobjects/X/deleted with the given start and end; `now` is the vendor's clock.
    """

    def __init__(
        self, ask: Ask, now: Callable[[], datetime], since: datetime | None, until: datetime | None = None
    ) -> None:
        self._ask = ask
        self._now = now
        self._until = until
        self._covered = since - OVERLAP if since else now() - KEPT
        self._asked_at: datetime | None = None
        self._earliest: datetime | None = None
        self._known: set[str] = set()
        self._waiting: list[tuple[datetime, str]] = []

    def up_to(self, stamp: datetime | None) -> list[tuple[datetime, str]]:
        """(when, Id) of deletions up to `stamp`, each once; None: all that there are by now."""
        if stamp is None or stamp > self._covered or self._asked_at is None:
            self._read_on()
        ready = [entry for entry in self._waiting if stamp is None or entry[0] <= stamp]
        self._waiting = self._waiting[len(ready) :]
        return ready

    def _read_on(self) -> None:
        """The log since it was asked last, once a minute at most: what the last minute brings, the next run finds."""
        now = self._now()
        if self._asked_at is not None and now - self._asked_at < _MINUTE:
            return
        self._asked_at = now
        end = min(now, self._until + _MINUTE) if self._until else now
        start = min(max(self._covered, now - KEPT + _MINUTE), end - 2 * _MINUTE)  # seconds do not count here
        entries, self._covered = self._window(start, end)
        fresh = [(at, key) for at, key in entries if key not in self._known and not (self._until and at > self._until)]
        self._known.update(key for _, key in fresh)
        self._waiting = sorted([*self._waiting, *fresh])

    def _window(self, start: datetime, end: datetime) -> tuple[list[tuple[datetime, str]], datetime]:
        try:
            answer = self._ask({"start": literal(start), "end": literal(end)})
        except Refused as refusal:
            if refusal.code == _TOO_MANY and end - start > 2 * _MINUTE:
                middle = start + (end - start) / 2
                early, _ = self._window(start, middle)
                late, covered = self._window(middle, end)
                return early + late, covered
            if refusal.code == _TOO_EARLY and end - start > 2 * _MINUTE:
                # the log was purged to somewhere in between: the half that may be left tells how far back it reaches
                middle = start + (end - start) / 2
                late, covered = self._window(middle, end)
                if self._earliest is None or self._earliest >= middle:
                    return late, covered
                early, _ = self._window(max(start, self._earliest), middle)
                return early + late, covered
            if refusal.code == _TOO_EARLY:
                return [], end
            raise
        if earliest := answer.get("earliestDateAvailable"):
            self._earliest = instant(earliest)
        entries = [(instant(entry["deletedDate"]), str(entry["id"])) for entry in answer["deletedRecords"]]
        covered = answer.get("latestDateCovered")
        return entries, min(instant(covered), end) if covered else end
