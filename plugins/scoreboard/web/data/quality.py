"""What became of every row that landed: counts per entity and run, and the rows in quarantine with the reason for each."""

from __future__ import annotations

import json
from dataclasses import dataclass

from scoreboard.entities import ENTITIES
from scoreboard.warehouse.quoting import fill, literal
from scoreboard.web.data.listing import Conditions, Listing, Row, Tables
from scoreboard.web.paging import Pages

# in the contract's order
RULES = (
    "missing_required",
    "wrong_type",
    "unknown_enum",
    "out_of_scale",
    "no_fx_rate",
    "orphan_key",
    "conflicting_duplicate",
)
FATES = ("landed", "valid", "quarantined", "replaced", "deduplicated")
ENTITY_NAMES = tuple(sorted(ENTITIES))
_RUNS_SHOWN = 30


@dataclass(frozen=True)
class QuarantineFilter:
    """Which refused rows; None or empty leaves a thing open."""

    entity: str | None = None
    rule: str | None = None
    status: str | None = "open"
    key: str | None = None
    file: str | None = None
    page: int = 1


def measured_runs(tables: Tables) -> list[Row]:
    """The last runs that published, newest first, with their totals."""
    return tables.rows(
        fill(
            "select run_id, max(run_at) as run_at, sum(landed) as landed, sum(valid) as valid,"
            " sum(quarantined) as quarantined, sum(replaced) as replaced, sum(deduplicated) as deduplicated"
            " from marts.rpt_data_quality group by run_id order by run_at desc, run_id desc limit {size}",
            size=literal(_RUNS_SHOWN),
        )
    )


def quality(tables: Tables, run_id: str) -> list[Row]:
    """One row per entity as a run saw it; `unresolved` as column -> count, only what is not 0."""
    rows = tables.rows("select * from marts.rpt_data_quality where run_id = ? order by entity", [run_id])
    for row in rows:
        row["unresolved"] = _counts(row["unresolved_references"])
    return rows


def open_rows(tables: Tables) -> list[Row]:
    """Open rows in quarantine per entity and rule, most first."""
    return tables.rows(
        "select entity, rule, count(*) as row_count from marts.rpt_quarantine where status = 'open'"
        " group by entity, rule order by row_count desc, entity, rule"
    )


def quarantine(tables: Tables, wanted: QuarantineFilter) -> Listing:
    """The refused rows that match, newest first, a page of them; counted per rule."""
    conditions = Conditions()
    conditions.equal("entity", wanted.entity)
    conditions.equal("rule", wanted.rule)
    conditions.equal("status", wanted.status)
    conditions.equal("row_key", wanted.key)
    conditions.equal("file", wanted.file)
    counted = tables.rows(
        fill(
            "select rule, count(*) as row_count from marts.rpt_quarantine where {conditions} group by rule",
            conditions=conditions.sql,
        ),
        conditions.values,
    )
    by_rule = {row["rule"]: row["row_count"] for row in counted}
    pages = Pages(wanted.page, sum(by_rule.values()))
    rows = tables.rows(
        fill(
            "select * from marts.rpt_quarantine where {conditions}"
            " order by first_seen_at desc, entity, file, row_number, row_id limit {size} offset {offset}",
            conditions=conditions.sql,
            size=literal(pages.per_page),
            offset=literal(pages.offset),
        ),
        conditions.values,
    )
    return Listing(rows, pages, {rule: by_rule[rule] for rule in RULES if rule in by_rule})


def quarantined_row(tables: Tables, row_id: str) -> Row | None:
    """One refused row."""
    found = tables.rows("select * from marts.rpt_quarantine where row_id = ? limit 1", [row_id])
    return found[0] if found else None


def _counts(text: str | None) -> dict[str, int]:
    """`unresolved_references` as the mart spells it: JSON text {column: count}."""
    try:
        told = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(column): count for column, count in told.items() if count}
