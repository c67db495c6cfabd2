"""Faults x vendors: every fault played on every vendor, what landed held against what the vendor served. `make faults`.

One row per vendor, stream and fault; exits with 1 if anything was lost or doubled, if a fault did not strike, or if more was asked
within a span (a second, a minute, a day) than the vendor allows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.faults.counted import Spent
from tests.faults.further import FURTHER
from tests.faults.rig import Trial, rig
from tests.faults.scenarios import Scene, scenes_for
from tests.faults.vendors import TRIALS

VENDORS = ("salesforce", "zendesk", "qualtrics", "hubspot", "surveymonkey")
SHOWN = tuple(
    sorted(
        (trial for trial in TRIALS + FURTHER if trial.vendor != "toy"), key=lambda trial: VENDORS.index(trial.vendor)
    )
)


@dataclass(frozen=True)
class Outcome:
    """What one fault came to at one vendor. `trouble`: what the landing says where it should have landed; empty if all is well."""

    trial: Trial
    fault: str
    injected: int
    served: int
    landed: int
    lost: int
    doubled: int
    requests: int
    spent: Spent
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing doubled, no more asked than the vendor allows, and the fault did strike."""
        return not self.why

    @property
    def why(self) -> str:
        """What is not as it must be; empty if all is well."""
        if self.trouble:
            return self.trouble
        if not self.injected:
            return "the fault did not strike"
        if self.lost or self.doubled:
            return "not all is landed once"
        if not self.spent.is_kept:
            return f"it asked for more than the vendor allows: {self.spent}, {self.spent.refused} refused"
        return ""


def outcome(trial: Trial, fault: str, scene: Scene) -> Outcome:
    """Play one fault on one vendor, then let time pass, land once more and reconcile."""
    with rig(trial) as it:
        injected, trouble = 0, ""
        try:
            injected = scene(it)
            it.faults = None
            it.pass_time(trial.hidden + it.stream.horizon + timedelta(minutes=5))
            it.land()
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}"
        verdict = it.verdict()  # before the reconcile, which would mend what the runs lost
        if not trouble:
            it.reconcile()
        truth, current = it.truth(), it.current()
        lost = {key for key, _ in verdict.lost} | {key for key in truth if current.get(key) != truth[key]}
        doubled = {key for key, _ in verdict.doubled + verdict.invented} | (current.keys() - truth.keys())
        counts = injected, it.served, verdict.landed, len(lost), len(doubled), it.requests_made
        return Outcome(trial, fault, *counts, it.spent, trouble)


def outcomes(trials: Sequence[Trial], faults: Sequence[str] = ()) -> Iterator[Outcome]:
    """One after the other; `faults` names some, none means all."""
    for trial in trials:
        for fault, scene in scenes_for(trial).items():
            if not faults or fault in faults:
                yield outcome(trial, fault, scene)


def table_of(results: Sequence[Outcome]) -> Table:
    """One row each."""
    table = Table(title="Faults x vendors")
    for name in ("vendor", "stream", "fault"):
        table.add_column(name, no_wrap=True)
    for name in ("injected", "served", "landed", "lost", "doubled", "requests"):
        table.add_column(name, justify="right")
    table.add_column("at most, of the vendor's budget")
    for one in results:
        numbers = (one.injected, one.served, one.landed, one.lost, one.doubled, one.requests)
        table.add_row(
            one.trial.vendor,
            one.trial.label,
            one.fault,
            *(f"{number:,}" for number in numbers),
            str(one.spent),
            style="" if one.is_good else "bold red",
        )
    return table


def totals(results: Sequence[Outcome]) -> str:
    """The last line."""
    bad = sum(not one.is_good for one in results)
    return (
        f"{len(results)} rows, {len({one.trial.vendor for one in results})} vendors: "
        f"{sum(one.injected for one in results):,} faults injected, {sum(one.served for one in results):,} rows served, "
        f"{sum(one.landed for one in results):,} landed, {sum(one.lost for one in results)} lost, "
        f"{sum(one.doubled for one in results)} doubled, {sum(one.requests for one in results):,} requests"
        + (f"; {bad} rows are not as they must be" if bad else "")
    )


def main(
    arguments: Sequence[str] | None = None, trials: Sequence[Trial] = SHOWN, console: Console | None = None
) -> int:
    """Print the matrix; 0 if nothing was lost or doubled, every fault struck and no budget was overdrawn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendor", action="append", default=[], help="only this vendor; may be given again")
    parser.add_argument("--fault", action="append", default=[], help="only this fault; may be given again")
    given = parser.parse_args(arguments)
    console = console or Console(width=None if sys.stdout.isatty() else 160)
    chosen = [trial for trial in trials if not given.vendor or trial.vendor in given.vendor]
    planned = sum(len(scenes_for(trial)) for trial in chosen) if not given.fault else None
    results = list(
        track(
            outcomes(chosen, given.fault),
            "playing",
            planned,
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
    )
    console.print(table_of(results))
    for one in results:
        if not one.is_good:
            console.print(f"{one.trial.vendor} {one.trial.label}, {one.fault}: {one.why}", style="red", markup=False)
    console.print(totals(results), markup=False, highlight=False)
    return 0 if results and all(one.is_good for one in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
