"""Reference of the published tables and of the rules, out of what dbt itself is told about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scoreboard.settings import PROJECT_ROOT

_MODELS = PROJECT_ROOT / "dbt_project" / "models"


def tables_page() -> str:
    """Markdown: every mart with its row, its grain and its columns."""
    models = sorted(_declared(_MODELS / "marts", "_marts__*.yml", "models"), key=lambda model: model["name"])
    contents = "\n".join(f"- [{model['name']}](#{model['name']}): {_cell(model['description'])}" for model in models)
    return (
        "\n\n".join(
            [
                "# Tables and columns",
                'Schema `marts` of `published/warehouse.duckdb`, and `published/parquet/<table>.parquet`. Null always means "not known" or '
                '"does not apply", never zero. Columns marked *personal* name a person or hold what people wrote.',
                contents,
                *(_table(model) for model in models),
            ]
        )
        + "\n"
    )


def rules_page() -> str:
    """Markdown: every rule seed with its columns."""
    seeds = sorted(_declared(_MODELS / "rules", "_rules__*.yml", "seeds", "models"), key=lambda seed: seed["name"])
    return (
        "\n\n".join(
            [
                "# Rules",
                "A rule is a row of a file in `dbt_project/seeds/`, in force from its `valid_from` on. Your own file of the same name in "
                "`SCOREBOARD_HOME/seeds/` takes its place, whole.",
                *(_table(seed) for seed in seeds),
            ]
        )
        + "\n"
    )


def _table(model: dict[str, Any]) -> str:
    lines = [f"## {model['name']}", "", model["description"].strip()]
    grain = next((_grain(test) for test in model.get("data_tests", []) if _grain(test)), None)
    if grain:
        lines += ["", f"One row per {', '.join(f'`{column}`' for column in grain)}."]
    lines += ["", "| column | type | meaning |", "|---|---|---|"]
    for column in model.get("columns", []):
        personal = " *personal*" if "personal" in (column.get("config") or {}).get("tags", []) else ""
        meaning = _cell(column.get("description", ""))
        lines.append(f"| `{column['name']}` | {column.get('data_type', '')} | {meaning}{personal} |")
    return "\n".join(lines)


def _grain(test: Any) -> list[str] | None:
    if not isinstance(test, dict) or "one_row_per" not in test:
        return None
    arguments = test["one_row_per"].get("arguments", test["one_row_per"])
    return list(arguments["grain"])


def _declared(folder: Path, pattern: str, *kinds: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(pattern)):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for kind in kinds:
            yield from content.get(kind, [])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
