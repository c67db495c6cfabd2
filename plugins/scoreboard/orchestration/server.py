"""Airflow with its web UI for one home, on loopback: what `make up` does."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import sleep

from rich.console import Console

from scoreboard.errors import ScoreboardError
from scoreboard.orchestration import processes
from scoreboard.orchestration.terminal import waiting
from scoreboard.settings import Settings

START_UP_SECONDS = 600


class ServerFailed(ScoreboardError):
    """The port is taken, or a part of Airflow ended by itself."""


def serve(settings: Settings, port: int, console: Console) -> None:
    """Run Airflow until it is told to end; on Ctrl-C or a kill every one of its processes ends too.

    Not `airflow standalone`, which serves task logs on every network interface and lets tasks start before the server
    they report to. The environment must be in place and the database ready. Raises ServerFailed.
    """
    refuse_taken_port(port)
    os.umask(0o077)  # the file with the generated password is nobody else's
    airflow = Airflow(settings)

    def farewell() -> None:
        console.print("\nStopping Airflow ...")
        airflow.stop()

    processes.end_at_once_on_signals(farewell)
    try:
        with waiting(console, "Starting Airflow (half a minute) ..."):
            airflow.start("api-server")
            airflow.start("dag-processor")
            airflow.wait_until(lambda: is_healthy(port, "metadatabase"))
            airflow.start("scheduler", "--skip-serve-logs")  # the web server finds them on this disk
            airflow.start("triggerer", "--skip-serve-logs")  # calls back when a report is late
            airflow.wait_until(lambda: is_healthy(port, "metadatabase", "dag_processor", "scheduler"))
        console.print(f"Airflow is up: [bold]http://127.0.0.1:{port}[/]")
        console.print(f"  user admin, password in {settings.airflow_home}/simple_auth_manager_passwords.json.generated")
        console.print(f"  home {settings.home}\n  logs {settings.airflow_home}/*.log\n  Ctrl-C stops it")
        while True:
            airflow.check()
            sleep(1)
    finally:
        airflow.stop()


class Airflow:
    """The processes of one running Airflow."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._parts: dict[str, subprocess.Popen[bytes]] = {}
        self._is_stopping = False

    def start(self, part: str, *options: str) -> None:
        """Start one part, in a session of its own: all it ever starts can be found by that, whoever its parent is by then."""
        with self._log(part).open("ab") as log:
            self._parts[part] = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-m", "scoreboard.orchestration.part", part, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raises ServerFailed if a part has ended."""
        for part, process in self._parts.items():
            if process.poll() is not None and not self._is_stopping:
                raise ServerFailed(
                    f"Airflow's {part} ended by itself with code {process.returncode}, so all of Airflow was stopped; what is"
                    f" published stays. Its log: {self._log(part)}"
                )

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Wait for a state; raises ServerFailed if a part ends first or it takes too long."""
        for _ in range(START_UP_SECONDS):
            self.check()
            if is_ready():
                return
            sleep(1)
        raise ServerFailed(f"Airflow did not come up; it was stopped. Its logs: {self.settings.airflow_home}/*.log")

    def stop(self) -> None:
        """End every process of every part."""
        self._is_stopping = True
        sessions = {process.pid for process in self._parts.values()}
        processes.end_all(lambda: processes.members_of(sessions))

    def _log(self, part: str) -> Path:
        return self.settings.airflow_home / f"{part}.log"


def refuse_taken_port(port: int) -> None:
    """A server already on the port would answer in the new one's place. Raises ServerFailed."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ServerFailed(
                f"port {port} on 127.0.0.1 is taken ({error.strerror}); nothing was started."
                " Choose another: make up SCOREBOARD_PORT=8081"
            ) from error


def is_healthy(port: int, *parts: str) -> bool:
    """Whether these parts report to be at work, asked of the web server."""
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/api/v2/monitor/health")
            health = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return False
    return all((health.get(part) or {}).get("status") == "healthy" for part in parts)
