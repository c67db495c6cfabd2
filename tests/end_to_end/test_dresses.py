"""One company in every dress: as files, out of vendors' APIs, out of what Fivetran and Airbyte land; the marts are the same.

The vendors are stand-ins that speak what the vendors document, over HTTP, with faults on the way; the loaders' tables lie in a
DuckDB file. What no vendor holds (projects, usage, assessments, training) comes as files in every dress.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import yaml

from demo import DEMO_ENVIRONMENT, write_rules
from demo.vendors import demo
from demo.vendors.company import FROM_FILES, Tables, vendor_company, write_files
from scoreboard.entities import DOMAINS, ENTITIES
from scoreboard.landing.drop import land_entity
from scoreboard.landing.feeds import feeds_of, land_feed
from scoreboard.mapping.run import map_domain
from scoreboard.settings import Settings
from scoreboard.validation.door import validate_domain
from scoreboard.warehouse.audit import audit
from scoreboard.warehouse.build import build_warehouse
from scoreboard.warehouse.publish import publish
from scoreboard.warehouse.tables import TABLES
from tests.pipeline import settings_for

RUN = "run"
TELL_OF_RUNS = {"rpt_data_quality", "rpt_quarantine"}
"""How often and in which pieces rows landed: each dress has its own story, and what was refused differs with the noise."""
TELL_WHERE_FROM = {"source_relation", "source_file", "source_row_number", "source_run_id"}
"""Where a row is written down at its source."""


@dataclass(frozen=True)
class Dress:
    """Adapters per domain, and for a loader the vendors whose tables it keeps."""

    crm: str
    support: str
    survey: str
    vendors: tuple[str, ...]
    loader: str | None = None


DRESSES = {
    "vendor APIs": Dress("salesforce,files", "zendesk", "qualtrics", ("salesforce", "zendesk", "qualtrics")),
    "other vendors' APIs": Dress("hubspot,files", "hubspot", "surveymonkey", ("hubspot", "surveymonkey")),
    "Fivetran": Dress(
        "salesforce_fivetran,files",
        "zendesk_fivetran",
        "qualtrics_fivetran",
        ("salesforce", "zendesk", "qualtrics"),
        "fivetran",
    ),
    "Airbyte": Dress(
        "salesforce_airbyte,files",
        "zendesk_airbyte",
        "surveymonkey_airbyte",
        ("salesforce", "zendesk", "surveymonkey"),
        "airbyte",
    ),
}


@pytest.fixture(scope="module")
def company() -> Tables:
    return vendor_company(accounts=24)


@pytest.fixture(scope="module")
def as_files(company: Tables, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The yardstick: published out of files alone."""
    home = tmp_path_factory.mktemp("files")
    write_files(home, company)
    return published(settings_of(home))


@pytest.mark.parametrize("name", DRESSES)
def test_every_mart_is_the_same_in_every_dress(
    name: str, company: Tables, as_files: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dress = DRESSES[name]
    write_files(tmp_path, company, FROM_FILES)
    demo.write_mappings(tmp_path, company, dress.vendors)
    settings = settings_of(
        tmp_path, SCOREBOARD_CRM=dress.crm, SCOREBOARD_SUPPORT=dress.support, SCOREBOARD_SURVEY=dress.survey
    )

    with served(tmp_path, dress, company):
        published(settings)

    with duckdb.connect() as connection:
        different = {
            table: rows
            for table in sorted(TABLES.keys() - TELL_OF_RUNS)
            if (rows := differing(connection, table, as_files, settings))
        }
    assert different == {}


def settings_of(home: Path, **adapters: str) -> Settings:
    """Settings of the sample company's own day, zone and currency, and its rules in place."""
    write_rules(home)
    told = {name: value for name, value in DEMO_ENVIRONMENT.items() if name != "SCOREBOARD_AS_OF"}
    return settings_for(home, DEMO_ENVIRONMENT["SCOREBOARD_AS_OF"], **told, **adapters)


@contextmanager
def served(home: Path, dress: Dress, company: Tables) -> Iterator[None]:
    """The vendors over HTTP while they are asked, or their tables in one DuckDB file."""
    if dress.loader:
        keep_tables(home, dress, company)
    with nullcontext() if dress.loader else demo.running(company, dress.vendors):
        yield


def keep_tables(home: Path, dress: Dress, company: Tables) -> None:
    """A DuckDB file with a schema per vendor, as a loader leaves it, and the mapping files told where it lies."""
    with duckdb.connect(str(home / "loaded.duckdb")) as connection:
        for vendor in dress.vendors:
            connection.execute(f"create schema {vendor}")
            tables = getattr(import_module(f"demo.vendors.dress.{vendor}"), str(dress.loader))(company)
            for table, rows in tables.items():
                if rows:
                    connection.register("rows", as_arrow(rows))
                    connection.execute(f'create table {vendor}."{table}" as select * from rows')
                    connection.unregister("rows")
            path = home / "sources" / f"{vendor}.yaml"
            told = yaml.safe_load(path.read_text(encoding="utf-8"))
            told["connections"] = [{"id": "warehouse", "kind": "duckdb", "path": "loaded.duckdb", "schema": vendor}]
            path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def as_arrow(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of one table, columns in the order they are first met; what a row lacks is null."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])


def published(settings: Settings) -> Settings:
    """Everything from landing to publishing, stage by stage as the DAGs do it."""
    for domain in DOMAINS:
        for entity in (entity for entity in ENTITIES.values() if entity.domain == domain):
            if "files" in settings.adapters_of(domain):
                land_entity(settings, entity.name, RUN)
        for feed in feeds_of(settings, domain):
            land_feed(settings, feed, RUN)
        map_domain(settings, domain, RUN)
        validate_domain(settings, domain, RUN)
    build_warehouse(settings, RUN)
    audit(settings, RUN)
    publish(settings, RUN)
    return settings


def differing(connection: duckdb.DuckDBPyConnection, table: str, one: Settings, other: Settings) -> list[Any]:
    """Rows that only one of two published tables has, where they come from aside; a few, if there are any."""
    here, there = (
        connection.read_parquet(str(settings.published / "parquet" / f"{table}.parquet")) for settings in (one, other)
    )
    columns = ", ".join(f'"{name}"' for name in here.columns if name not in TELL_WHERE_FROM)
    assert columns and here.columns == there.columns
    sides = [
        connection.sql(f"select '{side}' as side, * from (select {columns} from a except all select {columns} from b)")
        for side, a, b in (("files only", here, there), ("dress only", there, here))
    ]
    return [row for side in sides for row in side.limit(3).fetchall()]
