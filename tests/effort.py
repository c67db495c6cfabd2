"""How many random examples a run of the tests plays: few enough for every run, many more with SCOREBOARD_TEST_EFFORT=10 make test."""

from __future__ import annotations

import os

EFFORT = int(os.environ.get("SCOREBOARD_TEST_EFFORT", "1"))


def times(usual: int) -> int:
    return usual * EFFORT
