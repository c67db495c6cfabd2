"""Commands of the person who watches over a home: status, alerts, accept."""

from __future__ import annotations

import argparse
import getpass
import json

from scoreboard.cli.arguments import reason
from scoreboard.entities import ENTITIES
from scoreboard.orchestration import processes
from scoreboard.orchestration.terminal import Terminal
from scoreboard.settings import Settings


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


def status_options(command: argparse.ArgumentParser) -> None:
    """For whom, and how much of it."""
    command.add_argument("--json", action="store_true", help="for a machine: everything, as one JSON object")
    command.add_argument("--all", action="store_true", help="every stream, every rule, every sentence")


def alerts(options: argparse.Namespace, terminal: Terminal) -> bool:
    """What became of the alerts' messages, and which of them need a person."""
    from scoreboard.alerts import command

    command.run(Settings.from_environment(), terminal.console, again=options.again, settled=options.settled)
    return True


def alerts_options(command: argparse.ArgumentParser) -> None:
    """What to do with one message, if anything."""
    command.add_argument(
        "--again", help="send an unknown or failed message again; its id, or how it begins; `failed`: all that failed"
    )
    command.add_argument("--settled", help="call an unknown or failed message settled")


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


def accept_options(command: argparse.ArgumentParser) -> None:
    """Which batch, and why."""
    command.add_argument("entity", choices=sorted(ENTITIES))
    command.add_argument("run", help="the run it landed in, as the refusal names it")
    command.add_argument("why", type=reason, help="kept beside the batch")
    command.add_argument("--adapter", default="files")
