"""What paper needs and a screen does not: a word on scripts that no font here may have."""

from __future__ import annotations

import unicodedata
from typing import Any

_LAST_COMMON = "\u058f"  # Latin, Greek, Cyrillic and Armenian lie before it
_OWN_SIGNS = "–—…·×☐←→−₹€"


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
