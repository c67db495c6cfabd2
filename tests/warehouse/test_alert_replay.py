"""Alerts are replayable: the same run again finds the same alerts, and a rule dated in the past raises that year's and changes nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from tests.compiled_models import compiled, give, rows_of

AS_OF = date(2026, 3, 31)
FOUND_BY = {
    "score_drop": "quarter",
    "silent_key_account": "quarter",
    "moved_to_risky_business": "quarter",
    "opportunity_seats": "quarter",
    "blind_spot_key_account": "quarter",
    "unprofitable_marginal": "quarter",
    "low_score": "row",
    "ticket_reopened": "row",
    "action_alert_answer": "row",
    "decision_maker_left": "row",
    "opportunity_expansion": "row",
}
LEFT_ON = date(2025, 2, 10)
Rule = tuple[date, str, bool, float | None]


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two customers over 2023 to 2026-Q1: one answers badly on the 15th of every month and left, one brings no money."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        quarters = [date(year, month, 1) for year in (2023, 2024, 2025) for month in (1, 4, 7, 10)] + [
            day("2026-01-01")
        ]
        ends = [following - timedelta(days=1) for following in quarters[1:]] + [AS_OF]
        give(
            connection,
            "intermediate.int_quarters",
            "quarter_start_date date, quarter_end_date date, quarter_index integer, last_day date",
            [(start, end, number, end) for number, (start, end) in enumerate(zip(quarters, ends, strict=True))],
        )
        accounts = [("A", "Acme", "churned", None, LEFT_ON, "M", None), ("B", "Bolt", "active", None, None, None, None)]
        give(
            connection,
            "intermediate.int_accounts_current",
            "account_id varchar, account_name varchar, lifecycle_stage varchar, customer_since date, churned_on date,"
            " account_manager_id varchar, executive_sponsor_id varchar",
            accounts,
        )
        answers = [date(2023 + month // 12, month % 12 + 1, 15) for month in range(39)]
        give(
            connection,
            "intermediate.int_responses_excluded",
            "response_id varchar, account_id varchar, contact_id varchar, quarter_start_date date, responded_at timestamptz,"
            " responded_date date, overall_score double, exclusion_reason varchar",
            [
                (
                    f"R{when}",
                    "A",
                    None,
                    quarter_of(when, quarters),
                    datetime(*when.timetuple()[:3], 12, tzinfo=UTC),
                    when,
                    2.0,
                    None,
                )
                for when in answers
            ],
        )
        tiers = [
            (account, start, number, "marginal", "III", 1.0, 2.0 if account == "B" else 0.0)
            for number, (start, end) in enumerate(zip(quarters, ends, strict=True))
            for account in "AB"
            if account == "B" or end < LEFT_ON
        ]
        give(
            connection,
            "intermediate.int_account_quarters_tiered",
            "account_id varchar, quarter_start_date date, quarter_index integer, account_tier varchar, service_tier varchar,"
            " revenue_t4q decimal(38, 16), cost_to_serve_t4q decimal(38, 16)",
            tiers,
        )
        give(connection, "intermediate.int_contacts_current", "contact_id varchar, full_name varchar", [])
        give(connection, "intermediate.int_contacts_with_roles", "contact_id varchar, buying_role varchar", [])
        give(connection, "intermediate.int_alert_states", "alert_id varchar, state varchar, changed_at timestamptz", [])
        give(connection, "intermediate.int_award_years", "award_year integer", [(2023,), (2024,), (2025,), (2026,)])
        columns = (
            "rule_id varchar, subject_id varchar, account_id varchar, contact_id varchar, quarter_start_date date,"
            " opened_at timestamptz, finding varchar"
        )
        for rule in FOUND_BY:
            give(connection, f"intermediate.int_alerts_{rule}", columns, [])
        yield connection


def quarter_of(when: date, quarters: list[date]) -> date:
    return max(start for start in quarters if start <= when)


def raised(warehouse: duckdb.DuckDBPyConnection, *rules: Rule) -> dict[str, dict[str, Any]]:
    """The alerts these rules raise, by id; leaves the backtest's table behind."""
    give(
        warehouse,
        "rules.alert_rules",
        "valid_from date, rule_id varchar, is_enabled boolean, threshold decimal(20, 6), second_threshold decimal(20, 6),"
        " severity varchar, raise_for_tier_one boolean, raise_for_decision_maker boolean, owner_role varchar, action varchar",
        [(*rule, None, "medium", True, True, "account_manager", "Call") for rule in rules],
    )
    chain = (
        "int_alert_rules_in_force",
        "int_account_tiers_carried",
        "int_alerts_low_score",
        "int_alerts_unprofitable_marginal",
        "int_alerts_found",
        "int_alerts_raised",
        "int_alerts_followed",
    )
    sql = compiled((*chain, "rpt_alert_backtest"), as_of=AS_OF.isoformat())
    for name in chain:
        warehouse.execute(f"create or replace table intermediate.{name} as {sql[name]}")
    warehouse.execute("create schema if not exists marts")
    warehouse.execute(f"create or replace table marts.rpt_alert_backtest as {sql['rpt_alert_backtest']}")
    alerts = rows_of(warehouse, "select * from intermediate.int_alerts_raised")
    assert len({alert["alert_id"] for alert in alerts}) == len(alerts)
    return {alert["alert_id"]: alert for alert in alerts}


LOW_SCORE_OFF: Rule = (day("1900-01-01"), "low_score", False, None)
UNPROFITABLE: Rule = (day("1900-01-01"), "unprofitable_marginal", True, None)


def test_a_rerun_raises_the_same_alerts_and_no_second_one(warehouse: duckdb.DuckDBPyConnection) -> None:
    rules = [(day("1900-01-01"), "low_score", True, 2.5), UNPROFITABLE]
    first = raised(warehouse, *rules)
    assert len(first) == 25 + 13
    assert raised(warehouse, *reversed(rules)) == first


def test_a_rule_dated_in_the_past_raises_that_years_alerts_and_changes_nothing_else(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    before = raised(warehouse, LOW_SCORE_OFF, UNPROFITABLE)
    on, off = (day("2024-01-01"), "low_score", True, 2.5), (day("2025-01-01"), "low_score", False, None)
    after = raised(warehouse, LOW_SCORE_OFF, on, off, UNPROFITABLE)

    new = {key: alert for key, alert in after.items() if key not in before}
    assert {key: after[key] for key in before} == before
    assert sorted(alert["subject_id"] for alert in new.values()) == [f"R2024-{month:02}-15" for month in range(1, 13)]
    assert {alert["rule_id"] for alert in new.values()} == {"low_score"}

    [told] = rows_of(warehouse, "select * from marts.rpt_alert_backtest where rule_id = 'low_score' and year = 2024")
    # the account left on 10 February 2025: every alert of the twelve months before told it ahead
    assert (told["alert_count"], told["followed_count"], told["judged_count"]) == (12, 11, 12)
    churned = rows_of(
        warehouse,
        "select rule_id, churn_count, caught_count, recall from marts.rpt_alert_backtest where year = 2025 order by 1",
    )
    assert [tuple(row.values()) for row in churned] == [("low_score", 1, 1, 1.0), ("unprofitable_marginal", 1, 0, 0.0)]


def test_an_account_that_leaves_keeps_what_it_raised_while_it_was_a_customer(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    alerts = raised(warehouse, (day("1900-01-01"), "low_score", True, 2.5)).values()
    last = max(alerts, key=lambda alert: alert["opened_at"])
    assert last["subject_id"] == "R2025-01-15"
    assert last["description"].startswith("Acme gave us an overall score of 2.00 of 5 on 2025-01-15")
    assert last["owner_id"] == "M"
