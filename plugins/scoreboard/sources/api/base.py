"""What every API source speaks: streams, pages of records, findings. Landing asks for nothing else.

A source knows paging, filters and quirks of its vendor. It neither writes files nor keeps cursors: landing decides from
which instant on to read (`since`), commits what came, and only then counts it as read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, runtime_checkable

from scoreboard.entities import Domain
from scoreboard.errors import ScoreboardError


class SourceError(ScoreboardError):
    """A source cannot be read as it is: wrong credentials, a missing permission, an answer that no retry mends."""


class SourceUnavailable(SourceError):
    """A source did not answer in time, or only with errors that pass; nothing was landed, the cursor stands, try again."""


class CursorStuck(SourceError):
    """A page is full of one instant and the API offers no way past it: going on would skip rows or never end."""


@dataclass(frozen=True)
class Stream:
    """One kind of record of one vendor.

    `name` is the vendor's own (Account, tickets) and names a folder. An `incremental` stream is read from a cursor on; a
    `full` one is listed whole each time, and what is no longer listed has vanished. `lookback` is how late a record may
    become visible with an older stamp, `horizon` how close to now the vendor's stamps can be trusted.
    `is_ordered`: pages come by rising version, so that a long read may be committed in pieces.
    """

    name: str
    domains: frozenset[Domain]
    mode: Literal["incremental", "full"] = "incremental"
    lookback: timedelta = timedelta(hours=1)
    horizon: timedelta = timedelta(minutes=1)
    is_ordered: bool = True
    permission: str = ""  # what the connection needs to read it, in the vendor's words


@dataclass(frozen=True)
class Record:
    """One version of one record as the vendor served it.

    `version` is the instant the vendor's cursor goes by (UTC, aware), None where the stream has none. A record with the
    same key and body is the same version, however often it is served.
    """

    key: str
    version: datetime | None
    body: dict[str, Any]
    is_deleted: bool = False


@dataclass(frozen=True)
class Page:
    """Records of one answer, in the order served; `where` names the request for a person, without secrets.

    `tokens`: part of the stream -> the vendor's own mark of how far that part has been read once this page has landed.
    """

    records: list[Record]
    where: str
    tokens: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What a check of a connection found, in plain words: ok, or what is missing and how to get it.

    `rows`: how many there are in all, None where only some were counted; the sentence says how many those were.
    """

    subject: str
    is_ok: bool
    sentence: str
    rows: int | None = None


@dataclass(frozen=True)
class Listed:
    """A record that exists at the source now, for reconciling: its key, and its version where the listing tells it."""

    key: str
    version: datetime | None = None


class ApiSource(Protocol):
    """A vendor's API behind one connection."""

    vendor: str
    connection: str

    def streams(self) -> tuple[Stream, ...]:
        """The streams this source offers, in an order in which they can be landed."""

    def now(self) -> datetime:
        """The vendor's clock (its Date header), UTC; cursors are clamped against it, not against ours."""

    def read(self, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        """Pages of every record whose version is at or after `since` (None: from the beginning), deleted ones included.

        `until` closes a backfill's window (inclusive); without it nothing is cut off, not even stamps in the future.
        Raises SourceError, SourceUnavailable or CursorStuck, naming the stream and the page.
        """

    def listed(self, stream: Stream) -> Iterable[list[Listed]]:
        """Every record that exists now, page by page, deleted ones left out: what reconciling compares with."""

    def fetch(self, stream: Stream, keys: list[str]) -> Iterator[Page]:
        """The named records as they are now, for a refetch of what landing lacks."""

    def check(self) -> Iterator[Finding]:
        """What works, what permission is missing, how many rows can be seen; never raises for a refusal."""


@runtime_checkable
class Continues(Protocol):
    """A source that goes on by its vendor's tokens beside the cursor; landing keeps them where the cursor is."""

    def continue_from(self, tokens: Mapping[str, str]) -> None:
        """What the next `read` with `since` and without `until` goes on from: the tokens of the pages landed so far."""


@dataclass
class Requests:
    """How many requests a source has made, against the vendor's documented budget; `what` says the budget in words."""

    made: int = 0
    waited_seconds: float = 0.0
    budget: int | None = None
    what: str = ""
    by_status: dict[int, int] = field(default_factory=dict)
