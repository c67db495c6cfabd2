"""Fault 11: deleted, brought back, merged, scrubbed, purged without a trace; and a listing that cannot be believed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scoreboard.landing.vanished import TooManyVanished
from tests.faults.rig import DELETED, Rig, Trial, rig
from tests.faults.vendors import SALESFORCE, TICKETS, TRIALS

everyone = pytest.mark.parametrize("trial", TRIALS, ids=str)


def settle(it: Rig) -> None:
    """Time enough for every vendor to show what happened, then a run and a reconcile."""
    it.pass_time(it.trial.hidden + timedelta(minutes=5))
    it.land()
    it.reconcile()


@everyone
@pytest.mark.parametrize("is_hard", [False, True], ids=["softly", "without a trace"])
def test_a_deleted_record_is_gone_and_its_history_kept(trial: Trial, is_hard: bool) -> None:
    with rig(trial) as it:
        it.put_many(5)
        settle(it)
        it.delete(2, is_hard=is_hard)
        settle(it)
        it.assert_whole()
        assert trial.key(2) not in it.current()
        [version] = [row for row in it.landed() if row.key == trial.key(2) and row.mark != DELETED]
        assert version.mark == "mark 2"


@everyone
def test_a_deleted_record_comes_back(trial: Trial) -> None:
    with rig(trial) as it:
        it.put_many(5)
        settle(it)
        it.delete(2)
        settle(it)
        assert trial.key(2) not in it.current()
        it.put(2)
        settle(it)
        assert trial.key(2) in it.current()
        it.assert_whole()


@pytest.mark.parametrize(
    "trial", [trial for trial in TRIALS if trial.vendor != "salesforce"], ids=str
)  # it has a log of purges
def test_a_record_taken_for_vanished_comes_back_as_it_was(trial: Trial) -> None:
    """A permission was lost and given back: the same version as before, after its tombstone."""
    with rig(trial) as it:
        it.put_many(5)
        before = it.put(6, stamp=it.clock.now() - timedelta(minutes=1))
        settle(it)
        it.delete(6, is_hard=True)
        settle(it)
        assert trial.key(6) not in it.current()

        it.world.put(trial.stream, before.key, before.body or {}, stamp=before.stamp, visible_from=it.clock.now())
        settle(it)
        assert it.current()[before.key] == it.mark(before)


@everyone
def test_a_deletion_nobody_heard_of_for_a_season_is_found_by_the_reconcile(trial: Trial) -> None:
    """Vendors forget deletions after 15, 30 or 90 days."""
    with rig(trial) as it:
        it.put_many(5)
        settle(it)
        it.delete(2)
        it.delete(3, is_hard=True)
        it.pass_time(timedelta(days=120))
        it.put(4)
        settle(it)
        assert it.current() == it.truth()


@everyone
def test_so_many_gone_at_once_is_not_believed(trial: Trial) -> None:
    with rig(trial) as it:
        it.put_many(30)
        settle(it)
        landed = it.landed()
        for number in range(1, 26):
            it.world.delete(trial.stream, trial.key(number), is_hard=True, stamp=it.clock.now() - timedelta(days=40))
        it.pass_time(trial.hidden + timedelta(minutes=1))

        with pytest.raises(TooManyVanished, match=trial.stream):
            it.reconcile()
        assert it.landed() == landed
        it.reconcile(accept_vanished=True)
        assert it.current() == it.truth()


def test_salesforce_merges_a_record_into_another() -> None:
    with rig(SALESFORCE) as it:
        it.put_many(4)
        settle(it)
        it.vendor.merge("Account", SALESFORCE.key(1), SALESFORCE.key(2))  # type: ignore[attr-defined]
        settle(it)
        assert SALESFORCE.key(1) not in it.current()
        assert SALESFORCE.key(2) in it.current()


def test_salesforce_empties_the_recycle_bin_before_the_run() -> None:
    with rig(SALESFORCE) as it:
        it.put_many(4)
        settle(it)
        it.delete(1)
        it.vendor.empty_bin("Account", SALESFORCE.key(1))  # type: ignore[attr-defined]
        it.pass_time(timedelta(minutes=5))
        it.land()
        assert it.current() == it.truth()


def test_a_scrubbed_ticket_does_not_rise_from_the_dead() -> None:
    with rig(TICKETS) as it:
        it.put_many(4)
        settle(it)
        it.delete(1)
        settle(it)
        it.pass_time(timedelta(days=31))
        it.land()
        assert TICKETS.key(1) not in it.current()
        assert "SCRUBBED" not in it.current().values()
