"""The commands behind `make run`, `make demo`, `make up`, `make rollback`: `python -m scoreboard <command>`."""

from __future__ import annotations

import argparse
import gc
import traceback
from collections.abc import Callable, Sequence

from scoreboard.cli import airflow_itself, published, runs, sample, watching
from scoreboard.errors import ScoreboardError
from scoreboard.orchestration.terminal import Terminal
from scoreboard.settings import SettingsError

Command = Callable[[argparse.Namespace, Terminal], bool]
Options = Callable[[argparse.ArgumentParser], None]

# in the order of the help; a command is called as its function, with dashes
_COMMANDS: dict[Command, Options | None] = {
    runs.run: None,
    sample.demo: sample.demo_options,
    airflow_itself.up: airflow_itself.up_options,
    published.rollback: None,
    published.publish_postgres: None,
    runs.report: runs.report_options,
    runs.restate: runs.restate_options,
    watching.accept: watching.accept_options,
    airflow_itself.check_connections: None,
    watching.alerts: watching.alerts_options,
    airflow_itself.airflow: airflow_itself.airflow_options,
    published.docs: None,
    published.metrics: published.metrics_options,
    watching.status: watching.status_options,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 only if it did all it says."""
    # Airflow and dbt are a million objects that stay to the end: looking for cycles among them for every few new ones is a tenth of the work
    gc.set_threshold(50_000, 20, 100)
    options = command_line().parse_args(arguments)
    terminal = Terminal()
    try:
        is_success = options.command(options, terminal)
    except (ScoreboardError, SettingsError) as error:
        is_success = False
        terminal.console.print(str(error), style="red", markup=False)
    except Exception as error:
        is_success = False
        traceback.print_exc()  # into the log, where there is one
        terminal.console.print(f"Scoreboard itself failed: {type(error).__name__}: {error}", style="red", markup=False)
    if not is_success and terminal.log:
        terminal.console.print(f"Log: {terminal.log}")
    return 0 if is_success else 1


def command_line() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(prog="scoreboard", description="Customer files in, published figures out.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for function, options in _COMMANDS.items():
        command = commands.add_parser(
            function.__name__.replace("_", "-"), help=(function.__doc__ or "").splitlines()[0]
        )
        command.set_defaults(command=function)
        if options:
            options(command)
    return parser
