"""A toy vendor whose shapes use everything a shape can say."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from scoreboard.mapping import vendors
from scoreboard.sources import adapters
from scoreboard.sources.adapters import Adapter
from scoreboard.sources.shapes.base import Column, Explode, Shape

TOY = (
    Shape(
        vendor="toy",
        name="tickets",
        landed={"api": "tickets", "fivetran": "ticket", "airbyte": "tickets"},
        columns=(
            Column("id", is_id=True),
            Column("organization_id", fivetran=("organization_id", "OrganizationId"), is_id=True),
            Column("channel", api="via.channel", fivetran=("via_channel",)),
            Column("cause", api="custom_fields[id=12].value", fivetran=("custom_cause",), is_movable=True),
            Column("score", api="rating.score"),
            Column("is_public"),
            Column("updated_at"),
        ),
        key=("id",),
        version="updated_at",
    ),
    Shape(
        vendor="toy",
        name="ticket_tags",
        landed={"api": "tickets", "airbyte": "tickets", "fivetran": "ticket_tag"},
        columns=(
            Column("ticket_id", api="id", airbyte=("id",), is_id=True),
            Column("tag", api="$value", fivetran=("tag",), airbyte=("$value",)),
            Column("place", api="$key", airbyte=("$key",)),
        ),
        key=("ticket_id", "tag"),
        version="",
        explode={"api": Explode("tags"), "airbyte": Explode("tags")},
    ),
    Shape(
        vendor="toy",
        name="answers",
        landed={"api": "responses"},
        columns=(
            Column("response_id", api="id"),
            Column("question", api="$key"),
            Column("value", api="$value.score"),
            Column("words", api="$value.notes[lang=en].text"),
        ),
        key=("response_id", "question"),
        explode={"api": Explode("values")},
    ),
)


ADAPTERS = {
    "toy": Adapter("toy", "toy", "api", ("crm",)),
    "toy_fivetran": Adapter("toy_fivetran", "toy", "fivetran", ("crm",)),
    "toy_airbyte": Adapter("toy_airbyte", "toy", "airbyte", ("crm",)),
}


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor `toy`, beside the real ones."""
    module = ModuleType("scoreboard.sources.shapes.toy")
    module.SHAPES = TOY  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(vendors, "VENDORS", (*vendors.VENDORS, "toy"))
    for name, adapter in ADAPTERS.items():
        monkeypatch.setitem(adapters.ADAPTERS, name, adapter)  # type: ignore[arg-type]
