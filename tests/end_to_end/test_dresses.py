"""One company in every dress: as files, out of vendors' APIs, out of what Fivetran and Airbyte land; what is built of it is the same.

The vendors are stand-ins that speak what the vendors document, over HTTP, with faults on the way; the loaders' tables lie in a
DuckDB file. What no vendor holds (projects, usage, assessments, training) comes as files in every dress.

Every source is landed twice, before a day of corrections and after it, and holds the mistakes that a vendor can hold. What no
vendor can hold is left out: a broken line or another encoding, text in a typed field, a doubled or missing key, and the mistakes
that one vendor of two cannot make (an own word for the kind of an activity stays a meeting at HubSpot). So are older versions
of surveys and questions: no vendor stamps a question, its newest wording is the one that is mapped, and so a break in a series
(rpt_series_breaks) is seen in files alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pyarrow as pa
import pytest
import yaml

from demo import DEMO_ENVIRONMENT, write_rules
from demo.vendors import demo
from demo.vendors.company import FROM_FILES, Tables, vendor_company, write_files
from demo.vendors.corrected import AFTER, BEFORE, Corrected, corrected
from scoreboard.entities import DOMAINS, ENTITIES
from scoreboard.landing.drop import land_entity
from scoreboard.landing.feeds import feeds_of, land_feed
from scoreboard.mapping import run
from scoreboard.mapping.run import map_domain
from scoreboard.settings import Settings
from scoreboard.validation.door import validate_domain
from scoreboard.warehouse.inputs import FEED_TYPES, LINEAGE_TYPES, prepare_warehouse
from scoreboard.warehouse.publish import publish
from scoreboard.warehouse.tables import TABLES
from tests.mapping.rig import lay_staging
from tests.pipeline import build_and_publish, rows, settings_for, without_tests_of_columns
from tests.rebuild import build_like

pytestmark = pytest.mark.long

RUN = "run3"
TELL_WHERE_FROM = {"source_relation", "source_file", "source_row_number", "source_run_id"}
"""Where a row is written down at its source."""
TELL_WHERE_LANDED = LINEAGE_TYPES.keys() | FEED_TYPES.keys()
"""The same of a row that a build reads."""
NEWEST = """
from {side}.landed.{entity} where {key} not in ({doomed}) qualify rank() over (partition by {key} order by updated_at desc) = 1
"""
DOOMED = "select * exclude ({left_out}) from {side}.landed.{entity} where {key} in ({doomed})"
"""Rows that pass the door and no further; what else they point at, an invitation to a closed line say, a vendor need not know."""
VERSIONS = "select {key}, updated_at from {side}.landed.{entity}"
REFUSED = "select entity, row_key, rule from {side}.landed.door_quarantine"
IN_ITS_OWN_WORDS = {
    "rpt_data_quality": {"run_at"},
    "rpt_quarantine": {"reason", "content", "file", "row_number", "run_id", "first_seen_at", "row_id"},
}
"""What a source says of its run or of a refused row; entity, rule, key and status of the row are the same, and every count."""
TELL_OF_VERSIONS = {"landed", "quarantined", "replaced"}
"""Counts that hold older versions, which a loader's table has in history mode only: of the rest the newest is all there is."""


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
def company() -> Corrected:
    return corrected(vendor_company(accounts=6))


@pytest.fixture(scope="module")
def as_files(company: Corrected, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The yardstick: published out of files alone, those of the corrections dropped after the others have landed."""
    home = tmp_path_factory.mktemp("files")
    settings = settings_of(home)
    for number, tables in enumerate((company.first, company.changed()), 1):
        write_files(home, tables)
        land(settings, f"run{number}")
    judge(settings)
    with without_tests_of_columns(keeps_manifest=True):
        build_and_publish(settings, RUN)
    return settings


@pytest.fixture(scope="module")
def dressed(company: Corrected, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Settings]:
    """The company landed and judged in a dress, once for every test that asks; nothing is built."""

    @cache
    def landed(name: str) -> Settings:
        dress, home = DRESSES[name], tmp_path_factory.mktemp("dress")
        write_files(home, company.first, FROM_FILES)
        demo.write_mappings(home, company.now, dress.vendors)
        settings = settings_of(
            home, SCOREBOARD_CRM=dress.crm, SCOREBOARD_SUPPORT=dress.support, SCOREBOARD_SURVEY=dress.survey
        )
        later = company.unspoiled if dress.loader else company.now
        for number, (tables, now) in enumerate(((company.first, BEFORE), (later, AFTER)), 1):
            with served(home, dress, tables, now):
                land(settings, f"run{number}")
        judge(settings)
        return settings

    return landed


@pytest.mark.parametrize("name", DRESSES)
def test_a_build_sees_the_same_company_in_every_dress(
    name: str, company: Corrected, as_files: Settings, dressed: Callable[[str], Settings]
) -> None:
    """The newest version of every row that passed the door, how many there were before it, and every row that was refused."""
    settings, is_loaded = dressed(name), DRESSES[name].loader is not None
    # a loader's table has lost all versions but the newest, and with the good one the bad one that came after it
    shown = [NEWEST, DOOMED] if is_loaded else [NEWEST, DOOMED, VERSIONS]
    unseen = company.spoiled if is_loaded else ()

    with duckdb.connect() as connection:
        for side, file in (("files", as_files.build / "warehouse.duckdb"), ("dress", prepare_warehouse(settings, RUN))):
            connection.execute(f"attach '{file}' as {side} (read_only)")

        def different(query: str, **told: str) -> list[tuple[Any, ...]]:
            sides = (connection.sql(query.format(side=side, **told)) for side in ("files", "dress"))
            return differing(*sides, TELL_WHERE_LANDED)

        for entity in ENTITIES.values():
            doomed = ", ".join(f"'{key}'" for name, _, key in sorted(company.refused) if name == entity.name)
            told = {"entity": entity.name, "key": entity.key, "doomed": doomed or "''"}
            told["left_out"] = ", ".join(("_content_hash", *entity.references))
            assert {query: found for query in shown if (found := different(query, **told))} == {}
        assert sorted(different(REFUSED)) == sorted(("files only", entity, key, rule) for entity, rule, key in unseen)


def test_every_mart_is_the_same_out_of_a_loaders_tables(
    company: Corrected, as_files: Settings, dressed: Callable[[str], Settings]
) -> None:
    """Where a row came from changes no figure: what a build reads beside the rows is nowhere as different as here.

    That dbt itself builds out of a vendor's dress is seen in test_demo_of_vendors.py.
    """
    settings = dressed("Airbyte")
    build_like(settings, as_files, RUN)
    publish(settings, RUN)

    with duckdb.connect() as connection:
        different = {
            table: found
            for table in sorted(TABLES)
            if (
                found := differing(
                    *(published(connection, one, table) for one in (as_files, settings)),
                    TELL_WHERE_FROM | TELL_OF_VERSIONS | IN_ITS_OWN_WORDS.get(table, set()),
                )
            )
        }
    # its figures are those of the good version
    assert sorted(different.pop("rpt_quarantine", [])) == sorted(
        ("files only", entity, key, rule, "open") for entity, rule, key in company.spoiled
    )
    assert different == {}


def test_the_files_hold_older_versions_and_every_mistake(company: Corrected, as_files: Settings) -> None:
    refused = rows(as_files, "select entity, rule, row_key from marts.rpt_quarantine where status = 'open'")
    replaced = rows(as_files, "select entity from marts.rpt_data_quality where replaced > 0")

    assert sorted(tuple(row.values()) for row in refused) == sorted(company.refused | company.spoiled)
    assert {row["entity"] for row in replaced} == {name for name, changed in company.changed().items() if changed}


def settings_of(home: Path, **adapters: str) -> Settings:
    """Settings of the sample company's own day, zone and currency, and its rules in place."""
    write_rules(home)
    told = {name: value for name, value in DEMO_ENVIRONMENT.items() if name != "SCOREBOARD_AS_OF"}
    return settings_for(home, DEMO_ENVIRONMENT["SCOREBOARD_AS_OF"], **told, **adapters)


@contextmanager
def served(home: Path, dress: Dress, company: Tables, now: datetime) -> Iterator[None]:
    """The vendors over HTTP while they are asked, or their tables in one DuckDB file."""
    if dress.loader:
        keep_tables(home, dress, company)
    with nullcontext() if dress.loader else demo.running(company, dress.vendors, now.replace(tzinfo=UTC)):
        yield


def keep_tables(home: Path, dress: Dress, company: Tables) -> None:
    """A DuckDB file with a schema per vendor, as a loader leaves it, and the mapping files told where it lies."""
    with duckdb.connect(str(home / "loaded.duckdb")) as connection:
        for vendor in dress.vendors:
            connection.execute(f"create schema if not exists {vendor}")
            tables = getattr(import_module(f"demo.vendors.dress.{vendor}"), str(dress.loader))(company)
            for table, rows in tables.items():
                if rows:
                    connection.register("rows", as_arrow(rows))
                    connection.execute(f'create or replace table {vendor}."{table}" as select * from rows')
                    connection.unregister("rows")
            path = home / "sources" / f"{vendor}.yaml"
            told = yaml.safe_load(path.read_text(encoding="utf-8"))
            told["connections"] = [{"id": "warehouse", "kind": "duckdb", "path": "loaded.duckdb", "schema": vendor}]
            path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def as_arrow(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of one table, columns in the order they are first met; what a row lacks is null."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])


def land(settings: Settings, run_id: str) -> None:
    """One run's extract: what lies in the inbox and what the vendors show."""
    for domain in DOMAINS:
        for entity in (entity for entity in ENTITIES.values() if entity.domain == domain):
            if "files" in settings.adapters_of(domain):
                land_entity(settings, entity.name, run_id)
        for feed in feeds_of(settings, domain):
            land_feed(settings, feed, run_id)


def judge(settings: Settings) -> None:
    """What a run does between landing and building."""
    for domain in DOMAINS:
        with mock.patch.object(run, "_run_staging", lay_staging):  # a vendor's views are the same in every dress
            map_domain(settings, domain, RUN)
        validate_domain(settings, domain, RUN)


def published(connection: duckdb.DuckDBPyConnection, settings: Settings, table: str) -> duckdb.DuckDBPyRelation:
    return connection.read_parquet(str(settings.published / "parquet" / f"{table}.parquet"))


def differing(
    files: duckdb.DuckDBPyRelation, dress: duckdb.DuckDBPyRelation, left_out: Set[str]
) -> list[tuple[Any, ...]]:
    """Rows that only one of two tables has, some columns aside; a few, if there are any."""
    names = [name for name in files.columns if name not in left_out]
    assert names and files.columns == dress.columns
    here, there = (table.select(*map(duckdb.ColumnExpression, names)) for table in (files, dress))
    return [
        (side, *row)
        for side, rows in (("files only", here.except_(there)), ("dress only", there.except_(here)))
        for row in rows.limit(3).fetchall()
    ]
