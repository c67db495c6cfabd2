"""A tenth of the sample company's accounts, published and told of: for commands that run the whole pipeline again, whatever its size.

The stages are called in order, without Airflow; `make demo` over the whole company is what `published_sample` is made by. The rest of the
company is as it is there: older versions, doubles and bad rows, files of every format, the accounts of its story and of the pages.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo import DEMO_AS_OF, DEMO_ENVIRONMENT, STORY, sinks, write_rules
from demo.company.build import build
from demo.company.delivery import deliver
from demo.company.mistakes import Ledger, add_versions, bad_rows, blur_references
from scoreboard.entities import ENTITIES
from scoreboard.journal import note_outcome
from scoreboard.leaving import leave
from scoreboard.settings import PROJECT_ROOT, Settings, utc_now
from tests.once import once
from tests.pipeline import run_pipeline, settings_for, without_tests_of_columns

SEED = 2016
OF_THE_PAGES = {"A-0001", "A-0110"}


@pytest.fixture(scope="session")
def small_sample(tmp_path_factory: pytest.TempPathFactory, published_sample: Settings) -> Settings:
    """Its home, with the Airflow of `published_sample`. Read only: who runs something in it takes a copy."""

    def make(home: Path) -> None:
        write_tenth(home)
        done = subprocess.run(  # an interpreter of its own: Airflow takes its settings once
            [sys.executable, "-m", __name__],
            cwd=PROJECT_ROOT,
            env=os.environ | DEMO_ENVIRONMENT | {"SCOREBOARD_HOME": str(home), "SCOREBOARD_SETTLE_SECONDS": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:]
        shutil.copytree(published_sample.airflow_home, home / "airflow", dirs_exist_ok=True)

    return settings_for(once(tmp_path_factory, "small-sample", make), str(DEMO_AS_OF))


def write_tenth(home: Path) -> None:
    """What `demo.write_company` writes, of these accounts and of nobody's alone."""
    tables, _ = build(SEED)
    blur_references(SEED, tables)
    ledger = Ledger()
    before, after = add_versions(SEED, tables, ledger)
    bad = bad_rows(tables, ledger)
    kept = {row["account_id"] for row in tables["accounts"] if row["account_id"].endswith("0")}
    kept |= {STORY.risky_account, *STORY.overrated_accounts, *OF_THE_PAGES}
    responses = {row["response_id"] for row in tables["responses"] if row["account_id"] in kept}

    def of_these(name: str, rows: list[dict[str, object]]) -> list[dict[str, object]]:
        if name == "answers":
            return [row for row in rows if row["response_id"] in responses]
        return [row for row in rows if "account_id" not in ENTITIES[name].columns or row["account_id"] in kept]

    for name in ENTITIES:
        written = (of_these(name, rows[name]) for rows in (before, tables, after))
        deliver(home / "inbox", name, *written, bad[name])
    write_rules(home)
    sinks.prepare(home)


def main() -> None:
    """A run of the pipeline in this environment's home: publish, report, alert, and note for `make status` how it ended."""
    from scoreboard.orchestration import airflow_env
    from scoreboard.orchestration.report_quarter import last_closed

    settings = Settings.from_environment()
    os.environ.update(airflow_env.environment(settings))  # before Airflow is imported, by which messages leave
    from scoreboard.alerts.steps import deliver_alerts, queue_alerts, queue_escalations
    from scoreboard.reports.award import write_award_report

    started = utc_now()
    run_id = f"{started:%Y%m%dT%H%M%SZ}"
    with without_tests_of_columns():  # the whole company has them, and so have the runs that start here
        run_pipeline(settings, run_id)
    write_award_report(settings, last_closed(settings))
    with sinks.running(settings.home):
        queued = queue_alerts(settings)
        deliver_alerts(settings, run_id, {**queued, "steps_due": queue_escalations(settings)}, "http://localhost:8080")
    for dag in ("build_warehouse", "quarterly_award_report", "action_alerts"):
        note_outcome(settings, dag, run_id, "success", started, "manual")


if __name__ == "__main__":
    gc.set_threshold(50_000, 20, 100)  # as a command does
    main()
    leave(0)
