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
from rich.status import Status

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
    """A line for every DAG that ended; below it, the task that runs now. An Airflow listener."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._status: Status | None = None
        self._dag_id = ""

    @contextmanager
    def of(self, dag_id: str) -> Iterator[None]:
        """Show that a DAG is at work."""
        self._dag_id = dag_id
        with self.console.status(f"  {dag_id}") as self._status:
            yield
        self._status = None

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        """Called by Airflow."""
        if self._status:
            self._status.update(f"  {self._dag_id} · {task_instance.task_id}")

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
