"""`make faults`: a slice of the matrix, what its last line says, and that a lost row or an idle fault makes it fail."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from demo.vendors.core import Clock, Request, Response
from demo.vendors.faults import Script
from scoreboard.landing.vanished import Listing
from tests.faults import matrix, mutants
from tests.faults.counted import Budget, Spent
from tests.faults.further import FURTHER
from tests.faults.rig import Rig, Trial
from tests.faults.scenarios import scenes_for
from tests.faults.vendors import TICKETS, TOY, TRIALS

SLICE = ("ties over pages", "row moves on", "502", "truncated body", "429, until a date", "purged")


def run(*faults: str, trials: tuple[Trial, ...] = TRIALS) -> tuple[int, str]:
    """The exit code and what is printed."""
    printed = io.StringIO()
    arguments = [word for fault in faults for word in ("--fault", fault)]
    code = matrix.main(arguments, trials, Console(file=printed, width=200, color_system=None))
    return code, printed.getvalue()


def test_every_vendor_passes_a_slice_of_it() -> None:
    code, printed = run(*SLICE)
    assert code == 0, printed
    assert printed.splitlines()[-1].startswith(f"{len(TRIALS) * len(SLICE)} rows, 6 vendors: ")
    assert " 0 lost, 0 doubled, " in printed.splitlines()[-1]
    for trial in TRIALS:
        assert trial.budget.words in printed


@pytest.mark.parametrize("trial", FURTHER, ids=str)
def test_streams_without_histories_pass_all_of_it(trial: Trial) -> None:
    code, printed = run(trials=(trial,))
    assert code == 0, printed
    assert printed.splitlines()[-1].startswith(f"{len(scenes_for(trial))} rows, ")


def test_it_is_the_same_at_every_run() -> None:
    assert run("everything at once", trials=(TICKETS,)) == run("everything at once", trials=(TICKETS,))


def broken(monkeypatch: pytest.MonkeyPatch, mutate: mutants.Mutate) -> None:
    """Every rig from here on lands with a broken adapter."""
    made = Rig.__post_init__

    def make(self: Rig) -> None:
        made(self)
        mutate(monkeypatch, self)

    monkeypatch.setattr(Rig, "__post_init__", make)


def test_a_lost_row_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, mutants.later_than)
    code, printed = run("late commit", trials=(TOY,))
    assert code == 1
    assert " 1 lost, 0 doubled, " in printed.splitlines()[-1]


@pytest.mark.parametrize("trial", TRIALS + FURTHER, ids=str)
def test_rows_that_only_the_next_lookback_brings_are_lost(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that takes a broken page for the end and calls itself a success has lost rows, whatever a later one mends."""
    broken(monkeypatch, mutants.broken_is_the_end)
    code, printed = run("outage (502 stays)", trials=(trial,))
    assert code == 1
    assert " 0 lost, " not in printed.splitlines()[-1]


def test_a_doubled_row_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, mutants.no_dedup)
    code, printed = run("late commit", trials=(TOY,))
    assert code == 1
    assert " 0 lost, 0 doubled, " not in printed.splitlines()[-1]


def test_a_row_that_should_be_gone_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Listing, "vanished", lambda self, landed: (0, 0, iter(())))
    code, printed = run("purged", trials=(TOY,))
    assert code == 1
    assert " 0 lost, 1 doubled, " in printed.splitlines()[-1]


def test_a_fault_that_did_not_strike_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Script, "__call__", lambda self, request, handle: handle(request))
    code, printed = run("everything at once", trials=(TOY,))
    assert code == 1
    assert "the fault did not strike" in printed


@pytest.mark.parametrize("per_day", [2, 12])
def test_more_requests_than_the_vendor_allows_make_it_fail(per_day: int) -> None:
    trial = replace(TOY, budget=Budget(per_day, timedelta(days=1), "a day"))
    code, printed = run("502", trials=(trial,))
    assert (code, "it asked for more than the vendor allows" in printed) == ((1, True) if per_day == 2 else (0, False))


def test_a_storm_of_refused_requests_makes_it_fail() -> None:
    clock = Clock()
    spent = Spent(Budget(2, timedelta(minutes=1), "a minute"), clock)
    answers = iter((200, 200, 429, 200, 429, 429))
    ask = spent.counting(lambda request: Response(next(answers)))
    kept = []
    for _ in range(6):
        ask(Request("GET", "https://x.test/", {}))
        kept.append((spent.most, spent.refused, spent.is_kept))
        clock.advance(timedelta(minutes=1) if spent.refused else timedelta(0))
    assert kept == [(1, 0, True), (2, 0, True), (2, 1, True), (2, 1, True), (2, 2, False), (2, 3, False)]


def test_an_unknown_fault_is_no_success() -> None:
    assert run("nothing of this name", trials=(TOY,))[0] == 1
