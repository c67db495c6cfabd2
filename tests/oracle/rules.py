"""The rule seeds: the shipped content, a home's own files in their place, and the rule in force on a day."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle.reading import parse, parse_rate
from tests.oracle.schema import CATEGORIES, OVERALL

Rule = dict[str, Any]

_START = "1900-01-01"
_SHIPPED = {
    "award_rules": f"valid_from,threshold,min_waves\n{_START},4.0,4",
    "survey_scales": "scale_id,min_value,max_value,is_reversed,label_family\nlikert5,1,5,false,\nlikert7,1,7,false,\nlikert10,1,10,false,\n"
    "nps11,0,10,false,\npercent,0,100,false,\nbinary,0,1,false,\neffort7,1,7,false,\neffort5_reversed,1,5,true,",
    "tier_rules": f"valid_from,enter_share,leave_share,growth_min,pipeline_min\n{_START},0.80,0.85,0.25,0.50",
    "engagement_signals": "valid_from,signal,weight,full_marks_at\n"
    + "\n".join(
        f"{_START},{line}"
        for line in (
            "meetings,2,3",
            "executive_reviews,2,1",
            "calls,1,6",
            "inbound_emails,1,12",
            "events,1,1",
            "distinct_contacts,2,5",
            "survey_response_rate,1,0.5",
        )
    ),
    "usage_signals": f"valid_from,signal,weight,full_marks_at\n{_START},seat_utilisation,2,0.8\n{_START},feature_adoption,1,0.6",
    "blend_weights": f"valid_from,system_weight,staff_weight\n{_START},0.6,0.4",
    "quadrant_cutoffs": f"valid_from,engagement_cutoff,usage_cutoff\n{_START},5.0,5.0",
    "gap_targets": "valid_from,category,target\n"
    + "\n".join(f"{_START},{category},4.0" for category in (OVERALL, *CATEGORIES)),
    "gap_classes": f"valid_from,min_gap\n{_START},0.5",
    "internal_domains": "domain",
    "fx_rates": "currency,to_currency,valid_from,rate",
    "award_history": "project_id,award,award_year,recipient_name,location,times_announced",  # the shipped rows name no project
    "t_critical": (Path(__file__).parent / "t_critical.csv").read_text(),
}
_KEYS = {
    "survey_scales": ("scale_id",),
    "engagement_signals": ("valid_from", "signal"),
    "usage_signals": ("valid_from", "signal"),
    "gap_targets": ("valid_from", "category"),
    "internal_domains": (),
    "fx_rates": ("currency", "to_currency", "valid_from"),
    "award_history": ("project_id", "award", "award_year"),
    "t_critical": ("df",),
}
_TEXTS = {
    "scale_id",
    "label_family",
    "signal",
    "category",
    "domain",
    "currency",
    "to_currency",
    "project_id",
    "award",
    "recipient_name",
    "location",
}
_FLAGS = {"is_reversed"}


class RuleError(Exception):
    """A seed that leaves a quarter without a rule, or names one twice; says which file."""


class Rules:
    """All seeds of one home, parsed; money rates and rule numbers as exact fractions."""

    def __init__(self, seeds: Path, reporting_currency: str) -> None:
        self.currency = reporting_currency
        self._rows = {name: _read(seeds, name) for name in _SHIPPED}
        self.scales = {row["scale_id"]: row for row in self._rows["survey_scales"]}
        self.internal_domains = {
            row["domain"].strip().lower() for row in self._rows["internal_domains"] if row["domain"]
        }
        self.award_history = list(self._rows["award_history"])
        self._t = {int(row["df"]): float(row["t"]) for row in self._rows["t_critical"]}
        self._rates: dict[str, list[tuple[date, Fraction]]] = {}
        for row in self._rows["fx_rates"]:
            if row["to_currency"] == reporting_currency:
                self._rates.setdefault(row["currency"], []).append((row["valid_from"], row["rate"]))

    def t(self, df: int) -> float:
        """Two-sided 95 % quantile; 1.96 beyond the table."""
        return self._t.get(df, 1.96)

    def rate(self, currency: str | None, day: date) -> Fraction | None:
        """Rate to the reporting currency on a day, None where no row is old enough."""
        if currency is None or currency == self.currency:
            return Fraction(1)
        known = [entry for entry in self._rates.get(currency, []) if entry[0] <= day]
        return max(known)[1] if known else None

    def on(self, seed: str, day: date) -> Rule:
        """The one rule in force on a day."""
        known = [row for row in self._rows[seed] if row["valid_from"] <= day]
        if not known:
            raise RuleError(f"{seed}.csv: no rule on {day}")
        return max(known, key=lambda row: row["valid_from"])

    def signals(self, seed: str, day: date) -> dict[str, tuple[Fraction, Fraction]]:
        """Signal -> (weight, full marks at), each from its own latest row."""
        latest: dict[str, Rule] = {}
        for row in sorted(self._rows[seed], key=lambda row: row["valid_from"]):
            if row["valid_from"] <= day:
                latest[row["signal"]] = row
        if not latest:
            raise RuleError(f"{seed}.csv: no rule on {day}")
        return {signal: (row["weight"], row["full_marks_at"]) for signal, row in latest.items()}

    def targets(self, day: date) -> dict[str, Fraction]:
        """Category -> target; all five must be there."""
        latest: dict[str, Fraction] = {}
        for row in sorted(self._rows["gap_targets"], key=lambda row: row["valid_from"]):
            if row["valid_from"] <= day:
                latest[row["category"]] = row["target"]
        missing = {OVERALL, *CATEGORIES} - set(latest)
        if missing:
            raise RuleError(f"gap_targets.csv: no target on {day} for {sorted(missing)}")
        return latest


def _read(seeds: Path, name: str) -> list[Rule]:
    path = seeds / f"{name}.csv"
    text = path.read_text(encoding="utf-8-sig") if path.exists() else _SHIPPED[name]
    rows = [
        {column: _cell(column, cell) for column, cell in record.items()} for record in csv.DictReader(text.splitlines())
    ]
    keys = _KEYS.get(name, ("valid_from",))
    seen = set()
    for row in rows if keys else []:
        key: tuple[Any, ...] = tuple(row[column] for column in keys)
        if name == "award_history" and row["project_id"] is None:
            key = (*key, row["recipient_name"])
        if key in seen:
            raise RuleError(f"{name}.csv: {key} twice")
        seen.add(key)
    return rows


def _cell(column: str, cell: str) -> Any:
    if column in _TEXTS:
        return parse(cell, "text")
    if column in _FLAGS:
        return parse(cell, "flag")
    if column == "valid_from":
        return parse(cell, "date")
    if column == "rate":
        return Fraction(parse_rate(cell))
    value: Decimal | None = parse(cell, "number")
    return None if value is None else Fraction(value)
