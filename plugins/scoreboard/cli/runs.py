"""Commands that run the DAGs once, in this process: run, report, restate."""

from __future__ import annotations

import argparse
import json
import os
from contextlib import nullcontext

from rich.console import Console
from rich.markup import escape

from scoreboard.cli.arguments import approval, reason
from scoreboard.errors import ScoreboardError
from scoreboard.orchestration import airflow_env, processes, runner
from scoreboard.orchestration.terminal import Progress, Terminal, waiting
from scoreboard.quarter import Quarter
from scoreboard.settings import Settings, utc_now
from scoreboard.warehouse.read_ahead import reading_ahead


def run(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Run the DAGs once over the configured sources."""
    return run_once(Settings.from_environment(), terminal)


def report(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Close one quarter and write its award report."""
    settings = Settings.from_environment()
    try:
        quarter = Quarter.parse(options.quarter, settings.fiscal_start_month)
    except ValueError as error:
        raise ScoreboardError(str(error)) from error
    return run_once(settings, terminal, quarter)


def report_options(command: argparse.ArgumentParser) -> None:
    """Which quarter."""
    command.add_argument("quarter", help="such as 2026-Q1")


def restate(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Make what is known now the official figures of a closed quarter, and publish."""
    from scoreboard.warehouse.periods import parse_period

    settings = Settings.from_environment()
    parse_period(options.quarter, settings.fiscal_start_month)  # before Airflow starts
    asked = {"quarter": options.quarter, "reason": options.why, "approved_by": options.by}
    return run_once(settings, terminal, asked=asked)


def restate_options(command: argparse.ArgumentParser) -> None:
    """Which period, why, and who agreed."""
    command.add_argument("quarter", help="such as 2026-Q1, or an award year such as 2025")
    command.add_argument("why", type=reason, help="kept with the figures")
    command.add_argument("by", type=approval, help="kept with the figures")


def run_once(
    settings: Settings, terminal: Terminal, quarter: Quarter | None = None, asked: dict[str, str] | None = None
) -> bool:
    """One run of the DAGs, shown on the terminal, the rest in runs/<run>/log.txt: all of them, one report, or one restatement (`asked`)."""
    # a run that goes on past midnight stays on the day it began
    os.environ["SCOREBOARD_AS_OF"] = settings.as_of.isoformat()
    console = terminal.console
    with processes.sole_user_of(settings):
        run_key = _new_run_key(settings)
        os.environ.update(airflow_env.environment(settings))
        console.print(f"[bold]Scoreboard[/] run {run_key} · as of {settings.as_of} · {escape(str(settings.home))}")
        terminal.keep_the_rest_in(settings.runs / run_key / "log.txt")
        processes.end_at_once_on_signals(
            lambda: console.print(
                "\nInterrupted. Nothing half-done counts; run it again and it goes on from what landed."
            )
        )
        with nullcontext() if quarter else reading_ahead(settings):  # a report builds nothing
            return _run_dags(settings, run_key, quarter, asked, console)


def _run_dags(
    settings: Settings, run_key: str, quarter: Quarter | None, asked: dict[str, str] | None, console: Console
) -> bool:
    with waiting(console, "  starting Airflow"):
        airflow_env.prepare_database()
    progress = Progress(console)
    if quarter:
        return runner.run_report(runner.load_dags(), settings, run_key, progress, quarter)
    if asked:
        is_success = runner.run_restatement(runner.load_dags(), settings, run_key, progress, asked)
    else:
        is_success = runner.run_pipeline(settings, run_key, progress)
    summary = settings.runs / run_key / "summary.json"
    if summary.exists():
        from scoreboard.summary import render

        console.print(render(json.loads(summary.read_text(encoding="utf-8"))))
    return is_success


def _new_run_key(settings: Settings) -> str:
    """Named after the second it starts; the next free second, should that be taken."""
    key = started = f"{utc_now():%Y%m%dT%H%M%SZ}"
    number = 1
    while (settings.runs / key).exists():
        number += 1
        key = f"{started}-{number}"
    (settings.runs / key).mkdir(parents=True)
    return key
