"""Has a batch drifted away from the last ones of its stream? A broken export shows as a column that suddenly runs empty,
or as most rows being refused.

Conservative on purpose, for small late files, full snapshots and files made by hand must never be stopped:
it takes a batch and a history large enough to mean something, and a change that no business makes from one batch to the next.
Only the harmful direction counts: a column that begins to be filled, or a cleaner batch, is no reason to stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scoreboard.entities import Entity

MIN_ROWS = 200
"""A smaller batch is neither judged nor counted as history: shares of few rows jump about by chance."""

MIN_BATCHES = 3
"""Earlier batches needed before anything is called usual."""

LAST_BATCHES = 10
"""How far back "usual" reaches, so that a change once accepted becomes the new usual."""

_EVENTS = ("date", "timestamp")
"""What may still be to come: tickets of last year are solved and deals closed, those of this week are not."""

MAX_CHANGE = 0.5
"""Absolute change of a share that stops a batch: 0.9 filled before, less than 0.4 now."""


@dataclass(frozen=True)
class History:
    """Pooled shares (0 to 1) over the last batches: of rows refused at the door, and per optional column, but for dates
    and instants of events, of rows with a value."""

    batches: int
    rows: int
    refused: float
    filled: dict[str, float]


def shrunk(rows: int, before: int) -> str | None:
    """The figures, if a snapshot has less than half of the rows that the trusted one before it had, or none any more.

    Rows that are gone leave the figures without a trace: a feed that ran dry must not look like customers who left.
    """
    is_much_less = before >= MIN_ROWS and rows < MAX_CHANGE * before
    is_dry = before > 0 and not rows
    return f"{rows} rows, where the snapshot before had {before}" if is_much_less or is_dry else None


def history_before(
    number: int, manifests: list[dict[str, Any]], entity: Entity, min_batches: int = MIN_BATCHES
) -> History | None:
    """What was usual before batch `number`, from the manifests of accepted batches; None while that means too little.

    `min_batches` is 1 for snapshots, each of which is everything there is.
    """
    earlier = sorted(
        (manifest for manifest in manifests if manifest["batch"] < number and manifest["rows_landed"] >= MIN_ROWS),
        key=lambda manifest: int(manifest["batch"]),
    )[-LAST_BATCHES:]
    if len(earlier) < min_batches:
        return None
    rows = sum(manifest["rows_landed"] for manifest in earlier)
    return History(
        batches=len(earlier),
        rows=rows,
        refused=sum(manifest["rows_quarantined"] for manifest in earlier) / rows,
        filled={
            column: sum(manifest["non_null"].get(column, 0) for manifest in earlier) / rows
            for column, kind in entity.kinds.items()
            if column not in entity.required and kind not in _EVENTS
        },
    )


def expectations(history: History) -> list[Any]:
    """For each optional column that was filled often enough to fall that far: the least share it must have now."""
    import great_expectations.expectations as gxe

    return [
        gxe.ExpectColumnProportionOfNonNullValuesToBeBetween(
            column=column,
            min_value=usual - MAX_CHANGE,
            meta={
                "table_rule": "drift_filled",
                "column": column,
                "figures": f"{column} has a value in {{observed:.1%}} of the rows, against {usual:.1%} in the last {history.batches} batches",
            },
        )
        for column, usual in history.filled.items()
        if usual > MAX_CHANGE
    ]


def refused_too_many(history: History, refused: int, rows: int) -> str | None:
    """The figures, if far more rows are refused than usual."""
    if refused / rows - history.refused <= MAX_CHANGE:
        return None
    return f"{refused / rows:.1%} of the rows would be quarantined, against {history.refused:.1%} in the last {history.batches} batches"
