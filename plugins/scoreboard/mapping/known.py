"""What a vendor's staging and source ask a mapping file for: columns whose words are translated, options that are read."""

from __future__ import annotations

import re
from functools import cache

from scoreboard.warehouse.dbt import DBT_PROJECT

STAGING = DBT_PROJECT / "models" / "staging"

# vendor -> its options; docs/sources/ says what each does, and a test that every one is read somewhere and none read is missing
OPTIONS: dict[str, tuple[str, ...]] = {
    "hubspot": ("currency", "opportunity_pipelines", "revenue_pipelines", "ticket_channel"),
    "qualtrics": (
        "directory",
        "embedded_account_id",
        "embedded_agent_id",
        "embedded_channel",
        "embedded_contact_id",
        "embedded_employee_id",
        "embedded_respondent_type",
        "embedded_team_id",
        "embedded_ticket_id",
        "embedded_wave",
        "not_applicable_texts",
    ),
    "salesforce": (
        "bulk_above",
        "bulk_chunk",
        "currency",
        "lifecycle_stage_when_empty",
        "not_activities",
        "order_statuses",
        "page_size",
        "revenue_from",
        "without_objects",
    ),
    "surveymonkey": (),
    "zendesk": ("account_key",),
}


@cache
def translated(vendor: str) -> dict[str, tuple[str, ...]] | None:
    """entity -> the columns whose words staging translates, as its models say; None for a vendor without models."""
    models = sorted((STAGING / vendor).rglob("*.sql"))
    asked = re.compile(rf"mapped\(\s*'{vendor}',\s*'(\w+)',\s*'(\w+)'")
    found: dict[str, set[str]] = {}
    for model in models:
        for entity, column in asked.findall(model.read_text(encoding="utf-8")):
            found.setdefault(entity, set()).add(column)
    return {entity: tuple(sorted(columns)) for entity, columns in found.items()} if models else None
