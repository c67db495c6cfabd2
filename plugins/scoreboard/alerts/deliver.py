"""Sending what is due: claim, look what still needs telling, write `sending`, send once, write what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scoreboard.alerts import claims
from scoreboard.alerts.channels.base import Channel, NotSetUp, Refused, Unsure, words_of
from scoreboard.alerts.claims import Claim, ClaimLost
from scoreboard.alerts.config import AlertConfig, ChannelConfig, is_address
from scoreboard.alerts.digest import Digest, make_digest
from scoreboard.alerts.facts import Employee, alerts_by_id, employees, settled, steps_of
from scoreboard.alerts.hours import Hours
from scoreboard.alerts.outbox import Store
from scoreboard.settings import Settings, utc_now
from scoreboard.warehouse.reader import Published

NOT_SET_UP_WAIT = timedelta(minutes=30)
NO_ADDRESS = "no e-mail address is known: neither the person nor the role has one, and channels.yaml names no fallback"


@dataclass
class Courier:
    """One run's sending. `make_channel` and `now` can be replaced in tests."""

    settings: Settings
    store: Store
    published: Published
    config: AlertConfig
    hours: Hours
    base_url: str
    make_channel: Callable[[ChannelConfig], Channel]
    now: Callable[[], datetime] = utc_now
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    # channels that need not be tried again in this run, and why
    _missing: dict[str, str] = field(default_factory=dict)
    _dead: dict[str, str] = field(default_factory=dict)

    def deliver(self) -> Counter[tuple[str, str]]:
        """Everything that is due, one message after the other; gives how many of which channel ended how."""
        now = self.now()
        claims.recover(self.store, now)
        is_quiet = self.config.has_quiet_hours and not self.hours.is_open(now)
        claims.form_messages(
            self.store, now, lambda severity, rule: not is_quiet or self.config.is_urgent(severity, rule)
        )
        while held := claims.claim(self.store, self.now()):
            try:
                outcome = self._one(held)
            except ClaimLost:
                outcome = "taken over"
            self.outcomes[held.channel, outcome] += 1
        return self.outcomes

    def _one(self, held: Claim) -> str:
        try:
            digest, address, channel = self._prepared(held)
        except NotSetUp as error:
            return self._not_now(held, str(error))
        except Refused as error:
            return self._refused(held, error)
        if digest is None:
            claims.not_needed(self.store, held, self.now())
            return "not_needed"
        told = {line.alert_id for line in digest.lines}
        claims.begin(self.store, held, self.now(), [item for item in held.items if item.alert_id not in told])
        # from here on a message may be on its way: whatever happens without a clear refusal, it is not sent again
        try:
            channel.send(digest, address)
        except NotSetUp as error:
            self._missing[held.channel] = str(error)
            return self._not_now(held, str(error))
        except Refused as error:
            return self._refused(held, error)
        except Unsure as error:
            claims.unknown(self.store, held, self.now(), str(error))
            return "unknown"
        except Exception as error:
            claims.unknown(self.store, held, self.now(), f"sending it broke off ({words_of(error)})")
            return "unknown"
        claims.sent(self.store, held, self.now())
        return "sent"

    def _prepared(self, held: Claim) -> tuple[Digest | None, str, Channel]:
        """The message as of now (None: nothing left to tell), where to, and by what. Raises NotSetUp, Refused."""
        config = self.config.channels.get(held.channel)
        if config is None:
            raise NotSetUp(f"channels.yaml knows no channel {held.channel!r} any more")
        if held.channel in self._missing:
            raise NotSetUp(self._missing[held.channel])
        if held.channel in self._dead:
            raise Refused(self._dead[held.channel])
        channel = self.make_channel(config)
        open_ones = {item.alert_id for item in held.items} - settled(self.settings)
        alerts = alerts_by_id(self.published, sorted(open_ones))
        if not alerts:
            return None, "", channel
        people = employees(self.published, [held.owner])
        digest = make_digest(
            held,
            [item for item in held.items if item.alert_id in alerts],
            alerts,
            steps_of(self.published, sorted(alerts)),
            self._noticed(held),
            people,
            self.hours,
            self.base_url,
        )
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
        if error.is_dead:
            self._dead[held.channel] = str(error)
        is_over = claims.refused(self.store, held, self.now(), str(error), is_final=error.is_final)
        return "failed" if is_over else "waits"

    def _not_now(self, held: Claim, reason: str) -> str:
        """A channel that is not set up costs no try; what has waited for too long is given up, and said to be."""
        now = self.now()
        if now - datetime.fromisoformat(held.created_at) > self.config.max_age:
            claims.refused(self.store, held, now, reason, is_final=True)
            return "failed"
        claims.wait(self.store, held, now + NOT_SET_UP_WAIT, now, reason)
        return "waits"

    def _noticed(self, held: Claim) -> dict[str, datetime]:
        """When the outbox first saw each alert of a message."""
        rows = self.store.connection.execute(
            "select alert_id, noticed_at from alerts"
            " where alert_id in (select alert_id from deliveries where message_id = ?)",
            (held.message_id,),
        )
        return {row[0]: datetime.fromisoformat(row[1]) for row in rows}
