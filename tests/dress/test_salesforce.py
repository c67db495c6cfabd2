"""The sample company dressed as Salesforce: whichever way it was landed, the canonical rows are the company's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo.vendors.company import Tables
from demo.vendors.core import Clock, World, transport
from demo.vendors.dress import salesforce as dress
from demo.vendors.salesforce_api import CLIENT_ID, CLIENT_SECRET, SalesforceStandIn
from scoreboard.entities import ENTITIES
from scoreboard.landing.pages import land_stream
from scoreboard.mapping.config import mapping_of
from scoreboard.settings import Settings
from scoreboard.sources.api.http import Http
from scoreboard.sources.api.salesforce import SalesforceSource
from scoreboard.sources.api.salesforce_auth import ClientCredentials
from tests.mapping.rig import Row, mapped

FED = ("accounts", "contacts", "employees", "opportunities", "revenue", "activities")
HOST = "https://kestrelmoor.my.salesforce.com"


def typed(entity: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """A row as it is after the door: text as its type; the company's own values are typed already."""
    kinds = ENTITIES[entity].kinds
    return tuple(_typed(kinds[column], row[column]) for column in ENTITIES[entity].columns)


def _typed(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "number":
        return Decimal(value)
    if kind == "flag":
        return {"true": True, "false": False}[value] if isinstance(value, str) else value
    if kind == "date":
        return date.fromisoformat(value) if isinstance(value, str) else value
    if kind == "timestamp":
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return value


def current(entity: str, rows: list[Row]) -> dict[str, tuple[Any, ...]]:
    """The newest version of every key; the door would call the others replaced."""
    newest: dict[str, tuple[Any, ...]] = {}
    place = ENTITIES[entity].columns.index("updated_at")
    for row in (typed(entity, row) for row in rows):
        if row[0] not in newest or row[place] > newest[row[0]][place]:
            newest[row[0]] = row
    return newest


def assert_is_company(rows: Mapping[str, list[Row]], company: Tables) -> None:
    for entity in FED:
        expected = {row[ENTITIES[entity].key]: typed(entity, row) for row in company[entity]}
        found = current(entity, rows[entity])
        assert found.keys() == expected.keys(), entity
        different = {key: (row, expected[key]) for key, row in found.items() if row != expected[key]}
        assert not different, (entity, ENTITIES[entity].columns, next(iter(different.values())))


def source_of(company: Tables, **options: str) -> SalesforceSource:
    """The adapter before a stand-in org that holds the company."""
    world = World(Clock(datetime(2026, 4, 21, 6, tzinfo=UTC)))
    dress.load(world, company)
    pipe = transport(SalesforceStandIn(world, page_size=150))
    auth = ClientCredentials(Http(HOST, transport=pipe), CLIENT_ID, CLIENT_SECRET)
    http = Http(HOST, auth, name="salesforce_default", transport=pipe, wait=lambda seconds: None)
    settings = Settings(home=Path("unused"), as_of=date(2026, 3, 31))
    said = mapping_of(settings, "salesforce", dress.mapping(company), "salesforce.yaml")
    return SalesforceSource(http, "salesforce_default", said.fields_by_stream(), options)


@pytest.mark.parametrize("options", [{}, {"bulk_above": "40", "bulk_chunk": "120"}], ids=["rest", "bulk"])
def test_the_api_gives_the_company(company: Tables, tmp_path: Path, options: dict[str, str]) -> None:
    source = source_of(company, **options)
    settings = Settings(home=tmp_path, as_of=date(2026, 3, 31), adapters=(("crm", "salesforce"),))
    for stream in source.streams():
        land_stream(settings, "salesforce", source, stream, "landed")
    assert_is_company(mapped(tmp_path, "salesforce", {"salesforce": {}}, dress.mapping(company)), company)


@pytest.mark.parametrize("loader", ["fivetran", "airbyte"])
def test_a_loaders_tables_give_the_company(company: Tables, tmp_path: Path, loader: str) -> None:
    tables = getattr(dress, loader)(company)
    landed = {f"salesforce_{loader}": {name: [_as_json(row) for row in rows] for name, rows in tables.items()}}
    assert_is_company(mapped(tmp_path, "salesforce", landed, dress.mapping(company)), company)


def _as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as its database gives it as JSON."""
    return {name: str(value) if isinstance(value, date | datetime) else value for name, value in row.items()}
