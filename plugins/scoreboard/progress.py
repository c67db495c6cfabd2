"""How far a long piece of work has come, said by whoever does it and shown by whoever listens: nobody, unless a person sits before a terminal.

A step costs one comparison where nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
# what is done, how much of it, of how much (None: nobody knows), counted in what
Listener = Callable[[str, int, int | None, str], None]

_listener: Listener | None = None


def step(what: str, done: int, total: int | None = None, unit: str = "") -> None:
    """`done` of `total` are behind us: step("tickets of zendesk@main", 12, None, "pages")."""
    if _listener is not None:
        _listener(what, done, total, unit)


def each(what: str, items: Sequence[T], unit: str = "") -> Iterator[T]:
    """The items, saying before each how many are done, and after the last that all are."""
    for number, item in enumerate(items):
        step(what, number, len(items), unit)
        yield item
    step(what, len(items), len(items), unit)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Every step is told to `listener`. It must be quick, and what it raises would fail the work."""
    global _listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before
