"""100 histories of trouble, 1,000 with SCOREBOARD_TEST_EFFORT=10: counted at the sink, nothing ever arrives twice, and what did not arrive is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alerts.histories import run_trials
from tests.effort import times

TRIALS = times(100)


def test_no_history_tells_anything_twice_or_loses_anything_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = run_trials(tmp_path, range(TRIALS), monkeypatch)
    # every way to end was seen, so the histories were no walk in the park
    assert min(ended[state] for state in ("sent", "unknown", "failed", "not_needed")) > TRIALS // 20, ended
