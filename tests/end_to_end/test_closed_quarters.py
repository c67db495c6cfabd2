"""Closed quarters of the tiny company through the whole pipeline: late, corrected and emptied answers, a restatement, a look back, an older release."""

from __future__ import annotations

import duckdb
import pytest

from scoreboard.settings import Settings
from scoreboard.warehouse import ledger
from tests.end_to_end.tiny_history import FORWARD, LATER, LOOKING_BACK, RESTATED, marts_bytes, shown, tiny_history, told

pytestmark = pytest.mark.long

MEAN = "select mean_score from {}.fct_satisfaction_quarterly where scope_id = '{}' and category = 'overall' and quarter_start_date = '2026-01-01'"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return tiny_history(tmp_path_factory)


def test_late_answers_leave_a_closed_quarter_as_it_was_and_show_beside_it(settings: Settings) -> None:
    for scope, official, now in (("A1", 5.0, 2.5), ("A2", 4.0, None), ("global", 4.5, 2.5)):
        assert shown(settings, LATER, MEAN.format("marts", scope)) == [(official,)]
        assert shown(settings, LATER, MEAN.format("marts_now", scope)) == ([(now,)] if now else [])
    # the running quarter follows the data, and what it says of the quarter before is as known now
    assert shown(
        settings,
        LATER,
        "select mean_score, previous_quarter_mean from marts.fct_satisfaction_quarterly"
        " where scope_id = 'A1' and category = 'overall' and quarter_start_date = '2026-04-01'",
    ) == [(1.0, 2.5)]


def test_each_difference_is_pending_until_somebody_decides(settings: Settings) -> None:
    lines = "select figure_first_published, figure_official, figure_now, difference, change, status, approved_by from marts.rpt_restatements where "
    assert shown(
        settings,
        LATER,
        lines + "row_key = 'scope_type=account, scope_id=A1, category=overall' and column_name = 'mean_score'",
    ) == [("5.0", "5.0", "2.5", -2.5, "changed", "pending", None)]
    assert shown(
        settings, LATER, lines + "row_key = 'scope_type=account, scope_id=A2, category=overall' and column_name = '*'"
    ) == [("there", "there", None, None, "removed", "pending", None)]
    assert shown(settings, LATER, "select distinct status from marts.rpt_restatements") == [("pending",)]
    counts = told(settings, LATER)["restatements"]
    assert [(counts["figures"], counts["periods"])] == shown(
        settings, LATER, "select count(*), 1 from marts.rpt_restatements"
    )


def test_a_restatement_shows_what_is_known_and_keeps_what_was_published_first(settings: Settings) -> None:
    for scope, now in (("A1", [(2.5,)]), ("A2", []), ("global", [(2.5,)])):
        for schema in ("marts", "marts_now"):
            assert shown(settings, RESTATED, MEAN.format(schema, scope)) == now
    count = "select count(*) from marts.rpt_restatements"
    assert shown(settings, RESTATED, count) == shown(settings, LATER, count)
    assert shown(
        settings,
        RESTATED,
        "select distinct status, reason, approved_by, first_published_version from marts.rpt_restatements",
    ) == [("restated", "answers came late", "Ada", "v000001-run-1")]
    assert told(settings, RESTATED)["restatements"]["figures"] == 0
    first = ledger.folder_of(settings) / "0001-v000001-run-1" / "fct_satisfaction_quarterly.parquet"
    assert duckdb.sql(
        f"select mean_score from '{first}' where scope_id = 'A1' and category = 'overall'"
    ).fetchall() == [(5.0,)]


def test_a_new_column_has_no_history_and_what_was_not_frozen_is_frozen_first(settings: Settings) -> None:
    tiers = "select account_id, revenue_t4q, is_unprofitable from {}.fct_account_tiers where quarter_start_date = '2026-01-01' order by 1"
    assert shown(settings, LATER, tiers.format("marts")) == [("A1", 900.0, None), ("A2", 100.0, None)]
    assert shown(settings, LATER, tiers.format("marts_now")) == [("A1", 900.0, False), ("A2", 600.0, False)]
    listed = shown(settings, LATER, "select distinct table_name, column_name from marts.rpt_restatements")
    assert ("fct_account_tiers", "revenue_t4q") in listed
    assert ("fct_account_tiers", "is_unprofitable") not in listed
    [gaps, restated] = ledger.events(settings)[1:]
    assert (gaps.kind, gaps.version, sorted(gaps.periods)) == ("published", "v000001-run-1", ["rpt_gaps"])
    assert restated.kind == "restated"
    assert ("rpt_gaps", "actual_mean") in listed


def test_the_restated_quarter_knows_the_new_column_and_what_was_published_first_never_did(settings: Settings) -> None:
    known = "select is_unprofitable from marts.fct_account_tiers where quarter_start_date = '2026-01-01'"
    assert shown(settings, RESTATED, known) == [(False,)] * 2
    changed = shown(
        settings,
        RESTATED,
        "select distinct column_name from marts.rpt_restatements where table_name = 'fct_account_tiers' and status = 'restated'",
    )
    assert ("revenue_t4q",) in changed and ("is_unprofitable",) not in changed


def test_a_look_back_shows_the_past_and_another_run_over_the_same_the_same_bytes_as_before(settings: Settings) -> None:
    # not closed then: as computed
    assert shown(settings, LOOKING_BACK, MEAN.format("marts", "A1")) == [(2.5,)]
    assert shown(settings, LOOKING_BACK, "from marts.rpt_restatements") == []
    assert {event.run_id for event in ledger.events(settings)}.isdisjoint({LOOKING_BACK, FORWARD})
    assert shown(settings, FORWARD, "select distinct status from marts.rpt_restatements") == [("restated",)]
    before, after = (marts_bytes(settings, run) for run in (RESTATED, FORWARD))
    assert set(before) >= {"rpt_restatements", "fct_account_tiers"}
    # of what came with the run a row was refused
    assert {table for table in before if before[table] != after.get(table)} == {"rpt_quarantine"}
    assert after.keys() == before.keys()
