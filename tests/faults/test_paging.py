"""Faults 1 and 5: ties over page boundaries, rows that move while they are paged through, pages that repeat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from demo.vendors.faults import DuplicatePage, Script, at, between
from demo.vendors.paging import RepeatedNext
from scoreboard.sources.api.base import CursorStuck, SourceError
from tests.faults.rig import Rig, Trial, rig
from tests.faults.vendors import LINKED, PAGED, TRIALS

Change = Callable[[Rig], object]

CHANGES: dict[str, Change] = {
    "a served row changes": lambda rig: rig.put(1),
    "a row to come changes": lambda rig: rig.put(11),
    "several served rows change": lambda rig: [rig.put(number) for number in (1, 2, 3)],
    "a row is made": lambda rig: rig.put(99),
    "a served row is deleted": lambda rig: rig.delete(1),
    "a row to come is deleted": lambda rig: rig.delete(11),
    "a row vanishes": lambda rig: rig.delete(2, is_hard=True),
}


@pytest.mark.parametrize("trial", TRIALS, ids=str)
@pytest.mark.parametrize("before", [0, 1, 2])
def test_more_rows_than_a_page_share_one_instant(trial: Trial, before: int) -> None:
    with rig(trial) as it:
        it.put_many(before)
        tied = it.clock.now()
        for number in range(10, 10 + 2 * it.trial.page_size + 1):
            it.put(number, stamp=tied)
        it.pass_time(timedelta(minutes=5))
        it.put(50)
        it.pass_time(timedelta(minutes=5))

        if trial.ties == "stuck":
            with pytest.raises(CursorStuck, match=trial.stream):
                it.land()
            assert it.cursor() is None
            assert it.landed() == []
        else:
            it.land()
            it.assert_whole()


@pytest.mark.parametrize("trial", TRIALS, ids=str)
@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_rows_that_change_between_two_pages(trial: Trial, page: int, change: Change) -> None:
    """Rows lie further apart than the lookback reaches: it is the reading that must not lose them, not the next one's luck."""
    with rig(trial) as it:
        it.put_many(12, apart=it.stream.lookback + timedelta(hours=1))
        strike = between(lambda: change(it), at(page), only=trial.is_page)
        it.faults = strike
        it.land()
        assert strike.injected == (1 if page <= trial.requests_at_least else 0)

        it.faults = None
        it.pass_time(timedelta(minutes=5))
        it.land()
        it.reconcile()  # for what a vendor does not say by itself: that a row is gone
        it.assert_seen_at_last()


@pytest.mark.parametrize("trial", TRIALS, ids=str)
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_listing_that_shifts_buries_nobody(trial: Trial, page: int) -> None:
    """A row goes while all of them are listed again: the others move up a place, and one of them may be skipped."""
    with rig(trial) as it:
        it.put_many(12)
        it.pass_time(timedelta(minutes=5))
        it.land()
        it.faults = strike = between(lambda: it.delete(1), at(page), only=trial.is_page)
        it.land(full_refresh=True)
        assert strike.injected == (1 if page <= trial.requests_at_least else 0)
        assert it.truth().keys() <= it.current().keys()
        it.faults = None
        it.reconcile()
        it.pass_time(timedelta(minutes=5))
        it.land()
        it.assert_whole()


@pytest.mark.parametrize("trial", PAGED, ids=str)
@pytest.mark.parametrize("page", [2, 3])
def test_a_page_that_comes_twice(trial: Trial, page: int) -> None:
    with rig(trial) as it:
        it.put_many(12, apart=it.stream.lookback)
        strike = DuplicatePage(at(page), only=trial.is_page)
        it.faults = strike
        it.endure()
        assert strike.injected == 1
        assert it.pages_asked() <= 12

        it.faults = None
        it.land()
        it.assert_whole()


@pytest.mark.parametrize("trial", LINKED, ids=str)
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_next_page_that_points_to_itself_is_noticed_at_once(trial: Trial, page: int) -> None:
    with rig(trial) as it:
        it.put_many(3)
        it.pass_time(timedelta(minutes=5))
        it.land()
        cursor = it.cursor()
        it.pass_time(timedelta(minutes=15))
        it.put_many(12, first=20)
        it.pass_time(timedelta(minutes=5))

        strike = RepeatedNext(trial.next_page, lambda number, request: number >= page, only=trial.is_page)
        it.faults = Script(strike)
        error = it.endure()
        assert strike.injected >= 1
        assert isinstance(error, SourceError), "a page that never ends must be said, not believed"
        assert trial.stream in str(error)
        assert it.cursor() == cursor
        assert it.pages_asked() <= page + 4

        it.faults = None
        it.land()
        it.assert_whole()
