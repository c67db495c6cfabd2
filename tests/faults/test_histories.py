"""At least 200 random histories in all, 2,000 with SCOREBOARD_TEST_EFFORT=10: whatever happened at the vendor and on the way, everything has landed, once.

Inserts, updates, deletions and undeletions, late commits, ties over page boundaries, stamps from the future, faults, changes between
pages, refreshes, windows and reconciles in any order; then one clean run, and what is landed is what the vendor holds.
"""

from __future__ import annotations

from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.effort import times
from tests.faults.histories import DEEDS, Player, Step
from tests.faults.rig import Trial, rig
from tests.faults.vendors import HISTORIES, TRIALS

HISTORY = st.lists(
    st.tuples(st.integers(0, len(DEEDS) - 1), st.integers(0, 7), st.integers(0, 7)), min_size=3, max_size=14
)


def test_as_many_histories_as_promised() -> None:
    assert sum(HISTORIES[str(trial)] for trial in TRIALS if trial.vendor != "toy") >= times(200)


@pytest.mark.parametrize("trial", TRIALS, ids=str)
def test_any_history_lands_whole_and_once(trial: Trial) -> None:
    chosen = crc32(str(trial).encode())  # another one for each vendor, the same at each run
    played = 0

    @seed(chosen)
    @settings(
        max_examples=HISTORIES[str(trial)],
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(HISTORY)
    def lands(history: list[Step]) -> None:
        nonlocal played
        played += 1
        with rig(trial, page_size=trial.page_size_of_histories) as it:
            player = Player(it)
            player.play(history)
            player.finish()

    try:
        lands()
    except BaseException:
        print(f"{trial}: seed {chosen}, {HISTORIES[str(trial)]} histories")
        raise
    assert played >= HISTORIES[str(trial)]
