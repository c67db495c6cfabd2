"""Rows as they came, with what may be about a person covered: values are shown only where their column and shape say they cannot be.

A row in quarantine is there because something in it is wrong: its cells may have slipped. So a value is shown when its column is
known to hold no person and the value itself looks like a key, a code, a number or a date; everything else is covered.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from scoreboard.entities import ENTITIES

COVER = "•••"

# text that is about people, or that people wrote
_PERSONAL = frozenset(["full_name", "email", "job_title", "account_name", "company_name", "comment", "note"])
# a name has a blank or a capital among small letters, an address has an @
_KEY = re.compile(r"[A-Za-z0-9_.:+\-]{1,64}")
_FIGURE = re.compile(r"[-+]?[0-9][0-9.:TZ+\- ]{0,39}")
_CODE = re.compile(r"[a-z0-9_]{1,40}|[A-Z]{2,3}")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_SHORTEST = 3  # a shorter text stands everywhere in a sentence by chance
_QUOTED_LENGTH = 80  # how much of a value a reason quotes at most


@dataclass(frozen=True)
class Cell:
    """One value of a row: the column, the text to show, and whether it is covered."""

    column: str
    text: str
    is_covered: bool


def masked_content(entity: str, content: str | None) -> list[Cell]:
    """What a row says, column by column, covered where it may be about a person; empty values are left out."""
    return [_cell(entity, column, text) for column, text in _texts(content)]


def full_content(content: str | None) -> list[Cell]:
    """As `masked_content`, with nothing covered."""
    return [Cell(column, text, is_covered=False) for column, text in _texts(content)]


def masked_key(key: str | None) -> str | None:
    """A row's key as it came, covered where it does not look like one."""
    return key if key is None or _KEY.fullmatch(key) else COVER


def masked_reason(reason: str, entity: str, content: str | None) -> str:
    """A reason with every value covered that the row itself keeps covered, and what it quotes unless that is a code or a figure."""
    texts = [text for column, text in _texts(content) if _cell(entity, column, text).is_covered]
    for text in sorted(texts, key=len, reverse=True):
        if len(text) >= _SHORTEST:
            reason = reason.replace(text, COVER).replace(text[:_QUOTED_LENGTH], COVER)
    return _QUOTED.sub(lambda quoted: quoted[0] if _is_code_or_figure(quoted[0][1:-1]) else f"'{COVER}'", reason)


def _texts(content: str | None) -> list[tuple[str, str]]:
    """Column and value of everything in a row that holds something; none where it is no JSON object."""
    try:
        told = json.loads(content or "{}")
    except ValueError:
        return []
    if not isinstance(told, dict):
        return []
    return [
        (str(column), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for column, value in told.items()
        if value is not None and value != ""
    ]


def _cell(entity: str, column: str, text: str) -> Cell:
    known = ENTITIES.get(entity)
    if known is None or column not in known.columns or column in _PERSONAL:
        is_shown = False
    elif column.endswith("_id"):
        is_shown = _KEY.fullmatch(text) is not None
    else:
        is_shown = _is_code_or_figure(text)
    return Cell(column, text if is_shown else COVER, is_covered=not is_shown)


def _is_code_or_figure(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None or _CODE.fullmatch(text) is not None
