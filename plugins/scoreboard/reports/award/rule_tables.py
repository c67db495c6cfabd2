"""Rule versions, settings and fingerprints: by what a published version was made, for whoever has to prove it."""

from __future__ import annotations

from typing import Any

from scoreboard.reports import wording
from scoreboard.reports.award.blocks import Column, Table
from scoreboard.reports.award.years import AwardYear
from scoreboard.warehouse.reader import Published

# what this report reads; their fingerprints are shown
SOURCES = (
    "dim_questions",
    "fct_satisfaction_quarterly",
    "fct_survey_answers",
    "fct_survey_responses",
    "rpt_award_eligibility",
    "rpt_award_evidence",
    "rpt_award_invitations",
    "rpt_award_recipients",
    "rpt_award_rules",
    "rpt_award_running",
    "rpt_restatements",
    "rpt_series_breaks",
    "rpt_vote_integrity",
)


def rules(years: list[AwardYear]) -> Table:
    """Every version of the rules in force on a day of these years."""
    rows = [
        {
            **row,
            "rule": wording.in_words(row["rule_name"], wording.RULES),
            "setting": wording.in_words(row["setting"], wording.SETTINGS),
        }
        for year in years
        for row in year.rules
    ]
    return Table(
        "rules",
        "Rules in force in these years",
        (
            Column("award_year", "Year", "whole"),
            Column("rule", "Rule"),
            Column("setting", "Setting", is_wide=True),
            Column("setting_value", "Value", "number"),
            Column("valid_from_date", "Valid from", "date"),
            Column("valid_until_date", "Replaced on", "date"),
            Column("is_deciding", "Decides the year", "flag"),
        ),
        tuple(rows),
        "One row per year, version of a rule and setting. Valid from 1900-01-01: since ever.",
    )


def settings(published: Published) -> Table:
    """The version and the settings it was made with."""
    record, made_with = published.record, published.record["settings"]
    adapters: dict[str, list[str]] = {}
    for domain, adapter in made_with.get("adapters", []):
        adapters.setdefault(domain, []).append(adapter)
    told: list[tuple[str, Any]] = [
        ("Published version", record["version"]),
        ("Made by run", record["run_id"]),
        ("As of", record["as_of"]),
        ("Made at", record.get("created_at")),
        ("Version before", record.get("previous")),
        ("Local time zone", made_with["timezone"]),
        ("First month of the fiscal year", made_with.get("fiscal_start_month")),
        ("Reporting currency", made_with.get("currency")),
        ("Computed on", made_with.get("target")),
        *((f"Sources, {domain}", ", ".join(names)) for domain, names in adapters.items()),
        ("Closed award years", ", ".join(map(str, record.get("closed", {}).get("award_years", [])))),
        ("SHA-256 of warehouse.duckdb", record.get("warehouse", {}).get("sha256")),
    ]
    return Table(
        "settings",
        "Version and settings",
        (Column("setting", "What"), Column("value", "Value", "code", is_wide=True)),
        tuple({"setting": name, "value": None if value is None else str(value)} for name, value in told),
        "What this report was made from.",
    )


def hashes(published: Published) -> Table:
    """Fingerprints of the published tables that the report reads."""
    tables = published.record["tables"]
    return Table(
        "fingerprints",
        "Fingerprints of the tables this report reads",
        (
            Column("table", "Table", "code"),
            Column("rows", "Rows", "whole"),
            Column("sha256", "SHA-256 of parquet/<table>.parquet", "code", is_wide=True),
        ),
        tuple({"table": name, **tables[name]} for name in SOURCES if name in tables),
        "A file with the same fingerprint holds the same figures.",
    )
