"""The acceptance company, held by its own compare script against the tables it must give."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from scoreboard.settings import PROJECT_ROOT
from tests.pipeline import build_and_publish, land_and_judge, settings_for, without_tests_of_columns

ACCEPTANCE = PROJECT_ROOT.parent / "shared" / "acceptance"
ABSENT = (
    "the acceptance company lies beside a developer's checkout only; tests/oracle covers the same ground without it"
)


pytestmark = [pytest.mark.long, pytest.mark.skipif(not ACCEPTANCE.exists(), reason=ABSENT)]
RUN = "acceptance"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where the company is landed and judged, which no as-of date has a say in."""
    home = tmp_path_factory.mktemp("acceptance")
    for folder in ("inbox", "seeds"):
        shutil.copytree(ACCEPTANCE / "company" / folder, home / folder)
    subprocess.run(["chmod", "-R", "u+w", str(home)], check=True)
    land_and_judge(settings_for(home, "2026-03-31"), RUN)
    return home


@pytest.mark.parametrize(
    ("as_of", "expected", "tested"),
    [("2026-03-31", "expected", nullcontext), ("2025-08-10", "expected_2025-08-10", without_tests_of_columns)],
)
def test_every_table_of_the_acceptance_company_is_equal(
    tmp_path: Path, judged: Path, as_of: str, expected: str, tested: Callable[[], AbstractContextManager[None]]
) -> None:
    shutil.copytree(judged, tmp_path, dirs_exist_ok=True)
    settings = settings_for(tmp_path, as_of)

    with tested():
        build_and_publish(settings, RUN)

    compared = subprocess.run(
        [
            sys.executable,
            str(ACCEPTANCE / "compare.py"),
            str(ACCEPTANCE / "company" / expected),
            str(settings.published),
            "--counts",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert compared.returncode == 0, compared.stdout[-4000:]
    assert "8/8 tables equal" in compared.stdout
