"""What the names in a mapping file may be: its shape by JSON Schema, then every name against what it points at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from expectations._rules import OneOf
from scoreboard.entities import ENTITIES
from scoreboard.mapping.documents import MappingError
from scoreboard.mapping.known import OPTIONS, translated
from scoreboard.mapping.paths import PathError, parse_path
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS
from scoreboard.sources.shapes.base import Shape
from scoreboard.warehouse.seeds import SHIPPED, declared_seeds, read_seed

SCHEMA = Path(__file__).with_name("schema.json")


def check_document(
    settings: Settings, vendor: str, shapes: Sequence[Shape], document: Mapping[str, Any], origin: str
) -> None:
    """Raise MappingError with everything that is wrong with a mapping document."""
    wrong = list(_against_schema(document))
    if not wrong:
        wrong = [
            *_connections(vendor, document.get("connections", [])),
            *_fields(vendor, shapes, document.get("fields", {})),
            *_values(vendor, document.get("values", {})),
            *_surveys(settings, document.get("surveys", {})),
            *_options(vendor, document.get("options", {})),
        ]
    if wrong:
        raise MappingError("\n".join(f"{origin}: {sentence}." for sentence in wrong) + "\nNothing was mapped.")


@cache
def words_of(entity: str, column: str) -> tuple[str, ...]:
    """The words the contract knows for a column, () where any text will do."""
    rules = getattr(import_module(f"expectations.{entity}"), "RULES", ())
    return next((rule.words for rule in rules if isinstance(rule, OneOf) and rule.column == column), ())


def known_scales(settings: Settings) -> list[str]:
    """Scale ids of survey_scales, the user's own seed where there is one."""
    own = settings.seeds / "survey_scales.csv"
    rows = read_seed(declared_seeds()["survey_scales"], own if own.exists() else SHIPPED / "survey_scales.csv")
    return [row["scale_id"] for row in rows]


def _against_schema(document: Mapping[str, Any]) -> Iterator[str]:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for error in sorted(validator.iter_errors(document), key=lambda error: [str(step) for step in error.absolute_path]):
        yield f"{_place(error.absolute_path)} {_sentence(_deepest(error))}"


def _deepest(error: Any) -> Any:
    """Of the alternatives of an anyOf, the complaint of the one that was meant: the object, not the word."""
    meant = [part for part in error.context or () if part.validator not in ("const", "type")]
    return _deepest(meant[0]) if meant else error


def _sentence(error: Any) -> str:
    place = f"at {_place(error.relative_path)}: " if error.parent is not None and error.relative_path else ""
    rule, allowed, found = error.validator, error.validator_value, error.instance
    if rule == "additionalProperties" and isinstance(found, Mapping):
        known = error.schema.get("properties", {})
        strange = [name for name in found if name not in known]
        return f"{place}knows no {_list(strange)}; it takes {', '.join(known)}"
    if rule == "required":
        return f"{place}lacks {_list(name for name in allowed if name not in found)}"
    if rule == "enum":
        return f"{place}is {found!r}; it takes {', '.join(str(word) for word in allowed if word is not None)}"
    if rule == "anyOf" and {"const": "ignore"} in allowed:
        return f"{place}is {found!r}; it takes measure and scale, or the word ignore"
    return f"{place}is not as it should be: {error.message}"


def _connections(vendor: str, connections: Sequence[Mapping[str, str]]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    ids: set[str] = set()
    readers = [adapter.name for adapter in ADAPTERS.values() if adapter.vendor == vendor]
    for number, entry in enumerate(connections, 1):
        adapter = entry.get("adapter", "")
        if entry["id"] in ids:
            yield f"connections, entry {number}: the id {entry['id']!r} is taken by an entry before; every connection has its own"
        ids.add(entry["id"])
        if adapter and adapter not in readers:
            yield f"connections, entry {number}: adapter {adapter!r} does not read {vendor}; it takes {', '.join(readers)}"
        place = (adapter, entry.get("path", "") + "|" + entry.get("schema", ""))
        if place in seen and entry.get("path"):
            yield f"connections, entry {number}: {entry['path']} is read by an entry before; its rows would count twice"
        seen.add(place)


def _fields(vendor: str, shapes: Sequence[Shape], fields: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    by_name = {shape.name: shape for shape in shapes}
    for name, columns in fields.items():
        shape = by_name.get(name)
        if shape is None:
            yield f"fields: {vendor} has no {name!r}; it has {', '.join(by_name)}"
            continue
        movable = [column.name for column in shape.columns if column.is_movable]
        known = [column.name for column in shape.columns]
        for column, paths in columns.items():
            if column not in known:
                yield f"fields.{name}: there is no column {column!r}; {_may_be_moved(movable)}"
            elif column not in movable:
                yield f"fields.{name}: {column} stays where the vendor has it; {_may_be_moved(movable)}"
            for path in paths if isinstance(paths, list) else [paths]:
                try:
                    parse_path(path)
                except PathError as error:
                    yield f"fields.{name}.{column}: {error}"


def _values(vendor: str, values: Mapping[str, Mapping[str, Mapping[str, str | None]]]) -> Iterator[str]:
    translates = translated(vendor)
    for name, columns in values.items():
        entity = ENTITIES.get(name)
        if entity is None:
            yield f"values: there is no entity {name!r}; the contract knows {', '.join(ENTITIES)}"
            continue
        for column, words in columns.items():
            if column not in entity.columns:
                yield f"values.{name}: there is no column {column!r}; it has {', '.join(entity.columns)}"
                continue
            if translates is not None and column not in translates.get(name, ()):
                yield _not_translated(vendor, name, column, translates)
            known = words_of(name, column)
            for theirs, ours in words.items():
                if known and ours and ours not in known:
                    yield f"values.{name}.{column}.{theirs}: {ours!r} is no {column}; it takes {', '.join(known)}"


def _not_translated(vendor: str, entity: str, column: str, translates: Mapping[str, Sequence[str]]) -> str:
    if entity in translates:
        return (
            f"values.{entity}: the words of {column} are not translated; those of {', '.join(translates[entity])} are"
        )
    return f"values.{entity}: {vendor} translates nothing of it; it translates {', '.join(translates) or 'nothing'}"


def _options(vendor: str, options: Mapping[str, str | None]) -> Iterator[str]:
    known = OPTIONS.get(vendor, tuple(options))
    for name in options:
        if name not in known:
            yield f"options: {vendor} has no {name!r}; it has {', '.join(known) or 'none'}"


def _surveys(settings: Settings, surveys: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    scales = known_scales(settings) if any(said.get("questions") for said in surveys.values()) else []
    for survey, said in surveys.items():
        yield from _known(f"surveys.{survey}", "kind", said.get("kind"), words_of("surveys", "kind"))
        for question, asked in said.get("questions", {}).items():
            if asked == "ignore":
                continue
            place = f"surveys.{survey}.questions.{question}"
            yield from _known(place, "measure", asked["measure"], words_of("questions", "measure"))
            yield from _known(place, "scale", asked["scale"], scales)
            yield from _known(place, "category", asked.get("category"), words_of("questions", "category"))
            if asked.get("weight") is not None and float(asked["weight"]) <= 0:
                yield f"{place}: weight is {asked['weight']}; it takes a number above 0"


def _known(place: str, name: str, word: str | None, known: Iterable[str]) -> Iterator[str]:
    if word is not None and word not in known:
        yield f"{place}: {name} is {word!r}; it takes {', '.join(known)}"


def _may_be_moved(movable: Sequence[str]) -> str:
    return f"what may be moved: {', '.join(movable)}" if movable else "nothing of it may be moved"


def _place(path: Iterable[Any]) -> str:
    steps = [f"entry {step + 1}" if isinstance(step, int) else str(step) for step in path]
    return ".".join(steps) or "the file"


def _list(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
