"""The sample company's tickets out of Zendesk, by its API, by Fivetran and by Airbyte, are the sample company's tickets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.vendors.company import Tables
from demo.vendors.core import Clock, World, transport
from demo.vendors.dress import zendesk
from demo.vendors.zendesk_api import ZendeskStandIn
from demo.vendors.zendesk_sign_in import CLIENT_ID, CLIENT_SECRET
from scoreboard.entities import ENTITIES
from scoreboard.landing.pages import land_stream
from scoreboard.mapping.config import load_mapping
from scoreboard.mapping.run import map_domain
from scoreboard.settings import Settings
from scoreboard.sources.adapters import make_source
from scoreboard.sources.api.connections import Credentials
from tests.mapping.rig import canonical, mapped

Rows = dict[str, list[dict[str, Any]]]
AFTER_THE_COMPANY = datetime(2026, 4, 21, 6, tzinfo=UTC)
SURVEY = ("surveys", "questions", "invitations", "responses", "answers")


@pytest.fixture(scope="module")
def every_dress(company: Tables, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """dress -> canonical rows."""
    return {
        "api": by_api(company, tmp_path_factory.mktemp("zendesk_api")),
        "fivetran": by_loader(company, tmp_path_factory.mktemp("zendesk_fivetran"), "fivetran"),
        "airbyte": by_loader(company, tmp_path_factory.mktemp("zendesk_airbyte"), "airbyte"),
    }


def by_api(company: Tables, home: Path) -> Rows:
    """What the source read from the stand-in, in small pages."""
    (home / "sources").mkdir()
    (home / "sources" / "zendesk.yaml").write_text(yaml.safe_dump(zendesk.mapping(company)), encoding="utf-8")
    settings = Settings(home=home, as_of=date(2026, 4, 21), adapters=(("support", "zendesk"), ("survey", "zendesk")))
    stand_in = ZendeskStandIn(World(Clock(AFTER_THE_COMPANY)), page_rows=40, list_rows=20)
    zendesk.load(stand_in.world, company)
    source = make_source(
        "zendesk",
        Credentials(
            "zendesk_default",
            host="acme.zendesk.com",
            extra={"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
        ),
        load_mapping(settings, "zendesk"),
        transport=transport(stand_in),
        wait=lambda seconds: None,
    )
    for stream in source.streams():
        land_stream(settings, "zendesk", source, stream, "r1")
    rows: Rows = {}
    for domain in ("support", "survey"):
        map_domain(settings, domain, "r1")
        rows |= canonical(settings, "zendesk", domain)  # type: ignore[arg-type]
    return rows


def by_loader(company: Tables, home: Path, dress: str) -> Rows:
    """What is mapped out of a loader's tables."""
    tables = getattr(zendesk, dress)(company)
    landed = {table: [json.loads(json.dumps(row, default=str)) for row in rows] for table, rows in tables.items()}
    return mapped(home, "zendesk", {f"zendesk_{dress}": landed}, zendesk.mapping(company))


@pytest.mark.parametrize("dress", ["api", "fivetran", "airbyte"])
def test_tickets_are_the_company_s_cell_for_cell(company: Tables, every_dress: dict[str, Rows], dress: str) -> None:
    assert typed("tickets", every_dress[dress]["tickets"]) == typed("tickets", company["tickets"])


@pytest.mark.parametrize("dress", ["api", "fivetran", "airbyte"])
def test_offered_ratings_are_invitations_and_no_answers(every_dress: dict[str, Rows], dress: str) -> None:
    rows = every_dress[dress]

    assert rows["responses"] == []
    assert rows["answers"] == []
    assert {row["survey_id"] for row in rows["invitations"]} == {"satisfaction_rating"}


@pytest.mark.parametrize("entity", SURVEY)
def test_every_dress_tells_the_same_opinions(every_dress: dict[str, Rows], entity: str) -> None:
    api = typed(entity, every_dress["api"][entity])

    assert typed(entity, every_dress["airbyte"][entity]) == api
    assert typed(entity, every_dress["fivetran"][entity]) == api


def test_the_noise_is_there(company: Tables) -> None:
    world = World(Clock(AFTER_THE_COMPANY))
    zendesk.load(world, company)
    tables = zendesk.fivetran(company)

    assert any(row["subject"] == "SCRUBBED" for row in tables["ticket"])
    assert (
        sum(version.body is None for version in world.ledger if version.stream == "tickets")
        > len(company["tickets"]) / 15
    )
    assert any(row["suspended"] and row["role"] == "end-user" for row in tables["user"])
    assert sum(row["email"] is None for row in tables["user"]) > len(tables["user"]) / 3
    assert {row["value"] for row in tables["ticket_field_history"] if row["field_name"] == "satisfaction_score"} == {
        "offered",
        "unoffered",
    }
    assert any(not row["public"] for row in tables["ticket_comment"])


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
