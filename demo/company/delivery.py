"""Which file a row arrives in: several files of mixed formats for one entity, cut by date, corrections last.

Landing order is path in byte order: every main file starts with a digit, so the older versions in the first file
come before, and doubles, contradictions and bad rows in `corrections_*` after, the rows they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scoreboard.entities import ENTITIES

from .writing import Style, write

Row = dict[str, Any]
CORRECTIONS = "corrections_2026-04-20.csv"
_CRM = Style()
_WINDOWS = Style(instants="plain", flags=("TRUE", "FALSE"), line_end="\r\n", has_mark=True)
_DESK = Style(instants="berlin", flags=("1", "0"))
_TOOL = Style(instants="millis", flags=("yes", "no"))
_US = Style(instants="new_york")


@dataclass(frozen=True)
class Part:
    """One file: rows dated before `until` that no earlier part took; `extra` is a column the contract does not know."""

    name: str
    until: date = date.max
    style: Style = _CRM
    extra: str | None = None


_Y24, _Y25, _Y26 = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)
_PARTS: dict[str, tuple[str, tuple[Part, ...]]] = {  # entity -> (the date it is cut by, its files)
    "employees": ("updated_at", (Part("2026_hr-export.xlsx"),)),
    "projects": ("updated_at", (Part("2026_service-lines.jsonl"),)),
    "accounts": (
        "updated_at",
        (
            Part("2025-12-31_accounts.csv", _Y26, _WINDOWS, extra="legacy_code"),
            Part("2026-04-20_accounts.jsonl"),
        ),
    ),
    "contacts": (
        "updated_at",
        (Part("2024-12-31_contacts.csv.gz", _Y25), Part("2026-04-20_contacts.csv", style=_US)),
    ),
    "revenue": (
        "recognised_on",
        (
            Part("2023_revenue.parquet", _Y24),
            Part("2024_revenue.csv.gz", _Y25),
            Part("2025_revenue.csv", _Y26, _WINDOWS),
            Part("2026_revenue.xlsx"),
        ),
    ),
    "opportunities": ("created_on", (Part("2023-2024_deals.jsonl", _Y25), Part("2025-2026_deals.csv", style=_US))),
    "activities": (
        "occurred_at",
        (
            Part("2023_activities.parquet", _Y24),
            Part("2024_activities.csv.gz", _Y25),
            Part("2025_activities.parquet", _Y26),
            Part("2026_activities.csv", style=_US),
        ),
    ),
    "usage": (
        "month",
        (Part("2023-2025_telemetry.parquet", _Y26), Part("2026_telemetry.csv", extra="telemetry_build")),
    ),
    "assessments": ("assessed_at", (Part("2023-2025_assessments.csv", _Y26, _DESK), Part("2026_assessments.xlsx"))),
    "training": ("updated_at", (Part("2026_training.xlsx"),)),
    "tickets": (
        "created_at",
        (
            Part("2023-2024_tickets.parquet", _Y25),
            Part("2025_tickets.jsonl", _Y26),
            Part("2026_tickets.csv", style=_DESK),
        ),
    ),
    "surveys": ("updated_at", (Part("2026_surveys.csv", style=_TOOL),)),
    "questions": ("updated_at", (Part("2026_questions.xlsx"),)),
    "invitations": (
        "sent_at",
        (
            Part("2023-2024_invitations.parquet", _Y25),
            Part("2025_invitations.csv.gz", _Y26, _TOOL),
            Part("2026_invitations.csv", style=_TOOL),
        ),
    ),
    "responses": (
        "responded_at",
        (
            Part("2023-2024_responses.csv.gz", _Y25, _TOOL),
            Part("2025_responses.jsonl", _Y26, _TOOL),
            Part("2026_responses.csv", style=_TOOL),
        ),
    ),
    "answers": (
        "updated_at",
        (
            Part("2023_answers.csv", _Y24, _TOOL),
            Part("2024_answers.parquet", _Y25),
            Part("2025_answers.csv.gz", _Y26, _TOOL),
            Part("2026_answers.jsonl", style=_TOOL),
        ),
    ),
}


def deliver(
    inbox: Path, name: str, before: list[Row], current: list[Row], after: list[Row], bad: list[Row]
) -> list[str]:
    """Write one entity's files below the inbox and return their paths, relative to it."""
    entity = ENTITIES[name]
    column, parts = _PARTS[name]
    folder = inbox / entity.domain / name
    remaining = sorted([*before, *current], key=lambda row: (_day(row, column), row["updated_at"]))
    # older versions are cut by the same date: some lie in the file of their successor, some in an earlier one
    written = []
    for part in parts:
        here = [row for row in remaining if _day(row, column) < part.until]
        remaining = remaining[len(here) :]
        columns = [*entity.columns, part.extra] if part.extra else list(entity.columns)
        if part.extra:
            here = [{**row, part.extra: f"L{place % 97:02}"} for place, row in enumerate(here)]
        write(folder / part.name, columns, dict(entity.kinds), here, part.style)
        written.append(part.name)
    if after or bad:
        write(folder / CORRECTIONS, entity.columns, dict(entity.kinds), [*after, *bad], _CRM)
        written.append(CORRECTIONS)
    return [f"{entity.domain}/{name}/{file}" for file in written]


def _day(row: Row, column: str) -> date:
    value = row[column]
    return value.date() if isinstance(value, datetime) else value
