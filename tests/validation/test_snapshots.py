"""Snapshots of a vendor at the door: the newest judged one counts, and one that ran dry is stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scoreboard.landing.store import Batch
from scoreboard.settings import Settings
from scoreboard.validation import drift, store
from scoreboard.validation.door import accept_drift, validate_domain
from scoreboard.validation.errors import BatchRejected
from tests.mapping.snapshot_landing import land_snapshot

Row = dict[str, str | None]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home", as_of=date(2026, 3, 31), adapters=(("survey", "zendesk"), ("survey", "zendesk_airbyte"))
    )


def survey(key: str, **cells: str | None) -> Row:
    return {"survey_id": key, "survey_name": key, "project_id": "P", "updated_at": "2026-01-01T00:00:00Z", **cells}


def surveys(count: int, **cells: str | None) -> list[Row]:
    return [survey(f"S{place}", **cells) for place in range(count)]


def land(settings: Settings, rows: Sequence[Row], run_id: str) -> Batch:
    return land_snapshot(settings, "zendesk", "surveys", rows, run_id)


def counts(settings: Settings) -> list[int]:
    return [one.batch.number for one in store.counted_batches(settings, "zendesk", "surveys")]


def test_the_newest_judged_snapshot_counts_and_no_other(home: Settings) -> None:
    land(home, surveys(2), "r1")
    validate_domain(home, "survey", "r1")
    land(home, surveys(3), "r2")
    assert counts(home) == [1]
    judged = validate_domain(home, "survey", "r2")
    assert [(batch["adapter"], batch["batch"], batch["rows_valid"]) for batch in judged["batches"]] == [
        ("zendesk", 2, 3)
    ]
    assert counts(home) == [2]


def test_a_snapshot_that_another_has_overtaken_is_not_judged(home: Settings) -> None:
    land(home, surveys(2), "r1")
    land(home, surveys(3), "r2")
    assert [batch["batch"] for batch in validate_domain(home, "survey", "r2")["batches"]] == [2]


def test_valid_rows_say_where_they_came_from(home: Settings) -> None:
    rows = [survey("S1", source_relation="zendesk@eu"), survey("S2", kind="weird", source_relation="zendesk@us")]
    land(home, rows, "r1")
    judged = validate_domain(home, "survey", "r1")["batches"][0]
    assert (judged["unknown_columns"], judged["quarantined_by_rule"]) == ([], {"unknown_enum": 1})
    (one,) = store.counted_batches(home, "zendesk", "surveys")
    valid = pq.read_table(one.valid_parts[0], partitioning=None).to_pylist()
    assert [(row["survey_id"], row["source_relation"]) for row in valid] == [("S1", "zendesk@eu")]


def test_where_a_row_came_from_is_no_part_of_what_it_says(home: Settings) -> None:
    land(home, [survey("S1", source_relation="zendesk@eu"), survey("S1", source_relation="zendesk@us")], "r1")
    validate_domain(home, "survey", "r1")
    (one,) = store.counted_batches(home, "zendesk", "surveys")
    assert len(set(pq.read_table(one.valid_parts[0], partitioning=None)["_content_hash"].to_pylist())) == 1


def test_a_vendor_may_have_none_of_an_entity(home: Settings) -> None:
    land(home, [], "r1")
    assert [batch["rows_valid"] for batch in validate_domain(home, "survey", "r1")["batches"]] == [0]
    land(home, [], "r2")
    validate_domain(home, "survey", "r2")
    assert counts(home) == [2]


def test_a_feed_that_ran_dry_is_stopped_and_the_snapshot_before_goes_on_counting(home: Settings) -> None:
    land(home, surveys(1), "r1")
    validate_domain(home, "survey", "r1")
    land(home, [], "r2")
    with pytest.raises(
        BatchRejected, match="breaks the table rule drift_rows: 0 rows, where the snapshot before had 1"
    ):
        validate_domain(home, "survey", "r2")
    assert counts(home) == [1]


def test_losing_more_than_half_of_many_rows_is_stopped_until_a_person_accepts_it(home: Settings) -> None:
    many = drift.MIN_ROWS
    land(home, surveys(many), "r1")
    validate_domain(home, "survey", "r1")

    land(home, surveys(many // 2), "r2")
    validate_domain(home, "survey", "r2")  # half is left
    land(home, surveys(many), "r3")
    validate_domain(home, "survey", "r3")

    land(home, surveys(many // 2 - 1), "r4")
    with pytest.raises(BatchRejected, match=f"drift_rows: {many // 2 - 1} rows, where the snapshot before had {many}"):
        validate_domain(home, "survey", "r4")
    accept_drift(home, "zendesk", "surveys", "r4")
    # meanwhile something changed at the vendor: what was accepted is the new usual
    land(home, surveys(many // 2 - 2), "r5")
    validate_domain(home, "survey", "r5")
    assert counts(home) == [5]

    land(home, [], "r6")
    with pytest.raises(BatchRejected, match="drift_rows"):
        validate_domain(home, "survey", "r6")


def test_few_rows_may_become_fewer(home: Settings) -> None:
    land(home, surveys(4), "r1")
    validate_domain(home, "survey", "r1")
    land(home, surveys(1), "r2")
    validate_domain(home, "survey", "r2")
    assert counts(home) == [2]


def test_a_column_that_runs_empty_is_held_against_the_snapshot_before(home: Settings) -> None:
    land(home, surveys(drift.MIN_ROWS, kind="staff"), "r1")
    validate_domain(home, "survey", "r1")
    land(home, surveys(drift.MIN_ROWS), "r2")
    with pytest.raises(BatchRejected, match="drift_filled"):
        validate_domain(home, "survey", "r2")


def test_the_files_of_a_feed_all_count(home: Settings) -> None:
    land(home, surveys(1), "r1")
    validate_domain(home, "survey", "r1")
    (one,) = store.judged_batches(home, "zendesk", "surveys")
    dropped = replace(one.batch, manifest={**one.batch.manifest, "snapshot": False})
    assert len(store.counted([replace(one, batch=dropped)] * 2)) == 2
