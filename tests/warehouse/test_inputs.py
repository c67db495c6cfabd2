"""dbt sees what the door has judged and nothing else, in a fresh file, with the history of what was published before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scoreboard.alerts.states import StateLogBroken, append_state, log_path
from scoreboard.entities import ENTITIES
from scoreboard.settings import Settings
from scoreboard.warehouse.inputs import NothingLanded, prepare_warehouse
from tests.mapping.snapshot_landing import land_snapshot
from tests.warehouse.landed import PROJECT, judge, land


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "it's home", as_of=date(2026, 3, 31), settle_seconds=0.0)


def projects(*keys: str) -> list[dict[str, str]]:
    return [{"project_id": key, **PROJECT} for key in keys]


def shown(database: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as warehouse:
        warehouse.execute("set timezone = 'UTC'")
        return warehouse.execute(query).fetchall()


def publish_table(settings: Settings, table: str, rows: list[dict[str, Any]]) -> None:
    """What a publish leaves for readers."""
    path = settings.published / "parquet" / f"{table}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)


# --- nothing there ---


def test_with_nothing_landed_the_run_stops_and_says_what_to_drop_where(settings: Settings) -> None:
    with pytest.raises(NothingLanded) as stopped:
        prepare_warehouse(settings, "r1")
    message = str(stopped.value)
    assert "nothing has landed" in message
    for entity in ("accounts", "projects", "employees"):
        assert f"{settings.inbox}/crm/{entity}/<any name>.{{csv,csv.gz,jsonl,parquet,xlsx}}" in message
    assert "answers" not in message  # a child alone would be all orphans


def test_a_batch_that_was_not_judged_is_as_good_as_not_landed(settings: Settings) -> None:
    land(settings, "projects", projects("P"), "r1")
    with pytest.raises(NothingLanded):
        prepare_warehouse(settings, "r1")


def test_an_entity_without_files_is_an_empty_table_of_the_same_shape(settings: Settings) -> None:
    judge(settings, land(settings, "projects", projects("P"), "r1"))
    database = prepare_warehouse(settings, "r1")
    for entity in ENTITIES.values():
        described = shown(database, f"describe landed.{entity.name}")
        assert [row[0] for row in described][: len(entity.columns)] == list(entity.columns)
        assert dict(row[:2] for row in described)[entity.key] == "VARCHAR"
        assert shown(database, f"select count(*) from landed.{entity.name}") == [(int(entity.name == "projects"),)]


# --- what is shown ---


def test_only_judged_batches_are_shown_and_only_their_valid_rows(settings: Settings) -> None:
    judge(settings, land(settings, "projects", projects("P1", "P2"), "r1"), refused={3: "wrong_type"})
    judge(settings, land(settings, "projects", projects("P3"), "r2"))
    land(settings, "projects", projects("P4"), "r3")
    database = prepare_warehouse(settings, "r3")
    assert shown(database, "select project_id, _batch from landed.projects order by all") == [
        ("P1", 1),
        ("P3", 2),
    ]
    assert shown(database, "select row_key, rule, run_id from landed.door_quarantine") == [("P2", "wrong_type", "r1")]
    counted = shown(
        database, "select run_id, rows_landed, rows_valid, rows_quarantined from landed.batches order by all"
    )
    assert counted == [("r1", 2, 1, 1), ("r2", 1, 1, 0)]
    assert shown(database, "select run_id from landed.run") == [("r3",)]


def test_rows_keep_their_types_and_their_place(settings: Settings) -> None:
    judge(settings, land(settings, "projects", projects("P"), "r1"))
    database = prepare_warehouse(settings, "r1")
    row = shown(database, "select _row_id, _file, _row_number, updated_at from landed.projects")
    assert row == [("projects/000001/00000001", "crm/projects/r1.csv", 2, datetime(2026, 1, 1, tzinfo=UTC))]


def test_every_landed_row_can_be_looked_up_as_it_came(settings: Settings) -> None:
    """Also where files of one entity have other columns, and with columns nobody knows."""
    judge(settings, land(settings, "projects", projects("P1"), "r1"), refused={2: "wrong_type"})
    judge(settings, land(settings, "projects", [{**projects("P2")[0], 'So-called "note"': "it's new"}], "r2"))
    database = prepare_warehouse(settings, "r2")
    contents = dict(shown(database, "select row_id, content from landed.row_contents"))
    first, second = (json.loads(contents[f"projects/{batch}/00000001"]) for batch in ("000001", "000002"))
    assert first["project_id"] == "P1"
    assert first["updated_at"] == "2026-01-01T00:00:00Z"
    assert 'So-called "note"' not in first
    assert second['So-called "note"'] == "it's new"
    assert not any(column.startswith("_") for column in first | second)


def test_columns_that_differ_by_case_alone_are_looked_up_each_as_its_own(settings: Settings) -> None:
    """DuckDB tells names apart without case: `City` beside `city` is an unknown column, and no reason not to build."""
    row = {**projects("P1")[0], "city": "lower", "City": "title", "CITY": "upper", "City_1": "numbered"}
    judge(settings, land(settings, "projects", [row], "r1"))
    [(content,)] = shown(prepare_warehouse(settings, "r1"), "select content from landed.row_contents")
    assert {name: value for name, value in json.loads(content).items() if value} == row


# --- from run to run ---


def test_the_build_file_is_made_anew_every_time(settings: Settings) -> None:
    judge(settings, land(settings, "projects", projects("P"), "r1"))
    database = prepare_warehouse(settings, "r1")
    with duckdb.connect(str(database)) as warehouse:
        warehouse.execute("create table leftover as select 1 as half_done")
    database.with_name(database.name + ".wal").write_bytes(b"torn")
    assert prepare_warehouse(settings, "r2") == database
    assert shown(database, "select count(*) from duckdb_tables() where table_name = 'leftover'") == [(0,)]


def test_before_the_first_publish_there_is_no_history(settings: Settings) -> None:
    judge(settings, land(settings, "projects", projects("P"), "r1"))
    database = prepare_warehouse(settings, "r1")
    assert shown(database, "select * from landed.published_data_quality") == []
    assert shown(database, "select * from landed.published_quarantine") == []


def test_what_was_published_is_handed_on_also_when_readers_lose_it(settings: Settings) -> None:
    judge(settings, land(settings, "projects", projects("P"), "r1"))
    seen = datetime(2026, 3, 30, tzinfo=UTC)
    quality = {
        "run_id": "r0",
        "run_at": seen,
        "entity": "projects",
        "landed": 3,
        "valid": 1,
        "quarantined": 2,
        "replaced": 0,
        "deduplicated": 0,
        "unresolved_references": "{}",
        "completeness": 0.5,
        "staleness": 4,
        "a_column_of_another_version": "x",
    }
    refused = {
        "entity": "projects",
        "row_key": "P0",
        "rule": "wrong_type",
        "reason": "as the test says",
        "file": "crm/projects/a.csv",
        "row_number": 2,
        "run_id": "r0",
        "content": "{}",
        "first_seen_at": seen,
        "row_id": "projects/000000/00000001",
        "status": "released",
    }
    publish_table(settings, "rpt_data_quality", [quality])
    publish_table(settings, "rpt_quarantine", [refused])
    database = prepare_warehouse(settings, "r1")
    # copied, not viewed: publishing anew replaces the files while the build is still read
    for path in (settings.published / "parquet").iterdir():
        path.unlink()
    assert shown(database, "select run_id, run_at, landed, quarantined from landed.published_data_quality") == [
        ("r0", seen, 3, 2)
    ]
    assert shown(database, "select row_id, status from landed.published_quarantine") == [
        ("projects/000000/00000001", "released")
    ]


# --- what people did about alerts ---


def test_the_log_of_alert_states_is_shown_line_by_line(settings: Settings) -> None:
    judge(settings, land(settings, "projects", projects("P"), "r1"))
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    append_state(settings, "a1", "acknowledged", "Ann", noon)
    append_state(settings, "a2", "resolved", "Jörg", noon)
    database = prepare_warehouse(settings, "r1")
    assert shown(database, 'select alert_id, state, "at", "by", line from landed.alert_states order by line') == [
        ("a1", "acknowledged", noon, "Ann", 1),
        ("a2", "resolved", noon, "Jörg", 2),
    ]


def test_a_log_line_that_cannot_be_read_stops_the_build_and_leaves_the_last_one(settings: Settings) -> None:
    judge(settings, land(settings, "projects", projects("P"), "r1"))
    database = prepare_warehouse(settings, "r1")
    before = database.read_bytes()
    log_path(settings).parent.mkdir()
    log_path(settings).write_text("{}\n", encoding="utf-8")
    with pytest.raises(StateLogBroken, match=r"states\.jsonl: line 1"):
        prepare_warehouse(settings, "r2")
    assert database.read_bytes() == before


# --- several feeds ---


def survey(key: str, **cells: str | None) -> dict[str, str | None]:
    return {"survey_id": key, "survey_name": key, "project_id": "P", "updated_at": "2026-01-01T00:00:00Z", **cells}


def test_every_feed_of_a_domain_is_shown_together_with_where_its_rows_come_from(settings: Settings) -> None:
    fed = replace(settings, adapters=(("survey", "qualtrics"), ("survey", "files"), ("survey", "qualtrics_fivetran")))
    judge(fed, land(fed, "surveys", [{**survey("F")}], "r1"))  # type: ignore[list-item]
    judge(fed, land_snapshot(fed, "qualtrics", "surveys", [survey("OLD")], "r1"))
    snapshot = [survey("Q", source_relation="qualtrics@a"), survey("L", source_relation="qualtrics_fivetran@b")]
    judge(fed, land_snapshot(fed, "qualtrics", "surveys", snapshot, "r2"))
    land_snapshot(fed, "qualtrics", "surveys", [survey("NOT_JUDGED")], "r3")

    database = prepare_warehouse(fed, "r3")

    assert shown(database, "select _feed, source_relation, survey_id from landed.surveys order by all") == [
        (1, "qualtrics@a", "Q"),
        (1, "qualtrics_fivetran@b", "L"),
        (2, "files", "F"),
    ]
    assert shown(database, "select adapter, batch, rows_landed from landed.batches order by all") == [
        ("files", 1, 1),
        ("qualtrics", 2, 2),
    ]
    assert shown(database, "select count(*), count(distinct row_id) from landed.row_contents") == [(3, 3)]


def test_a_feed_that_is_not_configured_is_not_shown(settings: Settings) -> None:
    judge(settings, land(settings, "projects", projects("P"), "r1"))
    judge(settings, land_snapshot(settings, "qualtrics", "surveys", [survey("Q")], "r1"))
    assert shown(prepare_warehouse(settings, "r1"), "select * from landed.surveys") == []


def test_refused_rows_of_a_snapshot_that_was_overtaken_are_not_open_any_more(settings: Settings) -> None:
    fed = replace(settings, adapters=(("survey", "qualtrics"),))
    judge(fed, land_snapshot(fed, "qualtrics", "surveys", [survey("Q"), survey("R")], "r1"), {2: "unknown_enum"})
    assert shown(prepare_warehouse(fed, "r1"), "select row_number from landed.door_quarantine") == [(2,)]
    judge(fed, land_snapshot(fed, "qualtrics", "surveys", [survey("Q")], "r2"))
    assert shown(prepare_warehouse(fed, "r2"), "select row_number from landed.door_quarantine") == []
