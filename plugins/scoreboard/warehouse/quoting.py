"""The only way names and values get into SQL text here: quoted. (Values that can be bound as parameters are bound.)"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NewType

Quoted = NewType("Quoted", str)


def identifier(*parts: str) -> Quoted:
    """A table or column name, each part in double quotes: `identifier("marts", "t")` is `"marts"."t"`."""
    return Quoted(".".join('"' + part.replace('"', '""') + '"' for part in parts))


def identifiers(names: Iterable[str], each: str = "") -> Quoted:
    """A comma list of quoted names, `each` after every one of them (such as ` nulls first`)."""
    return Quoted(", ".join(identifier(name) + each for name in names))


def literal(value: str | int | Path) -> Quoted:
    """A whole number, or a string literal in single quotes."""
    return Quoted(str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'")


def fill(template: str, **parts: Quoted) -> str:
    """The statement `template` with its `{name}` places taken by quoted parts."""
    return template.format(**parts)
