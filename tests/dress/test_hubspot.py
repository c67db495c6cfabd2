"""The sample company out of HubSpot, by its API and by Fivetran, is the sample company."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml

from demo.vendors.company import Tables
from demo.vendors.core import Clock, World, transport
from demo.vendors.dress import hubspot
from demo.vendors.hubspot_api import HubspotStandIn
from scoreboard.entities import ENTITIES
from scoreboard.landing.pages import land_stream
from scoreboard.mapping.config import load_mapping
from scoreboard.mapping.run import map_domain
from scoreboard.settings import Settings
from scoreboard.sources.adapters import make_source
from scoreboard.sources.api.connections import Credentials
from tests.mapping.rig import canonical, mapped

ENTITIES_OF_HUBSPOT = ("employees", "accounts", "contacts", "revenue", "opportunities", "activities", "tickets")
SIGNED = "pat-eu1-sample"
AFTER_THE_COMPANY = datetime(2026, 4, 21, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def by_api(company: Tables, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Canonical rows of what the source read from the stand-in."""
    home = tmp_path_factory.mktemp("hubspot_api")
    (home / "sources").mkdir()
    (home / "sources" / "hubspot.yaml").write_text(yaml.safe_dump(hubspot.mapping(company)), encoding="utf-8")
    settings = Settings(
        home=home, as_of=date(2026, 4, 21), adapters=(("crm", "hubspot"), ("support", "hubspot"), ("survey", "hubspot"))
    )
    stand_in = HubspotStandIn(World(Clock(AFTER_THE_COMPANY)), page_size=40, associations_per_page=20)
    hubspot.load(stand_in.world, company)
    source = make_source(
        "hubspot",
        Credentials("hubspot_default", password=SIGNED),
        load_mapping(settings, "hubspot"),
        transport=transport(stand_in),
        wait=lambda seconds: None,
    )
    for stream in source.streams():
        land_stream(settings, "hubspot", source, stream, "r1")
    rows: dict[str, list[dict[str, Any]]] = {}
    for domain in ("crm", "support"):
        map_domain(settings, domain, "r1")
        rows |= canonical(settings, "hubspot", domain)  # type: ignore[arg-type]
    return rows


@pytest.fixture(scope="module")
def by_fivetran(company: Tables, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Canonical rows of Fivetran's tables."""
    tables = {
        table: [json.loads(json.dumps(row, default=str)) for row in rows]
        for table, rows in hubspot.fivetran(company).items()
    }
    home = tmp_path_factory.mktemp("hubspot_fivetran")
    return mapped(home, "hubspot", {"hubspot_fivetran": tables}, hubspot.mapping(company))


@pytest.mark.parametrize("entity", ENTITIES_OF_HUBSPOT)
def test_the_api_gives_the_company_cell_for_cell(company: Tables, by_api: Any, entity: str) -> None:
    assert typed(entity, by_api[entity]) == typed(entity, company[entity])


@pytest.mark.parametrize("entity", ENTITIES_OF_HUBSPOT)
def test_fivetran_gives_the_company_cell_for_cell(company: Tables, by_fivetran: Any, entity: str) -> None:
    assert typed(entity, by_fivetran[entity]) == typed(entity, company[entity])


def test_the_noise_is_there_and_counts_for_nothing(company: Tables) -> None:
    tables = hubspot.fivetran(company)

    assert len(tables["company"]) > len(company["accounts"])
    assert len(tables["deal"]) > len(company["opportunities"]) + len(company["revenue"])
    assert any(row["is_deleted"] for row in tables["contact"])
    assert any(row.get("property_hs_merged_object_ids") for row in tables["deal"])
    assert {row["company_id"] for row in tables["deal_company"]} > {row["id"] for row in tables["company"]} & {
        row["company_id"] for row in tables["deal_company"]
    }


def typed(entity: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Contract columns as values, by key."""
    kinds = ENTITIES[entity].kinds
    found = [{name: value(kind, row[name]) for name, kind in kinds.items()} for row in rows]
    return sorted(found, key=lambda row: str(row[ENTITIES[entity].key]))


def value(kind: str, cell: Any) -> Any:
    """A cell as the door types it: text of the contract's spelling and the generator's own values alike."""
    if cell is None or cell == "":
        return None
    readers: Mapping[str, Any] = {
        "text": str,
        "number": lambda text: Decimal(str(text)).normalize(),
        "flag": lambda text: {"true": True, "false": False}[str(text).lower()],
        "date": lambda text: date.fromisoformat(str(text)),
        "timestamp": instant,
    }
    return readers[kind](cell)


def instant(cell: Any) -> datetime:
    at = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell))
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
