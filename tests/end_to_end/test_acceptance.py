"""The acceptance company, held by its own compare script against the tables it must give."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scoreboard.settings import PROJECT_ROOT
from tests.pipeline import run_pipeline, settings_for

ACCEPTANCE = PROJECT_ROOT.parent / "shared" / "acceptance"
ABSENT = (
    "the acceptance company lies beside a developer's checkout only; tests/oracle covers the same ground without it"
)


@pytest.mark.skipif(not ACCEPTANCE.exists(), reason=ABSENT)
@pytest.mark.parametrize(("as_of", "expected"), [("2026-03-31", "expected"), ("2025-08-10", "expected_2025-08-10")])
def test_every_table_of_the_acceptance_company_is_equal(tmp_path: Path, as_of: str, expected: str) -> None:
    company = ACCEPTANCE / "company"
    for folder in ("inbox", "seeds"):
        shutil.copytree(company / folder, tmp_path / folder)
    subprocess.run(["chmod", "-R", "u+w", str(tmp_path)], check=True)
    settings = settings_for(tmp_path, as_of)

    run_pipeline(settings, "acceptance")

    compared = subprocess.run(
        [sys.executable, str(ACCEPTANCE / "compare.py"), str(company / expected), str(settings.published), "--counts"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert compared.returncode == 0, compared.stdout[-4000:]
    assert "8/8 tables equal" in compared.stdout
