"""`make demo` as its user runs it, out of stand-in vendors over HTTP: every row of theirs arrives, trouble on the way or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo import DEMO_AS_OF
from demo.vendors.company import vendor_company
from scoreboard.settings import PROJECT_ROOT
from tests.pipeline import rows, settings_for

pytestmark = pytest.mark.long

ACCOUNTS = 6


def test_a_company_behind_three_vendors_is_landed_mapped_and_published_whole(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SCOREBOARD_", "AIRFLOW"))}
    done = subprocess.run(
        [sys.executable, "-m", "scoreboard", "demo", "--accounts", str(ACCOUNTS)],
        cwd=PROJECT_ROOT,
        env=environment
        | {"SCOREBOARD_HOME": str(tmp_path), "PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

    published = rows(
        settings_for(tmp_path, str(DEMO_AS_OF)), "select entity, valid, quarantined from marts.rpt_data_quality"
    )
    company = vendor_company(accounts=ACCOUNTS)
    assert {row["entity"]: (row["valid"], row["quarantined"]) for row in published} == {
        name: (len(expected), 0) for name, expected in company.items()
    }
    [summary] = (tmp_path / "runs").glob("*/summary.json")
    assert json.loads(summary.read_text(encoding="utf-8"))["unmapped"] == []
    assert "stands in at http://127.0.0.1:" in done.stdout
    # a cursor per stream, and a secret of no connection in anything that was written
    cursors = [
        json.loads(path.read_text())["cursor_out"] for path in tmp_path.glob("landing/*@*/*/run=*/_manifest.json")
    ]
    assert sum(cursor is not None for cursor in cursors) > 10
    written = b"".join(path.read_bytes() for path in (tmp_path / "runs").rglob("*") if path.is_file())
    assert not [
        secret for secret in (b"demo-api-token", b"demo-qualtrics-token") if secret in written + done.stdout.encode()
    ]
