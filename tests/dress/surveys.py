"""The sample company out of a survey tool: through the real source or a loader's tables, landing, mapping and typing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from demo.vendors.core import Clock, Vendor, World, transport
from scoreboard.entities import ENTITIES
from scoreboard.landing.pages import land_stream
from scoreboard.mapping.config import load_mapping
from scoreboard.mapping.run import map_domain
from scoreboard.settings import Settings
from scoreboard.sources.adapters import make_source
from scoreboard.sources.api.connections import Credentials
from tests.mapping.rig import canonical, mapped

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Tables = Mapping[str, list[Row]]

SURVEY_ENTITIES = ("surveys", "questions", "invitations", "responses", "answers")
AFTER_THE_COMPANY = datetime(2026, 4, 21, 6, tzinfo=UTC)


def by_api(home: Path, vendor: str, stand_in: type[Any], credentials: Credentials, company: Tables) -> Rows:
    """Canonical rows of what the source read from the stand-in."""
    dress = import_module(f"demo.vendors.dress.{vendor}")
    (home / "sources").mkdir()
    (home / "sources" / f"{vendor}.yaml").write_text(yaml.safe_dump(dress.mapping(company)), encoding="utf-8")
    settings = Settings(home=home, as_of=date(2026, 4, 21), adapters=(("survey", vendor),))
    served: Vendor = stand_in(World(Clock(AFTER_THE_COMPANY)), page_size=20)
    dress.load(served.world, company)
    source = make_source(
        vendor, credentials, load_mapping(settings, vendor), transport=transport(served), wait=lambda _: None
    )
    for stream in source.streams():
        land_stream(settings, vendor, source, stream, "r1")
    map_domain(settings, "survey", "r1")
    return canonical(settings, vendor, "survey")


def by_loader(home: Path, vendor: str, loader: str, company: Tables) -> Rows:
    """Canonical rows of a loader's tables."""
    dress = import_module(f"demo.vendors.dress.{vendor}")
    tables = {
        table: [json.loads(json.dumps(row, default=str)) for row in rows]
        for table, rows in getattr(dress, loader)(company).items()
    }
    return mapped(home, vendor, {f"{vendor}_{loader}": tables}, dress.mapping(company))


def typed(entity: str, rows: list[Row]) -> dict[str, Row]:
    """Rows by key, every cell as the door reads it; two rows of one key fail."""
    known = ENTITIES[entity]
    found = {
        str(row[known.key]): {name: _cell(known.kinds[name], row.get(name)) for name in known.columns} for row in rows
    }
    assert len(found) == len(rows)
    return found


def _cell(kind: str, cell: Any) -> Any:
    if cell is None or cell == "":
        return None
    if kind == "timestamp":
        at = datetime.fromisoformat(cell) if isinstance(cell, str) else cell
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if kind == "number":
        return Decimal(str(cell))
    if kind == "flag":
        return cell if isinstance(cell, bool) else {"true": True, "false": False}[cell]
    return str(cell)
