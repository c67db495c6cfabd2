"""What a person sees while a run goes on: a line per DAG, the task under way, and the sentences that matter."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from pluggy import HookimplMarker
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from scoreboard import progress

_DRAW_EVERY = 0.1  # seconds

# Airflow's own marker, without importing Airflow before its settings are in place
hookimpl = HookimplMarker("airflow")


class Terminal:
    """A console for what a person is told; the rest, whatever any library or child writes, may be sent to a file."""

    def __init__(self) -> None:
        self.log: Path | None = None
        self.console = Console(
            file=os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace"), highlight=False, soft_wrap=True
        )

    def keep_the_rest_in(self, log: Path) -> None:
        """Redirect standard output and error, to the end of the process: libraries go on talking while they are torn down."""
        log.parent.mkdir(parents=True, exist_ok=True)
        sys.stdout.flush()
        sys.stderr.flush()
        with log.open("ab") as target:
            os.dup2(target.fileno(), 1)
            os.dup2(target.fileno(), 2)
        self.log = log


class Progress:
    """A line for every DAG that ended; below it, the task that runs now and how far it has come. An Airflow listener.

    The moving line is for people: none is drawn into a file, a pipe or a continuous integration's log.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self._bars: Bars | None = None
        self._dag_id = ""
        self._task_id = ""
        self._drawn = 0.0

    @contextmanager
    def of(self, dag_id: str) -> Iterator[None]:
        """Show that a DAG is at work."""
        self._dag_id, self._task_id = dag_id, ""
        if not is_watched(self.console):
            yield
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}", markup=False, style="dim"),
            TimeElapsedColumn(),
        )
        bars = _bars(self.console, *columns)
        self._line = bars.add_task(dag_id, total=None, count="")
        with bars, progress.heard_by(self.came_to):
            self._bars = bars
            try:
                yield
            finally:
                self._bars = None

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        """Called by Airflow."""
        self._task_id = task_instance.task_id
        if self._bars:
            self._bars.update(
                self._line, description=f"{self._dag_id} · {self._task_id}", completed=0, total=None, count=""
            )

    def came_to(self, what: str, done: int, total: int | None, unit: str) -> None:
        """A step of the task that runs now; drawn some times a second, however many there are."""
        now = monotonic()
        if self._bars is None or (now - self._drawn < _DRAW_EVERY and done != total):
            return
        self._drawn = now
        count = f"{done:,}{f' of {total:,}' if total is not None else ''} {unit}".rstrip()
        description = f"{self._dag_id} · {self._task_id} · {what}"
        self._bars.update(self._line, description=_shortened(description), completed=done, total=total, count=count)

    def ended(self, dag_id: str, is_success: bool, started: float) -> None:
        """The DAG's line; `started` is a `monotonic()` time."""
        mark = "[green]✓[/]" if is_success else "[red]✗[/]"
        self.console.print(f"  {mark} {dag_id:<24} {monotonic() - started:5.1f} s")

    def noted(self, text: str) -> None:
        """Something a person may want to look at, though nothing failed."""
        self.console.print(f"      {escape(text)}", style="yellow")

    def failed(self, failure: dict[str, Any]) -> None:
        """A failed task and its sentence."""
        label = f"[{failure['map_label']}]" if failure.get("map_label") else ""
        self.console.print(f"      {escape(failure['task_id'] + label)}: {escape(failure['sentence'])}", style="red")


@contextmanager
def waiting(console: Console, text: str) -> Iterator[None]:
    """A moving line while something goes on that nobody can count; as `Progress`, for people only."""
    if not is_watched(console):
        yield
        return
    with _bars(console, SpinnerColumn(), TextColumn("{task.description}", markup=False)) as bars:
        bars.add_task(text, total=None)
        yield


def _bars(console: Console, *columns: ProgressColumn) -> Bars:
    # rich would draw what anybody prints meanwhile above its lines: all that was sent to the run's log
    return Bars(
        *columns,
        console=console,
        transient=True,
        refresh_per_second=8,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def is_watched(console: Console) -> bool:
    """Whether a person sees the lines move: a terminal, and not that of a continuous integration."""
    return console.is_terminal and not console.is_dumb_terminal and not os.environ.get("CI")


def _shortened(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
