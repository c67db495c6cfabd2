"""How a check says what rows it can see: a total only where it is one, else that there are at least so many."""

from __future__ import annotations

from dataclasses import dataclass

from scoreboard.sources.api.base import Finding, Stream


@dataclass(frozen=True)
class Seen:
    """Rows that were counted. `is_all`: there are no others; `where` says of what they are, if not of everything."""

    rows: int
    is_all: bool
    where: str = ""


def seen(stream: Stream, what: Seen) -> Finding:
    """The finding of a stream that could be read. Its `rows` are the total, or None where that is not known."""
    where = f" {what.where}" if what.where else ""
    total = what.rows if what.is_all else None
    if not what.rows:
        sentence = f"no record can be seen{where}; if there are some, this is missing: {stream.permission}"
    else:
        sentence = f"{'' if what.is_all else 'at least '}{_counted(what.rows)} can be seen{where}"
    return Finding(stream.name, True, sentence, total)


def _counted(rows: int) -> str:
    return f"{rows:,} record{'' if rows == 1 else 's'}"
