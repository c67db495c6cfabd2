"""The commands behind `make run`, `make demo`, `make up`, `make rollback`: `python -m scoreboard <command>`."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scoreboard.entities import ENTITIES
from scoreboard.errors import ScoreboardError
from scoreboard.orchestration import airflow_env, processes, runner, server
from scoreboard.orchestration.terminal import Progress, Terminal, waiting
from scoreboard.quarter import Quarter
from scoreboard.settings import PROJECT_ROOT, Settings, SettingsError, utc_now

DEMO_HOMES = {"vendors": PROJECT_ROOT / "var" / "demo", "files": PROJECT_ROOT / "var" / "demo-files"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 only if it did all it says."""
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


def run(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Run the DAGs once over the configured sources."""
    return _run(Settings.from_environment(), terminal)


def demo(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Run the DAGs once over the sample company, in a home of its own."""
    from demo import DEMO_ENVIRONMENT

    _set_unless_set({"SCOREBOARD_HOME": str(DEMO_HOMES[options.sources]), **DEMO_ENVIRONMENT})
    if options.sources == "files":
        return _demo_of_files(terminal)
    return _demo_of_vendors(terminal, options.accounts)


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
        is_success = _run(settings, terminal)
        terminal.console.print(f"Mail and posts that were sent: {sink.folder}", markup=False, highlight=False)
    return is_success


def _set_unless_set(environment: dict[str, str]) -> None:
    for name, value in environment.items():
        os.environ.setdefault(name, value)


def up(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Airflow with its web UI on loopback, until Ctrl-C."""
    settings = Settings.from_environment()
    with processes.sole_user_of(settings):
        server.refuse_taken_port(options.port)
        os.environ.update(airflow_env.environment(settings, options.port))
        terminal.keep_the_rest_in(settings.airflow_home / "up.log")
        with waiting(terminal.console, "Preparing Airflow's database ..."):
            airflow_env.prepare_database()
        server.serve(settings, options.port, terminal.console)
    return True


def rollback(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Publish the version before this one again."""
    from scoreboard.warehouse import publish

    settings = Settings.from_environment()
    record = publish.rollback(settings)
    terminal.console.print(
        f"Published: {record['version']}, as of {record['as_of']} (was {record['rolled_back_from']})"
    )
    return not settings.publish_to_postgres or publish_postgres(options, terminal)


def publish_postgres(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Show the live version in PostgreSQL, at the connection that SCOREBOARD_PUBLISH_TO_POSTGRES names."""
    from scoreboard.postgres.publish import publish_to_postgres

    settings = Settings.from_environment()
    _set_up_airflow(settings)
    terminal.keep_the_rest_in(settings.airflow_home / "publish_postgres.log")
    done = publish_to_postgres(settings)
    if done is None:
        raise SettingsError(
            "SCOREBOARD_PUBLISH_TO_POSTGRES is not set; it takes the id of an Airflow Connection, such as bi_postgres"
        )
    how = f"{done['tables']} tables copied" if done["copied"] else "its tables were there already"
    terminal.console.print(
        f"PostgreSQL shows {done['version']} (before: {done['before'] or 'nothing'}); {how}", markup=False
    )
    return True


def report(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Close one quarter and write its award report."""
    settings = Settings.from_environment()
    try:
        quarter = Quarter.parse(options.quarter, settings.fiscal_start_month)
    except ValueError as error:
        raise ScoreboardError(str(error)) from error
    return _run(settings, terminal, quarter)


def restate(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Make what is known now the official figures of a closed quarter, and publish."""
    from scoreboard.warehouse.periods import parse_period

    settings = Settings.from_environment()
    parse_period(options.quarter, settings.fiscal_start_month)  # before Airflow starts
    asked = {"quarter": options.quarter, "reason": options.why, "approved_by": options.by}
    return _run(settings, terminal, asked=asked)


def accept(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Let a batch that drifted from the usual pass; the reason is kept beside it."""
    from scoreboard.validation.door import accept_drift

    settings = Settings.from_environment()
    with processes.sole_user_of(settings):
        note = accept_drift(
            settings, options.adapter, options.entity, options.run, who=getpass.getuser(), why=options.why
        )
        terminal.console.print(f"Accepted, see {note}. The next run takes it in.", markup=False)
    return True


def check_connections(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Say of every configured connection what works, what permission is missing, and what it can see."""
    settings = Settings.from_environment()
    _set_up_airflow(settings)
    terminal.keep_the_rest_in(settings.airflow_home / "check_connections.log")
    from scoreboard.orchestration.check_connections import Checker
    from scoreboard.orchestration.findings_view import show

    return show(Checker(settings).check(), terminal.console)


def airflow(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Run one of Airflow's own commands in this home, such as: airflow connections list."""
    settings = Settings.from_environment()
    _set_up_airflow(settings)
    with waiting(terminal.console, "Preparing Airflow's database ..."):
        airflow_env.prepare_database()
    return subprocess.run([sys.executable, "-m", "airflow", *options.arguments], check=False).returncode == 0  # noqa: S603


def alerts(options: argparse.Namespace, terminal: Terminal) -> bool:
    """What became of the alerts' messages, and which of them need a person."""
    from scoreboard.alerts import command

    command.run(Settings.from_environment(), terminal.console, again=options.again, settled=options.settled)
    return True


def docs(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Write the documentation's pages, and dbt's own about every table and column of the last build."""
    from scoreboard.site.build import build_site
    from scoreboard.warehouse.docs import NothingBuilt, write_dbt_docs

    settings = Settings.from_environment()
    with processes.sole_user_of(settings):
        terminal.keep_the_rest_in(settings.build / "docs.log")
        terminal.console.print(f"Written: {build_site(settings)}")
        try:
            terminal.console.print(f"Written: {write_dbt_docs(settings)}")
        except NothingBuilt as nothing:
            terminal.console.print(f"dbt's own pages were left out: {nothing}")
    return True


def status(options: argparse.Namespace, terminal: Terminal) -> bool:
    """How this home is doing, in one look; fails where something needs a person. Changes nothing."""
    from scoreboard.status import read_status
    from scoreboard.status.view import StatusView

    told = read_status(Settings.from_environment())
    if options.json:
        terminal.console.print(json.dumps(told, indent=2, ensure_ascii=False), markup=False, emoji=False)
    else:
        terminal.console.print(StatusView(told, is_whole=options.all))
    return not told["attention"]


def metrics(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Ask the published figures for metrics; without a name, list them."""
    from scoreboard.warehouse import metrics as semantic

    settings = Settings.from_environment()
    if not options.names:
        for name, description in semantic.declared(settings).items():
            terminal.console.print(f"{name:28} {description}", markup=False, highlight=False)
        return True
    table = Table(*options.by, *options.names)
    for row in semantic.query(settings, options.names, options.by, options.where):
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    terminal.console.print(table)
    return True


def _run(
    settings: Settings, terminal: Terminal, quarter: Quarter | None = None, asked: dict[str, str] | None = None
) -> bool:
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


def _set_up_airflow(settings: Settings) -> None:
    """This home's Airflow, unless this process is part of another one, as in a container."""
    if "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" not in os.environ:
        os.environ.update(airflow_env.environment(settings))


def _new_run_key(settings: Settings) -> str:
    """Named after the second it starts; the next free second, should that be taken."""
    key = started = f"{utc_now():%Y%m%dT%H%M%SZ}"
    number = 1
    while (settings.runs / key).exists():
        number += 1
        key = f"{started}-{number}"
    (settings.runs / key).mkdir(parents=True)
    return key


def _has_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*")) if folder.exists() else False


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say why: WHY='...'")
    return text.strip()


def _approval(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say who agreed to it: BY='...'")
    return text.strip()


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, 1 to 65535")
    return int(text)


def command_line() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(prog="scoreboard", description="Customer files in, published figures out.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for function in (
        run,
        demo,
        up,
        rollback,
        publish_postgres,
        report,
        restate,
        accept,
        check_connections,
        alerts,
        airflow,
        docs,
        metrics,
        status,
    ):
        command = commands.add_parser(
            function.__name__.replace("_", "-"), help=(function.__doc__ or "").splitlines()[0]
        )
        command.set_defaults(command=function)
        if function is up:
            command.add_argument(
                "--port", type=_port, default=os.environ.get("SCOREBOARD_PORT") or str(airflow_env.DEFAULT_PORT)
            )
        if function is demo:
            command.add_argument(
                "--sources", choices=list(DEMO_HOMES), default="vendors", help="stand-in vendor APIs, or files alone"
            )
            command.add_argument("--accounts", type=int, help="only so many of the vendors' accounts, for a quick look")
        if function is accept:
            command.add_argument("entity", choices=sorted(ENTITIES))
            command.add_argument("run", help="the run it landed in, as the refusal names it")
            command.add_argument("why", type=_reason, help="kept beside the batch")
            command.add_argument("--adapter", default="files")
        if function is alerts:
            command.add_argument(
                "--again",
                help="send an unknown or failed message again; its id, or how it begins; `failed`: all that failed",
            )
            command.add_argument("--settled", help="call an unknown or failed message settled")
        if function is airflow:
            command.add_argument("arguments", nargs=argparse.REMAINDER, help="as after `airflow`")
        if function is metrics:
            command.add_argument("names", nargs="*", help="such as satisfaction_mean nps")
            command.add_argument(
                "--by", nargs="+", default=[], help="such as metric_time__reporting_quarter account__region"
            )
            command.add_argument("--where", action="append", default=[], help="a MetricFlow filter")
        if function is status:
            command.add_argument("--json", action="store_true", help="for a machine: everything, as one JSON object")
            command.add_argument("--all", action="store_true", help="every stream, every rule, every sentence")
        if function is report:
            command.add_argument("quarter", help="such as 2026-Q1")
        if function is restate:
            command.add_argument("quarter", help="such as 2026-Q1, or an award year such as 2025")
            command.add_argument("why", type=_reason, help="kept with the figures")
            command.add_argument("by", type=_approval, help="kept with the figures")
    return parser
