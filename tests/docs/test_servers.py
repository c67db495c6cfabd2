"""Every command of the page about BI tools: on the files, and Superset. (PostgreSQL: tests/postgres.)"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from scoreboard.settings import PROJECT_ROOT, Settings
from tests.docs.commands import blocks_of, run_blocks, runs
from tests.sample import copy_of

STAND_IN = """\
#!/bin/sh
# what an installed Superset would be asked to do, word by word
echo "$(basename "$0") $*"
{more}
"""


@runs("bi.md")
def test_the_files_and_superset(published_sample: Settings, tmp_path: Path) -> None:
    """Everything, but that Superset's 700 MB are not installed: a stand-in says what would be installed, prepared and served."""
    settings = copy_of(published_sample, tmp_path / "home")
    place = tmp_path / "clone"  # the page writes award.csv, and Superset's environment, where it is typed
    place.mkdir()
    for name in ("Makefile", "requirements.lock", "plugins"):
        (place / name).symlink_to(PROJECT_ROOT / name)
    shutil.copytree(PROJECT_ROOT / "deploy", place / "deploy")
    tools = tmp_path / "bin"
    tools.mkdir()
    python, uv = tools / "stand-in", tools / "uv"
    python.write_text(STAND_IN.format(more="env | grep -E '^(WAREHOUSE_URI|SUPERSET_USER)='"))
    uv.write_text(
        STAND_IN.format(
            more=f'if [ "$1" = venv ]; then for last; do :; done; mkdir -p "$last/bin";'
            f' cp {python} "$last/bin/python"; cp {python} "$last/bin/gunicorn"; fi'
        )
    )
    for program in (python, uv):
        program.chmod(0o755)

    said = run_blocks(
        blocks_of("bi.md", "bash"), settings, tmp_path, environment={"PATH": f"{tools}:/usr/bin:/bin"}, where=place
    )

    assert "2026-Q1" in said
    assert "award_year" in (place / "award.csv").read_text(encoding="utf-8")
    assert f"uv venv --quiet --python {sys.executable} {place}/.venv-superset" in said
    assert f"--require-hashes -r {place}/deploy/superset/requirements.lock" in said
    log = (settings.home / "superset" / "prepare.log").read_text()
    assert f"python {place}/deploy/superset/prepare.py" in log
    assert f"WAREHOUSE_URI=duckdb:///{settings.home.resolve()}/published/warehouse.duckdb" in log
    assert "http://127.0.0.1:8088/superset/dashboard/scoreboard/" in said and "gunicorn --workers 1" in said
    password = settings.home / "superset" / "password"
    assert password.read_text() not in said and password.stat().st_mode & 0o077 == 0
