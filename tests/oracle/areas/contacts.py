"""dim_contacts: the buying role of a person, declared or told by the job title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.oracle.areas.seeds import Seeds
from tests.oracle.reading import Row

if TYPE_CHECKING:
    from tests.oracle.areas import Known


def contact_roles(known: Known) -> dict[str, tuple[str | None, str]]:
    """contact_id -> (buying_role, buying_role_source)."""
    patterns = sorted(
        Seeds(known.home / "seeds").rows("role_patterns"),
        key=lambda row: (row["priority"], row["title_pattern"].encode()),
    )
    return {row["contact_id"]: _role(row, patterns) for row in known.judged.rows("contacts")}


def _role(contact: Row, patterns: list[Row]) -> tuple[str | None, str]:
    if contact["buying_role"] is not None:
        return contact["buying_role"], "declared"
    title = (contact["job_title"] or "").lower()
    for pattern in patterns if contact["job_title"] is not None else ():
        if _is_like(title, pattern["title_pattern"]):
            return pattern["buying_role"], "inferred"
    return None, "unknown"


def _is_like(text: str, pattern: str) -> bool:
    """SQL's LIKE: % is any text, _ one character."""
    parts = (".*" if sign == "%" else "." if sign == "_" else re.escape(sign) for sign in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None
