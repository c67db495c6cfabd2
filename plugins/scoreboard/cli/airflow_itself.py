"""Commands about Airflow and its Connections: up, airflow, check-connections."""

from __future__ import annotations

import argparse
import os
import sys

from scoreboard.cli.arguments import port
from scoreboard.orchestration import airflow_env, processes, server
from scoreboard.orchestration.terminal import Terminal, waiting
from scoreboard.settings import Settings


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


def up_options(command: argparse.ArgumentParser) -> None:
    """Where the web UI listens."""
    command.add_argument(
        "--port", type=port, default=os.environ.get("SCOREBOARD_PORT") or str(airflow_env.DEFAULT_PORT)
    )


def airflow(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Run one of Airflow's own commands in this home, such as: airflow connections list."""
    settings = Settings.from_environment()
    set_up_airflow(settings)
    with waiting(terminal.console, "Preparing Airflow's database ..."):
        airflow_env.prepare_database()
    from airflow.__main__ import main

    sys.argv = ["airflow", *options.arguments]
    try:
        main()  # in this process, which has imported Airflow already: that takes seconds
    except SystemExit as ending:
        if isinstance(ending.code, str):
            print(ending.code, file=sys.stderr)
        return not ending.code
    return True


def airflow_options(command: argparse.ArgumentParser) -> None:
    """Whatever Airflow takes."""
    command.add_argument("arguments", nargs=argparse.REMAINDER, help="as after `airflow`")


def check_connections(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Say of every configured connection what works, what permission is missing, and what it can see."""
    settings = Settings.from_environment()
    set_up_airflow(settings)
    terminal.keep_the_rest_in(settings.airflow_home / "check_connections.log")
    from scoreboard.orchestration.check_connections import Checker
    from scoreboard.orchestration.findings_view import show

    return show(Checker(settings).check(), terminal.console)


def set_up_airflow(settings: Settings) -> None:
    """This home's Airflow, unless this process is part of another one, as in a container."""
    if "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" not in os.environ:
        os.environ.update(airflow_env.environment(settings))
