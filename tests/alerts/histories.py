"""Histories of runs that overlap, are killed at any step, are called back twice and whose clock is moved, of alerts that are
taken up, opened again, or missing in a version, with an outbox of which an old copy is put back; and what must hold after each.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from greenlet import getcurrent, greenlet

from scoreboard.alerts import claims, outbox, queueing
from scoreboard.alerts.channels.base import NotSetUp, Refused, Unsure
from scoreboard.alerts.claims import BACKOFF, LEASE, Claim, ClaimLost
from scoreboard.alerts.config import AlertConfig, ChannelConfig
from scoreboard.alerts.deliver import Courier
from scoreboard.alerts.digest import Digest
from scoreboard.alerts.outbox import Delivery, Store, deliveries
from scoreboard.alerts.report import FOR_A_PERSON, messages
from scoreboard.alerts.states import OPEN, append_state, read_states
from scoreboard.settings import Settings
from tests.alerts.company import ALWAYS, AS_OF, NOW, Rows, alert_row, step_row

CHANNELS = ("email", "slack", "webhook")
CONFIG = AlertConfig({name: ChannelConfig(name, name, f"{name}_default") for name in CHANNELS})


class Killed(BaseException):
    """As if by SIGKILL: nothing of ours runs after it, an open transaction is gone."""


@dataclass
class Trial:
    """One history: its dice, its clock, and what arrived."""

    settings: Settings
    dice: Random
    now: datetime = NOW
    kills: float = 0.0
    jumps: float = 0.0
    refusals: float = 0.0
    rollbacks: float = 0.0
    arrived: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    echoes: float = 0.0
    restores: float = 0.0
    held: list[tuple[greenlet, Claim]] = field(default_factory=list)
    told: list[Callable[[Store], object]] = field(default_factory=list)
    turns: Turns | None = None

    def __post_init__(self) -> None:
        alerts = [alert_row(f"R-{number}", f"E-{self.dice.randint(1, 2)}") for number in range(self.dice.randint(1, 4))]
        steps = [step_row(alert, hours=0.5) for alert in alerts if self.dice.random() < 0.4]
        self.published = Rows(alerts, steps)

    def reached(self, may_switch: bool = True) -> None:
        """A step of a worker: it may be its last, the other may go on first, the clock may be moved."""
        if self.turns and may_switch:
            self.turns.give()
        if self.dice.random() < self.jumps:
            self.now += timedelta(minutes=self.dice.choice((-90, -11, 1, 11, 40, 600)))
        if self.dice.random() < self.kills:
            raise Killed

    def version(self) -> Rows:
        """What is published at the moment; now and then one that lacks an alert, as after a rollback."""
        alerts, all_of_them = self.published.alerts, self.dice.random() >= self.rollbacks
        return self.published if all_of_them else Rows(alerts[1:], self.published.steps)

    def put_back_or_keep_a_copy(self) -> None:
        """Of the outbox, as somebody does who restores a backup of it alone."""
        path, copy = outbox.outbox_path(self.settings), self.settings.home / "copy.sqlite"
        dice = self.dice.random()
        if dice < self.restores and copy.exists():
            for each in path.parent.glob("outbox.sqlite*"):
                each.unlink()
            shutil.copy(copy, path)
        elif dice < 2 * self.restores and path.exists():
            with closing(sqlite3.connect(path)) as of, closing(sqlite3.connect(copy)) as into:
                of.backup(into)

    def echo(self, store: Store) -> None:
        """Something that was told of a message, by whomever, is told once more, as by a duplicate callback."""
        if self.told and self.dice.random() < self.echoes:
            before, self.echoes = self.echoes, 0.0
            with suppress(ClaimLost):
                self.dice.choice(self.told)(store)
            self.echoes = before

    def work(self) -> None:
        """One run of action_alerts."""
        published = self.version()
        with closing(CutStore(self)) as store:
            queueing.queue_new(self.settings, store, published, CONFIG, self.now)
            queueing.queue_due(self.settings, store, published, CONFIG, ALWAYS, self.now)
            courier = Courier(
                self.settings,
                store,
                self.version(),
                CONFIG,
                ALWAYS,
                "http://localhost",
                make_channel=lambda config: Sink(self, config.name),
                now=lambda: self.now,
            )
            courier.deliver()
            self._call_back_again(store)

    def _call_back_again(self, store: Store) -> None:
        """What was told of this worker's messages is told again, late, whatever became of them since."""
        mine = [held for worker, held in self.held if worker is getcurrent()]
        for held in self.dice.sample(mine, min(3, len(mine))):
            tellings = (claims.sent, _unknown) if self.messages[held.message_id] else (_unknown, _refused, _begin)
            try:
                self.dice.choice(tellings)(store, held, self.now)
            except ClaimLost:
                continue


def _unknown(store: Store, held: Claim, now: datetime) -> None:
    claims.unknown(store, held, now, "told late")


def _refused(store: Store, held: Claim, now: datetime) -> None:
    claims.refused(store, held, now, "told late")


def _begin(store: Store, held: Claim, now: datetime) -> None:
    claims.begin(store, held, now)


class CutStore(Store):
    """An outbox whose user may be killed before, in and after every transaction."""

    synchronous = "off"  # a power cut is not what is tried here

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        super().__init__(trial.settings)

    @contextmanager
    def writing(self) -> Iterator:
        self.trial.reached()
        self.trial.echo(self)
        with super().writing() as connection:
            yield connection
            self.trial.reached(may_switch=False)
        self.trial.reached()


@dataclass
class Sink:
    """The far end of a channel: counts what it took, whatever the sender gets to hear."""

    trial: Trial
    channel: str

    def send(self, digest: Digest, address: str) -> None:
        trial = self.trial
        trial.reached()
        dice = trial.dice.random()
        if dice < trial.refusals:
            raise trial.dice.choice(
                (Refused("busy"), Refused("never", is_final=True), Refused("dead", is_dead=True), NotSetUp("no"))
            )
        if dice < trial.refusals * 1.3:
            raise trial.dice.choice((Unsure("lost on the way"), TimeoutError()))
        trial.messages[digest.message_id] += 1
        trial.arrived.update((line.alert_id, self.channel, line.lead) for line in digest.lines)
        trial.reached()
        if dice > 1 - trial.refusals / 3:
            raise Unsure("the answer was lost")


class Turns:
    """Workers of which one moves at a time; at every step the dice say which."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.workers: list[greenlet] = []

    def run(self, work: Callable[[], None], number: int) -> None:
        """Let so many workers do the same work, until all have ended."""
        self.workers = [greenlet(lambda: _until_killed(work)) for _ in range(number)]
        chosen, loyalty = self.workers[0], self.dice.choice((0.0, 0.9))
        while living := [worker for worker in self.workers if not worker.dead]:
            # a loyal one lets the other stand still for long, as a machine that hangs
            if chosen.dead or self.dice.random() >= loyalty:
                chosen = self.dice.choice(living)
            chosen.switch()

    def give(self) -> None:
        """Stand still until the dice choose this worker again."""
        parent = getcurrent().parent
        if parent is not None:
            parent.switch()


def _until_killed(work: Callable[[], None]) -> None:
    with suppress(Killed):
        work()


def history(trial: Trial) -> None:
    """Some rounds of trouble, now and then somebody takes an alert up; then quiet runs until nothing is left to do."""
    trial.kills, trial.refusals = trial.dice.choice((0.0, 0.02, 0.06, 0.15)), trial.dice.choice((0.0, 0.1, 0.4))
    trial.jumps, trial.rollbacks = trial.dice.choice((0.0, 0.05, 0.3)), trial.dice.choice((0.0, 0.2))
    trial.echoes, trial.restores = trial.dice.choice((0.0, 0.1, 0.3)), trial.dice.choice((0.0, 0.0, 0.4))
    for _ in range(trial.dice.randint(1, 4)):
        trial.turns = Turns(trial.dice)
        trial.turns.run(trial.work, trial.dice.randint(1, 2))
        trial.now += timedelta(minutes=trial.dice.choice((0, 1, 20, 300)))
        trial.put_back_or_keep_a_copy()
        if trial.dice.random() < 0.2:
            taken = trial.dice.choice(trial.published.alerts)["alert_id"]
            state = OPEN if taken in _taken_up(trial) else "acknowledged"
            append_state(trial.settings, taken, state, "Ann", NOW)
    trial.turns = None
    trial.kills = trial.jumps = trial.refusals = trial.rollbacks = trial.echoes = trial.restores = 0.0
    for pause in (timedelta(days=2), LEASE, *BACKOFF, LEASE):
        trial.now += pause + LEASE
        trial.work()
        if not messages(trial.settings, ("queued", "claimed", "sending")):
            break


def _taken_up(trial: Trial) -> set[str]:
    standing = {each.alert_id: each.state for each in read_states(trial.settings)}
    return {alert_id for alert_id, state in standing.items() if state != OPEN}


def check(trial: Trial) -> Counter[str]:
    """Never twice; and of everything that did not surely arrive somebody is told."""
    assert max(trial.arrived.values(), default=0) <= 1, "an alert arrived twice through one channel"
    assert max(trial.messages.values(), default=0) <= 1, "a message arrived twice"
    ids = [alert["alert_id"] for alert in trial.published.alerts]
    found = deliveries(trial.settings, ids)
    for_a_person = {each.message_id for each in messages(trial.settings, FOR_A_PERSON)}
    ended: Counter[str] = Counter()
    for alert_id in ids:
        of_alert = found.get(alert_id, [])
        notices = {each.channel: each for each in of_alert if each.stage == "notice"}
        if alert_id not in _taken_up(trial):
            assert sorted(notices) == sorted(CHANNELS), "an alert was never queued"
        for each in of_alert:
            ended[each.state] += 1
            has_arrived = bool(each.message_id and trial.messages[each.message_id])
            _check_one(each, has_arrived, for_a_person)
            assert each.state != "not_needed" or alert_id in _taken_up(trial), f"{each} was needed"
    return ended


def _check_one(each: Delivery, has_arrived: bool, for_a_person: set[str]) -> None:
    assert each.state in ("sent", "unknown", "failed", "not_needed"), f"{each} hangs"
    if each.state == "sent":
        assert has_arrived, f"{each} is called sent and never arrived"
    if each.state in FOR_A_PERSON:
        assert each.message_id in for_a_person and each.reason, f"{each} is told to nobody"
    if has_arrived:
        assert each.state in ("sent", "unknown", "not_needed"), f"{each} arrived and is called {each.state}"


def _remembering(trial: Trial, telling: Callable[..., object]) -> Callable[..., object]:
    def told(store: Store, *of_what: object, **how: object) -> object:
        trial.told.append(lambda again: telling(again, *of_what, **how))
        return telling(store, *of_what, **how)

    return told


def run_trials(folder: Path, trials: range, patch: pytest.MonkeyPatch) -> Counter[str]:
    """So many histories, each checked; gives how many deliveries ended how."""
    patch.setattr(os, "fsync", lambda descriptor: None)  # a power cut is not what is tried here
    ended: Counter[str] = Counter()
    claim, tellings = claims.claim, {name: getattr(claims, name) for name in ("sent", "unknown", "refused", "wait")}
    for number in trials:
        trial = Trial(Settings(home=folder / str(number), as_of=AS_OF), Random(number))

        def remembered(store: Store, now: datetime, trial: Trial = trial) -> Claim | None:
            held = claim(store, now)
            trial.held += [(getcurrent(), held)] if held else []
            return held

        patch.setattr(claims, "claim", remembered)
        for name, telling in tellings.items():
            patch.setattr(claims, name, _remembering(trial, telling))
        history(trial)
        ended += check(trial)
    return ended
