"""SQL and Python speak of the same entities: macros/entities.sql and the staging models agree with scoreboard.entities."""

from __future__ import annotations

import json

import duckdb
import pytest

from scoreboard.entities import DOMAINS, ENTITIES, entities_of
from scoreboard.warehouse.inputs import LINEAGE_TYPES
from tests.compiled_models import compiled_text
from tests.warehouse.conftest import Built

# as information_schema spells what inputs.SQL_TYPES asks for
SPELLED = {
    "text": "VARCHAR",
    "number": "DECIMAL(20,6)",
    "flag": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
}
LINEAGE = {"source_relation", "_feed", *LINEAGE_TYPES, "_content_hash"}


def test_the_macro_declares_the_same_entities_keys_and_references() -> None:
    declared = json.loads(compiled_text("{{ tojson(entities()) }}"))
    assert declared == [
        {
            "name": entity.name,
            "key": entity.key,
            "optional": [column for column in entity.columns if column not in entity.required],
            "references": [
                [column, {"name": parent, "key": ENTITIES[parent].key}] for column, parent in entity.references.items()
            ],
        }
        for entity in ENTITIES.values()
    ]


@pytest.mark.parametrize("entity", ENTITIES)
def test_staging_shows_every_column_of_the_entity_in_its_type(almost_empty_build: Built, entity: str) -> None:
    with duckdb.connect(str(almost_empty_build.database), read_only=True) as warehouse:
        rows = warehouse.execute(
            "select column_name, data_type from information_schema.columns where table_schema = 'staging' and table_name = ?",
            [f"stg_door__{entity}"],
        ).fetchall()
    found = dict(rows)
    assert {column: kind for column, kind in found.items() if column not in LINEAGE} == {
        column: SPELLED[kind] for column, kind in ENTITIES[entity].kinds.items()
    }
    assert set(found) >= LINEAGE


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_orphan_is_looked_for_in_every_parent_of_the_entity(almost_empty_build: Built, entity: str) -> None:
    node = next(
        node for node in almost_empty_build.manifest["nodes"].values() if node["name"] == f"int_{entity}_judged"
    )
    looked_up = {parent.rpartition(".")[2] for parent in node["depends_on"]["nodes"]}
    parents = {f"int_{parent}_current" for parent in ENTITIES[entity].parents.values()}
    assert {name for name in looked_up if name.endswith("_current")} == parents


def test_every_parent_comes_before_its_children() -> None:
    order = list(ENTITIES)
    assert [
        (name, parent)
        for name, entity in ENTITIES.items()
        for parent in entity.parents.values()
        if order.index(parent) >= order.index(name)
    ] == []
    assert [entity.name for domain in DOMAINS for entity in entities_of(domain)] == order
