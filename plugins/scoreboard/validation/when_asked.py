"""Modules that a library imports at its beginning and hardly ever needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


@contextmanager
def imported_when_asked(name: str) -> Iterator[None]:
    """Whoever imports `name` by `from package import module` meanwhile gets a stand-in, which imports it when asked for the first thing in it."""
    package, _, module = name.rpartition(".")
    parent = import_module(package)
    if name in sys.modules:
        yield
        return
    stand_in = ModuleType(name)

    def asked(attribute: str) -> Any:
        return getattr(import_module(name), attribute)

    stand_in.__dict__["__getattr__"] = asked
    setattr(parent, module, stand_in)
    try:
        yield
    finally:
        if vars(parent).get(module) is stand_in:  # unless somebody has asked meanwhile
            delattr(parent, module)
