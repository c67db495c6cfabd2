"""What an org says of its objects: which of the fields that are wanted exist, and of which type they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_ALWAYS = ("Id", "SystemModstamp", "IsDeleted", "MasterRecordId")
_NOT_IN_BULK = {"address", "location"}  # compound fields
_NUMBERS = {"double", "currency", "percent"}


@dataclass(frozen=True)
class Described:
    """One object as it is now. `asked`: the fields a query names; `missing`: wanted paths that it does not have."""

    name: str
    asked: tuple[str, ...]
    missing: tuple[str, ...]
    types: Mapping[str, str]
    is_queryable: bool
    has_deleted_log: bool

    @property
    def has_bin(self) -> bool:
        """Whether deleted records stay readable for a while (IsDeleted)."""
        return "IsDeleted" in self.asked

    @property
    def fits_bulk(self) -> bool:
        """Whether Bulk API 2.0 can serve what is asked: no compound fields, no fields of related records."""
        return all("." not in field and self.types.get(field) not in _NOT_IN_BULK for field in self.asked)


def described(name: str, answer: Mapping[str, Any], wanted: Sequence[str]) -> Described:
    """What an sObject describe says, held against the paths that mapping wants."""
    fields = {field["name"]: field for field in answer["fields"]}
    related = {field["relationshipName"] for field in fields.values() if field.get("relationshipName")}
    compound = {field["name"] for field in fields.values() if field["type"] in _NOT_IN_BULK}
    asked, missing = dict.fromkeys(always for always in _ALWAYS if always in fields), []
    for path in wanted:
        head, _, rest = path.partition(".")
        if head in fields and (not rest or head in compound):
            asked[head] = None
        elif rest and head in related:
            asked[path] = None
        else:
            missing.append(path)
    return Described(
        name=name,
        asked=tuple(asked),
        missing=tuple(missing),
        types={field: str(fields[field]["type"]) for field in asked if field in fields},
        is_queryable=bool(answer.get("queryable", True)),
        has_deleted_log=bool(answer.get("replicateable", False)),
    )


def body_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """A REST record without the `attributes` that every object in it wears: they name API versions, not facts."""
    return {
        name: body_of(value) if isinstance(value, dict) else value
        for name, value in record.items()
        if name != "attributes"
    }


def is_number(kind: str) -> bool:
    """Whether a field type is served as a JSON number with a point."""
    return kind in _NUMBERS
