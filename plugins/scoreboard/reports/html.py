"""HTML reports: one self-contained file each, every value escaped, a missing one an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, **values: Any) -> str:
    """A template of reports/templates as text; a value it does not find is an error, never a blank."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    """One for all reports: a template is compiled once, however many pages are made of it."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
