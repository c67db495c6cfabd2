"""Builds of a company with closed and open quarters, for tests of what is frozen, restated and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from scoreboard.quarter import Quarter
from scoreboard.settings import Settings
from scoreboard.warehouse.periods import heal
from scoreboard.warehouse.publish import publish
from scoreboard.warehouse.reader import open_published
from tests.marts_fixture import award_row, quarter_row, write_build

Q3, Q4 = Quarter.parse("2025-Q3"), Quarter.parse("2025-Q4")
Q1 = Q4.next
ONLY = ("dim_accounts", "dim_quarters", "fct_account_tiers", "rpt_award_eligibility")


def publish_company(
    settings: Settings,
    run_id: str = "r1",
    tier: str = "key",
    accounts: Iterable[str] = ("A2", "A1"),
    quarters: Iterable[date] = (Q3.start, Q4.start, Q1.start),
    only: Iterable[str] = ONLY,
    publishes: bool = True,
) -> dict[str, Any]:
    """A run of three quarters and three award years, `tier` being what everything is: heal, build, publish."""
    heal(settings, run_id)
    known = [Quarter(start) for start in quarters]
    write_build(
        settings,
        {
            "dim_quarters": [
                quarter_row(str(q.start), str(q.end), q.label, q.is_closed(settings.as_of)) for q in known
            ],
            "fct_account_tiers": [
                {"account_id": account, "quarter_start_date": str(q.start), "account_tier": tier}
                for q in known
                for account in accounts
            ],
            "rpt_award_eligibility": [
                award_row(project, year, status=tier) for year in (2024, 2025, 2026) for project in ("P2", "P1")
            ],
        }
        if "fct_account_tiers" in only
        else {
            "dim_quarters": [
                quarter_row(str(q.start), str(q.end), q.label, q.is_closed(settings.as_of)) for q in known
            ],
            "rpt_award_eligibility": [award_row("P1", year, status=tier) for year in (2024, 2025, 2026)],
        },
        only=only,
    )
    return publish(settings, run_id) if publishes else {}


def tiers_readers_see(settings: Settings, schema: str = "marts") -> dict[date, set[str]]:
    """Quarter -> the tiers its rows name."""
    with open_published(settings) as published:
        found: dict[date, set[str]] = {}
        for row in published.rows(
            f"select quarter_start_date, account_tier from {schema}.fct_account_tiers order by 1"
        ):
            found.setdefault(row["quarter_start_date"], set()).add(row["account_tier"])
    return found
