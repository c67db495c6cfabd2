"""1,000 histories of runs that overlap, are killed at any step, are called back twice and whose clock is moved: counted at the sink,
nothing ever arrives twice, and what did not arrive is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from greenlet import getcurrent, greenlet

from scoreboard.alerts import claims
from scoreboard.alerts.channels.base import NotSetUp, Refused, Unsure
from scoreboard.alerts.claims import BACKOFF, LEASE, Claim, ClaimLost
from scoreboard.alerts.config import AlertConfig, ChannelConfig
from scoreboard.alerts.deliver import Courier
from scoreboard.alerts.digest import Digest
from scoreboard.alerts.outbox import Delivery, Store, deliveries
from scoreboard.alerts.queueing import queue_due, queue_new
from scoreboard.alerts.report import FOR_A_PERSON, messages
from scoreboard.alerts.states import append_state
from scoreboard.settings import Settings
from tests.alerts.company import ALWAYS, AS_OF, NOW, Rows, alert_row, step_row

TRIALS = 1000
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
    arrived: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    held: list[tuple[greenlet, Claim]] = field(default_factory=list)
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

    def work(self) -> None:
        """One run of action_alerts."""
        with closing(CutStore(self)) as store:
            queue_new(self.settings, store, self.published, CONFIG, self.now)
            queue_due(self.settings, store, self.published, CONFIG, ALWAYS, self.now)
            courier = Courier(
                self.settings,
                store,
                self.published,
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
    trial.jumps = trial.dice.choice((0.0, 0.05, 0.3))
    for _ in range(trial.dice.randint(1, 3)):
        trial.turns = Turns(trial.dice)
        trial.turns.run(trial.work, trial.dice.randint(1, 2))
        trial.now += timedelta(minutes=trial.dice.choice((0, 1, 20, 300)))
        if trial.dice.random() < 0.2:
            taken = trial.dice.choice(trial.published.alerts)["alert_id"]
            if not any(taken == each for each in _taken_up(trial)):
                append_state(trial.settings, taken, "acknowledged", "Ann", NOW)
    trial.turns, trial.kills, trial.jumps, trial.refusals = None, 0.0, 0.0, 0.0
    for pause in (timedelta(days=2), LEASE, *BACKOFF, LEASE):
        trial.now += pause + LEASE
        trial.work()
        if not messages(trial.settings, ("queued", "claimed", "sending")):
            break


def _taken_up(trial: Trial) -> list[str]:
    from scoreboard.alerts.states import read_states

    return [each.alert_id for each in read_states(trial.settings)]


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


def run_trials(folder: Path, trials: range, patch: pytest.MonkeyPatch) -> Counter[str]:
    ended: Counter[str] = Counter()
    claim = claims.claim
    for number in trials:
        trial = Trial(Settings(home=folder / str(number), as_of=AS_OF), Random(number))

        def remembered(store: Store, now: datetime, trial: Trial = trial) -> Claim | None:
            held = claim(store, now)
            trial.held += [(getcurrent(), held)] if held else []
            return held

        patch.setattr(claims, "claim", remembered)
        history(trial)
        ended += check(trial)
    return ended


def test_a_thousand_histories_tell_nothing_twice_and_lose_nothing_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = run_trials(tmp_path, range(TRIALS), monkeypatch)
    # every way to end was seen, so the histories were no walk in the park
    assert min(ended[state] for state in ("sent", "unknown", "failed", "not_needed")) > 50, ended
