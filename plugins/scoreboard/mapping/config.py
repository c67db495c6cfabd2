"""What a user says of a vendor: connections, moved fields, value maps, surveys. Shipped defaults with the user's file on top.

The user's file is SCOREBOARD_HOME/sources/<vendor>.yaml; none is needed. `schema.json` says its shape, `config_checks` what its
names may be.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scoreboard.mapping.config_checks import check_document
from scoreboard.mapping.documents import MappingError, as_text, laid_over, read_document
from scoreboard.mapping.vendors import known_vendors, shapes_of
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS
from scoreboard.sources.shapes.base import Dress, Shape

DEFAULTS = Path(__file__).resolve().parents[1] / "sources" / "defaults"
TABLES = {
    "mapping_values": ("vendor", "entity", "column_name", "theirs", "ours"),
    "mapping_surveys": ("vendor", "survey_id", "project_id", "kind", "survey_name"),
    "mapping_questions": (
        "vendor",
        "survey_id",
        "question_id",
        "measure",
        "scale_id",
        "category",
        "weight",
        "counts_for_award",
        "touchpoint",
        "is_ignored",
    ),
    "mapping_options": ("vendor", "name", "value"),
}
"""The tables raw.mapping_* that staging reads, with their columns: all text."""


@dataclass(frozen=True)
class Connection:
    """One place a vendor's records come from; `path`, `kind` and `schema` only where a loader fills it.

    `prefix` goes before every id of its records, for two connections of one vendor that may give one id twice.
    `adapter`: who reads it; empty: the vendor's API where it has neither path nor kind nor schema, else its loaders.
    """

    id: str
    adapter: str = ""
    prefix: str = ""
    kind: str | None = None
    path: str | None = None
    schema: str | None = None

    def serves(self, adapter: str) -> bool:
        """Whether an adapter reads it."""
        if self.adapter:
            return self.adapter == adapter
        is_loaded = bool(self.path or self.kind or self.schema)
        return is_loaded == (ADAPTERS[adapter].dress != "api")


@dataclass(frozen=True)
class Mapping:
    """How one vendor's records become canonical rows, checked."""

    vendor: str
    shapes: tuple[Shape, ...]
    connections: tuple[Connection, ...] = ()
    moved: AnyMapping[str, AnyMapping[str, tuple[str, ...]]] = field(default_factory=dict)
    values: AnyMapping[str, AnyMapping[str, AnyMapping[str, str | None]]] = field(default_factory=dict)
    surveys: AnyMapping[str, AnyMapping[str, Any]] = field(default_factory=dict)
    options: AnyMapping[str, str | None] = field(default_factory=dict)

    def connections_of(self, adapter: str) -> tuple[Connection, ...]:
        """The connections an adapter reads; where none is named, the one called `<adapter>_default`."""
        return tuple(one for one in self.connections if one.serves(adapter)) or (Connection(f"{adapter}_default"),)

    def paths(self, shape: Shape, column: str, dress: Dress) -> tuple[str, ...]:
        """Where a column of a shape is found in one dress, the user's own place first and alone."""
        if column in self.moved.get(shape.name, {}):
            return self.moved[shape.name][column]
        return next(known for known in shape.columns if known.name == column).paths(dress)

    def fields(self, stream: str) -> list[str]:
        """The paths that shapes need of a stream's records in the API's dress, for APIs that give only what is asked for."""
        found: dict[str, None] = {}
        for shape in self.shapes:
            if shape.landed.get("api") != stream:
                continue
            if "api" in shape.explode:
                found[shape.explode["api"].path] = None
            for column in shape.columns:
                path = self.paths(shape, column.name, "api")[0]
                if not path.startswith("$"):
                    found[path] = None
        return list(found)

    def fields_by_stream(self) -> dict[str, list[str]]:
        """`fields` of every stream that a shape reads."""
        streams = dict.fromkeys(shape.landed["api"] for shape in self.shapes if "api" in shape.landed)
        return {stream: self.fields(stream) for stream in streams}

    def tables(self) -> dict[str, list[tuple[str | None, ...]]]:
        """Rows of the tables raw.mapping_*, in the order of `TABLES`' columns. A value mapped to nothing is ''."""
        return {
            "mapping_values": [
                (self.vendor, entity, column, theirs, ours or "")
                for entity, columns in self.values.items()
                for column, words in columns.items()
                for theirs, ours in words.items()
            ],
            "mapping_surveys": [
                (self.vendor, survey, said.get("project"), said.get("kind"), said.get("name"))
                for survey, said in self.surveys.items()
            ],
            "mapping_questions": [
                (self.vendor, survey, question, *_question(asked))
                for survey, said in self.surveys.items()
                for question, asked in said.get("questions", {}).items()
            ],
            "mapping_options": [(self.vendor, name, value) for name, value in self.options.items()],
        }


def load_mapping(settings: Settings, vendor: str) -> Mapping:
    """The vendor's mapping as shipped, with SCOREBOARD_HOME/sources/<vendor>.yaml laid over; raises MappingError."""
    folder = settings.sources
    _refuse_strays(folder)
    own = folder / f"{vendor}.yaml"
    shipped = DEFAULTS / f"{vendor}.yaml"
    document = laid_over(read_document(shipped), read_document(own))
    return mapping_of(settings, vendor, document, str(own if own.exists() else shipped))


def mapping_of(settings: Settings, vendor: str, document: AnyMapping[str, Any], origin: str) -> Mapping:
    """The mapping a document declares, checked; `origin` names it in errors. Raises MappingError."""
    shapes = shapes_of(vendor)
    said = as_text(document)
    check_document(settings, vendor, shapes, said, origin)
    return Mapping(
        vendor=vendor,
        shapes=shapes,
        connections=tuple(Connection(**entry) for entry in said.get("connections", [])),
        moved={
            shape: {column: tuple(paths) if isinstance(paths, list) else (paths,) for column, paths in columns.items()}
            for shape, columns in said.get("fields", {}).items()
        },
        values=said.get("values", {}),
        surveys=said.get("surveys", {}),
        options=said.get("options", {}),
    )


def _question(asked: Any) -> tuple[str | None, ...]:
    if asked == "ignore":
        return (None, None, None, None, None, None, "true")
    counts = {"yes": "true", "no": "false"}.get(asked.get("counts_for_award"), asked.get("counts_for_award"))
    return (
        asked["measure"],
        asked["scale"],
        asked.get("category"),
        asked.get("weight"),
        counts,
        asked.get("touchpoint"),
        None,
    )


def _refuse_strays(folder: Path) -> None:
    known = known_vendors()
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if path.suffix != ".yaml" or path.stem not in known:
            raise MappingError(
                f"{path}: no vendor reads a file of that name; a mapping file is one of "
                f"{', '.join(f'{name}.yaml' for name in known)}. Nothing was mapped."
            )
