"""Random histories of a vendor and its landing: a list of small numbers is played as changes, faults and runs.

Numbers instead of objects, so that Hypothesis can shrink a history to the few steps that matter, and a seed alone can make
one for the mutation checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from demo.vendors.core import Version
from demo.vendors.faults import (
    TokenExpiry,
    at,
    between,
    cut_gzip,
    html_page,
    reset,
    server_error,
    slow,
    too_many,
    truncated,
)
from tests.faults.rig import Rig

Step = tuple[int, int, int]
"""What happens, and two numbers 0 to 7 that say to which record, when, or how."""

KEYS = 6


class Player:
    """Plays one history on a rig."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.last: dict[int, Version] = {}
        self.fresh = 100  # keys of records that are made once and not touched again

    def play(self, steps: Iterable[Step]) -> None:
        """Every step in turn."""
        for what, one, other in steps:
            DEEDS[what % len(DEEDS)](self, one, other)

    def finish(self) -> None:
        """Time passes until nothing is pending; one clean run has everything, and a reconcile only what no API says."""
        it = self.rig
        it.faults = None
        it.pass_time(it.trial.hidden + it.stream.horizon + it.stream.lookback / 2 + timedelta(minutes=2))
        it.land()
        verdict = it.verdict()
        assert verdict.is_clean, verdict
        found = it.reconcile()
        assert (found["missing"], found["outdated"]) == (0, 0), found
        it.assert_whole()

    # ---- what happens to records ------------------------------------------------------------------------------------

    def change(self, one: int, other: int) -> None:
        """A record is made, or gets a new version; one that was deleted is back."""
        if self._may_touch(one % KEYS):
            self.last[one % KEYS] = self.rig.put(one % KEYS)

    def delete(self, one: int, other: int) -> None:
        """A record is deleted; every fourth time without a trace."""
        number = one % KEYS
        if self._may_touch(number) and number in self.last and self.last[number].body is not None:
            self.last[number] = self.rig.delete(number, is_hard=other % 4 == 0)

    def commit_late(self, one: int, other: int) -> None:
        """A record appears with a stamp in the past, at most as far as the lookback reaches."""
        it = self.rig
        reach = it.stream.lookback
        newest = it.cursor() or it.clock.now() - it.stream.horizon
        stamp = newest - reach if other == 7 else it.clock.now() - reach * other / 7
        it.put(self._new(), stamp=it.trial.rounded(stamp), visible_from=self._shown_by_now())

    def commit_soon(self, one: int, other: int) -> None:
        """A record is stamped now and becomes visible later, within half the lookback."""
        it = self.rig
        now = it.clock.now()
        it.put(self._new(), stamp=now, visible_from=now + it.stream.lookback / 2 * other / 7)

    def tie(self, one: int, other: int) -> None:
        """More records than a page takes share one instant, that of the cursor where `other` is odd."""
        it = self.rig
        stamp = it.cursor() if other % 2 else None
        many = it.trial.page_size + (one % 3) if it.trial.ties == "land" else 2
        for _ in range(many):
            it.put(self._new(), stamp=stamp or it.clock.now(), visible_from=self._shown_by_now() if stamp else None)

    def from_the_future(self, one: int, other: int) -> None:
        """Somebody's clock is wrong: a record is stamped hours or days ahead."""
        it = self.rig
        it.put(self._new(), stamp=it.clock.now() + timedelta(hours=1 + 9 * other), visible_from=it.clock.now())

    def pass_time(self, one: int, other: int) -> None:
        """Time passes: a second, a minute, hours."""
        minutes = (1 / 60, 0.5, 1, 2, 6, 45, 300, 900)[other]
        self.rig.pass_time(timedelta(minutes=minutes))

    # ---- runs -------------------------------------------------------------------------------------------------------

    def run(self, one: int, other: int) -> None:
        """A run without trouble."""
        self.rig.land()

    def run_with_a_fault(self, one: int, other: int) -> None:
        """A run in which one request goes wrong, once or until the run gives up."""
        it = self.rig
        only = it.trial.is_page
        where = at(1 + one % 3) if other % 2 else lambda number, request: number >= 1 + one % 3
        it.faults = (
            too_many(where, retry_after=None, only=only),
            server_error(502, where, only=only),
            reset(where, only=only),
            slow(where, only=only),
            truncated(where, only=only),
            html_page(where, only=only),
            cut_gzip(where, only=only),
            TokenExpiry(it.trial.unauthorized, at(1 + one % 3), only=only),
        )[other]
        if it.endure() is None:
            lost = it.verdict().lost
            assert not lost, f"a run that called itself a success lacks {lost}"
        it.faults = None

    def run_amid_changes(self, one: int, other: int) -> None:
        """A run between whose pages a record changes, appears or goes."""
        deed = (self.change, self.change, self.delete, self.commit_soon)[other % 4]
        self.rig.faults = between(lambda: deed(one, other), at(1 + one % 4), only=self.rig.trial.is_page)
        self.rig.land()
        self.rig.faults = None

    def refresh(self, one: int, other: int) -> None:
        """A full refresh, or a backfill of a stretch of the past."""
        now = self.rig.clock.now()
        if other % 2 or self.rig.trial.is_full:
            self.rig.land(full_refresh=True)
        else:
            self.rig.land(window=(now - timedelta(hours=30), now - timedelta(hours=one)))

    def reconcile(self, one: int, other: int) -> None:
        """The weekly comparison comes in between."""
        self.rig.reconcile()

    def _new(self) -> int:
        self.fresh += 1
        return self.fresh

    def _shown_by_now(self) -> datetime:
        """Since when a record is there that the next run must see: a vendor that lags has held it back until now."""
        return self.rig.clock.now() - self.rig.trial.hidden

    def _may_touch(self, number: int) -> bool:
        """A record's stamps only rise."""
        return number not in self.last or self.last[number].stamp <= self.rig.clock.now()


Deed = Callable[[Player, int, int], None]
DEEDS: tuple[Deed, ...] = (
    Player.change,
    Player.change,
    Player.change,
    Player.delete,
    Player.commit_late,
    Player.commit_soon,
    Player.tie,
    Player.from_the_future,
    Player.pass_time,
    Player.pass_time,
    Player.run,
    Player.run,
    Player.run_with_a_fault,
    Player.run_amid_changes,
    Player.refresh,
    Player.reconcile,
)


def named(deed: str, one: int = 0, other: int = 0) -> Step:
    """A step by the name of its deed, for histories written by hand."""
    return [each.__name__ for each in DEEDS].index(deed), one, other
