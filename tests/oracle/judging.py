"""Judges landed rows: the row rules in their order, the orphan cascade, versions, duplicates and conflicts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.oracle.reading import Row, WrongType, is_null, parse, read_entity, spelled
from tests.oracle.rules import Rules
from tests.oracle.schema import ENTITIES, Entity

_CURRENCY = re.compile("[A-Z]{3}")
_RATE_DATE = {"revenue": "recognised_on", "opportunities": "created_on"}


@dataclass
class Judged:
    """`current`: entity -> key -> typed row; `quarantine`: (entity, raw key, rule) per row; `counts`: entity -> figures.

    `versions`: entity -> key -> its valid versions by updated_at, the current one last.
    """

    current: dict[str, dict[str, Row]] = field(default_factory=dict)
    versions: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    quarantine: list[tuple[str, str | None, str]] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def rows(self, entity: str) -> list[Row]:
        """Current versions of an entity."""
        return list(self.current[entity].values())


def judge(inboxes: list[Path], rules: Rules) -> Judged:
    """Everything landed, entity by entity, parents first."""
    judged = Judged()
    for entity in ENTITIES.values():
        landed = read_entity(inboxes, entity.domain, entity.name)
        count = Counter(landed=len(landed), valid=0, quarantined=0, replaced=0, deduplicated=0)
        versions: dict[str, list[Row]] = {}
        for raw in landed:
            row, rule = _judge_row(entity, raw, judged, rules)
            if rule is None:
                versions.setdefault(row[entity.key], []).append(row)
            else:
                judged.quarantine.append((entity.name, _raw_key(entity, raw), rule))
        judged.current[entity.name], judged.versions[entity.name] = {}, {}
        for key, rows in versions.items():
            judged.current[entity.name][key] = _settle(entity, rows, count, judged)
        count["quarantined"] = sum(1 for name, _, _ in judged.quarantine if name == entity.name)
        count["valid"] = len(judged.current[entity.name])
        judged.counts[entity.name] = count
    return judged


def _raw_key(entity: Entity, raw: Row) -> str | None:
    cell = raw.get(entity.key)
    return None if is_null(cell) else spelled(cell)


def _judge_row(entity: Entity, raw: Row, judged: Judged, rules: Rules) -> tuple[Row, str | None]:
    if any(is_null(raw.get(column)) for column in entity.required):
        return {}, "missing_required"
    row: Row = {}
    try:
        for column, kind in entity.columns.items():
            row[column] = parse(raw.get(column), kind)
    except WrongType:
        return {}, "wrong_type"
    checks = (
        ("unknown_enum", _unknown_word),
        ("out_of_scale", _out_of_scale),
        ("no_fx_rate", _no_rate),
        ("orphan_key", _orphan),
    )
    return row, next((rule for rule, hits in checks if hits(entity, row, judged, rules)), None)


def _unknown_word(entity: Entity, row: Row, judged: Judged, rules: Rules) -> bool:
    if any(row[column] is not None and row[column] not in words for column, words in entity.words.items()):
        return True
    if entity.name == "questions" and row["scale_id"] not in rules.scales:
        return True
    currency = row.get("currency")
    return currency is not None and not _CURRENCY.fullmatch(currency)


def _out_of_scale(entity: Entity, row: Row, judged: Judged, rules: Rules) -> bool:
    for column, value in row.items():
        if value is None:
            continue
        if column.endswith("_rating") and not 0 <= value <= 10:
            return True
        if (column.endswith("_seats") or column.startswith("features_")) and value < 0:
            return True
        if (column == "weight" and value <= 0) or (column == "month" and value.day != 1):
            return True
    if entity.name != "answers" or row["value"] is None:
        return False
    question = judged.current["questions"].get(row["question_id"])
    if question is None:
        return False
    scale = rules.scales[question["scale_id"]]
    return not scale["min_value"] <= row["value"] <= scale["max_value"]


def _no_rate(entity: Entity, row: Row, judged: Judged, rules: Rules) -> bool:
    column = _RATE_DATE.get(entity.name)
    return column is not None and rules.rate(row["currency"], row[column]) is None


def _orphan(entity: Entity, row: Row, judged: Judged, rules: Rules) -> bool:
    if any(row[column] not in judged.current[parent] for column, parent in entity.parents.items()):
        return True
    if entity.name != "answers":
        return False
    question, response = (
        judged.current["questions"][row["question_id"]],
        judged.current["responses"][row["response_id"]],
    )
    return bool(question["survey_id"] != response["survey_id"])


def _settle(entity: Entity, rows: list[Row], count: Counter[str], judged: Judged) -> Row:
    """Current version of one key; `rows` come in landing order."""
    firsts: dict[Any, Row] = {}
    for row in rows:
        first = firsts.setdefault(row["updated_at"], row)
        if row is first:
            continue
        if row == first:
            count["deduplicated"] += 1
        else:
            judged.quarantine.append((entity.name, row[entity.key], "conflicting_duplicate"))
    count["replaced"] += len(firsts) - 1
    judged.versions[entity.name][rows[0][entity.key]] = [firsts[updated_at] for updated_at in sorted(firsts)]
    return firsts[max(firsts)]
