"""`make up`: the DAGs under Airflow's own scheduler, the warehouse started by what landed, and nothing left afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date

import psutil
import pytest

from scoreboard import journal
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.orchestration import tiny_company

pytestmark = pytest.mark.long

PATIENCE = 900  # seconds, on a machine busy with other things; on two idle cores it takes under two minutes
# read once, the DAG files do not change: Airflow would parse all of them anew every half minute, a third of the test's work
QUIET = {"AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600"}
EXTRACTS = ["extract_crm", "extract_support", "extract_surveys"]


class Server:
    """`make up` on a free port, asked through Airflow's REST API as the user it made."""

    def __init__(self, home, as_of):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self.home = home
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "SCOREBOARD"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scoreboard", "up", "--port", self.address.rpartition(":")[2]],
            env=inherited
            | {"SCOREBOARD_HOME": str(home), "SCOREBOARD_AS_OF": as_of, "SCOREBOARD_SETTLE_SECONDS": "0"}
            | QUIET,
            cwd=PROJECT_ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.token = None

    def wait_until_up(self):
        """The lines it prints, up to the last; each is waited for."""
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if "Ctrl-C stops it" in line:
                (user, password), *_ = json.loads(
                    (self.home / "airflow" / "simple_auth_manager_passwords.json.generated").read_text()
                ).items()
                self.token = self.ask("/auth/token", {"username": user, "password": password})["access_token"]
                return "".join(lines)
        raise AssertionError("it ended: " + "".join(lines))

    def ask(self, path, body=None):
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.token}"} if self.token else {}
        )
        data = json.dumps(body).encode() if body else None
        with urllib.request.urlopen(urllib.request.Request(self.address + path, data, headers), timeout=60) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def runs(self, dag_id):
        return self.ask(f"/api/v2/dags/{dag_id}/dagRuns")["dag_runs"]

    def runs_once_settled(self, dag_id):
        """Its runs, once none is queued or at work: what is noted on disk is committed a moment later."""
        for _ in range(PATIENCE):
            runs = self.runs(dag_id)
            if not {run["state"] for run in runs} & {"queued", "running"}:
                return runs
            time.sleep(1)
        raise AssertionError(runs)

    def family(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    @property
    def settings(self):
        return Settings(home=self.home, as_of=date.fromisoformat(tiny_company.AS_OF))

    def at_work(self):
        """The DAGs that run now, as `make status` shows them: read from disk, since a question to the web server costs it work."""
        return {one["dag_id"] for one in journal.going_on(self.settings)}

    def ended(self, dag_id, kind):
        """Whether a run of this kind has ended."""
        return kind in {one["kind"] for one in journal.outcomes(self.settings).get(dag_id, [])}

    def failures(self):
        return [path.read_text() for path in self.home.glob("runs/*/failures.jsonl")]


@pytest.fixture
def server(tmp_path):
    tiny_company.drop(tmp_path)
    server = Server(tmp_path, tiny_company.AS_OF)
    family = []
    try:
        yield server
    finally:
        if server.process.poll() is None:
            family = server.family()
            server.process.send_signal(signal.SIGINT)
        try:
            server.process.wait(timeout=60)
        finally:
            for process in [server.process, *family]:
                if process.is_running() if isinstance(process, psutil.Process) else process.poll() is None:
                    process.kill()


def connections_of(process):
    """None of a process that has ended since it was found, as those of tasks do."""
    try:
        return process.net_connections()
    except psutil.NoSuchProcess:
        return []


@pytest.mark.scheduler
def test_landing_starts_the_warehouse_once_under_a_real_scheduler_and_ctrl_c_ends_it_all(server):
    shown = server.wait_until_up()
    assert server.address in shown

    # the extracts are due at once, as on every first start; nobody triggers anything
    deadline = time.monotonic() + PATIENCE
    seen_at_work = set()
    while not server.ended("build_warehouse", "asset_triggered"):
        assert time.monotonic() < deadline, server.failures()
        assert server.process.poll() is None
        assert server.failures() == []
        time.sleep(1)
        seen_at_work |= server.at_work()
    assert "build_warehouse" in seen_at_work  # as `make status` shows it

    builds = server.runs_once_settled("build_warehouse")
    assert [(run["state"], run["run_type"]) for run in builds] == [("success", "asset_triggered")], server.failures()
    causes = server.ask(f"/api/v2/dags/build_warehouse/dagRuns/{builds[0]['dag_run_id']}/upstreamAssetEvents")[
        "asset_events"
    ]
    assert sorted(event["source_dag_id"] for event in causes) == EXTRACTS
    assert all(event["extra"]["rows_valid"] > 0 for event in causes)
    published = server.ask("/api/v2/assets/events?source_dag_id=build_warehouse")["asset_events"]
    assert [event["source_task_id"] for event in published] == ["publish"]

    # the version that was published is told; the hour's run before it had nobody to tell, and no mail server is set up
    while not server.ended("action_alerts", "asset_triggered"):
        assert time.monotonic() < deadline, server.failures()
        time.sleep(1)
    told = [run for run in server.runs_once_settled("action_alerts") if run["run_type"] == "asset_triggered"]
    assert [run["state"] for run in told] == ["success"], server.failures()
    assert {run["state"] for run in server.runs("action_alerts")} <= {"success", "queued", "running"}
    assert (server.home / "alerts" / "outbox.sqlite").exists()

    assert "build_warehouse" not in server.at_work()
    live = json.loads((server.home / "published" / "current.json").read_text())
    assert "build_warehouse" in live["run_id"]
    assert (server.home / "runs" / live["run_id"] / "summary.json").exists()

    family = server.family()
    assert len(family) >= 3
    listening = {
        connection.laddr.ip
        for process in family
        for connection in connections_of(process)
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}

    server.process.send_signal(signal.SIGINT)  # to the one process, as a supervisor would; a terminal sends it to all
    assert server.process.wait(timeout=120) == 128 + signal.SIGINT
    assert [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []
