"""The suite bites: with the reading or the landing broken on purpose, a short run of histories turns red for every vendor."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from scoreboard.errors import ScoreboardError
from tests.effort import times
from tests.faults import mutants
from tests.faults.histories import DEEDS, Player, Step, named
from tests.faults.rig import Trial, rig
from tests.faults.vendors import TRIALS

RECORDS = [named("change", number, 0) for number in range(5)]
TO_THE_POINT: dict[str, list[Step]] = {
    "a record commits as late as the lookback allows": [
        *RECORDS, named("pass_time", 0, 5), named("run"), named("commit_late", 0, 7), named("run"),
    ],
    "a record commits within the lookback": [
        *RECORDS, named("pass_time", 0, 5), named("run"), named("commit_late", 0, 3), named("run"),
    ],
    "a stamp from the future, then an ordinary one": [
        *RECORDS, named("from_the_future", 0, 7), named("run"), named("pass_time", 0, 4), *RECORDS, named("run"),
    ],
    "the second page breaks for good": [
        *RECORDS, named("tie", 0, 0), named("pass_time", 0, 3), named("run_with_a_fault", 1, 2), named("pass_time", 0, 7), named("pass_time", 0, 7),
        named("change", 5, 0), named("pass_time", 0, 5), named("run"),
    ],
    "the first page breaks for good": [*RECORDS, named("pass_time", 0, 3), named("run_with_a_fault", 0, 2)],
    "a record is deleted": [*RECORDS, named("run"), named("pass_time", 0, 4), named("delete", 1, 1), named("run")],
}  # fmt: skip


def short_suite() -> Iterator[list[Step]]:
    """Histories to the point, then some at random."""
    yield from TO_THE_POINT.values()
    dice = random.Random(2016)
    for _ in range(times(8)):
        yield [(dice.randrange(len(DEEDS)), dice.randrange(8), dice.randrange(8)) for _ in range(12)]


def first_red(trial: Trial, mutate: mutants.Mutate | None) -> str | None:
    """What the first history that is not whole in the end says; None if all are."""
    for history in short_suite():
        with rig(trial, page_size=trial.page_size_of_histories) as it, pytest.MonkeyPatch.context() as patch:
            if mutate:
                mutate(patch, it)
            try:
                player = Player(it)
                player.play(history)
                player.finish()
            except (AssertionError, ScoreboardError) as red:
                return str(red) or type(red).__name__
    return None


@pytest.mark.parametrize("trial", TRIALS, ids=str)
def test_unbroken_it_is_green(trial: Trial) -> None:
    assert first_red(trial, None) is None


@pytest.mark.parametrize(
    ("trial", "mutate"),
    [
        pytest.param(trial, mutate, id=f"{trial}-{name}")
        for trial in TRIALS
        for name, mutate in mutants.mutants_of(trial).items()
    ],
)
def test_broken_it_is_red(trial: Trial, mutate: mutants.Mutate) -> None:
    assert first_red(trial, mutate) is not None, f"nobody noticed: {mutate.__doc__}"


@pytest.mark.parametrize(
    ("trial", "seam"),
    [pytest.param(trial, seam, id=f"{trial}-{seam}") for trial in TRIALS for seam in trial.mutants],
)
def test_broken_where_only_this_vendor_can_be_it_is_red(trial: Trial, seam: str) -> None:
    assert first_red(trial, lambda patch, it: trial.mutants[seam](patch)) is not None, f"nobody noticed: {seam}"
