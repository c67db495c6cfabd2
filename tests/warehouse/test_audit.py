"""The audit lets a sound build through, and stops every unsound one naming everything that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard import atomic
from scoreboard.entities import ENTITIES
from scoreboard.settings import Settings
from scoreboard.warehouse.audit import AuditFailed, audit
from scoreboard.warehouse.publish import current, publish, rollback
from tests.marts_fixture import quality_rows, quarter_row, settings_for, write_build

BUILT_AT = "2026-02-01T08:00:00+00:00"
GREEN = {
    "tests": [
        {"name": "not_null_dim_accounts_account_id", "status": "pass", "failures": 0, "message": None},
        {"name": "staleness", "status": "warn", "failures": 3, "message": "Got 3 results"},
    ],
    "passed": 2,
    "failed": 0,
    "errors": 0,
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


def land(
    settings: Settings, entity: str, number: int, rows: int, validated_at: str = "2026-02-01T07:00:00+00:00"
) -> None:
    """A committed, judged batch, by its two manifests."""
    run = f"run=r{number}"
    manifest: dict[str, Any] = {
        "format": 1,
        "adapter": "files",
        "domain": ENTITIES[entity].domain,
        "entity": entity,
        "run_id": f"r{number}",
        "batch": number,
        "landed_at": "2026-02-01T06:00:00+00:00",
        "rows": rows,
        "files": [],
        "parts": [],
        "columns": [],
        "unknown_columns": [],
        "window": None,
        "cursor_in": None,
        "cursor_out": None,
    }
    atomic.write_json(settings.landing / "files" / entity / run / "_manifest.json", manifest)
    judged = {"rows_landed": rows, "rows_valid": rows, "rows_quarantined": 0, "validated_at": validated_at}
    atomic.write_json(settings.valid / "files" / entity / run / "_manifest.json", manifest | judged)


def build(
    settings: Settings,
    run_id: str = "run",
    accounts: int = 2,
    quality: list[dict[str, Any]] | None = None,
    results: dict[str, Any] | None = None,
    batches: tuple[tuple[str, int], ...] = (("accounts", 1),),
    tiers: list[dict[str, Any]] | None = None,
) -> Path:
    """A sound build of `accounts` accounts, all landed in one batch."""
    path = write_build(
        settings,
        {
            "dim_accounts": [{"account_id": f"A{i}"} for i in range(accounts)],
            "dim_quarters": [quarter_row("2025-10-01", "2025-12-31", "2025-Q4", True)],
            "fct_account_tiers": tiers or [],
            "rpt_data_quality": quality if quality is not None else quality_rows(run_id, {"accounts": accounts}),
        },
        further=[
            ("create table landed.batches (adapter varchar, entity varchar, batch bigint)", []),
            *(("insert into landed.batches values ('files', ?, ?)", [entity, number]) for entity, number in batches),
            ("create table landed.run as select ? as run_id, ?::timestamptz as run_at", [run_id, BUILT_AT]),
        ],
    )
    if not (settings.landing / "files" / "accounts").exists():
        land(settings, "accounts", 1, accounts)
    atomic.write_json(settings.runs / run_id / "dbt_results.json", results or GREEN)
    return path


def change(settings: Settings, statement: str) -> None:
    with duckdb.connect(str(settings.build / "warehouse.duckdb")) as connection:
        connection.execute(statement)


def refused(settings: Settings, run_id: str = "run") -> str:
    """The message of an audit that must fail; nothing may be published by it."""
    before = current(settings)
    with pytest.raises(AuditFailed) as caught:
        audit(settings, run_id)
    assert current(settings) == before
    written = json.loads((settings.runs / run_id / "audit.json").read_text(encoding="utf-8"))
    assert written["passed"] is False
    assert all(problem in str(caught.value) for problem in written["problems"])
    return str(caught.value)


def test_a_sound_build_passes_and_the_result_is_written_down(settings: Settings) -> None:
    build(settings)
    result = audit(settings, "run")
    assert result["problems"] == []
    assert result["tests"] == {"passed": 2, "failed": 0, "errors": 0}
    assert result["tables"]["dim_accounts"] == 2
    assert len(result["entities"]) == 16
    assert json.loads((settings.runs / "run" / "audit.json").read_text(encoding="utf-8")) == result


# --- dbt's tests ---


@pytest.mark.parametrize("status", ["fail", "error", "runtime error", "skipped"])
def test_a_test_that_did_not_pass_stops_the_build_by_name(settings: Settings, status: str) -> None:
    bad = {"name": "one_row_per_account", "status": status, "failures": 7, "message": "Got 7 results"}
    build(settings, results={**GREEN, "tests": [*GREEN["tests"], bad]})
    assert f"one_row_per_account: {status}, 7 rows. Got 7 results" in refused(settings)


def test_counted_failures_without_a_name_stop_it_too(settings: Settings) -> None:
    build(settings, results={**GREEN, "errors": 1})
    assert "0 failed tests and 1 errors" in refused(settings)


@pytest.mark.parametrize("harm", ["missing", "broken", "empty"])
def test_a_build_without_a_verdict_is_not_a_pass(settings: Settings, harm: str) -> None:
    build(settings, results={"tests": [], "passed": 0, "failed": 0, "errors": 0} if harm == "empty" else GREEN)
    path = settings.runs / "run" / "dbt_results.json"
    if harm == "missing":
        path.unlink()
    if harm == "broken":
        path.write_text("{", encoding="utf-8")
    expected = {"missing": "no record of dbt's tests", "broken": "cannot be read", "empty": "not one dbt test passed"}
    assert expected[harm] in refused(settings)


# --- the tables promised ---


def test_a_missing_table_and_a_missing_column_are_both_told(settings: Settings) -> None:
    build(settings)
    change(settings, "drop table marts.rpt_gaps")
    change(settings, "alter table marts.fct_tickets drop column cause")
    message = refused(settings)
    assert "table rpt_gaps is missing" in message
    assert "table fct_tickets lacks cause" in message
    assert "2 problems" in message


def test_a_view_is_no_published_table(settings: Settings) -> None:
    build(settings)
    change(settings, "alter table marts.rpt_gaps rename to hidden")
    change(settings, "create view marts.rpt_gaps as select * from marts.hidden")
    assert "table rpt_gaps is missing" in refused(settings)


def test_a_company_without_any_event_yet_has_no_quarters_and_passes(settings: Settings) -> None:
    build(settings)
    change(settings, "delete from marts.dim_quarters")
    assert audit(settings, "run")["passed"]


def test_without_a_build_file_it_says_so(settings: Settings) -> None:
    with pytest.raises(AuditFailed, match="no build to audit"):
        audit(settings, "run")


def test_a_build_file_that_is_no_database_is_named(settings: Settings) -> None:
    build(settings).write_bytes(b"not a database" * 1000)
    with pytest.raises(AuditFailed, match=r"cannot be read: .*warehouse\.duckdb"):
        audit(settings, "run")


# --- every landed row accounted for ---


def test_a_row_without_a_fate_stops_the_build(settings: Settings) -> None:
    quality = quality_rows("run", {"accounts": 2})
    next(row for row in quality if row["entity"] == "accounts")["valid"] = 1
    build(settings, quality=quality)
    assert "accounts: 2 rows landed, but 1 valid + 0 quarantined + 0 replaced + 0 deduplicated = 1" in refused(settings)


def test_a_row_that_landed_but_is_not_counted_stops_the_build(settings: Settings) -> None:
    build(settings, accounts=2, quality=quality_rows("run", {"accounts": 1}))
    assert "accounts: rpt_data_quality counts 1 landed rows, the landing manifests 2" in refused(settings)


def test_every_entity_must_be_accounted_for(settings: Settings) -> None:
    quality = [row for row in quality_rows("run", {"accounts": 2}) if row["entity"] != "tickets"]
    next(row for row in quality if row["entity"] == "revenue")["replaced"] = None
    build(settings, quality=quality)
    message = refused(settings)
    assert "tickets: rpt_data_quality has no row for this run" in message
    assert "revenue: rpt_data_quality has a null" in message


def test_only_this_runs_accounting_counts(settings: Settings) -> None:
    build(settings, quality=quality_rows("an earlier run", {"accounts": 2}))
    assert "accounts: rpt_data_quality has no row for this run, 2 rows are unaccounted for" in refused(settings)


def test_a_batch_the_build_did_not_read_is_found(settings: Settings) -> None:
    build(settings)
    land(settings, "tickets", 1, 5)
    assert "tickets batch 1 of run r1 was validated before this build began" in refused(settings)


def test_a_batch_judged_while_the_build_was_at_work_is_the_next_builds(settings: Settings) -> None:
    build(settings)
    land(settings, "tickets", 1, 5, validated_at="2026-02-01T08:00:01+00:00")
    assert audit(settings, "run")["passed"]


def test_a_landed_batch_not_judged_yet_does_not_count(settings: Settings) -> None:
    build(settings)
    land(settings, "tickets", 1, 5)
    (settings.valid / "files" / "tickets" / "run=r1" / "_manifest.json").unlink()
    assert audit(settings, "run")["passed"]


def test_rows_lost_at_the_door_are_found(settings: Settings) -> None:
    build(settings)
    path = settings.valid / "files" / "accounts" / "run=r1" / "_manifest.json"
    atomic.write_json(path, json.loads(path.read_text(encoding="utf-8")) | {"rows_valid": 1})
    assert "accounts batch 1 of run r1: 2 rows landed, the door passed on 1" in refused(settings)


def test_a_batch_that_vanished_from_landing_is_found(settings: Settings) -> None:
    build(settings, batches=(("accounts", 1), ("revenue", 4)))
    assert "revenue batch 4 was read by the build, but is not among the batches" in refused(settings)


# --- change limits ---


def publish_then_shrink(settings: Settings, before: int, after: int, run_id: str = "run") -> None:
    """Publish a version with `before` accounts, then build one with `after`."""
    build(settings, "first", accounts=before)
    audit(settings, "first")
    publish(settings, "first")
    land(settings, "accounts", 1, after)
    build(settings, run_id, accounts=after)


def test_a_table_that_lost_more_than_half_its_rows_stops_the_publish(settings: Settings) -> None:
    publish_then_shrink(settings, 400, 199)
    message = refused(settings)
    assert "dim_accounts has 199 rows, 400 in v000001-first: more than half is gone" in message
    assert "readers still see v000001-first" in message
    assert "accept_changes.json" in message


@pytest.mark.parametrize(("before", "after"), [(400, 200), (199, 1), (200, 100), (400, 4000)])
def test_smaller_losses_small_tables_and_growth_pass(settings: Settings, before: int, after: int) -> None:
    publish_then_shrink(settings, before, after)
    assert audit(settings, "run")["changes"]["shrunk"] == []


def test_the_smallest_table_watched_has_200_rows(settings: Settings) -> None:
    publish_then_shrink(settings, 200, 99)
    assert "dim_accounts has 99 rows" in refused(settings)


def test_after_a_rollback_the_build_is_compared_with_what_readers_see(settings: Settings) -> None:
    publish_then_shrink(settings, 400, 250, "second")
    publish(settings, "second")
    rollback(settings)
    land(settings, "accounts", 1, 150)
    build(settings, "run", accounts=150)
    assert "400 in v000001-first" in refused(settings)


def test_an_accepted_change_passes_once(settings: Settings) -> None:
    publish_then_shrink(settings, 400, 10)
    accept = settings.home / "accept_changes.json"
    atomic.write_json(accept, {"reason": "the test tenant was removed", "by": "Ada"})
    result = audit(settings, "run")
    assert result["changes"]["accepted"] == {"reason": "the test tenant was removed", "by": "Ada"}
    assert not accept.exists()
    assert (settings.runs / "run" / "accept_changes.json").is_file()
    assert audit(settings, "run")["passed"]  # the task's own retry
    build(settings, "next", accounts=10)
    assert "more than half is gone" in refused(settings, "next")


def test_an_acceptance_nobody_needed_is_kept_for_when_it_is(settings: Settings) -> None:
    build(settings)
    atomic.write_json(settings.home / "accept_changes.json", {"reason": "x", "by": "y"})
    assert "accepted" not in audit(settings, "run")["changes"]
    assert (settings.home / "accept_changes.json").is_file()


def test_an_acceptance_is_not_used_up_by_a_build_that_fails_otherwise(settings: Settings) -> None:
    publish_then_shrink(settings, 400, 10)
    atomic.write_json(settings.home / "accept_changes.json", {"reason": "x", "by": "y"})
    change(settings, "drop table marts.rpt_gaps")
    assert "more than half" not in refused(settings)
    assert (settings.home / "accept_changes.json").is_file()


@pytest.mark.parametrize("content", ['{"reason": "x"}', '{"reason": " ", "by": "y"}', "yes", "[]"])
def test_an_acceptance_must_say_why_and_who(settings: Settings, content: str) -> None:
    publish_then_shrink(settings, 400, 10)
    (settings.home / "accept_changes.json").write_text(content, encoding="utf-8")
    message = refused(settings)
    assert "accept_changes.json" in message
    assert "more than half is gone" in message


def test_a_look_back_is_not_compared_with_what_came_later_and_it_is_said(settings: Settings) -> None:
    publish_then_shrink(settings, 400, 10)
    result = audit(settings_for(settings.home, as_of="2026-01-31"), "run")
    assert "before v000001-first" in result["changes"]["skipped"]


OTHER_SETTINGS: list[dict[str, Any]] = [{"timezone": "Europe/Berlin"}, {"currency": "EUR"}, {"fiscal_start_month": 4}]


@pytest.mark.parametrize("changes", OTHER_SETTINGS)
def test_versions_of_other_settings_are_not_compared_and_it_is_said(
    settings: Settings, changes: dict[str, Any]
) -> None:
    build(settings, "first", accounts=400)
    change(settings, "update intermediate.int_periods set is_closed = false")
    audit(settings, "first")
    publish(settings, "first")
    land(settings, "accounts", 1, 10)
    build(settings, accounts=10)
    assert "other settings" in audit(settings_for(settings.home, **changes), "run")["changes"]["skipped"]


def test_everything_wrong_is_told_at_once(settings: Settings) -> None:
    publish_then_shrink(settings, 400, 10)
    atomic.write_json(settings.runs / "run" / "dbt_results.json", {**GREEN, "failed": 2})
    change(settings, "drop table marts.rpt_gaps")
    land(settings, "tickets", 1, 5)
    message = refused(settings)
    for part in ("2 failed tests", "rpt_gaps is missing", "tickets batch 1", "more than half is gone"):
        assert part in message
