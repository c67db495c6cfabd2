"""Which columns name a person or hold what one wrote: those tagged `personal` where dbt declares the marts."""

from __future__ import annotations

from functools import cache

import yaml

from scoreboard.settings import PROJECT_ROOT

_MARTS = PROJECT_ROOT / "dbt_project" / "models" / "marts"
TAG = "personal"


@cache
def _tagged() -> dict[str, dict[str, bool]]:
    """Table -> column -> whether it is personal, of every declared column."""
    tables: dict[str, dict[str, bool]] = {}
    for path in sorted(_MARTS.glob("_marts__*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            tables[model["name"]] = {
                column["name"]: TAG in (column.get("config") or {}).get("tags", []) for column in model["columns"]
            }
    return tables


def is_personal(table: str, column: str) -> bool:
    """Whether a column is masked for BI; what nobody declared might be anything, and counts as personal."""
    return _tagged().get(table, {}).get(column, True)
