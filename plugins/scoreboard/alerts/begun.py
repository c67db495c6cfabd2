"""What has begun to be sent, once more and outside the outbox: SCOREBOARD_HOME/alerts/begun.jsonl, only ever appended to.

An outbox that was lost, or of which an older copy was put back, does not know what was told since. This log does: what it
names and the outbox holds for unsent is not sent, a person looks. A line is `{"message_id", "channel", "at", "fence", "told"}`, `told` the
alert_id and stage of each alert in the message; or `{"message_id", "channel", "at", "again"}` where a person sent it again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from scoreboard.alerts.claims import Claim, Item
from scoreboard.alerts.log import LogBroken, append_line, instant, locked, read_lines
from scoreboard.settings import Settings, utc_now

_FIELDS = ("message_id", "channel", "at")


class BegunLogBroken(LogBroken):
    """A line of the log cannot be read; the message names file and line."""


@dataclass
class Begun:
    """The log's content: of each message what its last attempt told; of each alert in what message that was."""

    fences: dict[str, int] = field(default_factory=dict)
    messages: dict[tuple[str, str, str], tuple[str, datetime]] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)

    def before(self, held: Claim) -> dict[Item, datetime]:
        """The alerts of a message that began to be told without the outbox knowing of it, and when; none where all is well."""
        told = {item: self.messages.get((item.alert_id, held.channel, item.stage)) for item in held.items}
        known_to = {item: each for item, each in told.items() if each}
        if held.message_id not in self.again:
            others = {item: at for item, (message_id, at) in known_to.items() if message_id != held.message_id}
            if others:
                return others
        if self.fences.get(held.message_id, 0) >= held.fence:
            return {item: known_to[item][1] if item in known_to else utc_now() for item in held.items}
        return {}


def log_path(settings: Settings) -> Path:
    """Where the log lies, whether it exists or not."""
    return settings.home / "alerts" / "begun.jsonl"


def read_begun(settings: Settings) -> Begun:
    """All of it. Raises BegunLogBroken."""
    begun = Begun()
    of_message: dict[str, list[tuple[str, str, str]]] = {}
    for line in read_lines(log_path(settings), _line, _FIELDS, BegunLogBroken):
        message_id, at = line["message_id"], instant(line["at"])
        if "again" in line:
            begun.again.add(message_id)
            continue
        # an attempt follows only where the one before was surely refused
        for key in of_message.pop(message_id, []):
            if begun.messages.get(key, ("",))[0] == message_id:
                del begun.messages[key]
        keys = [(alert_id, line["channel"], stage) for alert_id, stage in line["told"]]
        of_message[message_id] = keys
        begun.messages |= dict.fromkeys(keys, (message_id, at))
        begun.fences[message_id] = max(line["fence"], begun.fences.get(message_id, 0))
    return begun


def write_begun(settings: Settings, held: Claim, items: Collection[Item], now: datetime) -> None:
    """On the disk before anything leaves. Without items: nothing of it need be told any more. Raises OSError."""
    told = [[item.alert_id, item.stage] for item in items]
    _append(settings, held.message_id, held.channel, now, {"fence": held.fence, "told": told})


def write_again(settings: Settings, message_id: str, channel: str, now: datetime) -> None:
    """A person looked and sends it again, whatever this log says."""
    _append(settings, message_id, channel, now, {"again": True})


def _append(settings: Settings, message_id: str, channel: str, now: datetime, more: Mapping[str, Any]) -> None:
    path = log_path(settings)
    with locked(path) as descriptor:
        append_line(path, descriptor, {"message_id": message_id, "channel": channel, "at": now.isoformat(), **more})


def _line(number: int, told: Mapping[str, Any]) -> Mapping[str, Any]:
    instant(told["at"])
    if "again" not in told:
        int(told["fence"])
        if any(len(pair) != 2 for pair in told["told"]):
            raise ValueError("told is a list of alert_id and stage")
    return told
