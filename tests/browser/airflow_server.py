"""Airflow's real web server over one home: its own process, its own login, the plugin mounted by Airflow itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from time import monotonic, sleep

from scoreboard.orchestration import server
from scoreboard.settings import Settings
from tests.orchestration import airflow_home

USERS = {"viewer": "viewer", "keeper": "op"}
"""Name -> role: who may only read, and who may also say what became of an alert."""


@dataclass(frozen=True)
class RunningAirflow:
    """Where it answers, and the passwords it made for its users."""

    address: str
    passwords: dict[str, str]


@contextmanager
def airflow(settings: Settings, log: Path) -> Iterator[RunningAirflow]:
    """Airflow's web server with Scoreboard in it, on a free port, until the block ends."""
    airflow_home.prepare_database()
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "SCOREBOARD_HOME": str(settings.home),
        "SCOREBOARD_AS_OF": str(settings.as_of),
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in USERS.items()),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "scoreboard.orchestration.part", "api-server"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = monotonic() + server.START_UP_SECONDS
        while not server.is_healthy(port, "metadatabase"):
            assert process.poll() is None and monotonic() < deadline, log.read_text(encoding="utf-8")
            sleep(0.2)
        generated = Path(environment["AIRFLOW_HOME"]) / "simple_auth_manager_passwords.json.generated"
        yield RunningAirflow(address, json.loads(generated.read_text(encoding="utf-8")))
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # it only read: nothing to put in order first
        process.wait()


def _free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
