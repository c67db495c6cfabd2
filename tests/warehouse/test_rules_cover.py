"""A dated rule reaches back to every period that asks for it: quarters on their last day, award years on 31 December."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tests.compiled_models import give, rows_of
from tests.warehouse.conftest import Built

# a fiscal year from February, begun in December: the first quarter ends after the first award year
QUARTERS = [(date(2025, 11, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 20))]
AWARD_YEARS = [(2025, date(2025, 12, 31)), (2026, date(2026, 12, 31))]


def days_without(built: Built, seed: str, valid_from: date) -> list[date]:
    """What the seed's own test, as it ran in the build, finds where the only rule holds from `valid_from`."""
    (query,) = (
        node["compiled_code"]
        for node in built.manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") == "covers_every_quarter"
        and (node["attached_node"] or "").endswith(f".{seed}")
    )
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("use warehouse")
        give(connection, "intermediate.int_quarters", "quarter_start_date date, last_day date", QUARTERS)
        give(connection, "intermediate.int_award_years", "award_year integer, last_day date", AWARD_YEARS)
        give(connection, f"rules.{seed}", "valid_from date", [(valid_from,)])
        return sorted(row["last_day"] for row in rows_of(connection, query))


@pytest.mark.parametrize("seed", ["award_rules", "evidence_policy", "integrity_policy"])
def test_a_rule_that_award_years_ask_for_reaches_their_31_december(almost_empty_build: Built, seed: str) -> None:
    """Else the rows of that year would be missing and nobody told of the file (CONTRACT section 3)."""
    assert days_without(almost_empty_build, seed, date(2025, 12, 31)) == []
    assert days_without(almost_empty_build, seed, date(2026, 1, 1)) == [date(2025, 12, 31)]
    assert days_without(almost_empty_build, seed, date(2026, 2, 1)) == [date(2025, 12, 31), date(2026, 1, 31)]


def test_a_rule_of_quarters_alone_need_not_reach_further(almost_empty_build: Built) -> None:
    assert days_without(almost_empty_build, "tier_rules", date(2026, 1, 31)) == []
    assert days_without(almost_empty_build, "tier_rules", date(2026, 2, 1)) == [date(2026, 1, 31)]
