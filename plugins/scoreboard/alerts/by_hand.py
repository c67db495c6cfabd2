"""What a person decides of a message that is unknown or failed: send it again, or call it settled."""

from __future__ import annotations

import sqlite3

from scoreboard.alerts.begun import write_again
from scoreboard.alerts.outbox import Store, as_text
from scoreboard.alerts.report import FOR_A_PERSON
from scoreboard.errors import ScoreboardError
from scoreboard.settings import utc_now


class NoSuchMessage(ScoreboardError):
    """No message that a person may settle begins like that; nothing was changed."""


def send_again(store: Store, begins_with: str, by: str) -> str:
    """Queue it again, as new; gives its id. If it was unknown it may so arrive twice: that is for the person to judge."""
    row = _settle(store, begins_with, "queued", f"sent again by {by}")
    write_again(store.settings, row["message_id"], row["channel"], utc_now())
    return str(row["message_id"])


def send_failed_again(store: Store, by: str) -> int:
    """Queue everything that failed, as new: it surely did not arrive, so nothing arrives twice. Gives how many messages."""
    failed = store.connection.execute("select message_id from messages where state = 'failed'").fetchall()
    if not failed:
        raise NoSuchMessage("no message is failed; nothing was changed. `make alerts` lists what needs a person.")
    for [message_id] in failed:
        send_again(store, message_id, by)
    return len(failed)


def call_settled(store: Store, begins_with: str, by: str) -> str:
    """Somebody looked: it arrived, or need not any more. Gives its id."""
    return str(_settle(store, begins_with, "sent", f"settled by {by}")["message_id"])


def _settle(store: Store, begins_with: str, state: str, reason: str) -> sqlite3.Row:
    stamp = as_text(utc_now())
    with store.writing() as connection:
        rows = connection.execute(
            "select message_id, channel from messages where substr(message_id, 1, ?) = ? and state in (?, ?)",
            (len(begins_with), begins_with, *FOR_A_PERSON),
        ).fetchall()
        if len(rows) != 1 or not begins_with:
            found = f"{len(rows)} messages begin" if rows and begins_with else "no message begins"
            raise NoSuchMessage(
                f"{found} with {begins_with!r} and {'are' if rows else 'is'} unknown or failed; nothing was changed."
                " `make alerts` lists those that are."
            )
        # a new fence: whoever still holds it can change nothing any more
        connection.execute(
            "update messages set state = ?, reason = ?, fence = fence + 1, attempts = 0, not_before = ?, changed_at = ?"
            " where message_id = ?",
            (state, reason, stamp, stamp, rows[0]["message_id"]),
        )
    row: sqlite3.Row = rows[0]
    return row
