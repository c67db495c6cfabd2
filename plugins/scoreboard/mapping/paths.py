"""Paths into a landed record, `via.channel` or `custom_fields[id=12].value`, as DuckDB expressions over its JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scoreboard.errors import ScoreboardError
from scoreboard.warehouse.quoting import Quoted, fill, literal

_STEP = re.compile(r"(?P<name>[^.\[\]]+)(?:\[(?P<field>[^=\]\[]+)=(?P<value>[^\]\[]*)\]|\[(?P<index>\d+)\])?(?:\.|$)")


class PathError(ScoreboardError):
    """A text is no path into a record."""


@dataclass(frozen=True)
class Step:
    """One step down: a name, and of the list found there the element whose `field` is `value`, or the `index`-th (0 first)."""

    name: str
    field: str | None = None
    value: str | None = None
    index: int | None = None


def parse_path(path: str) -> list[Step]:
    """The steps of a path; raises PathError."""
    steps, at = [], 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            break
        index = found["index"]
        steps.append(Step(found["name"], found["field"], found["value"], int(index) if index else None))
        at = found.end()
    if at < len(path) or not steps or path.endswith("."):
        raise PathError(f"{path!r} is no path; write name.name, or list[field=value].name")
    return steps


def json_path(path: str) -> str | None:
    """The path as DuckDB takes it, such as $."via"."channel"; None where an element of a list has to be looked for."""
    steps = parse_path(path)
    if any(step.field is not None for step in steps):
        return None
    return "$" + "".join(_plain(step) for step in steps)


def looked_up(document: Quoted, path: str, *, is_text: bool = False) -> Quoted:
    """The JSON at a path of a JSON expression, null where it is not; elements of lists are looked for by their field.

    `is_text`: objects and lists on the way may be the text of their JSON, as loaders land them (macro json_open).
    """
    found = document
    for step in parse_path(path):
        found = Quoted(
            fill("json_extract({found}, {path})", found=found, path=literal("$" + _plain(step, with_index=False)))
        )
        if is_text:
            found = Quoted(fill("json_open({found})", found=found))
        if step.index is not None:
            found = Quoted(fill("json_extract({found}, {path})", found=found, path=literal(f"$[{step.index}]")))
        if step.field is not None:
            found = Quoted(
                fill(
                    "list_filter(json_extract({found}, '$[*]'),"
                    " lambda element: json_extract_string(element, {field}) = {value})[1]",
                    found=found,
                    field=literal(_quoted(step.field)),
                    value=literal(step.value or ""),
                )
            )
    return found


def _plain(step: Step, *, with_index: bool = True) -> str:
    index = f"[{step.index}]" if with_index and step.index is not None else ""
    return _quoted(step.name)[1:] + index


def _quoted(name: str) -> str:
    return '$."' + name.replace('"', '\\"') + '"'
