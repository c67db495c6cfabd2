"""A user's mapping file: what it may say, what it adds to the shipped one, and how it is told what is wrong with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scoreboard.mapping import config
from scoreboard.mapping.config import TABLES, Mapping, load_mapping
from scoreboard.mapping.documents import MappingError
from scoreboard.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=date(2026, 3, 31))


def loaded(settings: Settings, text: str) -> Mapping:
    settings.sources.mkdir(parents=True, exist_ok=True)
    (settings.sources / "toy.yaml").write_text(text, encoding="utf-8")
    return load_mapping(settings, "toy")


WHOLE = """
connections:
  - {id: eu, prefix: eu-}
  - {id: lake, kind: parquet, path: /data/toy, schema: toy}
fields:
  tickets:
    cause: custom_fields[id=99].value
values:
  tickets:
    priority: {1: low, Yes: high, 'n/a': ~}
surveys:
  SV_1:
    project: P-7
    kind: transactional
    name: After a visit
    questions:
      QID1: {measure: satisfaction, scale: likert5, category: field_service, weight: 2, counts_for_award: no, touchpoint: visit}
      QID2: ignore
options:
  account_key: external_id
"""


def test_everything_that_a_file_says_reaches_the_tables_as_text(home: Settings) -> None:
    mapping = loaded(home, WHOLE)
    assert mapping.tables() == {
        "mapping_values": [
            ("toy", "tickets", "priority", "1", "low"),
            ("toy", "tickets", "priority", "Yes", "high"),
            ("toy", "tickets", "priority", "n/a", ""),
        ],
        "mapping_surveys": [("toy", "SV_1", "P-7", "transactional", "After a visit")],
        "mapping_questions": [
            ("toy", "SV_1", "QID1", "satisfaction", "likert5", "field_service", "2", "false", "visit", None),
            ("toy", "SV_1", "QID2", None, None, None, None, None, None, "true"),
        ],
        "mapping_options": [("toy", "account_key", "external_id")],
    }
    assert {name: len(rows[0]) for name, rows in mapping.tables().items()} == {
        name: len(columns) for name, columns in TABLES.items()
    }


def test_a_connection_serves_the_api_or_the_loaders(home: Settings) -> None:
    mapping = loaded(home, WHOLE)
    assert [one.id for one in mapping.connections_of("toy")] == ["eu"]
    assert [one.id for one in mapping.connections_of("toy_fivetran")] == ["lake"]
    named = loaded(home, "connections: [{id: a, adapter: toy_airbyte, path: /x}]")
    assert [one.id for one in named.connections_of("toy_airbyte")] == ["a"]
    assert [one.id for one in named.connections_of("toy_fivetran")] == ["toy_fivetran_default"]
    assert [one.id for one in named.connections_of("toy")] == ["toy_default"]


def test_an_api_is_asked_for_what_shapes_and_the_user_need(home: Settings) -> None:
    assert load_mapping(home, "toy").fields_by_stream() == {
        "tickets": [
            "id",
            "organization_id",
            "via.channel",
            "custom_fields[id=12].value",
            "rating.score",
            "is_public",
            "updated_at",
            "tags",
        ],
        "responses": ["values", "id"],
    }
    assert "custom_fields[id=99].value" in loaded(home, WHOLE).fields("tickets")
    assert "custom_fields[id=12].value" not in loaded(home, WHOLE).fields("tickets")


def test_the_users_file_is_laid_over_the_shipped_one(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "defaults"
    shipped.mkdir()
    (shipped / "toy.yaml").write_text(
        "values: {tickets: {priority: {a: low, b: high}, status: {x: open}}}", encoding="utf-8"
    )
    monkeypatch.setattr(config, "DEFAULTS", shipped)
    assert load_mapping(home, "toy").values == {
        "tickets": {"priority": {"a": "low", "b": "high"}, "status": {"x": "open"}}
    }
    assert loaded(home, "values: {tickets: {priority: {b: urgent}}}").values == {
        "tickets": {"priority": {"a": "low", "b": "urgent"}, "status": {"x": "open"}}
    }


WRONG = {
    "a: 1\nb: [": "line 2: this is no YAML",
    "- a": "it must hold names with values",
    "values: {}\nvalues: {}": "line 2: this is no YAML that can be used: 'values' stands there twice",
    "mapping: {}": "the file knows no 'mapping'; it takes connections, fields, values, surveys, options",
    "connections: [{prefix: a}]": "connections.entry 1 lacks 'id'",
    "connections: [{id: a}, {id: a}]": "connections, entry 2: the id 'a' is taken",
    "connections: [{id: a, kind: mysql}]": "connections.entry 1.kind is 'mysql'; it takes duckdb, parquet, postgres",
    "connections: [{id: a, adapter: zendesk}]": "adapter 'zendesk' does not read toy; it takes toy, toy_fivetran, toy_airbyte",
    "connections: [{id: a, path: /x}, {id: b, path: /x}]": "/x is read by an entry before; its rows would count twice",
    "fields: {ticket: {cause: x}}": "fields: toy has no 'ticket'; it has tickets, ticket_tags, answers",
    "fields: {tickets: {reason: x}}": "fields.tickets: there is no column 'reason'; what may be moved: cause",
    "fields: {tickets: {id: x}}": "fields.tickets: id stays where the vendor has it; what may be moved: cause",
    "fields: {answers: {value: x}}": "fields.answers: value stays where the vendor has it; nothing of it may be moved",
    "fields: {tickets: {cause: 'a[b'}}": "fields.tickets.cause: 'a[b' is no path",
    "values: {ticket: {}}": "values: there is no entity 'ticket'; the contract knows employees, projects",
    "values: {tickets: {reason: {}}}": "values.tickets: there is no column 'reason'; it has ticket_id, account_id",
    "values: {tickets: {cause: {x: bug}}}": "values.tickets.cause.x: 'bug' is no cause; it takes agent, system, process",
    "surveys: {S: {kind: pulse}}": "surveys.S: kind is 'pulse'; it takes relationship, transactional, staff",
    "surveys: {S: {projekt: P}}": "surveys.S knows no 'projekt'; it takes project, kind, name, questions",
    "surveys: {S: {questions: {Q: skip}}}": "surveys.S.questions.Q is 'skip'; it takes measure and scale, or the word ignore",
    "surveys: {S: {questions: {Q: {measure: effort}}}}": "surveys.S.questions.Q lacks 'scale'",
    "surveys: {S: {questions: {Q: {measure: joy, scale: likert5}}}}": "Q: measure is 'joy'; it takes satisfaction, loyalty",
    "surveys: {S: {questions: {Q: {measure: effort, scale: likert6}}}}": "Q: scale is 'likert6'; it takes likert5, likert7",
    "surveys: {S: {questions: {Q: {measure: effort, scale: effort7, category: it}}}}": "Q: category is 'it'; it takes technical",
    "surveys: {S: {questions: {Q: {measure: effort, scale: effort7, weight: 0}}}}": "Q: weight is 0; it takes a number above 0",
    "surveys: {S: {questions: {Q: {measure: effort, scale: effort7, weight: x}}}}": "Q at weight: is not as it should be",
    "surveys: {S: {questions: {Q: {measure: effort, scale: effort7, waight: 1}}}}": "Q knows no 'waight'; it takes measure, scale",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_with_file_place_and_what_is_allowed(home: Settings, text: str) -> None:
    with pytest.raises(MappingError) as error:
        loaded(home, text)
    assert WRONG[text] in str(error.value)
    assert str(home.sources / "toy.yaml") in str(error.value)
    assert str(error.value).endswith("Nothing was mapped.")


def test_all_that_is_wrong_is_said_at_once(home: Settings) -> None:
    with pytest.raises(MappingError) as error:
        loaded(home, "values: {ticket: {}, user: {}}\nsurveys: {S: {kind: x}}")
    assert len(str(error.value).splitlines()) == 4


def test_a_users_own_scale_may_be_named(home: Settings) -> None:
    home.seeds.mkdir(parents=True)
    (home.seeds / "survey_scales.csv").write_text(
        "scale_id,min_value,max_value,is_reversed,label_family\nstars4,1,4,false,satisfaction\n", encoding="utf-8"
    )
    assert loaded(home, "surveys: {S: {questions: {Q: {measure: effort, scale: stars4}}}}")


def test_a_file_of_no_vendor_is_not_passed_over(home: Settings) -> None:
    home.sources.mkdir(parents=True)
    (home.sources / "zendesc.yaml").write_text("", encoding="utf-8")
    with pytest.raises(MappingError, match=r"zendesc\.yaml: no vendor reads a file of that name"):
        load_mapping(home, "toy")


def test_only_a_vendor_can_be_loaded(home: Settings) -> None:
    with pytest.raises(MappingError, match=r"there is no vendor 'oracle'; the vendors are .*salesforce"):
        load_mapping(home, "oracle")


@pytest.mark.parametrize("path", sorted(config.DEFAULTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_ships_is_sound(home: Settings, path: Path) -> None:
    assert load_mapping(home, path.stem).vendor == path.stem
