"""Turns an entity's shape and rules into the suite that Great Expectations runs over one landed batch.

The suite is judged on a table with, per column, its text (`amount`, blank text being null) and, for typed columns,
the value of that text (`amount_as_number`, null where it is not spelled as one): see `scoreboard.validation.workbench`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe

from expectations._rules import FirstOfMonth, OneOf, Rule, ThreeCapitals, Within
from expectations._rules.row_checks import ExpectCurrencyCodes, ExpectFirstsOfMonths, ExpectSpelledAs
from scoreboard.entities import Entity

_WRONG_TYPE = {
    "number": "is {value}, which is not a plain decimal number with up to 14 digits before and 6 after the point",
    "flag": "is {value}, which is not one of true, false, yes, no, 1, 0",
    "date": "is {value}, which is not a calendar date written YYYY-MM-DD",
    "timestamp": "is {value}, which is not an instant written YYYY-MM-DDTHH:MM:SS, optionally with a fraction and Z or an offset",
}


def build(entity: Entity, rules: Sequence[Rule]) -> gx.ExpectationSuite:
    """The suite of one entity: table rules, then the row rules in the contract's order, columns in theirs."""
    by_column = sorted(rules, key=lambda rule: entity.columns.index(rule.column))
    words = [rule for rule in by_column if isinstance(rule, OneOf | ThreeCapitals)]
    scales = [rule for rule in by_column if isinstance(rule, Within | FirstOfMonth)]
    return gx.ExpectationSuite(
        name=entity.name,
        expectations=[
            *_table_rules(entity),
            *(_has_value(column) for column in entity.columns if column in entity.required),
            *(_is_spelled_as(column, kind) for column, kind in entity.kinds.items() if kind != "text"),
            *(_is_known_word(rule) for rule in words),
            *(_is_in_scale(rule, entity.kinds[rule.column]) for rule in scales),
        ],
    )


def _table_rules(entity: Entity) -> list[gxe.Expectation]:
    return [
        gxe.ExpectTableColumnsToMatchSet(
            column_set=[column for column in entity.columns if column in entity.required],
            exact_match=False,
            meta={"table_rule": "required_columns"},
        ),
        gxe.ExpectTableRowCountToBeBetween(min_value=1, meta={"table_rule": "has_rows"}),
    ]


def _has_value(column: str) -> gxe.Expectation:
    return gxe.ExpectColumnValuesToNotBeNull(
        column=column, meta=_meta("missing_required", column, "is required and has no value")
    )


def _is_spelled_as(column: str, kind: str) -> gxe.Expectation:
    return ExpectSpelledAs.of(column, kind, meta=_meta("wrong_type", column, _WRONG_TYPE[kind]))


def _is_known_word(rule: OneOf | ThreeCapitals) -> gxe.Expectation:
    if isinstance(rule, ThreeCapitals):
        reason = "is {value}, which is not a currency code of three capital letters"
        return ExpectCurrencyCodes.of(rule.column, meta=_meta("unknown_enum", rule.column, reason))
    reason = "is {value}, which is not one of " + ", ".join(rule.words)
    return gxe.ExpectColumnValuesToBeInSet(
        column=rule.column, value_set=list(rule.words), meta=_meta("unknown_enum", rule.column, reason)
    )


def _is_in_scale(rule: Within | FirstOfMonth, kind: str) -> gxe.Expectation:
    if isinstance(rule, FirstOfMonth):
        reason = "is {value}, which is not the first day of a month"
        return ExpectFirstsOfMonths.of(rule.column, meta=_meta("out_of_scale", rule.column, reason))
    bounds = f"below {rule.minimum:g}" if rule.maximum is None else f"outside {rule.minimum:g} to {rule.maximum:g}"
    return gxe.ExpectColumnValuesToBeBetween(
        column=f"{rule.column}_as_{kind}",
        min_value=rule.minimum,
        max_value=rule.maximum,
        meta=_meta("out_of_scale", rule.column, "is {value}, which is " + bounds),
    )


def _meta(rule: str, column: str, reason: str) -> dict[str, Any]:
    """What the door needs to route a row: `{value}` in the reason stands for the row's own text."""
    return {"rule": rule, "column": column, "reason": f"{column} {reason}"}
