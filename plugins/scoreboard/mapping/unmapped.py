"""What a mapping leaves open, in sentences: questions and surveys it does not know, words the contract does not know.

Nothing of it is guessed. The rows are kept, the door quarantines them, and this says what to write into the mapping file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scoreboard.entities import Entity
from scoreboard.mapping.config_checks import words_of
from scoreboard.warehouse.quoting import fill, identifier

_MOST_NAMED = 50  # distinct words of one column that are listed


class Rows(Protocol):
    """Canonical rows of one entity, as the relation `canonical`."""

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement over `canonical`."""


@dataclass(frozen=True)
class Report:
    """What is not mapped, and which declared columns no record has."""

    unmapped: tuple[dict[str, Any], ...] = ()
    missing_columns: tuple[str, ...] = ()

    def with_more(self, other: Report) -> Report:
        """Both reports; a sentence that both have stands once."""
        return Report(
            (*self.unmapped, *(item for item in other.unmapped if item not in self.unmapped)),
            (*self.missing_columns, *(text for text in other.missing_columns if text not in self.missing_columns)),
        )

    def as_dict(self) -> dict[str, list[Any]]:
        """As it is kept in JSON."""
        return {"unmapped": list(self.unmapped), "missing_columns": list(self.missing_columns)}


def report_on(rows: Rows, vendor: str, entity: Entity, missing: Sequence[str]) -> Report:
    """What is open about an entity's canonical rows; `missing` are the columns that no landed record has."""
    items = [*_questions(rows, vendor, entity), *_surveys(rows, vendor, entity), *_words(rows, vendor, entity)]
    return Report(tuple(items), tuple(missing))


def _questions(rows: Rows, vendor: str, entity: Entity) -> Iterator[dict[str, Any]]:
    if entity.name != "questions":
        return
    found = rows.query(
        "select survey_id, question_id, max(question_text), count(*) from canonical where measure is null group by all order by all"
    )
    for survey, question, text, count in found:
        asks = f" ({_shortened(text)})" if text else ""
        own = str(question).removeprefix(f"{survey}:")
        yield _item(
            vendor,
            entity,
            "question",
            question,
            count,
            f"{vendor}: question {own} of survey {survey}{asks} is not mapped, so its answers count nowhere; write into "
            f"sources/{vendor}.yaml under surveys, {survey}, questions, {own} what it measures and its scale, or: ignore",
        )


def _surveys(rows: Rows, vendor: str, entity: Entity) -> Iterator[dict[str, Any]]:
    if entity.name != "surveys":
        return
    found = rows.query(
        "select survey_id, max(survey_name), count(*) from canonical where project_id is null group by all order by all"
    )
    for survey, name, count in found:
        called = f" ({_shortened(name)})" if name else ""
        yield _item(
            vendor,
            entity,
            "survey",
            survey,
            count,
            f"{vendor}: survey {survey}{called} names no project, so its responses count nowhere; write into "
            f"sources/{vendor}.yaml under surveys, {survey}, project which project it audits",
        )


def _words(rows: Rows, vendor: str, entity: Entity) -> Iterator[dict[str, Any]]:
    for column in entity.columns:
        known = words_of(entity.name, column)
        if not known:
            continue
        counts = rows.query(
            fill(
                "select {column}, count(*) from canonical where {column} is not null group by all order by all",
                column=identifier(column),
            )
        )
        strange = [(word, count) for word, count in counts if word not in known]
        for word, count in strange[:_MOST_NAMED]:
            yield _item(
                vendor,
                entity,
                column,
                word,
                count,
                f"{vendor}: {entity.name}.{column} is {word!r} in {count} rows, which the contract does not know; write into "
                f"sources/{vendor}.yaml under values, {entity.name}, {column} which of {', '.join(known)} it means",
            )


def _item(vendor: str, entity: Entity, what: str, name: str, rows: int, sentence: str) -> dict[str, Any]:
    return {
        "vendor": vendor,
        "entity": entity.name,
        "what": what,
        "name": name,
        "rows": rows,
        "sentence": sentence + ".",
    }


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
