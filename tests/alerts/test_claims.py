"""One message's way, step by step: who holds it, who lost it, what is tried again and what never is."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from scoreboard.alerts import claims
from scoreboard.alerts.by_hand import NoSuchMessage, call_settled, send_again
from scoreboard.alerts.claims import BACKOFF, LEASE, Claim, ClaimLost
from scoreboard.alerts.outbox import OutboxBroken, Store, deliveries, outbox_path
from scoreboard.alerts.queueing import queue_new
from scoreboard.alerts.report import messages
from scoreboard.settings import Settings
from tests.alerts.company import AS_OF, NOW, Rows, alert_row
from tests.alerts.test_queueing import CONFIG

MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, as_of=AS_OF)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(Store(settings)) as store:
        yield store


def queued(settings: Settings, store: Store, *severities: str) -> None:
    """Alerts of one owner, in messages for e-mail alone."""
    rows = Rows([alert_row(f"R-{number}", severity=severity) for number, severity in enumerate(severities)])
    queue_new(settings, store, rows, CONFIG, NOW)
    store.connection.execute("delete from deliveries where channel <> 'email'")


def claimed(store: Store, now=NOW) -> Claim:
    held = claims.claim(store, now)
    assert held
    return held


def state(settings: Settings) -> tuple[str, int]:
    [message] = messages(settings, ("queued", "claimed", "sending", "sent", "unknown", "failed", "not_needed"))
    return message.state, message.attempts


def test_a_digest_holds_all_of_an_owner_and_waits_as_a_whole_but_for_what_is_urgent(
    settings: Settings, store: Store
) -> None:
    queued(settings, store, "critical", "low", "medium")
    assert claims.form_messages(store, NOW, lambda severity, rule: severity == "critical") == 1
    assert len(claimed(store).items) == 1
    assert claims.form_messages(store, NOW, lambda severity, rule: True) == 1
    assert len(claimed(store).items) == 2
    assert claims.claim(store, NOW) is None


@pytest.fixture
def one(settings: Settings, store: Store) -> Store:
    queued(settings, store, "medium")
    claims.form_messages(store, NOW, lambda severity, rule: True)
    return store


def test_whoever_lost_a_claim_can_do_nothing_with_it(settings: Settings, one: Store) -> None:
    first = claimed(one)
    claims.recover(one, NOW + LEASE)
    second = claimed(one, NOW + LEASE)
    assert (first.message_id, first.fence + 1) == (second.message_id, second.fence)
    for late in (claims.begin, claims.not_needed, claims.sent):
        with pytest.raises(ClaimLost):
            late(one, first, NOW + LEASE)
    claims.begin(one, second, NOW + LEASE)
    for tell in (claims.refused, claims.unknown):
        with pytest.raises(ClaimLost):
            tell(one, first, NOW + LEASE, "late")
    assert state(settings)[0] == "sending"
    with pytest.raises(ClaimLost):
        claims.begin(one, second, NOW + LEASE)  # called twice


def test_what_was_begun_and_not_ended_is_unknown_and_never_claimed_again(settings: Settings, one: Store) -> None:
    claims.begin(one, claimed(one), NOW)
    claims.recover(one, NOW + LEASE - MINUTE)
    assert state(settings)[0] == "sending"
    claims.recover(one, NOW + LEASE)
    assert state(settings)[0] == "unknown"
    assert claims.claim(one, NOW + timedelta(days=99)) is None
    [found] = deliveries(settings, [alert_row("R-0")["alert_id"]]).values()
    assert (found[0].state, found[0].reason) == ("unknown", claims.NOBODY_TOLD)


def test_a_clock_that_was_put_back_does_not_make_it_hang(settings: Settings, one: Store) -> None:
    held = claimed(one)
    claims.begin(one, held, NOW)
    claims.recover(one, NOW - timedelta(days=400))
    assert state(settings)[0] == "unknown"
    claims.sent(one, held, NOW)  # it was only slow: the truth is learned late
    claims.sent(one, held, NOW)
    assert state(settings)[0] == "sent"


def test_it_is_tried_a_few_times_with_growing_pauses_then_it_failed(settings: Settings, one: Store) -> None:
    now = NOW
    for tries, pause in enumerate(BACKOFF, start=1):
        held = claimed(one, now)
        claims.begin(one, held, now)
        assert claims.refused(one, held, now, "busy") is False
        assert state(settings) == ("queued", tries)
        assert claims.claim(one, now + pause - MINUTE) is None
        now += pause
    claims.begin(one, held := claimed(one, now), now)
    assert claims.refused(one, held, now, "busy") is True
    assert state(settings) == ("failed", len(BACKOFF) + 1)
    assert claims.claim(one, now + timedelta(days=99)) is None
    assert list(BACKOFF) == sorted(BACKOFF)


def test_a_person_may_send_it_again_or_call_it_settled_and_nobody_else(settings: Settings, one: Store) -> None:
    held = claimed(one)
    with pytest.raises(NoSuchMessage, match="nothing was changed"):
        send_again(one, held.message_id, "ann")
    claims.begin(one, held, NOW)
    claims.unknown(one, held, NOW, "lost")
    with pytest.raises(NoSuchMessage):
        send_again(one, "", "ann")
    assert send_again(one, held.message_id[:8], "ann") == held.message_id
    with pytest.raises(ClaimLost):
        claims.sent(one, held, NOW)
    again = claimed(one, NOW + timedelta(days=9999))
    claims.begin(one, again, NOW)
    claims.unknown(one, again, NOW, "lost")
    call_settled(one, held.message_id, "ann")
    assert state(settings) == ("sent", 0)


def test_an_outbox_of_another_version_is_left_alone(settings: Settings, store: Store) -> None:
    store.connection.execute("pragma user_version = 99")
    for attempt in (lambda: Store(settings), lambda: deliveries(settings, ["x"])):
        with pytest.raises(OutboxBroken, match="version 99"):
            attempt()


def test_without_an_outbox_there_are_no_deliveries(settings: Settings) -> None:
    assert deliveries(settings, ["x"]) == {}
    assert not outbox_path(settings).exists()


@pytest.mark.parametrize(
    ("cut", "arrives", "ends"), [("claimed", 1, "sent"), ("begun", 0, "unknown"), ("taken", 1, "unknown")]
)
def test_a_real_kill_between_any_two_steps_sends_nothing_twice(
    settings: Settings, store: Store, tmp_path: Path, cut: str, arrives: int, ends: str
) -> None:
    """By SIGKILL, in a process of its own; the next run finds what it left."""
    queued(settings, store, "medium")
    store.close()
    sink = tmp_path / "arrived"

    def run(now, die_at: str = "") -> None:
        with closing(Store(settings)) as mine:
            claims.recover(mine, now)
            claims.form_messages(mine, now, lambda severity, rule: True)
            while held := claims.claim(mine, now):
                _die(die_at == "claimed")
                claims.begin(mine, held, now)
                _die(die_at == "begun")
                with sink.open("a") as arrived:
                    arrived.write(f"{held.message_id}\n")
                _die(die_at == "taken")
                claims.sent(mine, held, now)

    child = os.fork()
    if child == 0:
        run(NOW, cut)
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    for days in (1, 2):
        run(NOW + timedelta(days=days))
    assert state(settings)[0] == ends
    assert (len(sink.read_text().splitlines()) if sink.exists() else 0) == arrives


def _die(is_time: bool) -> None:
    if is_time:
        os.kill(os.getpid(), signal.SIGKILL)
