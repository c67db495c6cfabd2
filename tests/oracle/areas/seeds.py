"""The rule seeds of the areas: a home's own file, else what docs/figures.md says is shipped, else the file of the project."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle.reading import parse
from tests.oracle.rules import RuleError

Rule = dict[str, Any]

_PROJECT = Path(__file__).parents[3] / "dbt_project" / "seeds"
_START = "1900-01-01"
# As the page spells it, so that a shipped file that says something else is noticed.
_SHIPPED = {
    "scale_classes": "scale_id,value,score_low,score_high\nbinary,0,1,3\nbinary,1,4,5\n"
    "nps_groups,0,1,3.4\nnps_groups,1,3.8,4.2\nnps_groups,2,4.6,5",
    "integrity_policy": f"valid_from,straight_line_min_answers,answer_window_days\n{_START},5,60",
    "certification_rules": "valid_from,program,required_courses,min_score,valid_months,required_share\n"
    f"{_START},cempro,1,,24,0.80",
    "suppression_policy": "valid_from,scope_type,min_responses,min_responses_for_comments\n"
    f"{_START},account,1,1\n"
    + "\n".join(f"{_START},{scope},5,10" for scope in ("global", "project", "tier", "industry", "region")),
}
_DATES = {"valid_from", "holiday_on"}
_NUMBERS = (
    *("threshold", "second_threshold", "value", "weight", "weekday", "level", "step_number", "required_courses"),
    *("required_share", "valid_months", "best_at", "worst_at", "target", "tactic_number", "award_year"),
)


class Seeds:
    """The seeds of one home, parsed; numbers as exact fractions, an empty cell as None."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, list[Rule]] = {}

    def rows(self, name: str) -> list[Rule]:
        """All rows of a seed, in the order of the file."""
        if name not in self._rows:
            self._rows[name] = [
                {column: _cell(name, column, cell.strip()) for column, cell in record.items()}
                for record in csv.DictReader(self._text(name).splitlines())
            ]
        return self._rows[name]

    def on(self, name: str, day: date) -> Rule:
        """The one rule in force on a day; raises RuleError where there is none."""
        return self.latest(name, day)[()]

    def latest(self, name: str, day: date, *parts: str) -> dict[tuple[Any, ...], Rule]:
        """The latest row on a day of each combination of `parts`; raises RuleError where there is none at all."""
        found: dict[tuple[Any, ...], Rule] = {}
        for row in sorted(self.rows(name), key=lambda row: row["valid_from"]):
            if row["valid_from"] <= day:
                found[tuple(row[part] for part in parts)] = row
        if not found:
            raise RuleError(f"{name}.csv: no rule on {day}")
        return found

    def latest_set(self, name: str, day: date, **only: str) -> list[Rule]:
        """All rows of the latest valid_from on a day, of those whose columns equal `only`; they form one set."""
        known = [
            row
            for row in self.rows(name)
            if row["valid_from"] <= day and all(row[column] == value for column, value in only.items())
        ]
        newest = max((row["valid_from"] for row in known), default=None)
        return [row for row in known if row["valid_from"] == newest]

    def _text(self, name: str) -> str:
        own = self._folder / f"{name}.csv"
        if own.exists():
            return own.read_text(encoding="utf-8-sig")
        return _SHIPPED[name] if name in _SHIPPED else (_PROJECT / f"{name}.csv").read_text(encoding="utf-8-sig")


def _cell(name: str, column: str, cell: str) -> Any:
    if column in _DATES:
        return parse(cell, "date")
    if column.startswith(("is_enabled", "raise_for_")):
        return parse(cell, "flag")
    is_number = (
        column in _NUMBERS
        or column.startswith(("min_", "max_", "target_", "score_", "straight_line_", "times_"))
        or column.endswith(("_minutes", "_minute", "_days", "days_between"))
        or (column == "priority" and name == "role_patterns")
    )
    if not is_number:
        return parse(cell, "text")
    value: Decimal | None = parse(cell, "number")
    return None if value is None else Fraction(value)
