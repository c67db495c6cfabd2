"""A domain mapped: snapshots that stay as they are while nothing changes, and what is left open in words.

Staging is plain SQL here, in place of dbt models; the vendors' own models are tried with `rig`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from scoreboard.entities import ENTITIES, Domain
from scoreboard.landing.store import committed_batches
from scoreboard.mapping import run, snapshots, vendors
from scoreboard.mapping.documents import MappingError
from scoreboard.mapping.run import map_domain
from scoreboard.settings import Settings
from tests.mapping.raw_landing import land_raw

LINEAGE = "source_relation, _run_id, _file, _row_number, _landed_at, _landing_order"
STAGING = {
    "tickets": """
        select id as ticket_id, organization_id as account_id, channel, cause, updated_at, {nulls}, {lineage}
        from raw.toy__tickets where not is_gone""",
    "questions": """
        select
            'S:' || asked.question as question_id, 'S' as survey_id, asked.question as question_text,
            said.scale_id, said.measure, {nulls}, {lineage}
        from raw.toy__answers as asked left join raw.mapping_questions as said on asked.question = said.question_id
        where said.is_ignored is null""",
    "surveys": "select 'S' as survey_id, 'Pulse' as survey_name, {nulls}, {lineage} from raw.toy__answers limit 1",
}


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Toy staging; gives the runs that it was run for."""
    folder = tmp_path / "staging"
    (folder / "toy").mkdir(parents=True)
    for entity in STAGING:
        (folder / "toy" / f"stg_toy__{entity}.sql").write_text(STAGING[entity], encoding="utf-8")
    runs: list[str] = []

    def run_staging(settings: Settings, vendor: str, database: Path, run_id: str) -> None:
        runs.append(run_id)
        with duckdb.connect(str(database)) as connection:
            connection.execute("create schema staging")
            for path in sorted((folder / vendor).glob("*.sql")):
                entity = ENTITIES[path.stem.partition("__")[2]]
                sql = path.read_text(encoding="utf-8")
                nulls = ", ".join(f"null as {column}" for column in entity.columns if f" {column}," not in sql)
                connection.execute(f"create view staging.{path.stem} as {sql.format(nulls=nulls, lineage=LINEAGE)}")

    monkeypatch.setattr(vendors, "STAGING", folder)
    monkeypatch.setattr(run, "STAGING", folder)
    monkeypatch.setattr(run, "DBT_PROJECT", tmp_path)
    monkeypatch.setattr(run, "_MACROS", folder / "macros")
    monkeypatch.setattr(run, "_run_staging", run_staging)
    return runs


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home",
        as_of=date(2026, 3, 31),
        adapters=(("support", "toy"), ("survey", "toy"), ("crm", "files")),
    )


def ticket(key: str, day: int, **body: Any) -> dict[str, Any]:
    return {
        "_key": key,
        "_version": f"2026-01-0{day}T10:00:00+00:00",
        "_record": {"id": key, "updated_at": f"2026-01-0{day}T10:00:00Z", "organization_id": "A", **body},
    }


def landed(settings: Settings, entity: str) -> list[dict[str, Any]]:
    """Rows of the newest snapshot, as landed."""
    batch = committed_batches(settings, "toy", entity)[-1]
    assert batch.manifest["snapshot"] is True
    rows: list[dict[str, Any]] = pq.read_table(batch.part_paths[0], partitioning=None).to_pylist()
    return rows


def numbers(settings: Settings, entity: str) -> list[int]:
    return [batch.number for batch in committed_batches(settings, "toy", entity)]


def write_mapping(settings: Settings, document: dict[str, Any]) -> None:
    settings.sources.mkdir(parents=True, exist_ok=True)
    (settings.sources / "toy.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")


def test_canonical_rows_carry_where_the_landed_record_was(home: Settings, staging: list[str]) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("2", 1), ticket("1", 1, via={"channel": "web"})])

    told = map_domain(home, "support", "run_1")

    assert told["entities"] == [{"vendor": "toy", "entity": "tickets", "batch": 1, "rows": 2}]
    rows = landed(home, "tickets")
    assert [(row["ticket_id"], row["channel"], row["_ordinal"], row["_batch"]) for row in rows] == [
        ("2", None, 1, 1),
        ("1", "web", 2, 1),
    ]
    assert {(row["source_relation"], row["_run_id"], row["_file"]) for row in rows} == {
        ("toy@toy_default", "r1", "GET /tickets")
    }
    assert [row["_row_number"] for row in rows] == [1, 2]
    assert all(row["_row_id"].startswith("toy/tickets/") for row in rows)
    assert list(rows[0]) == [*ENTITIES["tickets"].columns, "source_relation", *snapshots.LINEAGE]


def test_nothing_new_makes_no_snapshot(home: Settings, staging: list[str]) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("1", 1)])
    map_domain(home, "support", "run_1")
    again = map_domain(home, "support", "run_2")
    assert (numbers(home, "tickets"), staging) == ([1], ["run_1"])
    assert again["entities"] == [{"vendor": "toy", "entity": "tickets", "batch": None, "rows": 1}]


def test_a_vendors_domains_share_one_run_of_its_staging(home: Settings, staging: list[str]) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("1", 1)])
    map_domain(home, "support", "run_1")
    map_domain(home, "survey", "run_1")
    assert staging == ["run_1"]
    assert numbers(home, "questions") == [1]


def _a_record_lands(home: Settings, _: Path) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("2", 1)])


def _the_mapping_file_is_changed(home: Settings, _: Path) -> None:
    write_mapping(home, {"options": {"a": "b"}})


def _staging_is_changed(_: Settings, folder: Path) -> None:
    (folder / "toy" / "stg_toy__tickets.sql").write_text(STAGING["tickets"] + " ", encoding="utf-8")


@pytest.mark.parametrize("change", [_a_record_lands, _the_mapping_file_is_changed, _staging_is_changed])
def test_what_rows_depend_on_makes_a_snapshot_anew(
    home: Settings, staging: list[str], tmp_path: Path, change: Callable[[Settings, Path], None]
) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("1", 1)])
    map_domain(home, "support", "run_1")
    change(home, tmp_path / "staging")
    map_domain(home, "support", "run_2")
    assert numbers(home, "tickets") == [1, 2]


def test_the_zone_that_days_are_cut_in_makes_a_snapshot_anew(home: Settings, staging: list[str]) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("1", 1)])
    map_domain(home, "support", "run_1")
    map_domain(replace(home, timezone="Asia/Tokyo"), "support", "run_2")
    map_domain(replace(home, timezone="Asia/Tokyo", as_of=date(2027, 1, 1)), "support", "run_3")
    assert numbers(home, "tickets") == [1, 2]


def test_a_row_keeps_its_id_while_it_says_the_same(home: Settings, staging: list[str]) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("1", 1), ticket("2", 1)])
    map_domain(home, "support", "run_1")
    before = {row["ticket_id"]: row["_row_id"] for row in landed(home, "tickets")}

    land_raw(home.home, "toy", "tickets", [ticket("0", 1), ticket("2", 1, via={"channel": "web"})])
    map_domain(home, "support", "run_2")
    after = {row["ticket_id"]: row["_row_id"] for row in landed(home, "tickets")}

    assert after["1"] == before["1"]
    assert after["2"] != before["2"]
    assert len(set(after.values())) == 3


def test_two_rows_that_say_the_same_are_two_rows(home: Settings, staging: list[str]) -> None:
    # versions of a record that differ in nothing that is mapped
    land_raw(
        home.home, "toy", "tickets", [ticket("1", 1) | {"_version": f"2026-01-0{day}T00:00:00+00:00"} for day in (1, 2)]
    )
    map_domain(home, "support", "run_1")
    rows = landed(home, "tickets")
    assert len({row["_row_id"] for row in rows}) == len(rows) == 2


def test_a_vendor_without_records_of_an_entity_has_an_empty_snapshot_of_it(home: Settings, staging: list[str]) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("1", 1)])
    map_domain(home, "survey", "run_1")
    assert landed(home, "questions") == []


def test_where_nothing_ever_landed_nothing_is_mapped(home: Settings, staging: list[str]) -> None:
    assert map_domain(home, "support", "run_1")["entities"] == []
    assert (staging, numbers(home, "tickets")) == ([], [])


def test_a_domain_of_files_only_is_left_alone(home: Settings, staging: list[str]) -> None:
    assert map_domain(home, "crm", "run_1") == {
        "domain": "crm",
        "run_id": "run_1",
        "entities": [],
        "unmapped": [],
        "missing_columns": [],
    }
    assert not home.runs.exists()


def test_the_newest_three_snapshots_and_the_newest_judged_one_are_kept(home: Settings, staging: list[str]) -> None:
    for number in range(1, 7):
        land_raw(home.home, "toy", "tickets", [ticket(str(number), 1)])
        map_domain(home, "support", f"run_{number}")
        batch = committed_batches(home, "toy", "tickets")[-1]
        if number == 2:
            valid = snapshots.store.valid_folder(home, batch)
            valid.mkdir(parents=True)
            (snapshots.store.quarantine_folder(home, batch)).mkdir(parents=True)
            snapshots.store.commit(home, batch, {"format": 1, "entity": "tickets", "batch": 2})
    assert numbers(home, "tickets") == [2, 4, 5, 6]

    snapshots.store.commit(
        home, committed_batches(home, "toy", "tickets")[-1], {"format": 1, "entity": "tickets", "batch": 6}
    )
    land_raw(home.home, "toy", "tickets", [ticket("7", 1)])
    map_domain(home, "support", "run_7")
    assert numbers(home, "tickets") == [5, 6, 7]
    assert not valid.exists()
    assert not (home.quarantine / "toy" / "tickets" / valid.name).exists()


def test_what_is_open_is_said_and_never_guessed(home: Settings, staging: list[str]) -> None:
    values = {name: {"score": 1} for name in ("QID1", "QID2", "QID3")}
    land_raw(home.home, "toy", "responses", [{"_key": "R", "_record": {"id": "R", "values": values}}])
    write_mapping(
        home,
        {"surveys": {"S": {"questions": {"QID1": {"measure": "loyalty", "scale": "likert5"}, "QID3": "ignore"}}}},
    )

    told = map_domain(home, "survey", "run_1")

    assert [row["question_id"] for row in landed(home, "questions")] == ["S:QID1", "S:QID2"]
    assert [(item["what"], item["name"], item["rows"]) for item in told["unmapped"]] == [
        ("survey", "S", 1),
        ("question", "S:QID2", 1),
    ]
    assert told["unmapped"][1]["sentence"] == (
        "toy: question QID2 of survey S (QID2) is not mapped, so its answers count nowhere; write into sources/toy.yaml "
        "under surveys, S, questions, QID2 what it measures and its scale, or: ignore."
    )
    report = json.loads((home.runs / "run_1" / "unmapped.json").read_text(encoding="utf-8"))
    assert report["survey"]["unmapped"] == told["unmapped"]

    # said again by a run that has nothing to map, beside the other domain's
    again = map_domain(home, "survey", "run_2")
    assert again["unmapped"] == told["unmapped"]
    map_domain(home, "support", "run_2")
    assert set(json.loads((home.runs / "run_2" / "unmapped.json").read_text(encoding="utf-8"))) == {"survey", "support"}


def test_a_word_the_contract_does_not_know_is_said_with_its_rows(home: Settings, staging: list[str]) -> None:
    fields = [{"id": 12, "value": word} for word in ("agent", "gremlins", "gremlins")]
    land_raw(
        home.home, "toy", "tickets", [ticket(str(place), 1, custom_fields=[one]) for place, one in enumerate(fields)]
    )
    told = map_domain(home, "support", "run_1")
    assert [(item["entity"], item["what"], item["name"], item["rows"]) for item in told["unmapped"]] == [
        ("tickets", "cause", "gremlins", 2)
    ]
    assert (
        "toy@toy_default/tickets: no record has via.channel, so toy__tickets.channel is empty"
        in told["missing_columns"]
    )


def test_staging_that_lacks_a_column_is_named(home: Settings, staging: list[str], tmp_path: Path) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("1", 1)])
    path = tmp_path / "staging" / "toy" / "stg_toy__tickets.sql"
    path.write_text("select id as ticket_id, {lineage} from raw.toy__tickets", encoding="utf-8")
    with pytest.raises(MappingError, match="stg_toy__tickets lacks account_id, assignee_id"):
        map_domain(home, "support", "run_1")
    assert numbers(home, "tickets") == []


def test_a_mapping_cut_off_half_way_is_finished_by_the_next_run(
    home: Settings, staging: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    land_raw(home.home, "toy", "tickets", [ticket("1", 1)])
    write = snapshots.write_manifest

    def no_space(folder: Path, manifest: dict[str, Any]) -> None:
        if manifest["entity"] == "questions":
            raise OSError("disk full")
        write(folder, manifest)

    monkeypatch.setattr(snapshots, "write_manifest", no_space)
    with pytest.raises(OSError, match="disk full"):
        map_domain(home, "survey", "run_1")
    assert (numbers(home, "surveys"), numbers(home, "questions")) == ([1], [])
    assert not list((home.landing / "toy" / "questions").glob("run=*"))

    monkeypatch.setattr(snapshots, "write_manifest", write)
    map_domain(home, "survey", "run_2")
    assert (numbers(home, "surveys"), numbers(home, "questions")) == ([1], [1])


def test_only_a_domain_can_be_mapped(home: Settings) -> None:
    nowhere: Domain = "finance"  # type: ignore[assignment]
    with pytest.raises(Exception, match="there is no domain 'finance'; the domains are crm, support, survey"):
        map_domain(home, nowhere, "run_1")
