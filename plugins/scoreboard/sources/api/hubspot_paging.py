"""How HubSpot's search is read to the end: from key to key, never by its own page marker.

The marker counts rows: a record changed meanwhile moves to the end and the row behind it slips to a page already read; and
no query gives more than 10,000 rows. So every page asks anew for what was changed at or after the last instant seen, and an
instant with more records than a page holds is read by rising id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from scoreboard.sources.api.base import CursorStuck, SourceError

Row = dict[str, Any]
Filter = dict[str, str]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Answer:
    """One answer of a search: its rows in the order served, and whether there are more."""

    rows: list[Row]
    has_more: bool


Ask = Callable[[list[Filter], str], Answer]
"""Search with these filters, sorted by this property, rising."""


def instant(text: str) -> datetime:
    """HubSpot's `2026-01-05T12:00:00.123Z`, or milliseconds since 1970, as an instant in UTC."""
    if text.isdigit():
        return _EPOCH + int(text) * _MILLISECOND
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def milliseconds(at: datetime) -> str:
    """An instant as search filters take it: whole milliseconds since 1970, rounded down."""
    return str((at - _EPOCH) // _MILLISECOND)


def changed_at(row: Row, modified: str) -> datetime:
    """When a record was last changed, by the property that says so or the record's own `updatedAt`."""
    return instant(row["properties"].get(modified) or row["updatedAt"])


def by_key(ask: Ask, modified: str, since: datetime | None, until: datetime | None = None) -> Iterator[list[Row]]:
    """Every record changed at or after `since` (and up to `until`), by rising instant, each version once.

    Raises CursorStuck if search does not rise, SourceError if it promises more and gives none.
    """
    window = [_filter(modified, "LTE", until + _MILLISECOND)] if until else []
    at = since or _EPOCH
    given: set[tuple[str, datetime]] = set()
    while True:
        answer = ask([_filter(modified, "GTE", at), *window], modified)
        rows = [row for row in answer.rows if until is None or changed_at(row, modified) <= until]
        yield [row for row in rows if (row["id"], changed_at(row, modified)) not in given]
        if not answer.has_more:
            return
        if not answer.rows:
            raise SourceError("search says there is more, and gives no rows; nothing was skipped, try again")
        last = changed_at(answer.rows[-1], modified)
        if last < at - _MILLISECOND:
            raise CursorStuck(
                f"search was asked for records changed at or after {at:%Y-%m-%d %H:%M:%S.%f} and ends at "
                f"{last:%Y-%m-%d %H:%M:%S.%f}: it is not sorted by {modified}, going on would skip records"
            )
        seen = {(row["id"], last) for row in answer.rows if changed_at(row, modified) == last}
        if milliseconds(last) == milliseconds(at):
            for each in _of_one_instant(ask, modified, last):
                yield [row for row in each if (row["id"], last) not in given | seen]
            at, given = last + _MILLISECOND, set()
        else:
            at, given = last, seen


def _of_one_instant(ask: Ask, modified: str, at: datetime) -> Iterator[list[Row]]:
    """All records changed in one millisecond, by rising id."""
    highest = 0
    while True:
        answer = ask([_filter(modified, "EQ", at), {"propertyName": "hs_object_id", "operator": "GT", "value": str(highest)}],
                     "hs_object_id")  # fmt: skip
        yield answer.rows
        if not answer.has_more:
            return
        reached = max((int(row["id"]) for row in answer.rows), default=highest)
        if reached <= highest:
            raise CursorStuck(
                f"a whole page of records was changed at {at:%Y-%m-%d %H:%M:%S.%f} and search gives no ids above "
                f"{highest}: there is no way past that instant without skipping records"
            )
        highest = reached


def _filter(modified: str, operator: str, at: datetime) -> Filter:
    return {"propertyName": modified, "operator": operator, "value": milliseconds(at)}
