"""The pipeline's stages called in order in this process, for tests that look at figures and not at Airflow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from scoreboard.entities import DOMAINS, ENTITIES
from scoreboard.landing.drop import land_entity
from scoreboard.settings import Settings
from scoreboard.summary import write_summary
from scoreboard.validation.door import validate_domain
from scoreboard.warehouse.audit import audit
from scoreboard.warehouse.build import build_warehouse
from scoreboard.warehouse.publish import publish


def settings_for(home: Path, as_of: str, **others: str) -> Settings:
    """Settings of a test's own home; files count as settled at once."""
    return Settings.from_environment(
        {"SCOREBOARD_HOME": str(home), "SCOREBOARD_AS_OF": as_of, "SCOREBOARD_SETTLE_SECONDS": "0"} | others
    )


def run_pipeline(settings: Settings, run_id: str) -> dict[str, Any]:
    """Land, judge, build, audit and publish what lies in the inbox; the run's summary."""
    for entity in ENTITIES:
        land_entity(settings, entity, run_id)
    for domain in DOMAINS:
        validate_domain(settings, domain, run_id)
    build_warehouse(settings, run_id)
    audit(settings, run_id)
    publish(settings, run_id)
    return write_summary(settings, run_id)


def rows(settings: Settings, sql: str) -> list[dict[str, Any]]:
    """Rows of the published warehouse, which a reader opens read-only like any BI tool."""
    with duckdb.connect(str((settings.published / "warehouse.duckdb").resolve()), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
