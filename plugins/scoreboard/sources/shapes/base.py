"""How a vendor's stream is shown to dbt: the same columns, all text, whether its API, Fivetran or Airbyte delivered it.

A landed raw record is one JSON object. A shape says, per dress, where in it each column is found; a record without the
field has null there. `scoreboard.mapping.views` turns shapes into the views `raw.<vendor>__<stream>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Dress = Literal["api", "fivetran", "airbyte"]


@dataclass(frozen=True)
class Column:
    """One column of a shape. Paths are dotted (`via.channel`), with `list[field=value].other` for lists of objects.

    `api` is one path; `fivetran` and `airbyte` are spellings to try in order, the first that the record has wins. Empty: the
    column's own name, for api and airbyte also. `is_id`: text that names a record, prefixed where two connections of
    one vendor may give one id twice, with a trailing `.0` taken away. `is_movable`: a user's mapping file may
    point it at another field (`fields: <stream>: <column>: <path>`).
    """

    name: str
    api: str = ""
    fivetran: tuple[str, ...] = ()
    airbyte: tuple[str, ...] = ()
    is_id: bool = False
    is_movable: bool = False

    def paths(self, dress: Dress) -> tuple[str, ...]:
        """Where the column is found in one dress, the first existing one counts."""
        named = {"api": (self.api,) if self.api else (), "fivetran": self.fivetran, "airbyte": self.airbyte}[dress]
        if named:
            return named
        return (self.api, self.name) if self.api and dress == "airbyte" else (self.name,)


@dataclass(frozen=True)
class Explode:
    """Rows made of one field of the landed record: a list gives a row per element, an object one per entry.

    In an exploded shape a path starting with `$key` or `$value` reads the entry (`$value.id`), any other the record itself.

    `within`: the list at `path` holds lists in its turn, by these names, outermost first (`questions.answers`); the elements
    of the innermost give the rows, and `$key` is the `id` of what that list lies in.
    """

    path: str
    within: str = ""


@dataclass(frozen=True)
class Shape:
    """One stream as staging sees it: `raw.<vendor>__<name>`.

    `landed` names the landed stream per dress (its folder, which for loaders is the table's name); a dress that is absent
    does not have it and the view has no rows from it. `key` and `version` are the columns that name a record and order its
    versions; an API's own record key and version stand in for them in that dress, except where `explode` makes rows of it.

    Beside its columns the view has: source_relation (adapter@connection), record_key, version_at (timestamptz or null),
    is_current (newest version of a record that still exists), is_gone (the record was deleted, merged away or has
    vanished; its earlier versions are kept), and the lineage of the landed record: _run_id, _file, _row_number, _landed_at,
    _landing_order. It has one row per record and version_at: what landed last.
    """

    vendor: str
    name: str
    landed: Mapping[Dress, str]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    version: str = ""
    explode: Mapping[Dress, Explode] = field(default_factory=dict)
