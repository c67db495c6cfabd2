"""Sending what is due: claim, look what still needs telling, write `sending`, send once, write what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from scoreboard.alerts import claims
from scoreboard.alerts.begun import Begun, read_begun, write_begun
from scoreboard.alerts.channels.base import Channel, NotSetUp, Refused, Unsure, words_of
from scoreboard.alerts.claims import Claim, ClaimLost
from scoreboard.alerts.config import AlertConfig, ChannelConfig, is_address
from scoreboard.alerts.digest import Digest, make_digest
from scoreboard.alerts.escalation import clock_starts
from scoreboard.alerts.facts import Employee, alerts_by_id, employees, settled, steps_of
from scoreboard.alerts.hours import Hours
from scoreboard.alerts.outbox import Store
from scoreboard.settings import Settings, utc_now
from scoreboard.warehouse.reader import Published

# a channel that is not there, or does not answer, is asked again in a later run
CLOSED_WAIT = timedelta(minutes=30)
# a channel that left so many messages of one run without a clear answer gets no more of them in that run
MOST_UNSURE = 3
# no further message is begun after this: the task that runs it would be ended in the middle of one
RUN_LIMIT = timedelta(minutes=20)
NO_ADDRESS = "no e-mail address is known: neither the person nor the role has one, and channels.yaml names no fallback"
OLDER_COPY = "the outbox was lost or is an older copy: by alerts/begun.jsonl something in it began to be sent on {at:%Y-%m-%d %H:%M} UTC"


class _Closed(Exception):
    """The channel takes nothing at present, whatever the message; that costs no message a try."""

    def __init__(self, reason: str, wait: timedelta = CLOSED_WAIT) -> None:
        super().__init__(reason)
        self.wait = max(wait, CLOSED_WAIT)


@dataclass
class Courier:
    """One run's sending. `make_channel`, `now` and `seconds` (of a clock that nobody sets) can be replaced in tests."""

    settings: Settings
    store: Store
    published: Published
    config: AlertConfig
    hours: Hours
    base_url: str
    make_channel: Callable[[ChannelConfig], Channel]
    now: Callable[[], datetime] = utc_now
    seconds: Callable[[], float] = monotonic
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    # channels that are not tried again in this run: why, and when they may be
    _closed: dict[str, _Closed] = field(default_factory=dict)
    _since: dict[str, datetime] = field(default_factory=dict)
    _begun: Begun = field(default_factory=Begun)

    def deliver(self) -> Counter[tuple[str, str]]:
        """Everything that is due, one message after the other; gives how many of which channel ended how.

        What there is no time for waits for the next run.
        """
        now, ends = self.now(), self.seconds() + RUN_LIMIT.total_seconds()
        claims.recover(self.store, now)
        self._begun = read_begun(self.settings)
        self._since = clock_starts(self.settings, self.store.connection)
        is_quiet = self.config.has_quiet_hours and not self.hours.is_open(now)
        claims.form_messages(
            self.store, now, lambda severity, rule: not is_quiet or self.config.is_urgent(severity, rule)
        )
        while self.seconds() < ends and (held := claims.claim(self.store, self.now())):
            try:
                outcome = self._one(held)
            except ClaimLost:
                outcome = "taken over"
            self.outcomes[held.channel, outcome] += 1
        return self.outcomes

    def _one(self, held: Claim) -> str:
        try:
            digest, address, channel = self._prepared(held)
        except _Closed as closed:
            return self._not_now(held, closed)
        except Refused as error:
            return self._refused(held, error)
        if digest is None:
            if held.attempts:
                write_begun(self.settings, held, (), self.now())
            claims.not_needed(self.store, held, self.now())
            return "not_needed"
        if before := self._begun.before(held):
            # what is new among them is left out, and so queued again by the next run
            claims.begin(self.store, held, self.now(), [item for item in held.items if item not in before])
            claims.unknown(self.store, held, self.now(), OLDER_COPY.format(at=max(before.values())))
            return "unknown"
        told = {line.alert_id for line in digest.lines}
        left_out = [item for item in held.items if item.alert_id not in told]
        claims.begin(self.store, held, self.now(), left_out)
        try:
            write_begun(self.settings, held, [item for item in held.items if item.alert_id in told], self.now())
        except OSError as error:
            return self._close(held, _Closed(f"alerts/begun.jsonl cannot be written ({words_of(error)})"))
        # from here on a message may be on its way: whatever happens without a clear refusal, it is not sent again
        try:
            channel.send(digest, address)
        except NotSetUp as error:
            return self._close(held, _Closed(str(error)))
        except Refused as error:
            if error.is_dead:
                return self._close(held, _Closed(str(error), error.wait))
            return self._refused(held, error)
        except Unsure as error:
            return self._unknown(held, str(error))
        except Exception as error:
            return self._unknown(held, f"sending it broke off ({words_of(error)})")
        claims.sent(self.store, held, self.now())
        return "sent"

    def _prepared(self, held: Claim) -> tuple[Digest | None, str, Channel]:
        """The message as of now (None: nothing left to tell), where to, and by what. Raises _Closed, Refused."""
        config = self.config.channels.get(held.channel)
        if config is None:
            raise _Closed(f"channels.yaml knows no channel {held.channel!r} any more")
        if held.channel in self._closed:
            raise self._closed[held.channel]
        try:
            channel = self.make_channel(config)
        except Exception as error:  # of a provider that is not installed, say
            self._closed[held.channel] = _Closed(f"{config.kind} cannot be used here ({words_of(error)})")
            raise self._closed[held.channel] from None
        open_ones = {item.alert_id for item in held.items} - settled(self.settings)
        alerts = alerts_by_id(self.published, sorted(open_ones))
        if not alerts:
            return None, "", channel
        people = employees(self.published, [held.owner])
        steps = steps_of(self.published, sorted(alerts))
        items = [item for item in held.items if item.alert_id in alerts]
        try:
            digest = make_digest(held, items, alerts, steps, self._since, people, self.hours, self.base_url)
        except Exception as error:  # one odd row must not hold up everybody behind it
            raise Refused(f"it could not be worded ({words_of(error)})") from None
        address = self._address(people.get(held.owner), held.owner, digest.roles) if config.kind == "email" else ""
        return digest, address, channel

    def _address(self, person: Employee | None, owner: str, roles: tuple[str, ...]) -> str:
        role = owner.removeprefix("role:")
        candidates = [person.email] if person and person.is_active else []
        candidates += [self.config.addresses.get(each, "") for each in ((role,) if role != owner else roles)]
        for candidate in [*candidates, self.config.fallback]:
            if is_address(candidate):
                return candidate
        raise Refused(NO_ADDRESS, is_final=True)

    def _refused(self, held: Claim, error: Refused) -> str:
        is_over = claims.refused(self.store, held, self.now(), str(error), is_final=error.is_final, at_least=error.wait)
        return "failed" if is_over else "waits"

    def _unknown(self, held: Claim, reason: str) -> str:
        claims.unknown(self.store, held, self.now(), reason)
        # the one that is being written down is not among the outcomes yet
        if self.outcomes[held.channel, "unknown"] + 1 >= MOST_UNSURE:
            self._closed[held.channel] = _Closed(f"it left {MOST_UNSURE} messages of one run without a clear answer")
        return "unknown"

    def _close(self, held: Claim, closed: _Closed) -> str:
        self._closed[held.channel] = closed
        return self._not_now(held, closed)

    def _not_now(self, held: Claim, closed: _Closed) -> str:
        """No try: its channel takes nothing. What has waited for too long is given up, and said to be."""
        now = self.now()
        if now - datetime.fromisoformat(held.created_at) > self.config.max_age:
            claims.refused(self.store, held, now, str(closed), is_final=True)
            return "failed"
        claims.wait(self.store, held, now + closed.wait, now, str(closed))
        return "waits"
