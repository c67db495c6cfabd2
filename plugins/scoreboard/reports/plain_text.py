"""Text that people outside wrote, made safe to set: without signs that break a file or turn the words beside them round."""

from __future__ import annotations

import unicodedata
from typing import Any

# marks that change the writing direction beyond their own text, and signs that XML does not take
_UNWANTED = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff")
_BREAKS = ("Cc", "Cs", "Zl", "Zp")


def one_line(text: Any, longest: int) -> str:
    """On one line, white space as single blanks, cut with an ellipsis; nothing for None."""
    if text is None:
        return ""
    shown = " ".join(_clean(str(text)[: longest * 20], "").split())
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"


def paragraph(text: Any, longest: int) -> str:
    """With its line breaks; what is longer is cut, and the end says how long it was."""
    if text is None:
        return ""
    whole = str(text)
    shown = _clean(whole[:longest].replace("\r\n", "\n").replace("\r", "\n"), "\n\t").strip()
    return shown if len(whole) <= longest else f"{shown} … (cut here: {len(whole):,} characters in all)"


def _clean(text: str, kept: str) -> str:
    return "".join(
        " " if unicodedata.category(sign) in _BREAKS and sign not in kept else sign
        for sign in text
        if sign not in _UNWANTED
    )
