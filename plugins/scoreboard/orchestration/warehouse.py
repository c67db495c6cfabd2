"""The tasks of every DAG that makes a new version: build, audit, publish, then its copy for BI and the summary."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import task

from scoreboard.orchestration.assets import PUBLISHED
from scoreboard.orchestration.current_run import current_run
from scoreboard.orchestration.house import WAREHOUSE_POOL


@task(pool=WAREHOUSE_POOL, execution_timeout=timedelta(hours=2))  # type: ignore[untyped-decorator]
def build() -> dict[str, Any]:
    """dbt builds and tests every table in a private file."""
    from scoreboard.warehouse.build import build_warehouse

    return build_warehouse(*current_run())


@task(pool=WAREHOUSE_POOL)  # type: ignore[untyped-decorator]
def audit() -> dict[str, Any]:
    """Everything that must be true before a reader may see it."""
    from scoreboard.warehouse.audit import audit as audit_build

    return audit_build(*current_run())


@task(pool=WAREHOUSE_POOL, outlets=[PUBLISHED])  # type: ignore[untyped-decorator]
def publish() -> dict[str, Any]:
    """One atomic switch; then what is closed in the new version is frozen."""
    from scoreboard.warehouse.publish import publish as publish_build

    return publish_build(*current_run())


@task
def publish_to_postgres() -> dict[str, Any] | None:
    """The version just published, in PostgreSQL too, where a connection is named for it. What is published stays, come what may."""
    settings, _ = current_run()
    if not settings.publish_to_postgres:
        return None
    from scoreboard.postgres.publish import publish_to_postgres as show_in_postgres

    return show_in_postgres(settings)


@task
def summarise() -> dict[str, Any]:
    """One page about the run."""
    from scoreboard.summary import write_summary

    return write_summary(*current_run())
