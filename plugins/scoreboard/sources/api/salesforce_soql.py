"""The SOQL that is asked, as text, and the instants in it and in its answers.

Rows are read by a key, (SystemModstamp, Id), and not by query locators: a key survives an expired session, and the many
rows that one bulk change stamps with the same instant are passed by their Id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class Key(NamedTuple):
    """The place of a record in a read: its SystemModstamp, then its Id."""

    stamp: datetime
    id: str


def instant(text: str) -> datetime:
    """An instant in any of Salesforce's spellings (`+0000` in REST, `Z` elsewhere), UTC. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return at.astimezone(UTC)


def literal(at: datetime) -> str:
    """A dateTime literal: UTC, milliseconds, rounded down."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def changed(
    name: str,
    fields: Sequence[str],
    since: datetime | None,
    until: datetime | None,
    after: Key | None,
    limit: int | None,
) -> str:
    """Records from `since` on (inclusive), after the last key read, oldest change first."""
    where = []
    if after is not None:
        stamp = literal(after.stamp)
        where.append(f"(SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{_id(after.id)}'))")
    elif since is not None:
        where.append(f"SystemModstamp >= {literal(since)}")
    if until is not None:
        where.append(f"SystemModstamp <= {literal(until)}")
    return _query(name, fields, where, "SystemModstamp ASC, Id ASC", limit)


def existing(name: str, fields: Sequence[str], has_bin: bool, after: str, limit: int) -> str:
    """Records that are not deleted, by Id; asked of queryAll, since query leaves archived activities out."""
    where = ["IsDeleted = false"] if has_bin else []
    if after:
        where.append(f"Id > '{_id(after)}'")
    return _query(name, fields, where, "Id ASC", limit)


def named(name: str, fields: Sequence[str], ids: Iterable[str]) -> str:
    """The records with these Ids."""
    listed = ", ".join(f"'{_id(one)}'" for one in ids)
    return _query(name, fields, [f"Id IN ({listed})"], "", None)


def counted(name: str, since: datetime | None = None) -> str:
    """How many records there are from `since` on; the answer's totalSize says."""
    return _query(name, ["COUNT()"], [f"SystemModstamp >= {literal(since)}"] if since else [], "", None)


def _query(name: str, fields: Sequence[str], where: Sequence[str], order: str, limit: int | None) -> str:
    for field in (name, *(field for field in fields if field != "COUNT()")):
        if not _NAME.fullmatch(field):
            raise ValueError(f"{field!r} cannot be the name of a Salesforce field")
    words = ["SELECT", ", ".join(fields), "FROM", name]
    if where:
        words += ["WHERE", " AND ".join(where)]
    if order:
        words += ["ORDER BY", order]
    if limit:
        words += ["LIMIT", str(limit)]
    return " ".join(words)


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"{text!r} cannot be the Id of a Salesforce record")
    return text
