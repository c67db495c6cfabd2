"""The faults of the matrix, one scene each: something goes wrong at the vendor or on the way, and the landing goes on.

A scene is played on a rig of its own and says how often it struck; what it lost or doubled is found out by the matrix.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.vendors.faults import (
    DuplicatePage,
    Script,
    TokenExpiry,
    always,
    at,
    between,
    empty_object,
    first,
    now_and_then,
    server_error,
    skewed,
    too_many,
)
from demo.vendors.paging import RepeatedNext, short_page
from scoreboard.errors import ScoreboardError
from tests.faults.rig import Rig, Trial
from tests.faults.strikes import BROKEN, begin, struck

Scene = Callable[[Rig], int]


def ties(it: Rig) -> int:
    """More rows than a page takes share one instant; where an API has no way past that, fewer, but over two pages."""
    begin(it)
    it.put(20)
    it.pass_time(timedelta(minutes=1))
    count = 2 * it.trial.page_size + 1 if it.trial.ties == "land" else it.trial.page_size - 1
    for number in range(21, 21 + count):
        it.put(number)
    return count


def at_the_cursor(it: Rig) -> int:
    """A row of the cursor's own instant appears after the run."""
    begin(it)
    it.put(20, stamp=it.cursor(), visible_from=it.clock.now())
    return 1


def late(it: Rig) -> int:
    """Rows commit with stamps in the past, as far back as the lookback reaches."""
    begin(it)
    cursor = it.cursor() or it.clock.now()
    for number in range(4):
        it.put(20 + number, stamp=cursor - it.stream.lookback * number / 3, visible_from=it.clock.now())
    return 4


def too_late(it: Rig) -> int:
    """A row commits with a stamp that no run looks back to: the vendor's own token finds it, or the reconcile does."""
    begin(it)
    cursor = it.cursor() or it.clock.now()
    it.put(20, stamp=cursor - it.stream.lookback - timedelta(days=40), visible_from=it.clock.now())
    it.pass_time(timedelta(minutes=1))
    it.reconcile()
    return 1


def future(ahead: timedelta | None) -> Scene:
    """A row is stamped ahead of the clock, or in the year 2999; ordinary rows follow."""

    def scene(it: Rig) -> int:
        begin(it)
        stamp = it.clock.now() + ahead if ahead else datetime(2999, 12, 31, tzinfo=UTC)
        it.put(20, stamp=stamp, visible_from=it.clock.now())
        it.land()
        it.pass_time(timedelta(minutes=5))
        it.put(21)
        return 1

    return scene


def skew(by: timedelta) -> Scene:
    """The vendor's Date header is wrong all the while."""

    def scene(it: Rig) -> int:
        it.faults = strike = skewed(it.clock, by)
        begin(it)
        it.put(20, stamp=it.clock.now() - it.stream.lookback / 2, visible_from=it.clock.now())
        it.put(21)
        it.pass_time(timedelta(minutes=3))
        it.land()
        it.faults = None
        return strike.injected

    return scene


def changing(change: Callable[[Rig], object]) -> Scene:
    """Something changes before the second page is served, rows lying further apart than the lookback reaches."""

    def scene(it: Rig) -> int:
        it.put_many(12, apart=it.stream.lookback + timedelta(hours=1))
        page = min(2, it.trial.requests_at_least)
        it.faults = strike = between(lambda: change(it), at(page), only=it.trial.is_page)
        it.land()
        it.faults = None
        return strike.injected

    return scene


def a_bad_day(it: Rig) -> int:
    """Six runs during which any request may meet any fault."""
    begin(it)
    it.put_many(10, first=20)
    makers = list(BROKEN.values())
    strikes = [make(it, now_and_then(place, 0.03)) for place, make in enumerate(makers)]
    it.faults = Script(*strikes)
    for number in range(6):
        it.endure(names_stream=False)
        it.pass_time(timedelta(minutes=1))
        it.put(40 + number)
    it.faults = None
    return sum(strike.injected for strike in strikes)


def nothing_new(it: Rig) -> int:
    """Runs at which there is nothing: before the first row, and between two."""
    it.land()
    begin(it)
    for _ in range(3):
        it.pass_time(timedelta(minutes=10))
        it.land()
    it.put(20)
    return 4


def deleted(it: Rig) -> int:
    """Rows are deleted, some come back."""
    begin(it)
    it.delete(1)
    it.delete(2)
    it.pass_time(timedelta(minutes=5))
    it.land()
    it.put(1)
    return 2


def vanished(it: Rig) -> int:
    """Rows are purged without a trace, one comes back."""
    begin(it)
    it.delete(1, is_hard=True)
    it.delete(2, is_hard=True)
    it.pass_time(timedelta(minutes=5))
    it.land()
    it.reconcile()
    it.put(2)
    return 2


def tampered(it: Rig) -> int:
    """The stored cursor is spoiled (refused), set back (read again), and its batch lost (read again)."""
    begin(it)
    manifest = Path(it.batches()[-1].folder) / "_manifest.json"
    kept = manifest.read_text()
    manifest.write_text(kept[: len(kept) // 2])
    it.put(20)
    it.pass_time(timedelta(minutes=5))
    try:
        it.land()
    except ScoreboardError:
        pass
    else:
        return 0
    back = json.loads(kept)
    if back["cursor_out"]:
        back["cursor_out"]["at"] = "2026-01-01T00:00:00+00:00"
    manifest.write_text(json.dumps(back))
    it.land()
    (Path(it.batches()[-1].folder) / "_manifest.json").unlink()
    it.land()
    return 3


CURSOR_SCENES: dict[str, Scene] = {
    "row at the cursor": at_the_cursor,
    "late commit": late,
    "later than lookback": too_late,
    "stamp a day ahead": future(timedelta(days=1)),
    "stamp in 2999": future(None),
}
"""What only a stream that is read from a cursor on can meet."""

SCENES: dict[str, Scene] = {
    "ties over pages": ties,
    "clock 7 min ahead": skew(timedelta(minutes=7)),
    "clock a day behind": skew(timedelta(days=-1)),
    "row moves on": changing(lambda it: it.put(1)),
    "rows move on": changing(lambda it: [it.put(number) for number in (1, 2, 3)]),
    "row made meanwhile": changing(lambda it: it.put(99)),
    "row deleted meanwhile": changing(lambda it: it.delete(1)),
    "row purged meanwhile": changing(lambda it: it.delete(2, is_hard=True)),
    **{name: struck(make) for name, make in BROKEN.items()},
    "429, a day": struck(lambda it, where: too_many(where, retry_after="86400", only=it.trial.is_page)),
    "outage (502 stays)": struck(lambda it, where: server_error(502, where, only=it.trial.is_page), stays=True),
    "empty object with 200": struck(lambda it, where: empty_object(where, only=it.trial.is_page), stays=True),
    "three 503 in a row": struck(lambda it, where: server_error(503, first(3), only=it.trial.is_page)),
    "credentials expire": struck(lambda it, where: TokenExpiry(it.trial.unauthorized, where, only=it.trial.is_page)),
    "credentials wrong": struck(
        lambda it, where: TokenExpiry(it.trial.unauthorized, always, only=lambda request: True), stays=True
    ),
    "everything at once": a_bad_day,
    "nothing new": nothing_new,
    "deleted and back": deleted,
    "purged": vanished,
    "stored state spoiled": tampered,
}
"""What is tried on every vendor, in the order of the fault list."""

PAGED_SCENES: dict[str, Scene] = {
    "page comes twice": struck(lambda it, where: DuplicatePage(where, only=it.trial.is_page)),
}
"""What only answers that come in pages can meet."""

LINKED_SCENES: dict[str, Scene] = {
    "next is itself": struck(
        lambda it, where: RepeatedNext(it.trial.next_page, where, only=it.trial.is_page), stays=True
    ),
}
"""What only answers can meet that name the next page."""

COUNTED_SCENES: dict[str, Scene] = {
    "fewer rows than counted": struck(lambda it, where: short_page(it.trial.counted, where, only=it.trial.is_page)),
    "fewer rows, and it stays": struck(
        lambda it, where: short_page(it.trial.counted, where, only=it.trial.is_page), stays=True
    ),
}
"""What only answers can meet that say how many rows they hold."""


def scenes_for(trial: Trial) -> dict[str, Scene]:
    """The faults that one row of the table can meet."""
    return (
        ({} if trial.is_full else CURSOR_SCENES)
        | SCENES
        | (PAGED_SCENES if trial.is_paged else {})
        | (LINKED_SCENES if trial.next_page else {})
        | (COUNTED_SCENES if trial.counted else {})
    )
