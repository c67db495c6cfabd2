"""Closed quarters of the tiny company through the whole pipeline: late, corrected and emptied answers, a restatement, a look back, an older release."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest

from scoreboard import atomic
from scoreboard.quarter import Quarter
from scoreboard.settings import Settings
from scoreboard.warehouse import ledger
from scoreboard.warehouse.periods import restate
from tests.end_to_end.test_many_runs import marts_bytes, put
from tests.once import tiny_company
from tests.pipeline import rows, run_pipeline, without_tests_of_columns

pytestmark = pytest.mark.long

Q1 = Quarter.parse("2026-Q1")
MEAN = "select mean_score from {}.fct_satisfaction_quarterly where scope_id = '{}' and category = 'overall' and quarter_start_date = '2026-01-01'"
LATE = {
    # X3 comes late, N1 is corrected, N2 is emptied
    "survey/responses/late.csv": (
        "response_id,survey_id,respondent_type,account_id,responded_at,updated_at\n"
        "X3,S1,customer,A1,2026-02-20T08:00:00Z,2026-05-20T08:00:00Z\n"
        "X4,S1,customer,A1,2026-04-20T08:00:00Z,2026-05-20T08:00:00Z\n"
    ),
    "survey/answers/late.csv": (
        "answer_id,response_id,question_id,value,updated_at\n"
        "N3,X3,Q1,2,2026-05-20T08:00:00Z\n"
        "N4,X4,Q1,1,2026-05-20T08:00:00Z\n"
        "N1,X1,Q1,3,2026-05-20T08:00:00Z\n"
        "N2,X2,Q1,,2026-05-20T08:00:00Z\n"
    ),
    "crm/revenue/late.csv": (
        "revenue_id,account_id,recognised_on,amount,currency,updated_at\n"
        "R9,A2,2026-02-01,500,USD,2026-05-20T08:00:00Z\n"
    ),
}


def mean(settings: Settings, schema: str, scope: str) -> float | None:
    found = rows(settings, MEAN.format(schema, scope))
    return found[0]["mean_score"] if found else None


def older_release(settings: Settings) -> None:
    """Make the ledger's first event one that lacks rpt_gaps, and did not know the tiers' column is_unprofitable."""
    [name] = ledger.names(settings)
    record = ledger.folder_of(settings) / f"{name}.json"
    told = json.loads(record.read_text(encoding="utf-8"))
    del told["tables"]["rpt_gaps"]
    path = ledger.folder_of(settings) / name / "fct_account_tiers.parquet"
    narrow = path.with_suffix(".narrow")
    duckdb.sql(f"copy (select * exclude (is_unprofitable) from '{path}') to '{narrow}' (format parquet)")
    narrow.replace(path)
    tiers = told["tables"]["fct_account_tiers"]
    tiers["columns"].remove("is_unprofitable")
    tiers["sha256"] = atomic.sha256_of(path)
    atomic.write_json(record, told)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """After three runs: as first published, with late answers and revenue, restated; what each showed is kept beside.

    The first run is made to look like one of an older release that died while it froze.
    """
    home = tmp_path_factory.mktemp("closed-quarters")
    settings = tiny_company(tmp_path_factory, home)
    older_release(settings)
    for path, content in LATE.items():
        put(home, path, content)
    with without_tests_of_columns():
        atomic.write_json(home / "summary-2.json", run_pipeline(settings, "run-2"))
        shutil.copytree((settings.published / "live").resolve(), home / "version-2")
        restate(settings, Q1, "answers came late", "Ada", "run-3")
        atomic.write_json(home / "summary-3.json", run_pipeline(settings, "run-3"))
    return settings


def version_2(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.home / "version-2" / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_late_answers_leave_a_closed_quarter_as_it_was_and_show_beside_it(settings: Settings) -> None:
    for scope, official, now in (("A1", 5.0, 2.5), ("A2", 4.0, None), ("global", 4.5, 2.5)):
        assert version_2(settings, MEAN.format("marts", scope)) == [(official,)]
        assert version_2(settings, MEAN.format("marts_now", scope)) == ([(now,)] if now else [])
    # the running quarter follows the data, and what it says of the quarter before is as known now
    assert version_2(
        settings,
        "select mean_score, previous_quarter_mean from marts.fct_satisfaction_quarterly"
        " where scope_id = 'A1' and category = 'overall' and quarter_start_date = '2026-04-01'",
    ) == [(1.0, 2.5)]


def test_each_difference_is_pending_until_somebody_decides(settings: Settings) -> None:
    lines = "select figure_first_published, figure_official, figure_now, difference, change, status, approved_by from marts.rpt_restatements where "
    assert version_2(
        settings, lines + "row_key = 'scope_type=account, scope_id=A1, category=overall' and column_name = 'mean_score'"
    ) == [("5.0", "5.0", "2.5", -2.5, "changed", "pending", None)]
    assert version_2(
        settings, lines + "row_key = 'scope_type=account, scope_id=A2, category=overall' and column_name = '*'"
    ) == [("there", "there", None, None, "removed", "pending", None)]
    assert version_2(settings, "select distinct status from marts.rpt_restatements") == [("pending",)]
    told = json.loads((settings.home / "summary-2.json").read_text(encoding="utf-8"))["restatements"]
    assert (told["figures"], told["periods"]) == version_2(settings, "select count(*), 1 from marts.rpt_restatements")[
        0
    ]


def test_a_restatement_shows_what_is_known_and_keeps_what_was_published_first(settings: Settings) -> None:
    for scope, now in (("A1", 2.5), ("A2", None), ("global", 2.5)):
        assert mean(settings, "marts", scope) == mean(settings, "marts_now", scope) == now
    lines = rows(settings, "select * from marts.rpt_restatements")
    assert len(lines) == version_2(settings, "select count(*) from marts.rpt_restatements")[0][0]
    assert {(line["status"], line["reason"], line["approved_by"]) for line in lines} == {
        ("restated", "answers came late", "Ada")
    }
    assert {line["first_published_version"] for line in lines} == {"v000001-run-1"}
    assert json.loads((settings.home / "summary-3.json").read_text(encoding="utf-8"))["restatements"]["figures"] == 0
    first = ledger.folder_of(settings) / "0001-v000001-run-1" / "fct_satisfaction_quarterly.parquet"
    assert duckdb.sql(
        f"select mean_score from '{first}' where scope_id = 'A1' and category = 'overall'"
    ).fetchall() == [(5.0,)]


def test_a_new_column_has_no_history_and_what_was_not_frozen_is_frozen_first(settings: Settings) -> None:
    tiers = "select account_id, revenue_t4q, is_unprofitable from {}.fct_account_tiers where quarter_start_date = '2026-01-01' order by 1"
    assert version_2(settings, tiers.format("marts")) == [("A1", 900.0, None), ("A2", 100.0, None)]
    assert version_2(settings, tiers.format("marts_now")) == [("A1", 900.0, False), ("A2", 600.0, False)]
    listed = version_2(settings, "select distinct table_name, column_name from marts.rpt_restatements")
    assert ("fct_account_tiers", "revenue_t4q") in listed
    assert ("fct_account_tiers", "is_unprofitable") not in listed
    [gaps, restated] = ledger.events(settings)[1:]
    assert (gaps.kind, gaps.version, sorted(gaps.periods)) == ("published", "v000001-run-1", ["rpt_gaps"])
    assert restated.kind == "restated"
    assert ("rpt_gaps", "actual_mean") in listed


def test_the_restated_quarter_knows_the_new_column_and_what_was_published_first_never_did(settings: Settings) -> None:
    told = "select is_unprofitable from marts.fct_account_tiers where quarter_start_date = '2026-01-01'"
    assert rows(settings, told) == [{"is_unprofitable": False}] * 2
    changed = rows(
        settings,
        "select distinct column_name from marts.rpt_restatements where table_name = 'fct_account_tiers' and status = 'restated'",
    )
    assert {"column_name": "revenue_t4q"} in changed and {"column_name": "is_unprofitable"} not in changed


def test_a_look_back_shows_the_past_and_another_run_over_the_same_the_same_bytes_as_before(settings: Settings) -> None:
    before = marts_bytes(settings)
    assert set(before) >= {"rpt_restatements.parquet", "fct_account_tiers.parquet"}
    with without_tests_of_columns():
        run_pipeline(replace(settings, as_of=date(2026, 4, 10)), "back")
    assert mean(settings, "marts", "A1") == 2.5  # not closed then: as computed
    assert rows(settings, "select * from marts.rpt_restatements") == []
    held = ledger.names(settings)
    run_pipeline(settings, "forward")
    assert ledger.names(settings) == held
    assert {line["status"] for line in rows(settings, "select status from marts.rpt_restatements")} == {"restated"}
    assert marts_bytes(settings) == before
