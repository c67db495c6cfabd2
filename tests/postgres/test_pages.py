"""docs/how-to/move-to-postgresql.md and docs/postgres.md, typed as they stand: a company that DuckDB built moves to PostgreSQL.

The first test is the slow one of this folder, half a minute of an idle machine: the whole pipeline through Airflow, from the inbox to
the report, over a tenth of the sample company. It is also what shows that both engines publish the same figures.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from scoreboard.settings import Settings
from scoreboard.warehouse.versions import current, folder_of, tables_of
from tests.docs.commands import Block, blocks_of, note_run, run_blocks, runs
from tests.engines import differences
from tests.marts_fixture import settings_for as small_settings
from tests.marts_fixture import write_small_build
from tests.pipeline import settings_for
from tests.sources.loaders import postgres_server
from tests.sources.loaders.postgres_server import Server

pytestmark = pytest.mark.long
HOW_TO = "how-to/move-to-postgresql.md"
REFERENCE = "postgres.md"
# what tells of a run and not of a company
OF_THE_RUN = {"rpt_data_quality"}


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server without roles or databases: the page makes them."""
    with postgres_server.running() as server:
        yield server


def administer(server: Server, page: str) -> None:
    """The page's SQL, as the administrator types it, with a password."""
    with server.connect() as administration:
        for block in blocks_of(page, "sql"):
            for statement in re.sub(r"--.*", "", block.body).replace("'...'", "'secret'").split(";"):
                if statement.strip():
                    administration.execute(statement.encode())
            note_run(block)


def type_in(page: str, settings: Settings, scratch: Path, server: Server, only: str = "") -> str:
    """Run the page's commands in a shell; `only` the blocks that have these words."""
    blocks = [block for block in blocks_of(page, "bash") if only in block.body]
    assert blocks
    instead = {"db.example.com:5432": f"127.0.0.1:{server.port}"}
    if any("sslmode" in block.body for block in blocks):
        instead["?sslmode=verify-full"] = ""  # the server of the wheel has no TLS
    return run_blocks(blocks, settings, scratch, instead)


def how_to_build(page: str) -> list[Block]:
    """What a page lets its reader type to build in PostgreSQL."""
    return [block for block in blocks_of(page, "bash", "sql") if "scoreboard_build" in block.body]


@runs("how-to/move-to-postgresql.md", languages=("bash", "sql"))
def test_a_company_moves_to_postgresql_by_the_commands_of_the_page(
    small_sample: Settings, tmp_path: Path, own_server: Server
) -> None:
    home = tmp_path / "home"
    shutil.copytree(small_sample.home, home, symlinks=True)
    settings = settings_for(home, str(small_sample.as_of))
    before = current(settings)
    shutil.rmtree(settings.build / "target")
    administer(own_server, HOW_TO)

    said = type_in(HOW_TO, settings, tmp_path, own_server)

    # through to the end, and shown where BI reads
    for words in (
        "✓ readers  bi (masked), care (everything)",
        "✓ extract_crm",
        "✓ build_warehouse",
        "✓ quarterly_award_report",
        "✓ action_alerts",
    ):
        assert words in said, said[-3000:]
    after = current(settings)
    assert before and after and after["version"] != before["version"]
    assert (before["settings"]["target"], after["settings"]["target"]) == ("duckdb", "postgres")
    with own_server.connect("insight", user="bi", password="secret") as bi:  # noqa: S106 - of a server of the test
        assert bi.execute("select version from marts_masked.published_version").fetchone() == (after["version"],)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bi.execute("select * from marts.dim_contacts")
    # the figures, with all that was frozen: those of DuckDB, to nine digits
    with duckdb.connect() as both:
        both.execute("set timezone = 'UTC'")
        for name, record in (("one", before), ("other", after)):
            both.execute(
                f"attach '{folder_of(settings, record['version']) / 'warehouse.duckdb'}' as {name} (read_only)"
            )
        places = [
            (schema, table)
            for schema, tables in tables_of(before).items()
            for table in tables
            if table not in OF_THE_RUN
        ]
        assert len(places) > 60
        assert {place: differences(both, *place) for place in places} == dict.fromkeys(places, 0)
        assert described(both, "other") == described(both, "one")
    # what docs and metrics are asked by describes the file that is published
    asked, about = (
        json.loads((settings.build / "target" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("semantic_manifest", "manifest")
    )
    assert "nps" in {metric["name"] for metric in asked["metrics"]}
    assert about["metadata"]["adapter_type"] == "duckdb" and "model.scoreboard.dim_accounts" in about["nodes"]
    results = json.loads((settings.runs / after["run_id"] / "dbt_results.json").read_text(encoding="utf-8"))
    assert results["failed"] == results["errors"] == results["skipped"] == 0 and results["passed"] > 200


def described(both: duckdb.DuckDBPyConnection, database: str) -> Any:
    return both.execute(
        "select schema_name, table_name, column_name, comment from duckdb_columns() where database_name = ? order by all",
        [database],
    ).fetchall()


@runs("postgres.md", languages=("bash", "sql"))
def test_what_is_published_is_shown_by_the_commands_of_the_reference_page(tmp_path: Path, own_server: Server) -> None:
    from scoreboard.warehouse.publish import publish

    settings = small_settings(tmp_path / "home")
    write_small_build(settings, "one")
    publish(settings, "run-one")
    administer(own_server, REFERENCE)

    said = type_in(REFERENCE, settings, tmp_path, own_server, only="make publish-postgres")
    assert [block.body for block in how_to_build(REFERENCE)] == [block.body for block in how_to_build(HOW_TO)]
    note_run(*how_to_build(REFERENCE))  # by the test above, word by word

    assert "PostgreSQL shows v000001-run-one" in " ".join(said.split())
    with own_server.connect("insight", user="care", password="secret") as care:  # noqa: S106 - of a server of the test
        assert care.execute("select distinct mark from marts.dim_accounts").fetchall() == [("one",)]
