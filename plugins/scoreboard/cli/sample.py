"""The demo: the pipeline over the sample company, out of stand-in vendors or of files, with its alerts sent to files."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from scoreboard.cli.runs import run_once
from scoreboard.orchestration import processes
from scoreboard.orchestration.terminal import Terminal, waiting
from scoreboard.settings import PROJECT_ROOT, Settings

DEMO_HOMES = {"vendors": PROJECT_ROOT / "var" / "demo", "files": PROJECT_ROOT / "var" / "demo-files"}


def demo(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Run the DAGs once over the sample company, in a home of its own."""
    from demo import DEMO_ENVIRONMENT

    _set_unless_set({"SCOREBOARD_HOME": str(DEMO_HOMES[options.sources]), **DEMO_ENVIRONMENT})
    if options.sources == "files":
        return _demo_of_files(terminal)
    return _demo_of_vendors(terminal, options.accounts)


def demo_options(command: argparse.ArgumentParser) -> None:
    """What feeds the sample company."""
    command.add_argument(
        "--sources", choices=list(DEMO_HOMES), default="vendors", help="stand-in vendor APIs, or files alone"
    )
    command.add_argument("--accounts", type=int, help="only so many of the vendors' accounts, for a quick look")


def _demo_of_files(terminal: Terminal) -> bool:
    from demo import write_company

    settings = Settings.from_environment()
    with processes.sole_user_of(settings):
        if not _has_files(settings.inbox) and not _has_files(settings.landing):
            with waiting(terminal.console, "  writing the sample company"):
                write_company(settings.home)
    return _run_with_sinks(settings, terminal)


def _demo_of_vendors(terminal: Terminal, accounts: int | None) -> bool:
    from demo.vendors import demo as vendors

    _set_unless_set(vendors.ENVIRONMENT)
    settings = Settings.from_environment()
    with waiting(terminal.console, "  filling the vendors with the sample company"):
        tables = vendors.company(accounts)
        with processes.sole_user_of(settings):
            vendors.prepare(settings.home, tables)
    with vendors.running(tables) as addresses:
        for vendor, address in addresses.items():
            terminal.console.print(f"  [dim]{vendor:<12} stands in at {address}[/]", highlight=False)
        return _run_with_sinks(settings, terminal)


def _run_with_sinks(settings: Settings, terminal: Terminal) -> bool:
    """The demo's alerts arrive in files, whatever connections there are."""
    from demo import sinks

    sinks.prepare(settings.home)
    with sinks.running(settings.home) as sink:
        is_success = run_once(settings, terminal)
        terminal.console.print(f"Mail and posts that were sent: {sink.folder}", markup=False, highlight=False)
    return is_success


def _set_unless_set(environment: dict[str, str]) -> None:
    for name, value in environment.items():
        os.environ.setdefault(name, value)


def _has_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*")) if folder.exists() else False
