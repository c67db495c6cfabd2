"""The way of one message: queued, claimed, sending, and then sent, refused (queued again or failed) or unknown.

`sending` is on the disk before anything leaves. Whoever finds a message in `sending` after its lease cannot know whether it arrived, and makes
it `unknown`: a person looks, nothing is sent again by itself. A claim carries a fence number; after a claim was lost its
holder can change nothing any more, so two workers, a late callback or a clock that jumps never make two sendings.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from scoreboard.alerts.outbox import Store, as_text

LEASE = timedelta(minutes=10)  # longer than any channel's time limits together
# how long to wait after each refusal; after the last one it failed
BACKOFF = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
MOST_IN_MESSAGE = 500  # a receiver of JSON or mail need not take megabytes
NOBODY_TOLD = "the run ended after it began to send and before it was told whether the message was taken"


class ClaimLost(Exception):
    """Somebody else has the message by now; its holder must not send it."""


@dataclass(frozen=True)
class Item:
    """One alert in a message, at one stage."""

    rule_id: str
    subject_id: str
    period: str
    stage: str
    alert_id: str


@dataclass(frozen=True)
class Claim:
    """One message held by one worker."""

    message_id: str
    channel: str
    owner: str
    fence: int
    attempts: int
    created_at: str
    items: tuple[Item, ...]


def form_messages(store: Store, now: datetime, may_go: Callable[[str, str], bool]) -> int:
    """Make digests of what waits: one per channel and owner, more where there is very much. `may_go(severity, rule_id)`: whether it need not wait."""
    stamp = as_text(now)
    with store.writing() as connection:
        groups: dict[tuple[str, str], list[sqlite3.Row]] = {}
        for row in connection.execute(
            "select * from deliveries where message_id is null and is_needed order by queued_at, alert_id, stage"
        ):
            if may_go(row["severity"], row["rule_id"]):
                groups.setdefault((row["channel"], row["owner"]), []).append(row)
        parts = [
            (key, rows[start : start + MOST_IN_MESSAGE])
            for key, rows in groups.items()
            for start in range(0, len(rows), MOST_IN_MESSAGE)
        ]
        for (channel, owner), rows in parts:
            message_id = uuid4().hex
            connection.execute(
                "insert into messages (message_id, channel, owner, state, not_before, created_at, changed_at)"
                " values (?, ?, ?, 'queued', ?, ?, ?)",
                (message_id, channel, owner, stamp, stamp, stamp),
            )
            connection.executemany(
                "update deliveries set message_id = ? where rule_id = ? and subject_id = ? and period = ?"
                " and channel = ? and stage = ?",
                [(message_id, row["rule_id"], row["subject_id"], row["period"], channel, row["stage"]) for row in rows],
            )
    return len(parts)


def recover(store: Store, now: datetime) -> None:
    """Take back what a worker that ended held: not begun, it is queued again; begun, it is unknown.

    A claim of the future was made by a clock that has been put back since; it has ended as well. What waits until a time that
    such a clock named waits no longer.
    """
    stamp = as_text(now)
    with store.writing() as connection:
        for begun, after, reason in (("sending", "unknown", NOBODY_TOLD), ("claimed", "queued", "")):
            connection.execute(
                "update messages set state = ?, reason = case when ? = '' then reason else ? end, changed_at = ?"
                " where state = ? and (lease_until <= ? or claimed_at > ?)",
                (after, reason, reason, stamp, begun, stamp, stamp),
            )
        connection.execute(
            "update messages set not_before = ?, changed_at = ? where state = 'queued' and changed_at > ? and not_before > ?",
            (stamp, stamp, stamp, stamp),
        )


def claim(store: Store, now: datetime) -> Claim | None:
    """The next message that is due, held from now on; None when there is none."""
    stamp = as_text(now)
    with store.writing() as connection:
        row = connection.execute(
            "select * from messages where state = 'queued' and not_before <= ?"
            " order by created_at, channel, owner, message_id limit 1",
            (stamp,),
        ).fetchone()
        if row is None:
            return None
        connection.execute(
            "update messages set state = 'claimed', fence = fence + 1, claimed_at = ?, lease_until = ?, changed_at = ?"
            " where message_id = ?",
            (stamp, as_text(now + LEASE), stamp, row["message_id"]),
        )
        items = connection.execute(
            "select rule_id, subject_id, period, stage, alert_id from deliveries"
            " where message_id = ? and is_needed order by queued_at, alert_id, stage",
            (row["message_id"],),
        ).fetchall()
    return Claim(
        message_id=row["message_id"],
        channel=row["channel"],
        owner=row["owner"],
        fence=row["fence"] + 1,
        attempts=row["attempts"],
        created_at=row["created_at"],
        items=tuple(Item(*item) for item in items),
    )


def begin(store: Store, held: Claim, now: datetime, without: Collection[Item] = ()) -> None:
    """Write down that it is being sent, before it is; `without`: items that need not be told any more.

    Raises ClaimLost: then it must not be sent.
    """
    with store.writing() as connection:
        _change(connection, held, ("claimed",), "sending", now, lease_until=as_text(now + LEASE))
        _leave_out(connection, held, without)


def not_needed(store: Store, held: Claim, now: datetime) -> None:
    """Nothing in it need be told any more. Raises ClaimLost."""
    with store.writing() as connection:
        _change(
            connection, held, ("claimed",), "not_needed", now, reason="everything in it was settled before it was sent"
        )
        _leave_out(connection, held, held.items)


def sent(store: Store, held: Claim, now: datetime) -> None:
    """It was taken; true as well where the lease ended meanwhile, or where it is told twice."""
    with store.writing() as connection:
        _change(connection, held, ("sending", "unknown", "sent"), "sent", now, reason="")


def unknown(store: Store, held: Claim, now: datetime, reason: str) -> None:
    """Nobody can say whether it was taken."""
    with store.writing() as connection:
        _change(connection, held, ("sending", "unknown"), "unknown", now, reason=reason)


def refused(
    store: Store,
    held: Claim,
    now: datetime,
    reason: str,
    is_final: bool = False,
    at_least: timedelta = timedelta(),
) -> bool:
    """It was surely not taken: try again later (`at_least` so much), or never (`is_final`, or tried often enough).

    True if it failed for good.
    """
    tries = held.attempts + 1
    is_over = is_final or tries > len(BACKOFF)
    with store.writing() as connection:
        _change(
            connection,
            held,
            ("claimed", "sending"),
            "failed" if is_over else "queued",
            now,
            reason=reason,
            attempts=tries,
            not_before=as_text(now if is_over else now + max(BACKOFF[tries - 1], at_least)),
        )
    return is_over


def wait(store: Store, held: Claim, until: datetime, now: datetime, reason: str) -> None:
    """No try: its channel takes nothing at present. Raises ClaimLost."""
    with store.writing() as connection:
        _change(connection, held, ("claimed", "sending"), "queued", now, reason=reason, not_before=as_text(until))


def _change(
    connection: sqlite3.Connection, held: Claim, before: tuple[str, ...], after: str, now: datetime, **values: object
) -> None:
    columns = "".join(f", {name} = :{name}" for name in values)
    places = ", ".join(f"'{state}'" for state in before)
    changed = connection.execute(
        f"update messages set state = :state, changed_at = :now{columns}"  # noqa: S608 - names and words of this module
        f" where message_id = :message_id and fence = :fence and state in ({places})",
        {"state": after, "now": as_text(now), "message_id": held.message_id, "fence": held.fence} | values,
    )
    if changed.rowcount != 1:
        raise ClaimLost(held.message_id)


def _leave_out(connection: sqlite3.Connection, held: Claim, items: Collection[Item]) -> None:
    connection.executemany(
        "update deliveries set is_needed = 0"
        " where message_id = ? and rule_id = ? and subject_id = ? and period = ? and stage = ?",
        [(held.message_id, item.rule_id, item.subject_id, item.period, item.stage) for item in items],
    )
