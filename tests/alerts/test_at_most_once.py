"""1,000 histories of trouble: counted at the sink, nothing ever arrives twice, and what did not arrive is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alerts.histories import run_trials

TRIALS = 1000


def test_a_thousand_histories_tell_nothing_twice_and_lose_nothing_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = run_trials(tmp_path, range(TRIALS), monkeypatch)
    # every way to end was seen, so the histories were no walk in the park
    assert min(ended[state] for state in ("sent", "unknown", "failed", "not_needed")) > 50, ended
