"""Seeds of the further tables: a home's own file, else the shipped one, with numbers exact and dates as dates."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from scoreboard.settings import PROJECT_ROOT

Rule = dict[str, Any]
_TEXTS = {
    *("signal", "reported_level", "kpi", "band", "dimension", "description", "program", "scope_type", "scale_id"),
    *("rule_id", "severity", "owner_role", "action", "to_role", "service_tier", "priority"),
}


def seed_rows(home: Path, name: str) -> list[Rule]:
    """Rows of one seed; empty cells are None."""
    own = home / "seeds" / f"{name}.csv"
    path = own if own.exists() else PROJECT_ROOT / "dbt_project" / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {column: _cell(column, (cell or "").strip()) for column, cell in row.items()}
            for row in csv.DictReader(file)
        ]


def _cell(column: str, cell: str) -> Any:
    if not cell:
        return None
    if column == "valid_from" or column.endswith("_on"):
        return date.fromisoformat(cell)
    if column.startswith(("is_", "raise_")):
        return cell.lower() in ("true", "1", "yes")
    return cell if column in _TEXTS else Fraction(cell)


def latest_each(rows: list[Rule], part: str, day: date) -> dict[Any, Rule]:
    """Part -> its own latest row in force on a day."""
    found: dict[Any, Rule] = {}
    for row in sorted(rows, key=lambda row: row["valid_from"]):
        if row["valid_from"] <= day:
            found[row[part]] = row
    return found


def latest_set(rows: list[Rule], day: date) -> list[Rule]:
    """All rows of the latest valid_from in force on a day."""
    known = [row for row in rows if row["valid_from"] <= day]
    newest = max((row["valid_from"] for row in known), default=None)
    return [row for row in known if row["valid_from"] == newest]
