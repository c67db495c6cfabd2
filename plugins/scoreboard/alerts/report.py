"""What became of the messages, in numbers and sentences, for the run's summary, the terminal and the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from scoreboard.alerts.outbox import reading
from scoreboard.settings import Settings

# what only a person can settle
FOR_A_PERSON = ("unknown", "failed")


@dataclass(frozen=True)
class MessageState:
    """One message that was not simply taken, or waits; `at`: since when, in UTC."""

    message_id: str
    channel: str
    owner: str
    state: str
    reason: str
    at: datetime
    attempts: int
    alert_ids: tuple[str, ...]

    def sentence(self) -> str:
        """For a person who must decide."""
        number = len(self.alert_ids)
        tries = f" after {self.attempts} tries" if self.attempts > 1 else ""
        reason = f": {self.reason}" if self.reason else ""
        return (
            f"{self.message_id[:8]} {self.channel} to {self.owner}, {number} alert{'' if number == 1 else 's'}:"
            f" {self.state}{tries} since {self.at:%Y-%m-%d %H:%M} UTC{reason}"
        )


def messages(settings: Settings, states: Sequence[str], latest: int | None = None) -> list[MessageState]:
    """Messages in any of these states, oldest first; `latest`: only so many, those that came into it last."""
    places = ", ".join("?" * len(states))
    with reading(settings) as connection:
        if connection is None:
            return []
        rows = connection.execute(
            "select message_id, channel, owner, state, reason, changed_at, attempts from messages"  # noqa: S608 - question marks
            f" where state in ({places})"
            + (
                " order by created_at, message_id"
                if latest is None
                else " order by changed_at desc, message_id limit ?"
            ),
            [*states, *([] if latest is None else [latest])],
        ).fetchall()
        rows = rows if latest is None else rows[::-1]
        return [
            MessageState(message_id, channel, owner, state, reason, datetime.fromisoformat(at), tries, alert_ids)
            for message_id, channel, owner, state, reason, at, tries in rows
            for alert_ids in [_alerts_of(connection, message_id)]
        ]


def counts(settings: Settings) -> dict[str, dict[str, int]]:
    """channel -> state -> messages; `waiting` counts the alerts that are in no message yet."""
    found: dict[str, dict[str, int]] = {}
    with reading(settings) as connection:
        if connection is None:
            return {}
        for statement in (
            "select channel, state, count(*) from messages group by channel, state order by channel, state",
            "select channel, 'waiting', count(*) from deliveries where message_id is null and is_needed group by channel",
        ):
            for channel, state, number in connection.execute(statement):
                found.setdefault(channel, {})[state] = number
    return found


def waiting_sentences(settings: Settings) -> list[str]:
    """What is not told yet, by which channel, and why."""
    held = messages(settings, ("queued", "claimed", "sending"))
    reasons = Counter((each.channel, each.reason) for each in held)
    said = [
        f"{_messages(number)} by {channel} wait{'s' if number == 1 else ''}: {reason or 'in turn'}"
        for (channel, reason), number in sorted(reasons.items())
    ]
    quiet = {channel: number for channel, states in counts(settings).items() if (number := states.get("waiting"))}
    return said + [
        f"{number} alert{'' if number == 1 else 's'} by {channel} wait{'s' if number == 1 else ''} for business hours"
        for channel, number in quiet.items()
    ]


def run_report(
    settings: Settings, queued: Mapping[str, int], outcomes: Mapping[tuple[str, str], int]
) -> dict[str, Any]:
    """One run's part: what was queued, what went where, what waits, and what needs a person."""
    for_a_person = messages(settings, FOR_A_PERSON)
    by_outcome: dict[str, dict[str, int]] = {}
    for (channel, outcome), number in sorted(outcomes.items()):
        by_outcome.setdefault(outcome, {})[channel] = number
    told = {**queued, "outcomes": by_outcome, "counts": counts(settings)}
    return told | {
        "for_a_person": [asdict(each) | {"at": each.at.isoformat()} for each in for_a_person],
        "sentences": list(_sentences(queued, by_outcome, waiting_sentences(settings), for_a_person)),
    }


def _sentences(
    queued: Mapping[str, int],
    by_outcome: Mapping[str, Mapping[str, int]],
    waiting: Sequence[str],
    for_a_person: Sequence[MessageState],
) -> list[str]:
    said = [f"{queued['new_alerts']} new, {queued['steps_due']} escalations due; {_sent(by_outcome.get('sent', {}))}"]
    if queued["history"]:
        said.append(f"{queued['history']} older ones counted as history, nobody was told")
    said += waiting
    if for_a_person:
        states = Counter(each.state for each in for_a_person)
        told = ", ".join(f"{states[state]} {state}" for state in FOR_A_PERSON if states[state])
        said.append(
            f"{_messages(len(for_a_person))} need{'s' if len(for_a_person) == 1 else ''} a person ({told}): make alerts lists them"
        )
    return said


def _sent(by_channel: Mapping[str, int]) -> str:
    if not by_channel:
        return "no message was sent"
    parts = ", ".join(f"{number} by {channel}" for channel, number in by_channel.items())
    return f"{_messages(sum(by_channel.values()))} sent ({parts})"


def _messages(number: int) -> str:
    return f"{number} message{'' if number == 1 else 's'}"


def _alerts_of(connection: Any, message_id: str) -> tuple[str, ...]:
    rows = connection.execute(
        "select distinct alert_id from deliveries where message_id = ? and is_needed order by alert_id", (message_id,)
    )
    return tuple(row[0] for row in rows)
