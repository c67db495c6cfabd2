"""One entity's files become one committed batch, or nothing happens at all."""

import gzip
import json
from datetime import datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scoreboard.atomic import sha256_of
from scoreboard.entities import ENTITIES
from scoreboard.errors import ScoreboardError
from scoreboard.landing import parts
from scoreboard.landing.drop import LandingFailed, land_entity
from scoreboard.landing.store import committed_batches

from .conftest import HEADER, NOW
from .state import files_below, landed_keys, landed_rows

pytestmark = pytest.mark.usefixtures("frozen")


def test_a_file_lands_with_every_contract_column_and_its_lineage(settings, drop):
    drop("a.csv", "P1", "P2")

    result = land_entity(settings, "projects", "run_1")

    assert result == {
        "entity": "projects",
        "run_id": "run_1",
        "batch": 1,
        "rows": 2,
        "files": ["crm/projects/a.csv"],
        "skipped": [],
        "waiting": [],
        "ignored": [],
        "unknown_columns": [],
    }
    assert json.loads(json.dumps(result)) == result
    assert landed_rows(settings)[1] == {
        "project_id": "P2",
        "project_name": "Project P2",
        "company_name": "OurCo",
        "city": None,
        "state": None,
        "country": None,
        "updated_at": "2026-01-01T00:00:00Z",
        "_row_id": "projects/000001/00000002",
        "_batch": 1,
        "_ordinal": 2,
        "_run_id": "run_1",
        "_file": "crm/projects/a.csv",
        "_row_number": 3,
        "_landed_at": NOW,
    }


def test_the_types_in_landing_are_those_of_the_contract(settings, drop):
    drop("a.csv", "P1")
    land_entity(settings, "projects", "run_1")
    (batch,) = committed_batches(settings, "files", "projects")

    schema = pq.read_schema(batch.part_paths[0])

    assert schema.names == [*ENTITIES["projects"].columns, *parts.LINEAGE]
    assert {str(schema.field(name).type) for name in ENTITIES["projects"].columns} == {"string"}
    assert str(schema.field("_landed_at").type) == "timestamp[us, tz=UTC]"
    assert (str(schema.field("_batch").type), str(schema.field("_row_number").type)) == ("int64", "int64")


def test_the_manifest_vouches_for_files_and_parts(settings, drop):
    path = drop("a.csv", "P1", "P2")
    size = path.stat().st_size
    land_entity(settings, "projects", "run_1")
    (batch,) = committed_batches(settings, "files", "projects")
    manifest = batch.manifest

    assert (manifest["format"], manifest["adapter"], manifest["domain"], manifest["entity"]) == (
        1,
        "files",
        "crm",
        "projects",
    )
    assert (manifest["run_id"], manifest["batch"], manifest["rows"]) == ("run_1", 1, 2)
    assert (manifest["window"], manifest["cursor_in"], manifest["cursor_out"]) == (None, None, None)
    assert manifest["landed_at"] == NOW.isoformat()
    (entry,) = manifest["files"]
    assert (entry["path"], entry["bytes"], entry["rows"]) == ("crm/projects/a.csv", size, 2)
    assert (settings.home / entry["archived"]).stat().st_size == size
    assert [(part["name"], part["rows"]) for part in manifest["parts"]] == [("part-00001.parquet", 2)]
    batch.verify()


def test_originals_are_archived_and_the_inbox_is_left_clean(settings, drop):
    content = drop("a.csv", "P1").read_bytes()
    land_entity(settings, "projects", "run_1")

    assert files_below(settings.archive) == {"crm/projects/run=run_1/a.csv": content}
    assert list((settings.inbox / "crm/projects").iterdir()) == []


def test_all_formats_land_in_one_batch_in_byte_order_of_their_paths(settings, drop, tmp_path):
    columns = ["project_id", "project_name", "company_name", "updated_at"]
    book = openpyxl.Workbook()
    book.active.append(columns)
    book.active.append(["P-xlsx", "x", "y", datetime(2026, 1, 1)])
    book.save(tmp_path / "book.xlsx")
    pq.write_table(pa.table({name: [f"P-{name}"] for name in columns}), tmp_path / "table.parquet")
    line = json.dumps(dict.fromkeys(columns, "P-jsonl"))
    drop("e.xlsx", content=(tmp_path / "book.xlsx").read_bytes())
    drop("d.PARQUET", content=(tmp_path / "table.parquet").read_bytes())
    drop("c.jsonl", content=line.encode())
    drop("b.csv.gz", content=gzip.compress((HEADER + "P-gz,x,y,z\n").encode()))
    drop("a.csv", "P-csv1", "P-csv2")
    drop("Z.csv", "P-Z")

    assert land_entity(settings, "projects", "run_1")["batch"] == 1
    rows = landed_rows(settings)
    assert [row["project_id"] for row in rows] == [
        "P-Z", "P-csv1", "P-csv2", "P-gz", "P-jsonl", "P-project_id", "P-xlsx",
    ]  # fmt: skip
    assert [row["_ordinal"] for row in rows] == list(range(1, 8))
    assert [row["_row_number"] for row in rows] == [2, 2, 3, 2, 1, 1, 2]
    assert rows[-1]["updated_at"] == "2026-01-01T00:00:00Z"


def test_unknown_columns_of_all_files_are_kept_and_reported(settings, drop):
    drop("a.csv", content=b"shoe_size,project_id,project_name,company_name,updated_at\n42,P1,x,y,z\n")
    drop("b.csv", content=b"project_id,project_name,company_name,updated_at,colour\nP2,x,y,z,red\n")

    result = land_entity(settings, "projects", "run_1")

    assert result["unknown_columns"] == ["shoe_size", "colour"]
    assert [(row["shoe_size"], row["colour"]) for row in landed_rows(settings)] == [("42", None), (None, "red")]
    (batch,) = committed_batches(settings, "files", "projects")
    assert batch.manifest["unknown_columns"] == ["shoe_size", "colour"]
    assert batch.manifest["columns"] == [*ENTITIES["projects"].columns, "shoe_size", "colour"]


def test_a_column_named_like_lineage_does_not_shadow_it(settings, drop):
    drop("a.csv", content=HEADER.strip().encode() + b",_row_id,_BATCH,_row_id_as_dropped\nP1,x,y,z,theirs,7,other\n")

    result = land_entity(settings, "projects", "run_1")

    assert result["unknown_columns"] == ["_row_id_as_dropped", "_BATCH_as_dropped", "_row_id_as_dropped_as_dropped"]
    (row,) = landed_rows(settings)
    assert (row["_row_id"], row["_batch"]) == ("projects/000001/00000001", 1)
    assert (row["_row_id_as_dropped"], row["_BATCH_as_dropped"]) == ("theirs", "7")
    assert row["_row_id_as_dropped_as_dropped"] == "other"


def test_a_column_that_differs_by_case_alone_is_unknown(settings, drop):
    drop("a.csv", content=HEADER.strip().encode() + b",City\nP1,x,y,z,Boston\n")

    assert land_entity(settings, "projects", "run_1")["unknown_columns"] == ["City"]
    assert [(row["city"], row["City"]) for row in landed_rows(settings)] == [(None, "Boston")]


def test_batches_are_numbered_in_landing_order_whatever_their_run_is_called(settings, drop):
    for number, run_id in enumerate(["z", "a", "manual__2026-01-01T00:00:00+00:00"], start=1):
        drop("a.csv", f"P{number}")
        assert land_entity(settings, "projects", run_id)["batch"] == number

    assert landed_keys(settings) == ["P1", "P2", "P3"]
    assert len({row["_row_id"] for row in landed_rows(settings)}) == 3


def test_rows_spread_over_parts_keep_their_order(settings, drop, monkeypatch):
    monkeypatch.setattr(parts, "MAX_PART_ROWS", 3)
    monkeypatch.setattr("scoreboard.sources.readers.delimited.CHUNK_ROWS", 2)
    monkeypatch.setattr(parts, "CHUNK_ROWS", 2)
    drop("a.csv", *[f"P{n}" for n in range(5)])
    drop("b.csv", *[f"Q{n}" for n in range(4)])

    land_entity(settings, "projects", "run_1")

    (batch,) = committed_batches(settings, "files", "projects")
    assert [part["rows"] for part in batch.manifest["parts"]] == [4, 3, 2]
    assert [row["_ordinal"] for row in landed_rows(settings)] == list(range(1, 10))
    assert landed_keys(settings) == [f"P{n}" for n in range(5)] + [f"Q{n}" for n in range(4)]


# --- dropping again


def test_without_files_there_is_no_batch(settings):
    result = land_entity(settings, "projects", "run_1")

    assert (result["batch"], result["rows"], result["files"]) == (None, 0, [])
    assert committed_batches(settings, "files", "projects") == []


def test_the_same_content_dropped_again_under_any_name_changes_nothing(settings, drop):
    drop("a.csv", "P1")
    land_entity(settings, "projects", "run_1")
    before = files_below(settings.landing)
    content = drop("a.csv", "P1").read_bytes()
    drop("renamed.csv", "P1")

    result = land_entity(settings, "projects", "run_2")

    assert (result["batch"], result["files"]) == (None, [])
    assert result["skipped"] == ["crm/projects/a.csv", "crm/projects/renamed.csv"]
    assert files_below(settings.landing) == before
    assert files_below(settings.archive) == dict.fromkeys(
        ["crm/projects/run=run_1/a.csv", "crm/projects/run=run_2/a.csv", "crm/projects/run=run_2/renamed.csv"], content
    )
    assert files_below(settings.inbox) == {}


def test_known_and_new_files_dropped_together_land_the_new_ones(settings, drop):
    drop("a.csv", "P1")
    land_entity(settings, "projects", "run_1")
    drop("a.csv", "P1")
    drop("b.csv", "P2")

    result = land_entity(settings, "projects", "run_2")

    assert (result["files"], result["skipped"]) == (["crm/projects/b.csv"], ["crm/projects/a.csv"])
    assert landed_keys(settings) == ["P1", "P2"]


def test_twins_dropped_together_both_land(settings, drop):
    drop("a.csv", "P1")
    drop("b.csv", "P1")

    assert land_entity(settings, "projects", "run_1")["rows"] == 2
    assert landed_keys(settings) == ["P1", "P1"]


def test_the_same_content_for_another_entity_is_another_file(settings, drop):
    content = (
        b"project_id,project_name,company_name,survey_id,survey_name,updated_at\nP1,x,y,S1,z,2026-01-01T00:00:00Z\n"
    )
    drop("a.csv", content=content)
    drop("a.csv", content=content, entity="survey/surveys")
    land_entity(settings, "projects", "run_1")

    assert land_entity(settings, "surveys", "run_1")["rows"] == 1


def test_a_retried_run_lands_what_is_new_beside_what_it_had_landed(settings, drop):
    drop("a.csv", "P1")
    land_entity(settings, "projects", "run_1")
    assert land_entity(settings, "projects", "run_1")["batch"] is None
    for number in (2, 3):
        drop("a.csv", f"P{number}")
        result = land_entity(settings, "projects", "run_1")
        assert (result["run_id"], result["batch"]) == (f"run_1.{number}", number)

    assert [batch.run_id for batch in committed_batches(settings, "files", "projects")] == [
        "run_1",
        "run_1.2",
        "run_1.3",
    ]
    assert landed_keys(settings) == ["P1", "P2", "P3"]


def test_archiving_never_overwrites(settings, drop):
    drop("a.csv", "P1")
    land_entity(settings, "projects", "run_1")
    drop("a.csv", "P1")
    land_entity(settings, "projects", "run_2")
    drop("a.csv", "P2")
    land_entity(settings, "projects", "run_2")

    archived = files_below(settings.archive)
    assert sorted(archived) == [
        f"crm/projects/run=run_{n}/a{suffix}.csv" for n, suffix in [(1, ""), (2, " (1)"), (2, "")]
    ]
    for batch in committed_batches(settings, "files", "projects"):
        for entry in batch.manifest["files"]:
            assert entry["sha256"] == sha256_of(settings.home / entry["archived"])


# --- what nobody reads


def test_ignored_files_are_reported_and_strays_once_per_domain(settings, drop):
    drop("a.csv", "P1")
    drop("readme.txt", content=b"hello")
    drop("a.csv", content=b"x", entity="crm/project")
    for name in ENTITIES:
        ignored = land_entity(settings, name, "run_1")["ignored"]
        expected = {"projects": ["crm/projects/readme.txt"], "employees": ["crm/project"]}.get(name, [])
        assert [line.partition(": ")[0] for line in ignored] == expected, name

    assert (settings.inbox / "crm/projects/readme.txt").exists()


@pytest.mark.parametrize("run_id", ["", "..", "../x", "a/b", "a\0b", ".hidden", "a*", "a b", "x" * 201, "é"])
def test_a_run_id_that_cannot_name_a_folder_is_refused(settings, drop, run_id):
    drop("a.csv", "P1")
    with pytest.raises(ScoreboardError, match="cannot name a folder"):
        land_entity(settings, "projects", run_id)

    assert list(files_below(settings.home)) == ["inbox/crm/projects/a.csv"]


def test_an_unknown_entity_is_refused(settings):
    with pytest.raises(ScoreboardError, match="no entity 'project'"):
        land_entity(settings, "project", "run_1")


# --- the disk


@pytest.mark.parametrize("function", ["link", "rename", "replace", "fsync", "mkdir"])
@pytest.mark.parametrize("call", range(1, 12))
def test_a_disk_that_fails_at_any_moment_loses_and_doubles_nothing(settings, drop, monkeypatch, function, call):
    import os

    drop("a.csv", "P1")
    drop("b.csv", "P2")
    real, calls = getattr(os, function), iter(range(1, 1000))

    def failing(*args, **kwargs):
        if next(calls) == call:
            raise OSError(28, "No space left on device", str(args[0]))
        return real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(os, function, failing)
        try:
            land_entity(settings, "projects", "run_1")
        except LandingFailed as error:
            assert "No space left on device" in str(error)

    land_entity(settings, "projects", "run_1")
    assert landed_keys(settings) == ["P1", "P2"]
    assert files_below(settings.inbox) == {}
    assert sorted(path.rpartition("/")[2] for path in files_below(settings.archive)) == ["a.csv", "b.csv"]
