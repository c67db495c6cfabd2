"""The rules every task keeps unless its DAG file says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, Param, RetryAction, RetryRule

from scoreboard.alerts.outbox import OutboxBusy
from scoreboard.errors import ScoreboardError
from scoreboard.landing.lock import LandingBusy
from scoreboard.orchestration.callbacks import record_failure
from scoreboard.orchestration.notify import tell_operators
from scoreboard.postgres.errors import PostgresBusy
from scoreboard.settings import Settings, SettingsError
from scoreboard.sources.api.base import SourceUnavailable

__all__ = [
    "HOUSE_RULES",
    "OWNER_LINKS",
    "QUARTER",
    "START_DATE",
    "WAREHOUSE_POOL",
    "tell_operators",
]  # what DAG files take from here

# one slot: DuckDB allows one writer, and what was audited must be what is published
WAREHOUSE_POOL = "warehouse_build"

START_DATE = datetime(2024, 1, 1, tzinfo=UTC)

OWNER = "customer-experience-data"
# where a click on the owner leads, in Airflow's list of DAGs
OWNER_LINKS = {OWNER: Settings.from_environment().owner_link}

HOUSE_RULES: dict[str, Any] = {
    "owner": OWNER,
    "retries": 2,
    "retry_delay": timedelta(seconds=15),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "retry_policy": ExceptionRetryPolicy(
        [
            # a vendor or server that does not answer, or what another run or reader holds, may be free in a minute
            RetryRule([SourceUnavailable, LandingBusy, PostgresBusy, OutboxBusy], action=RetryAction.RETRY),
            # a broken file, a missing permission or a failed audit is just as broken then: a person has to act
            RetryRule([ScoreboardError, SettingsError], action=RetryAction.FAIL),
        ]
    ),
    "execution_timeout": timedelta(minutes=30),
    "on_failure_callback": record_failure,
}

QUARTER = Param(
    None,
    type=["null", "string"],
    pattern=r"^\d{4}-Q[1-4]$",
    description="Quarter to report on, such as 2026-Q1. Empty: the quarter of the schedule, or the last one closed.",
)
