"""Every command of the pages about servers of others: PostgreSQL as a reader and as the engine, BI tools on the files, Superset."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from scoreboard.settings import PROJECT_ROOT, Settings
from tests.docs.commands import Block, blocks_of, note_run, run_blocks, runs
from tests.orchestration import tiny_company
from tests.pipeline import settings_for
from tests.sample import copy_of
from tests.sources.loaders import postgres_server
from tests.sources.loaders.postgres_server import Server

POSTGRES = ("how-to/move-to-postgresql.md", "postgres.md")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_server.running() as server:
        yield server


@runs(*POSTGRES, languages=("bash", "sql"))
def test_postgresql_as_reader_and_as_engine(published_sample: Settings, tmp_path: Path, server: Server) -> None:
    """Both pages, block by block: SQL as the administrator, commands in a shell; what builds does so over the smallest company there is.

    A build of it in PostgreSQL with all of dbt's tests takes about a minute, and both pages have the same one.
    """
    shown = copy_of(published_sample, tmp_path / "home")
    tiny_company.drop(tmp_path / "tiny")
    built = settings_for(tmp_path / "tiny", tiny_company.AS_OF)
    done: dict[str, str] = {}
    for page in POSTGRES:
        for block in blocks_of(page, "bash", "sql"):
            if block.body in done:
                continue
            if block.language == "sql":
                _administer(server, block, done)
                continue
            here = {
                address: f"127.0.0.1:{server.port}" for address in ("db.example.com:5432",) if address in block.body
            }
            # the embedded server was compiled without TLS
            here |= {mode: "sslmode=disable" for mode in ("sslmode=verify-full",) if mode in block.body}
            done[block.body] = run_blocks([block], built if "make run" in block.body else shown, tmp_path, here)

    with server.connect("insight", user="bi", password="secret") as reader:  # noqa: S106 - of a server of the test
        assert reader.execute("select count(*) from marts_masked.dim_projects").fetchone() > (0,)
    with server.connect("scoreboard_build") as administration:
        assert administration.execute("select count(*) from build_marts.dim_accounts").fetchone() == (2,)
    with duckdb.connect(str((built.published / "warehouse.duckdb").resolve()), read_only=True) as file:
        assert file.execute("select count(*) from marts.dim_accounts").fetchone() == (2,)


def _administer(server: Server, block: Block, done: dict[str, str]) -> None:
    """Run a block's statements as the administrator, but for what the other page has made already."""
    for statement in re.sub(r"--.*", "", block.body).split(";"):
        words = " ".join(statement.split()).replace("'...'", "'secret'")
        if words and words not in done:
            with server.connect() as administration:
                administration.execute(words.encode())
            done[words] = ""
    note_run(block)
    done[block.body] = ""


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
