"""`make spark`: a Spark of master, two workers and a Thrift server on loopback, in an environment and a folder of its own.

The first start installs it (some 500 MB). It serves until Ctrl-C, which ends all four processes; nothing of it is kept, because
every build begins anew.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
LOOPBACK = "127.0.0.1"
PORT = 10000
WORKERS = 2
_PATIENCE = 180.0

_CONFIGURATION = """spark.authenticate true
spark.authenticate.secret {secret}
spark.ui.enabled false
spark.sql.session.timeZone UTC
spark.sql.ansi.enabled true
spark.sql.shuffle.partitions 2
spark.default.parallelism 2
spark.executor.memory 1g
spark.driver.memory 2g
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.sql.warehouse.dir {folder}/tables
spark.hadoop.javax.jdo.option.ConnectionURL jdbc:derby:memory:scoreboard;create=true
spark.driver.extraJavaOptions -Dderby.system.home={folder}
"""


class NotStarted(RuntimeError):
    """Spark is not there; the message says what to do."""


def main() -> None:
    """Install, start, serve until Ctrl-C."""
    home = Path(os.environ.get("SCOREBOARD_HOME") or PROJECT / "var").expanduser().resolve()
    port = int(os.environ.get("SPARK_PORT") or PORT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        require_java()
        python = install(venv_folder())
        with running(python, home / "spark", port):
            print(
                f"Spark answers on {LOOPBACK}:{port}. In another terminal:\n"
                f"  export AIRFLOW_CONN_SCOREBOARD_TARGET=spark://{LOOPBACK}:{port}\n"
                "  SCOREBOARD_TARGET=spark make run\nCtrl-C ends it.",
                flush=True,
            )
            signal.pause()
    except NotStarted as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print("Spark has ended.")


def venv_folder() -> Path:
    """Where the environment is, or is to be."""
    return Path(os.environ.get("SCOREBOARD_SPARK_VENV") or PROJECT / ".venv-spark").expanduser().resolve()


def require_java() -> None:
    """Raises NotStarted where no Java answers."""
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if os.environ.get("JAVA_HOME") else shutil.which("java")
    if not java or not Path(java).exists():
        raise NotStarted(
            "Spark needs Java 17 or 21, and there is none: on Debian, apt-get install openjdk-17-jre-headless; elsewhere point"
            " JAVA_HOME at one. Nothing was started"
        )


def install(venv: Path) -> Path:
    """The locked packages, once per lock file; gives the environment's Python."""
    stamp, lock = venv / ".installed", HERE / "requirements.lock"
    python = venv / "bin" / "python"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return python
    print(f"Installing Spark into {venv} ...", flush=True)
    shutil.rmtree(venv, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, venv], check=True)  # noqa: S603 - our own commands
        command = [uv, "pip", "install", "--quiet", "--python", python]
    else:
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)  # noqa: S603 - our own commands
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, "--no-deps", "--require-hashes", "-r", lock], check=True)  # noqa: S603 - our own commands
    stamp.touch()
    return python


@contextlib.contextmanager
def running(python: Path, folder: Path, port: int) -> Iterator[None]:
    """Master, workers and Thrift server, answering on `port` within; their logs and files are in `folder`."""
    if _answers(port):
        raise NotStarted(
            f"something answers on {LOOPBACK}:{port} already; end it, or choose another port: SPARK_PORT=10001 make spark"
        )
    spark = next(python.parents[1].glob("lib/python3*/site-packages/pyspark"))
    logs = folder / "logs"
    shutil.rmtree(folder, ignore_errors=True)
    logs.mkdir(parents=True, mode=0o700)
    configuration = folder / "spark.conf"
    with os.fdopen(os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(_CONFIGURATION.format(secret=secrets.token_urlsafe(32), folder=folder))
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("SPARK_PORT", "PYTHONPATH")},
        "SPARK_HOME": str(spark),
        "SPARK_LOCAL_IP": LOOPBACK,
        "PYSPARK_PYTHON": str(python),
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
    }
    processes: list[subprocess.Popen[bytes]] = []

    def start(name: str, *command: str) -> None:
        with (logs / f"{name}.log").open("wb") as log:
            processes.append(
                subprocess.Popen(  # noqa: S603 - our own commands
                    [str(spark / "bin" / command[0]), *command[1:]],
                    env=environment,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    master_port, *web_ports = _free_ports(2 + WORKERS)
    master = f"spark://{LOOPBACK}:{master_port}"
    common = ("--host", LOOPBACK, "--properties-file", str(configuration))
    package = "org.apache.spark.deploy"
    try:
        start(
            "master",
            *("spark-class", f"{package}.master.Master", *common),
            *("--port", str(master_port), "--webui-port", str(web_ports[0])),
        )
        _wait_for(master_port, processes, logs)
        for number in range(1, WORKERS + 1):
            start(
                f"worker-{number}",
                *("spark-class", f"{package}.worker.Worker", *common, "--cores", "1", "--memory", "1500m"),
                *("--work-dir", str(folder / f"worker-{number}"), "--webui-port", str(web_ports[number]), master),
            )
        start(
            "thrift",
            *("spark-submit", "--master", master, "--properties-file", str(configuration)),
            *("--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "spark-internal"),
            *("--hiveconf", f"hive.server2.thrift.port={port}"),
            *("--hiveconf", f"hive.server2.thrift.bind.host={LOOPBACK}"),
        )
        _wait_for(port, processes, logs)
        yield
    finally:
        for process in reversed(processes):
            _end(process)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]


def _answers(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex((LOOPBACK, port)) == 0


def _wait_for(port: int, processes: list[subprocess.Popen[bytes]], logs: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while not _answers(port):
        if any(process.poll() is not None for process in processes) or time.monotonic() > until:
            raise NotStarted(f"Spark did not start; its own words are in {logs}")
        time.sleep(0.3)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The process and all it started: a worker's executors are in its group."""
    for end in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, end)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
            return


if __name__ == "__main__":
    main()
