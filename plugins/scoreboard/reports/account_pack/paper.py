"""What paper needs and a screen does not: places to break an endless word, and a word on scripts that no font here may have."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_LONG_RUN = re.compile(r"[^\s\u200b]{41,}")
_EVERY = 40
_PLACE_TO_BREAK = "\u200b"
_LAST_COMMON = "\u058f"  # Latin, Greek, Cyrillic and Armenian lie before it
_OWN_SIGNS = "–—…·×☐←→−₹€"


def for_paper(content: Any) -> Any:
    """The content with its texts breakable."""
    if isinstance(content, str):
        return _LONG_RUN.sub(_breakable, content)
    if isinstance(content, list | tuple):
        return [for_paper(part) for part in content]
    if isinstance(content, dict):
        return {name: for_paper(part) for name, part in content.items()}
    return content


def font_note(content: Any, page: str) -> str:
    """Where to read what may have printed as empty boxes; nothing where every script is a common one."""
    return (
        f"Some texts are in scripts for which this paper may show empty boxes; {page} shows them."
        if _is_rare(content)
        else ""
    )


def _is_rare(content: Any) -> bool:
    if isinstance(content, str):
        return any(
            sign > _LAST_COMMON and sign not in _OWN_SIGNS and unicodedata.category(sign)[0] in "LS" for sign in content
        )
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list | tuple) else ()
    return any(_is_rare(part) for part in parts)


def _breakable(run: re.Match[str]) -> str:
    text = run[0]
    return _PLACE_TO_BREAK.join(text[start : start + _EVERY] for start in range(0, len(text), _EVERY))
