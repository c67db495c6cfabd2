"""Mapping files as documents of text: YAML read without guessing types, layers laid over each other, doubled names refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from scoreboard.errors import ScoreboardError


class MappingError(ScoreboardError):
    """A mapping file cannot be used; the message names the file, the place in it and what may stand there."""


class _TextLoader(yaml.SafeLoader):
    """YAML whose scalars stay text (`yes`, `007`, `2024-01-01`); only ~ and null are nothing. A name may stand once."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own name and shape
        first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} stands there twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


@lru_cache(maxsize=16)
def _loaded(text: str) -> Any:
    """What a text holds, for reading only: every stream asks for its vendor's file anew."""
    return yaml.load(text, _TextLoader)  # noqa: S506 - a SafeLoader of ours


def read_document(path: Path) -> dict[str, Any]:
    """The document in a file, {} where there is no file or nothing in it; raises MappingError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise MappingError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8. Nothing was mapped.") from error
    try:
        loaded = _loaded(text)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise MappingError(
            f"{path}{line}: this is no YAML that can be used: {error.problem}. Nothing was mapped."
        ) from error
    except yaml.YAMLError as error:
        raise MappingError(f"{path}: this is no YAML that can be used: {error}. Nothing was mapped.") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise MappingError(
            f"{path}: it must hold names with values (connections, fields, values, …). Nothing was mapped."
        )
    return dict(as_text(loaded))


def as_text(value: Any) -> Any:
    """A document with every scalar as text and every name as text; null stays null."""
    if isinstance(value, Mapping):
        return {as_text(key) if key is not None else "": as_text(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(part) for part in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)


def laid_over(below: Any, above: Any) -> Any:
    """`above` laid over `below`: names are united, anything else is replaced."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return {
            key: laid_over(below[key], above[key]) if key in below and key in above else {**below, **above}[key]
            for key in {**below, **above}
        }
    return above
