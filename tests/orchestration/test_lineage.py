"""What OpenLineage is told: every task of land, build, publish starts and completes with our datasets, and nothing leaves the machine."""

import json
import logging
import re
import socket
from io import StringIO

import pytest
from rich.console import Console

from scoreboard.orchestration import runner
from scoreboard.orchestration.terminal import Progress
from scoreboard.settings import Settings
from scoreboard.warehouse.tables import TABLES
from tests.orchestration import airflow_home
from tests.orchestration.stubs import Steps

EVENT = re.compile(r"\{.*\"eventType\".*\}")


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    """(job, event type) -> event, of one run of an extract, the build and the report; whoever calls out is caught."""
    airflow_home.prepare_database()
    home = tmp_path_factory.mktemp("lineage")
    heard, called = [], []

    class Listener(logging.Handler):
        def emit(self, record):
            heard.extend(json.loads(found) for found in EVENT.findall(record.getMessage()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCOREBOARD_HOME", str(home))
        patch.setenv("SCOREBOARD_AS_OF", "2026-08-17")
        Steps().install(patch)
        connect = socket.socket.connect
        patch.setattr(socket.socket, "connect", lambda sock, to: called.append(to) or connect(sock, to))
        console = logging.getLogger("openlineage.client.transport.console")
        listener = Listener()
        console.addHandler(listener)
        patch.setattr(console, "level", logging.INFO)
        settings = Settings.from_environment()
        dags = runner.load_dags()
        progress = Progress(Console(file=StringIO()))
        for dag_id in ("extract_support", "build_warehouse", "quarterly_award_report"):
            assert runner.run_dag(dags[dag_id], settings, "20260817T050501Z", progress), dag_id
        console.removeHandler(listener)
    assert [to for to in called if isinstance(to, tuple) and to[0] not in ("127.0.0.1", "::1", "localhost")] == []
    return {(event["job"]["name"], event["eventType"]): event for event in heard}


def names(event, side):
    assert {dataset["namespace"] for dataset in event[side]} <= {"scoreboard"}
    return {dataset["name"] for dataset in event[side]}


def test_every_task_starts_and_completes(events):
    jobs = [
        "extract_support.land",
        "extract_support.validate",
        *(f"build_warehouse.{step}" for step in ("build", "audit", "publish")),
    ]
    for job in jobs:
        assert {kind for name, kind in events if name == job} == {"START", "COMPLETE"}, job
    assert {event["job"]["namespace"] for event in events.values()} == {"scoreboard"}


def test_each_step_reads_what_the_step_before_wrote(events):
    done = {name: event for (name, kind), event in events.items() if kind == "COMPLETE"}
    land, validate = done["extract_support.land"], done["extract_support.validate"]
    assert names(land, "inputs") == {"inbox/support/tickets"}
    assert names(land, "outputs") == names(validate, "inputs") == {"landing/files/tickets"}
    assert names(validate, "outputs") == {"valid/files/tickets", "quarantine/files/tickets", "landed/support"}

    build, publish = done["build_warehouse.build"], done["build_warehouse.publish"]
    assert "valid/files/tickets" in names(build, "inputs")
    assert names(build, "outputs") == names(publish, "inputs") == {f"build/marts/{table}" for table in TABLES}
    assert names(publish, "outputs") == {f"published/marts/{table}" for table in TABLES} | {"published/marts"}
    assert names(done["quarterly_award_report.write_report"], "outputs") == {"reports/award_report"}


def test_assets_and_datasets_are_called_the_same(events):
    from scoreboard.orchestration import assets

    published = {
        f"{dataset['namespace']}://{dataset['name']}" for event in events.values() for dataset in event["outputs"]
    }
    assert {assets.SUPPORT_LANDED.uri, assets.PUBLISHED.uri} <= published


def test_a_task_of_somebody_elses_dag_has_none_of_our_datasets():
    from types import SimpleNamespace

    from scoreboard.orchestration.lineage import StepExtractor

    def told(tags):
        operator = SimpleNamespace(task_id="build", dag=SimpleNamespace(tags=tags), op_args=(), op_kwargs={})
        return StepExtractor(operator)._execute_extraction()

    assert told({"scoreboard"}).outputs
    assert not told({"finance"}).outputs and not told(set()).inputs
