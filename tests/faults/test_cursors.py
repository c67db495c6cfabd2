"""Faults 2, 3, 4 and 14: what becomes visible late, stamps in the future, and cursors that were tampered with."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.vendors.faults import skewed
from scoreboard.errors import ScoreboardError
from tests.faults.rig import Rig, Trial, rig
from tests.faults.vendors import INCREMENTAL

pytestmark = pytest.mark.parametrize("trial", INCREMENTAL, ids=str)

YEAR_2999 = datetime(2999, 12, 31, tzinfo=UTC)


def with_a_cursor(it: Rig) -> datetime:
    """Seven rows landed; the cursor they left."""
    it.put_many(7)
    it.pass_time(it.stream.horizon + timedelta(minutes=5))
    it.land()
    cursor = it.cursor()
    assert cursor is not None
    return cursor


def test_a_row_of_the_cursors_own_instant_appears_after_the_run(trial: Trial) -> None:
    with rig(trial) as it:
        cursor = with_a_cursor(it)
        it.put(50, stamp=cursor, visible_from=it.clock.now())
        it.pass_time(timedelta(minutes=1))
        it.land()
        it.assert_whole()


def test_a_row_commits_as_late_as_the_lookback_allows(trial: Trial) -> None:
    with rig(trial) as it:
        cursor = with_a_cursor(it)
        it.put(50, stamp=cursor - it.stream.lookback, visible_from=it.clock.now())
        it.put(51, stamp=cursor - it.stream.lookback / 2, visible_from=it.clock.now())
        it.pass_time(timedelta(minutes=1))
        it.land()
        it.assert_whole()


def test_a_row_later_than_the_lookback_is_found_by_the_reconcile_and_said(trial: Trial) -> None:
    with rig(trial) as it:
        cursor = with_a_cursor(it)
        it.put(50, stamp=cursor - it.stream.lookback - timedelta(days=40), visible_from=it.clock.now())
        it.pass_time(timedelta(minutes=1))

        found = it.reconcile()

        assert found["missing"] == 1
        assert trial.key(50) in str(found)
        it.owed |= it.visible()
        it.assert_whole()
        assert it.cursor() == cursor


@pytest.mark.parametrize("ahead", [timedelta(days=1), None], ids=["a day ahead", "in the year 2999"])
def test_a_stamp_in_the_future_does_not_pull_the_cursor_along(trial: Trial, ahead: timedelta | None) -> None:
    with rig(trial) as it:
        it.put_many(4)
        it.put(40, stamp=it.clock.now() + ahead if ahead else YEAR_2999, visible_from=it.clock.now())
        it.pass_time(timedelta(minutes=5))
        it.land()
        cursor = it.cursor()
        assert cursor is not None
        assert cursor <= it.clock.now() - it.stream.horizon

        it.put(41)
        it.pass_time(timedelta(minutes=5))
        it.land()
        it.assert_seen_at_last()


@pytest.mark.parametrize("minutes", [-1500, -7, 7, 1500])
def test_the_vendors_clock_is_wrong(trial: Trial, minutes: int) -> None:
    """The Date header lies; no stamp is beyond the rows' own, so neither is the cursor."""
    with rig(trial) as it:
        it.faults = skewed(it.clock, timedelta(minutes=minutes))
        for round_ in range(4):
            it.put(round_ * 2 + 1)
            it.put(round_ * 2 + 2, stamp=it.clock.now() - it.stream.lookback / 2, visible_from=it.clock.now())
            it.pass_time(timedelta(minutes=3))
            it.land()
            assert (it.cursor() or it.clock.now()) <= it.clock.now()
        it.faults = None
        it.pass_time(timedelta(minutes=3))
        it.land()
        it.assert_whole()


def rewrite(path: Path, **fields: Any) -> None:
    """Change a manifest behind landing's back."""
    manifest = json.loads(path.read_text())
    manifest.update(fields)
    path.write_text(json.dumps(manifest))


def newest_manifest(it: Rig) -> Path:
    """The manifest that holds the cursor."""
    return Path(it.batches()[-1].folder) / "_manifest.json"


REFUSED = {
    "no JSON": lambda path: path.write_text('{"format": 1, "cursor_out": {"form'),
    "empty": lambda path: path.write_text(""),
    "of a newer format": lambda path: rewrite(path, cursor_out={"format": 2, "token": "x"}),
    "an instant without zone": lambda path: rewrite(path, cursor_out={"format": 1, "at": "2026-01-05T12:00:00"}),
    "no instant": lambda path: rewrite(path, cursor_out={"format": 1, "at": "yesterday"}),
    "moved ahead": lambda path: rewrite(path, cursor_out={"format": 1, "at": "2999-01-01T00:00:00+00:00"}),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=list(REFUSED))
def test_a_cursor_that_cannot_be_trusted_is_refused_in_words(trial: Trial, change: Any) -> None:
    with rig(trial) as it:
        with_a_cursor(it)
        manifest = newest_manifest(it)
        kept = manifest.read_text()
        change(manifest)
        it.put(50)
        it.pass_time(timedelta(minutes=5))

        with pytest.raises(ScoreboardError) as refusal:
            it.land()
        assert str(manifest) in str(refusal.value)
        assert it.requests == [], "nothing is asked for before it is known from where on"

        manifest.write_text(kept)
        it.land()
        it.assert_whole()


def test_a_cursor_moved_back_reads_again_and_doubles_nothing(trial: Trial) -> None:
    with rig(trial) as it:
        cursor = with_a_cursor(it)
        back = {"format": 1, "at": (cursor - timedelta(days=2)).isoformat()}
        rewrite(newest_manifest(it), cursor_out=back)
        it.put(50)
        it.pass_time(timedelta(minutes=5))
        it.land()
        it.assert_whole()


def test_a_manifest_that_is_gone_takes_its_batch_along_and_the_rows_come_again(trial: Trial) -> None:
    with rig(trial) as it:
        with_a_cursor(it)
        newest_manifest(it).unlink()
        it.land()
        it.assert_whole()


def test_an_older_batch_that_is_gone_is_no_silent_hole(trial: Trial) -> None:
    with rig(trial) as it:
        with_a_cursor(it)
        it.put(50)
        it.pass_time(timedelta(minutes=5))
        it.land()
        first = Path(it.batches()[0].folder)
        (first / "_manifest.json").unlink()

        with pytest.raises(ScoreboardError, match="full_refresh"):
            it.land()
        it.land(full_refresh=True)
        it.assert_whole()


def test_windows_and_full_refreshes_leave_the_cursor_where_it_is(trial: Trial) -> None:
    with rig(trial) as it:
        cursor = with_a_cursor(it)
        it.put(50)
        it.pass_time(timedelta(minutes=5))
        it.land(window=(cursor - timedelta(days=3), cursor - timedelta(minutes=2)))
        assert it.cursor() == cursor
        it.land(full_refresh=True)
        assert (it.cursor() or cursor) >= cursor
        it.land()
        it.assert_whole()
